"""Parse: the bytes of a file of a media type -> a Draft."""

from collections.abc import Callable, Collection

from index.formats import markdown, text
from index.formats.draft import Draft

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
}

PLAIN = ("text/plain", "text/markdown")
"""Read where they are; whatever else may hold more than it seems is read in the sandbox."""


def parse(
    media_type: str, content: bytes, at: Callable[[int], None] = lambda _: None, leave_out: Collection[int] = ()
) -> Draft:
    """Return the Draft of `content`; `at` and `leave_out` are for the pages of a PDF. Raises Refused."""
    # What reads a format is imported when the first file of it comes: a library of notes needs no PDFium.
    if media_type == "application/pdf":
        from index.formats import pdf

        return pdf.read(content, at, leave_out)
    if media_type == "text/html":
        from index.formats import html

        return html.read(content)
    if media_type == "application/epub+zip":
        from index.formats import epub

        return epub.read(content)
    if media_type == MEDIA_TYPES[".docx"]:
        from index.formats import docx

        return docx.read(content)
    return markdown.read(content) if media_type == "text/markdown" else text.read(content)
