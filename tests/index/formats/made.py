"""Small files of each format, made here so that each test says what stands in its own."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from index import Document
from index.formats import Loaded, read

FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}

Piece = tuple[float, float, str] | tuple[float, float, str, float] | tuple[float, float, str, float, str]
"""x and y in points from the lower left, words, and where they matter the size and the font."""


def pdf(
    pages: Sequence[Sequence[Piece] | bytes],
    info: str = "",
    outline: Sequence[tuple[str, int]] = (),
    trailer: str = "",
    forms: Sequence[bytes] = (),
) -> bytes:
    """Return a PDF whose pages hold pieces of text, or a content stream as it stands, which may draw /X0 of `forms`."""
    objects = ["<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>", "", f"<< {info} >>", ""]
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
        for name, font in FONTS.items()
    )
    drawn = " ".join(f"/X{n} {5 + n} 0 R" for n in range(len(forms)))
    for form in forms:
        objects.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Length {len(form)} "
            f"/Resources << /Font << {fonts} >> /XObject << {drawn} >> >> >>\nstream\n{form.decode()}\nendstream"
        )
    kids = []
    for page in pages:
        stream = page if isinstance(page, bytes) else b"\n".join(_shown(*piece) for piece in page)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream.decode('latin-1')}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << {fonts} >> /XObject << {drawn} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    first = len(objects) + 1
    marks = len(outline)
    objects[3] = f"<< /Count {marks} " + (f"/First {first} 0 R /Last {first + marks - 1} 0 R" if marks else "") + " >>"
    for place, (title, page) in enumerate(outline):
        follow = f"/Next {first + place + 1} 0 R" if place + 1 < marks else ""
        objects.append(f"<< /Title ({title}) /Parent 4 0 R /Dest [{kids[page]} /Fit] {follow} >>")
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{place:010} 00000 n \n".encode() for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R {trailer} >>"
    out.write(f"{trailer}\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _shown(x: float, y: float, words: str, size: float = 10, font: str = "F1") -> bytes:
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET".encode("cp1252")


def column(x: float, y: float, *lines: str, size: float = 10, font: str = "F1") -> list[Piece]:
    """Return lines of text one below the other."""
    return [(x, y - 1.2 * size * place, line, size, font) for place, line in enumerate(lines)]


def archive(parts: dict[str, str | bytes]) -> bytes:
    """Return a zip archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, core: str = "", **more: str | bytes) -> bytes:
    """Return a Word document with this body; `more` are further parts under word/."""
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return archive(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
            f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Heading1">'
            '<w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="Title">'
            '<w:name w:val="Title"/></w:style></w:styles>',
            "word/numbering.xml": f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
            '<w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/>'
            "</w:num></w:numbering>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
            f'<Relationship Id="r1" Type="{relations}/styles" Target="styles.xml"/>'
            f'<Relationship Id="r2" Type="{relations}/numbering" Target="numbering.xml"/></Relationships>',
            **({"docProps/core.xml": core} if core else {}),
            **{f"word/{name}": content for name, content in more.items()},
        }
    )


def paragraph(words: str, style: str = "", bullet: bool = False) -> str:
    """Return a paragraph of Word."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if bullet else ""
    return f"<w:p><w:pPr>{named}{listed}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def epub(chapters: Sequence[str], metadata: str = "", **more: str | bytes) -> bytes:
    """Return a book of these chapters, which are given as the insides of their bodies."""
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="EPUB/book.opf"/></rootfiles></container>',
            "EPUB/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata><manifest>'
            f'<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}'
            f'</manifest><spine><itemref idref="nav"/>{spine}</spine></package>',
            "EPUB/nav.xhtml": "<html><body><nav><ol><li>Contents</li></ol></nav></body></html>",
            **{
                f"EPUB/c{n}.xhtml": '<?xml version="1.0" encoding="utf-8"?>'
                f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{chapter}</body></html>'
                for n, chapter in enumerate(chapters)
            },
            **more,
        }
    )


def loaded(folder: Path, name: str, content: str | bytes) -> Loaded:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, name)


def document(folder: Path, name: str, content: str | bytes) -> Document:
    """Write a file and load it."""
    return loaded(folder, name, content).document


def headings(document: Document) -> list[tuple[int, str]]:
    """Return the levels and words of a document's headings."""
    return [(heading.level, document.text[heading.start : heading.end]) for heading in document.headings]
