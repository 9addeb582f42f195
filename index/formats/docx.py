"""DOCX: mammoth makes HTML of Word's paragraphs, lists, tables and notes, and the flow makes text of that."""

import io

import mammoth
from lxml import etree

from index.formats.archive import Archive
from index.formats.draft import Draft, Refused, Writer, said, shorten
from index.formats.flow import write
from index.formats.html import parse
from index.metadata import day

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
"""
"""Word's styles that mammoth does not map by itself."""

BODY = "word/document.xml"


def read(content: bytes) -> Draft:
    """Return the Draft of a Word document. Raises Refused for what is none."""
    archive = Archive(content, "DOCX")
    if "EncryptedPackage" in archive.names:
        raise Refused("is encrypted; save it without a password and add it again.")
    if "[Content_Types].xml" not in archive.names:
        raise Refused("is no DOCX but another archive; give it the suffix of what it is.")
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            _without_entities(archive.part(name), name)
    try:
        page = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
            external_file_access=False,
        ).value
    except RecursionError as error:
        raise Refused("is nested too deeply to be read; save it again with a current program.") from error
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(f"cannot be read as DOCX ({type(error).__name__}: {error}); save it again.") from error
    out = Writer()
    notes: tuple[str, ...] = ()
    if page.strip():
        root, notes = parse(page)
        write(root, out)
    metadata = _core(archive)
    return Draft(out.text(), tuple(out.headings), (), shorten(metadata.get("title", "")), metadata, notes)


def _without_entities(part: bytes, name: str) -> None:
    """Raise Refused where an XML part declares entities: no Word document does, and a billion laughs begin so."""
    if b"<!ENTITY" in part or b"<!DOCTYPE" in part:
        raise Refused(f"declares entities in its part {name!r}, which no Word document does; save it again.")


def _core(archive: Archive) -> dict[str, str]:
    name = "docProps/core.xml"
    if name not in archive.names:
        return {}
    found: dict[str, str] = {}
    for element in archive.xml(name):
        if isinstance(element.tag, str):
            found.setdefault(etree.QName(element).localname, (element.text or "").strip())
    return said(
        title=found.get("title"),
        author=found.get("creator"),
        date=day(found.get("created")) or found.get("modified"),
        language=found.get("language"),
        tags=found.get("keywords"),
    )
