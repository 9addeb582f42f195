"""PDF: pages in order, each read by columns, without running heads, its paragraphs whole. PDFium reads the file."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from index.formats.draft import Draft, Refused, Writer, shorten
from index.formats.pdf import about, drawing, places
from index.formats.pdf.columns import columns
from index.formats.pdf.edges import AWAY, furniture
from index.formats.pdf.headings import TRUSTED, by_outline, largest, style
from index.formats.pdf.lines import Line, Run, rows, runs_of
from index.formats.pdf.paragraphs import blocks
from index.formats.picture import Picture, Wanted

MAX_PAGES = 10_000

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

BLANK = Line((Run(" ", 0.0, 0.0, 0.0, 0.0, 0.0),))
"""Stands for a line that was dropped, so that the places of the others stay."""

Columns = list[list[Line]]
"""A page: its columns in reading order, each from top to bottom."""

Levels = dict[tuple[int, int], int]

Progress = Callable[[int], None]
"""Is told the number, from 1, of the page that is read next."""


def read(content: bytes, at: Progress = lambda _: None, leave_out: Collection[int] = ()) -> Draft:
    """Return the Draft of a PDF. Pages that cannot be read, and those to `leave_out` (from 1), are left out and noted.

    Raises Refused for what is no PDF, is encrypted, is damaged as a whole, or has no words.
    """
    pdf = about.opened(content)
    try:
        if len(pdf) > MAX_PAGES:
            raise Refused(f"has more than {MAX_PAGES:,} pages; split it into parts.")
        bad: dict[int, str] = dict.fromkeys(leave_out, "stops the reader")
        pictures: list[int] = []
        pages: list[Columns] = []
        for number in range(1, len(pdf) + 1):
            at(number)
            try:
                pages.append([] if number in bad else _columns(pdf, number, pictures))
            except PdfiumError:
                bad[number] = "is damaged"
                pages.append([])
        at(0)
        out = Writer()
        _write(pdf, pages, out)
        if not out.length:
            raise Refused(about.wordless(len(pages), bad, pictures))
        metadata = about.facts(pdf)
        title = shorten(metadata.get("title") or largest(_lines(pages[0])))
        notes = about.notes(content, bad, pictures)
        return Draft(out.text(), tuple(out.headings), out.page_starts(), title, metadata, notes)
    finally:
        pdf.close()


def picture(content: bytes, wanted: Wanted) -> Picture:
    """Return the picture of a page with words framed, where it is certain for each of them where the page shows it.

    Raises Refused as `read` does, and where there is no such page or it cannot be drawn.
    """
    pdf = about.opened(content)
    try:
        if not 1 <= wanted.page <= len(pdf):
            raise Refused(f"has no page {wanted.page}.")
        known = places.aligned(_kept(pdf, wanted.page), wanted.text)
        numbers = places.numbers(known, wanted.text, wanted.place)
        page = pdf[wanted.page - 1]
        try:
            return drawing.drawn(page, numbers, around=wanted.around)
        finally:
            page.close()
    except PdfiumError as error:
        raise Refused(f"has a page {wanted.page} that cannot be drawn.") from error
    finally:
        pdf.close()


def _kept(pdf: PdfDocument, number: int) -> list[Line]:
    """Return the lines that the text of a page was made of, in order: without what repeats on pages nearby."""
    flat: list[list[Line]] = [[] for _ in range(len(pdf))]
    for near in range(max(1, number - AWAY), min(len(pdf), number + AWAY) + 1):
        try:
            flat[near - 1] = _lines(_columns(pdf, near, [], placed=near == number))
        except PdfiumError:
            continue  # as `read` does
    dropped = furniture(flat)[number - 1]
    return [line for place, line in enumerate(flat[number - 1]) if place not in dropped]


def _columns(pdf: PdfDocument, number: int, pictures: list[int], placed: bool = False) -> Columns:
    """Return the lines of the page `number`, by column; one that has pictures and no words is put into `pictures`."""
    page = pdf[number - 1]
    try:
        groups = runs_of(page, placed)
        if not groups and any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
            pictures.append(number)
        return [rows(column) for group in groups for column in columns(group)]
    finally:
        page.close()


def _lines(page: Columns) -> list[Line]:
    return [line for column in page for line in column]


def _write(pdf: PdfDocument, pages: Sequence[Columns], out: Writer) -> None:
    """Write the pages to `out`, without what repeats at their edges."""
    flat = [_lines(page) for page in pages]
    dropped = furniture(flat)
    levels = _levels(pdf, flat, dropped)
    words = _words(line for page in flat for line in page)
    for number, page in enumerate(pages):
        out.page()
        place = 0
        for column in page:
            kept = [other for other in range(place, place + len(column)) if other not in dropped[number]]
            place += len(column)
            lines = [flat[number][other] for other in kept]
            for block in blocks(lines, [levels.get((number, other)) for other in kept], words.__contains__):
                if block.level:
                    out.heading(block.text, block.level)
                else:
                    out.block(block.text, "\n" if block.close and out.length > out.pages[-1] else "\n\n")


def _words(lines: Iterable[Line]) -> set[str]:
    """Return the words that stand whole in the lines, compounds as one; not the pieces that line ends make."""
    found: set[str] = set()
    divided = False
    for line in lines:
        words = WORD.findall(line.text.casefold())
        whole = words[1:] if divided else words
        divided = line.text.endswith("-")
        found.update(whole[:-1] if divided else whole)
    return found


def _levels(pdf: PdfDocument, flat: Sequence[Sequence[Line]], dropped: Sequence[set[int]]) -> Levels:
    """Return the level of every line that is a heading, by its page and place, both from 0."""
    kept = [
        [line if place not in gone else BLANK for place, line in enumerate(page)]
        for page, gone in zip(flat, dropped, strict=True)
    ]
    found, share = by_outline(about.outline(pdf), kept)
    if share >= TRUSTED and len(found) >= 3:
        return found
    look = style(flat)
    for number, page in enumerate(kept):
        for place, line in enumerate(page):
            level = look.level(line)
            if level is not None:
                found.setdefault((number, place), level)
    return found
