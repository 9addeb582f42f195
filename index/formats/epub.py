"""EPUB: the pages of a book in the order of its spine, each read as HTML."""

import posixpath
import re
from urllib.parse import unquote

from lxml.etree import _Element as Element

from index.formats.archive import Archive
from index.formats.draft import Draft, Refused, Writer, said, shorten
from index.formats.encoding import decode
from index.formats.flow import inside, name_of, write
from index.formats.html import parse

CONTAINER = "META-INF/container.xml"
FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Fonts are scrambled, not encrypted: the words are there to read."""


def read(content: bytes) -> Draft:
    """Return the Draft of a book; a chapter that cannot be read is left out and noted. Raises Refused for no EPUB."""
    archive = Archive(content, "EPUB")
    if CONTAINER not in archive.names:
        raise Refused("is no EPUB but another archive; give it the suffix of what it is.")
    if _encrypted(archive):
        raise Refused("is encrypted (copy protection); add a copy without it.")
    place = next((e.get("full-path") or "" for e in archive.xml(CONTAINER).iter() if name_of(e) == "rootfile"), "")
    package = archive.xml(place)
    out, notes = Writer(), []
    for name in _spine(package, posixpath.dirname(place)):
        try:
            page, guessed = decode(archive.part(name), markup=True)
            root, left_out = parse(page)
        except Refused as refused:
            notes.append(f"chapter {name!r} was left out: it {refused}")
            continue
        for element in inside(root):
            if name_of(element) == "body":
                write(element, out)
        notes.extend(f"chapter {name!r} {note}" for note in (*guessed, *left_out))
    metadata = _facts(package)
    return Draft(out.text(), tuple(out.headings), (), shorten(metadata.get("title", "")), metadata, tuple(notes))


def _encrypted(archive: Archive) -> bool:
    name = "META-INF/encryption.xml"
    if name not in archive.names:
        return False
    methods = [e.get("Algorithm") for e in archive.xml(name).iter() if name_of(e) == "encryptionmethod"]
    return any(method not in FONTS for method in methods)


def _spine(package: Element, folder: str) -> list[str]:
    """Return the names of the parts that the book is read in, its table of contents left out."""
    parts = {}
    for element in package.iter():
        page = name_of(element) == "item" and "html" in (element.get("media-type") or "")
        if page and "nav" not in (element.get("properties") or "").split():
            href = unquote((element.get("href") or "").partition("#")[0])
            parts[element.get("id")] = posixpath.normpath(posixpath.join(folder, href))
    order = [element.get("idref") for element in package.iter() if name_of(element) == "itemref"]
    names = list(dict.fromkeys(parts[idref] for idref in order if idref in parts))
    if not names:
        raise Refused("names no chapters to read; save it again as EPUB.")
    return names


def _facts(package: Element) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for element in package.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{http://purl.org/dc/elements/1.1/}"):
            found.setdefault(name_of(element), []).append("".join(element.itertext()).strip())
    first = {name: values[0] for name, values in found.items()}
    address = next((value for value in found.get("source", []) if re.match(r"https?://", value)), None)
    return said(
        title=first.get("title"),
        author=", ".join(found.get("creator", [])),
        date=first.get("date"),
        language=first.get("language"),
        tags=",".join(found.get("subject", [])),
        url=address,
    )
