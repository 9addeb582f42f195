"""Passage: a slice of a document, the unit that is embedded, retrieved and read."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.document import Document
from index.sentences import BULLET, blocks, sentences

TARGET = 700
"""Characters a passage is filled to: about 150 tokens, what the reader was trained on."""
LIMIT = 1000
"""Characters no passage exceeds."""
SECTION = 240
"""A heading opens a new passage once the one before it has this many characters."""


@dataclass(frozen=True, slots=True)
class Passage:
    """text[start:end] of a document, in code points; never a copy, never cleaned."""

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Hold the invariant."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"A passage must have a length: {self.start}-{self.end}.")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence (or a piece of an endless one), and how it stands."""

    start: int
    end: int
    opens_block: bool
    heading: bool
    bullet: bool
    page: int


def split(document: Document) -> tuple[Passage, ...]:
    """Return the passages of `document`, in order, covering every character but blanks.

    No passage goes on over the start of a page. Passages break at headings first, then between
    paragraphs, then between sentences; the bullets of a list stay with the line that introduces
    them as far as LIMIT allows.
    """
    passages: list[Passage] = []
    units: list[_Unit] = []
    for unit in _units(document):
        if units and _breaks(units, unit):
            passages.append(Passage(document.id, units[0].start, units[-1].end))
            units = []
        units.append(unit)
    if units:
        passages.append(Passage(document.id, units[0].start, units[-1].end))
    return tuple(passages)


def _breaks(units: list[_Unit], unit: _Unit) -> bool:
    """Tell whether a new passage begins at `unit`."""
    length = units[-1].end - units[0].start
    joined = unit.end - units[0].start
    if joined > LIMIT or unit.page != units[-1].page:
        return True
    if units[-1].heading or unit.bullet:
        return False
    if unit.heading:
        return length >= SECTION
    return joined > TARGET and (unit.opens_block or joined > (TARGET + LIMIT) // 2)


def _units(document: Document) -> Iterator[_Unit]:
    text = document.text
    headings = set(document.heading_starts)
    for block_start, block_end in _within_pages(document):
        for start, end in sentences(text, block_start, block_end):
            for piece_start, piece_end in _pieces(text, start, end):
                first = piece_start == block_start
                yield _Unit(
                    piece_start,
                    piece_end,
                    opens_block=first,
                    heading=first and any(start in headings for start in range(block_start, block_start + 9)),
                    bullet=first and BULLET.match(text[piece_start : piece_start + 80]) is not None,
                    page=bisect_right(document.pages, piece_start),
                )


def _within_pages(document: Document) -> Iterator[tuple[int, int]]:
    """Yield the blocks of `document`, those that go on over the start of a page cut there."""
    pages, text = document.pages, document.text
    for start, end in blocks(text):
        for page in pages[bisect_right(pages, start) : bisect_right(pages, end - 1)]:
            first = start + len(text[start:page].rstrip())
            if first > start:
                yield start, first
            start = page + len(text[page:end]) - len(text[page:end].lstrip())
        if start < end:
            yield start, end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield text[start:end] whole, or cut at blanks into pieces of at most LIMIT characters."""
    while end - start > LIMIT:
        cut = max((text.rfind(blank, start + LIMIT // 2, start + LIMIT) for blank in " \n\t"), default=-1)
        cut = cut if cut > start else start + LIMIT
        piece_end = start + len(text[start:cut].rstrip())
        if piece_end > start:
            yield start, piece_end
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    if start < end:
        yield start, end
