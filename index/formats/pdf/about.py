"""About: what a PDF says of itself, and what has to be said about it: why it cannot be read, what was left out."""

import re
from collections.abc import Collection

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from index.formats.draft import Refused, said
from index.formats.encoding import kind
from index.formats.pdf.headings import Entry


def opened(content: bytes) -> PdfDocument:
    """Return the PDF in `content`. Raises Refused where it is none, is encrypted or damaged as a whole."""
    if b"%PDF-" not in content[:1024]:
        looks = kind(content)
        raise Refused(
            "is no PDF" + (f" (it begins like {looks})" if looks else "") + "; give it the suffix of what it is."
        )
    try:
        return PdfDocument(content)
    except PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Refused("is encrypted; save it without a password and add it again.") from error
        raise Refused(f"is {'damaged' if ends(content) else 'truncated'}; save or fetch it again.") from error


def ends(content: bytes) -> bool:
    """Tell whether a PDF's last line is there."""
    return b"%%EOF" in content[-2048:]


def outline(pdf: PdfDocument) -> list[Entry]:
    """Return the entries of the outline that lead to a page; none where it is missing or damaged."""
    entries = []
    try:
        for mark in pdf.get_toc(max_depth=6):
            target = mark.get_dest()
            page = target.get_index() if target else None
            if page is not None:
                entries.append(Entry(mark.get_title(), page, mark.level + 1))
            if len(entries) >= 20_000:
                break
    except PdfiumError:
        return entries
    return entries


def wordless(pages: int, bad: dict[int, str], pictures: list[int]) -> str:
    """Return why a PDF has no words: its pages are damaged, are pictures, or are empty."""
    if bad:
        return f"cannot be read: {_pages(bad)} of {pages} damaged; save or fetch it again."
    if pictures:
        return f"is a scan without text (no words on {pages} page{'s' * (pages != 1)}); run OCR on it first."
    return "there is no text in it."


def notes(content: bytes, bad: dict[int, str], pictures: list[int]) -> tuple[str, ...]:
    """Return what was left out of a PDF of these bytes, as Draft.notes has it."""
    said_of = []
    if not ends(content):
        said_of.append("seems truncated (its end is missing); the pages that could be found were read.")
    for why in dict.fromkeys(bad.values()):
        numbers = [number for number, reason in bad.items() if reason == why]
        said_of.append(
            f"{_pages(numbers)} cannot be read ({why}) and {'was' if len(numbers) == 1 else 'were'} left out."
        )
    if pictures:
        said_of.append(
            f"{_pages(pictures)} {'is' if len(pictures) == 1 else 'are'} a picture without words; OCR may find some."
        )
    return tuple(said_of)


def _pages(numbers: Collection[int]) -> str:
    """Return page numbers in words, the first ten of them."""
    ordered = sorted(numbers)
    shown = ", ".join(str(number) for number in ordered[:10]) + (
        f" and {len(ordered) - 10} more" if len(ordered) > 10 else ""
    )
    return f"page {shown}" if len(ordered) == 1 else f"pages {shown}"


def facts(pdf: PdfDocument) -> dict[str, str]:
    """Return the metadata that a PDF states."""
    try:
        found = pdf.get_metadata_dict(skip_empty=True)
        language = pdf.get_language() if hasattr(pdf, "get_language") else None
    except PdfiumError:
        return {}
    date = found.get("CreationDate") or found.get("ModDate") or ""
    return said(
        title=_title(found.get("Title")),
        author=found.get("Author"),
        date=date.removeprefix("D:"),
        language=language,
        tags=found.get("Keywords"),
    )


def _title(title: str | None) -> str | None:
    """Return a title that a person gave; programs put names of files there."""
    if title is None or re.search(
        r"\.(?:docx?|tex|dvi|indd|pdf|qxd|ps|odt|rtf|html?)$|^(?:untitled|microsoft word)", title.strip(), re.I
    ):
        return None
    return title
