from pathlib import Path

import pytest

from index import DocumentError
from tests.index.formats.made import archive, document, epub, headings, loaded

DC = (
    "<dc:title>The Mill</dc:title><dc:creator>Jo Doe</dc:creator><dc:creator>Al Roe</dc:creator>"
    "<dc:date>2020-02-03</dc:date><dc:language>en</dc:language>"
)


def test_chapters_follow_the_spine_without_the_table_of_contents(tmp_path: Path) -> None:
    found = document(tmp_path, "a.epub", epub(["<h1>One</h1><p>First.</p>", "<h1>Two</h1><p>Second.</p>"]))
    assert found.text == "One\n\nFirst.\n\nTwo\n\nSecond."
    assert headings(found) == [(1, "One"), (1, "Two")]


def test_the_package_says_title_authors_date_and_language(tmp_path: Path) -> None:
    found = document(tmp_path, "a.epub", epub(["<p>First.</p>"], DC))
    assert dict(found.metadata) == {
        "title": "The Mill",
        "author": "Jo Doe, Al Roe",
        "date": "2020-02-03",
        "language": "en",
    }


def test_a_chapter_that_is_missing_is_noted_and_the_rest_kept(tmp_path: Path) -> None:
    content = epub(["<p>First.</p>", "<p>Second.</p>"]).replace(b"EPUB/c0.xhtml", b"EPUB/cX.xhtml")
    found = loaded(tmp_path, "a.epub", content)
    assert found.document.text == "Second."
    note = "chapter 'EPUB/c0.xhtml' was left out: it lacks its part 'EPUB/c0.xhtml'; save it again."
    assert found.notes == (f"{tmp_path / 'a.epub'}: {note}",)


LOCKED = '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]>"
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"words", "is no EPUB; save it as one again"),
        (archive({"a.txt": "words"}), "is no EPUB but another archive"),
        (epub(["<p>First.</p>"])[:-40], "is truncated or damaged"),
        (epub([]), "names no chapters to read"),
        (epub(["<img/>"]), "there is no text in it"),
        (
            epub(["<p>x</p>"], **{"META-INF/encryption.xml": LOCKED}),
            "is encrypted (copy protection); add a copy without it",
        ),
        (epub(["<p>x</p>"], **{"EPUB/book.opf": f"{LAUGHS}<package>&m;</package>"}), "names no chapters"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        document(tmp_path, "a.epub", content)
    assert str(caught.value).startswith(f"{tmp_path / 'a.epub'}: {says}")


def test_a_zip_bomb_is_left_out(tmp_path: Path) -> None:
    content = epub(["<p>First.</p>", "<p>Second.</p>"], **{"EPUB/c0.xhtml": b" " * 61_000_000})
    found = loaded(tmp_path, "a.epub", content)
    assert found.document.text == "Second."
    assert "zip bomb" in found.notes[0]
