import os
import socket
import time
from pathlib import Path

import pytest

from index import Document, DocumentError, Heading, load, supported
from index.formats import TITLE_LENGTH, identify, make_document, markdown_headings, plain_headings
from tests.conftest import SEEDS


def written(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load(path, name)


def words(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, document.text[heading.start : heading.end]) for heading in document.headings]


def test_a_text_file_becomes_a_document_with_its_words_unchanged(tmp_path: Path) -> None:
    document = written(tmp_path, "a.txt", "The first line is here.\n\n  The second.  \n")
    assert document.text == "The first line is here.\n\n  The second.  \n"
    assert (document.source, document.media_type, document.id) == ("a.txt", "text/plain", identify("a.txt"))


def test_windows_newlines_and_a_byte_order_mark_are_read_away(tmp_path: Path) -> None:
    assert written(tmp_path, "a.txt", b"\xef\xbb\xbfone\r\ntwo").text == "one\ntwo"


def test_the_id_follows_the_source_and_not_the_words(tmp_path: Path) -> None:
    first, second = written(tmp_path, "a.txt", "Some words."), written(tmp_path, "a.txt", "Other words.")
    assert first.id == second.id != written(tmp_path, "b.txt", "Some words.").id
    assert first.sha256 != second.sha256


@pytest.mark.parametrize("name", ["a.txt", "a.TEXT", "a.md", "a.Markdown", "a.HTM", "a.xhtml"])
def test_suffixes_with_a_loader_are_supported_in_any_case(name: str, tmp_path: Path) -> None:
    assert supported(Path(name))
    assert written(tmp_path, name, "Words.").text == "Words."


@pytest.mark.parametrize("name", ["a.doc", "a", "a.txt.gz", ".txt"])
def test_other_suffixes_are_refused_and_the_known_ones_named(name: str, tmp_path: Path) -> None:
    assert not supported(Path(name))
    with pytest.raises(DocumentError, match=r"no loader.*\.md.*\.txt"):
        written(tmp_path, name, "Words.")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.txt: cannot be read \(No such file"):
        load(tmp_path / "gone.txt", "gone.txt")


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("Words.")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("whoever runs this may read everything (root); the circle of links below stands for it")
    with pytest.raises(DocumentError, match=r"secret\.txt: cannot be read \(Permission denied"):
        load(path, "secret.txt")


def test_a_circle_of_links_is_named(tmp_path: Path) -> None:
    path = tmp_path / "circle.txt"
    path.symlink_to(path)
    with pytest.raises(DocumentError, match=r"circle\.txt: cannot be read \(Too many levels"):
        load(path, "circle.txt")


def test_a_name_too_long_for_the_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        load(tmp_path / f"{'a' * 300}.txt", "a.txt")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    with pytest.raises(DocumentError, match=r"folder\.txt: cannot be read \(Is a directory"):
        load(folder, "folder.txt")


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    began = time.monotonic()
    with pytest.raises(DocumentError, match=r"pipe\.txt: not a regular file"):
        load(pipe, "pipe.txt")
    assert time.monotonic() - began < 5


def test_a_socket_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.txt"))
        with pytest.raises(DocumentError, match=r"socket\.txt: cannot be read"):
            load(tmp_path / "socket.txt", "socket.txt")


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        load(path, "large.txt")


@pytest.mark.parametrize("content", ["", "\n", " \t\r\n \u00a0\u2003", "\ufeff"])
def test_a_file_without_words_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"a\.txt: there is no text in it"):
        written(tmp_path, "a.txt", content)


def test_a_title_is_the_first_heading_of_markdown(tmp_path: Path) -> None:
    assert written(tmp_path, "a.md", "Intro words come before it.\n\n# The Title\n\nText.").title == "The Title"


def test_a_title_is_the_first_line_that_is_long_enough(tmp_path: Path) -> None:
    assert (
        written(tmp_path, "a.txt", "Sponsored By\n\nHow batteries are made\n\nText.").title == "How batteries are made"
    )
    assert written(tmp_path, "a.txt", "Short\n\nlines").title == "Short"


def test_a_long_title_is_cut_between_words() -> None:
    title = make_document("word " * 200, source="a.txt").title
    assert title.endswith("word …")
    assert len(title) <= TITLE_LENGTH + 2


def test_a_title_is_one_row_without_nul() -> None:
    assert make_document("words.", source="a.txt", title="").title == "words."
    assert make_document("one\0two  three\tfour five", source="a.txt").title == "one two three four five"


def test_a_document_without_a_title_is_called_by_its_file(tmp_path: Path) -> None:
    assert written(tmp_path, "mill.html", "<img alt=x><p>\u200b</p>").title in ("mill", "\u200b")


def test_headings_of_the_seeds_are_their_section_titles() -> None:
    document = load(SEEDS / "000_86ea15be24783647.txt", "000.txt")
    assert [words for _, words in words(document)] == [
        "China All-Solid-State Battery Collaborative Innovation Platform",
        "Primary purpose",
        "China’s dominance in the global battery market",
    ]


def test_plain_text_lines_that_are_sentences_bullets_or_names_under_quotes_are_no_headings() -> None:
    body = "This is a long paragraph that follows, with more than eighty characters so that it counts as one.\n"
    for line in ["A sentence ends here.", "- A bullet", "lower case line", "A, list, of, words", "“Quoted”", "A: b:"]:
        assert plain_headings(f"{line}\n{body}") == ()
    assert plain_headings(f"“We said so.”\nJane Doe\n{body}") == ()
    assert plain_headings(f"Jane Doe\n{body}") == (Heading(0, 8, 2),)


def test_markdown_headings_are_found_as_commonmark_sees_them(tmp_path: Path) -> None:
    source = (
        "# One #\n\nText\n\n### Three ###\n\nTwo\n---\n\nBig\nTitle\n=====\n\n> ## In a quote\n\n# C#\n\n#nothing\n"
    )
    source += "\n```\n# a comment\n```\n\n    # code\n\n##\n"
    document = written(tmp_path, "a.md", source)
    assert words(document) == [
        (1, "One"), (3, "Three"), (2, "Two"), (1, "Big\nTitle"), (2, "In a quote"), (1, "C#"),
    ]  # fmt: skip


def test_a_heading_with_a_long_gap_is_read_at_once() -> None:
    text = "# Title" + " " * 20_000 + "x\n"
    began = time.monotonic()
    assert markdown_headings(text) == (Heading(2, len(text) - 1, 1),)
    assert time.monotonic() - began < 2


def test_markdown_stays_as_it_was_written(tmp_path: Path) -> None:
    source = "# T\n\n*stars* & <b>tags</b> [link](http://example.org)\n"
    assert written(tmp_path, "a.md", source).text == source
