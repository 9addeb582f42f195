from pathlib import Path

import pytest

from index import DocumentError
from tests.index.formats.made import archive, document, docx, headings, paragraph

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>The Mill</dc:title><dc:creator>Jo Doe</dc:creator>"
    "<dcterms:created>2021-05-06T07:08:09Z</dcterms:created>"
    "</cp:coreProperties>"
)


def test_headings_paragraphs_and_lists_are_read(tmp_path: Path) -> None:
    body = (
        paragraph("The Mill", "Title")
        + paragraph("History", "Heading1")
        + paragraph("It is old.")
        + paragraph("one", bullet=True)
        + paragraph("two", bullet=True)
    )
    found = document(tmp_path, "a.docx", docx(body))
    assert found.text == "The Mill\n\nHistory\n\nIt is old.\n- one\n- two"
    assert headings(found) == [(1, "The Mill"), (1, "History")]


def test_tables_are_rows(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    found = document(tmp_path, "a.docx", docx(f"<w:tbl>{row('Mill', 'Built')}{row('Old', '1700')}</w:tbl>"))
    assert found.text == "Mill | Built\nOld | 1700"


def test_core_properties_are_metadata(tmp_path: Path) -> None:
    found = document(tmp_path, "a.docx", docx(paragraph("Words."), CORE))
    assert dict(found.metadata) == {"title": "The Mill", "author": "Jo Doe", "date": "2021-05-06"}
    assert found.title == "The Mill"


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"words", "is no DOCX; save it as one again"),
        (b"%PDF-1.4", "is no DOCX (it begins like a PDF)"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is encrypted, or of the old binary kind; save it without a password"),
        (archive({"a.txt": "words"}), "is no DOCX but another archive"),
        (docx(paragraph("Words."))[:-40], "is truncated or damaged; save or fetch it again"),
        (docx(""), "there is no text in it"),
        (
            docx(paragraph("Words."), **{"theme.xml": LAUGHS + "<x>&b;</x>"}),
            "declares entities in its part 'word/theme.xml'",
        ),
        (docx(paragraph("Words.").replace("</w:t>", "")), "cannot be read as DOCX"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        document(tmp_path, "a.docx", content)
    assert str(caught.value).startswith(f"{tmp_path / 'a.docx'}: {says}")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"'word/bomb.xml' \(a zip bomb\?\)"):
        document(tmp_path, "a.docx", docx(paragraph("Words."), **{"bomb.xml": b" " * 61_000_000}))
