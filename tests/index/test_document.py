import hashlib

import pytest

from index import Document, DocumentError, Heading
from index.document import digest, normalise


def document(text: str, **other: object) -> Document:
    return Document(
        **{"id": "d", "title": "T", "source": "s.txt", "media_type": "text/plain", "text": text, "sha256": digest(text)}
        | other  # type: ignore[arg-type]
    )


def test_newlines_become_line_feeds() -> None:
    assert normalise("one\r\ntwo\rthree\nfour\r\r\nfive") == "one\ntwo\nthree\nfour\n\nfive"


def test_decomposed_characters_are_composed() -> None:
    assert normalise("Cafe\u0301") == "Café"
    assert len(normalise("Cafe\u0301")) == 4


def test_a_lone_surrogate_becomes_the_mark_of_a_lost_character() -> None:
    assert normalise("a\ud800b") == "a\ufffdb"
    assert normalise("\udc80") == "\ufffd"


def test_everything_else_stays_as_it_was_written() -> None:
    text = "\ufeff  tabs\tand \0 and \x85 and \u2028 and 👩‍👩‍👧 and \u202eright to left\u202c  "
    assert normalise(text) == text


@pytest.mark.parametrize("text", ["\ud83d\ude00", "e\u0301\r\n\ud800", "\u1100\u1161\u11a8", "\r", ""])
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_digest_is_sha256_of_utf8() -> None:
    assert digest("né") == hashlib.sha256("né".encode()).hexdigest()


@pytest.mark.parametrize("text", ["two\r\nlines", "Cafe\u0301", "\ud800"])
def test_text_that_is_not_normalised_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="not normalised"):
        Document("d", "T", "s.txt", "text/plain", text, sha256="")


def test_text_that_does_not_match_its_sha256_is_refused() -> None:
    with pytest.raises(DocumentError, match="damaged"):
        document("one", sha256=digest("two"))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 6)])
def test_headings_outside_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(DocumentError, match="heading"):
        document("12345", headings=(Heading(start, end, 1),))


@pytest.mark.parametrize("pages", [(3, 1), (-1,), (6,)])
def test_pages_out_of_order_or_outside_the_text_are_refused(pages: tuple[int, ...]) -> None:
    with pytest.raises(DocumentError, match="pages"):
        document("12345", pages=pages)


def test_a_page_is_counted_from_one_and_begins_at_its_offset() -> None:
    paged = document("aaaabbbb", pages=(0, 4))
    assert [paged.page(offset) for offset in (0, 3, 4, 7)] == [1, 1, 2, 2]
    assert document("aaaabbbb").page(3) is None


def test_the_heading_over_an_offset_is_the_nearest_before_it() -> None:
    text = "One\nwords\nTwo\nmore"
    headed = document(text, headings=(Heading(0, 3, 1), Heading(10, 13, 2)))
    assert headed.heading_starts == (0, 10)
    assert headed.heading_over(5) == "One"
    assert headed.heading_over(15) == "Two"
    assert document(text).heading_over(5) == ""
