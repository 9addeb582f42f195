from pathlib import Path

import pytest

from index import Passage, load, split
from index.formats import make_document
from index.passage import LIMIT
from tests.conftest import SEEDS


def words(text: str, media: str = "text/plain") -> list[str]:
    document = make_document(text, source="a.txt", media_type=media)
    return [document.text[passage.start : passage.end] for passage in split(document)]


SENTENCE = "This is a sentence of some sixty characters about batteries. "
TEXTS = {
    "short": "One.",
    "paragraphs": "\n\n".join(SENTENCE * 4 for _ in range(12)),
    "one long paragraph": SENTENCE * 100,
    "endless word": "x" * 5_000,
    "chinese": "电池很重要。" * 800,
    "no marks": "word " * 2_000,
    "list": "These are they:\n" + "".join(f"- item number {n}\n" for n in range(200)),
    "blanks": "\n\n  \u2003one\n\n\n\n\t two \n" + " " * 3_000 + "three  ",
    "controls": "\0one\0\n\x85two\x1c three \u2028 four",
    "combining": "e\u0301\u0302\u0303" * 1_500,
    "emoji": "👩‍👩‍👧" * 1_000,
    "right to left": "هذه جملة عن البطاريات. " * 200,
}


@pytest.mark.parametrize("name", TEXTS)
def test_passages_cover_every_character_but_blanks_in_order_and_within_the_limit(name: str) -> None:
    document = make_document(TEXTS[name], source="a.txt")
    covered = 0
    for passage in split(document):
        assert document.text[covered : passage.start].strip() == ""
        assert covered <= passage.start < passage.end <= passage.start + LIMIT
        covered = passage.end
    assert document.text[covered:].strip() == ""


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_seeds_are_covered_whole(path: Path) -> None:
    document = load(path, path.name)
    passages = split(document)
    kept = "".join(document.text[passage.start : passage.end] for passage in passages)
    assert "".join(kept.split()) == "".join(document.text.split())


def test_a_passage_has_a_length() -> None:
    for start, end in [(-1, 2), (2, 2), (3, 2)]:
        with pytest.raises(ValueError, match="length"):
            Passage("d", start, end)


def test_a_short_document_is_one_passage() -> None:
    assert words("One sentence.\n\nAnother paragraph.") == ["One sentence.\n\nAnother paragraph."]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    for passage in words(SENTENCE * 100):
        assert passage.startswith("This is")
        assert passage.endswith("batteries.")


def test_an_endless_sentence_is_cut_between_words() -> None:
    assert all(set(passage.split()) == {"word"} for passage in words("word " * 2_000))


def test_an_endless_word_is_cut_at_the_limit() -> None:
    assert [len(passage) for passage in words("x" * 2_500)] == [LIMIT, LIMIT, 500]


def test_a_heading_opens_a_passage_once_there_is_enough_before_it() -> None:
    body = SENTENCE * 5
    document_words = words(f"First Part\n{body}\nSecond Part\n{body}")
    assert len(document_words) == 1  # plain make_document knows no headings
    headed = make_document(f"{body}\nSecond Part\n{body}", source="a.txt")
    from index.formats import plain_headings

    with_headings = make_document(headed.text, source="a.txt", headings=plain_headings(headed.text))
    starts = [with_headings.text[p.start : p.start + 11] for p in split(with_headings)]
    assert starts == ["This is a s", "Second Part"]


def test_a_heading_stays_with_what_follows_it() -> None:
    body = SENTENCE * 12
    text = f"{SENTENCE * 9}\n\nPart Two\n{body}"
    from index.formats import plain_headings

    document = make_document(text, source="a.txt", headings=plain_headings(text))
    (passage,) = [p for p in split(document) if "Part Two" in document.text[p.start : p.end]]
    assert document.text[passage.start : passage.end].startswith("Part Two\nThis is")


def test_bullets_stay_with_the_line_that_introduces_them() -> None:
    bullets = "".join(f"- the ministry of number {n}\n" for n in range(8))
    passages = words(f"{SENTENCE * 10}\n\nIt includes the following bodies:\n{bullets}\nAfter it.")
    (listing,) = [passage for passage in passages if "following bodies" in passage]
    assert all(f"number {n}" in listing for n in range(8))


def test_no_passage_goes_on_over_the_start_of_a_page() -> None:
    text = "One page ends here and\ngoes on over the edge of it.\n\n" + SENTENCE * 20
    cuts = (0, text.index("goes"), text.index("edge"), text.index("edge"), 700, 701, len(text))
    document = make_document(text, source="a.txt", pages=cuts)
    passages = split(document)
    assert all(document.page(passage.start) == document.page(passage.end - 1) for passage in passages)
    kept = "".join(document.text[passage.start : passage.end] for passage in passages)
    assert "".join(kept.split()) == "".join(text.split())
