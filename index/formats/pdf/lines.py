"""Lines: the characters of a PDF page -> the runs that stand together, and the lines that runs make."""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

from index.formats.pdf.fonts import look
from index.formats.pdf.signs import HYPHENS, LOWERED, RAISED, drawn

GAP = 1.6
"""Blanks wider than this many times the size of the letters part cells and columns, narrower ones part words."""

BLANK = 0.12
"""Letters that stand this share of their size farther apart than those before them are two words where PDFium supposes
a blank that is not drawn, and twice this share where it does not: it errs where letters are set wide."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand together in one row: a line, a column's line or a table's cell. Points, y upwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    fixed: bool = False
    order: int = 0
    """Its place in the order that the file draws in."""
    places: tuple[int, ...] = ()
    """Where asked for: the number PDFium gives the character that each of `text` is drawn by, -1 for a blank."""


@dataclass(frozen=True)
class Line:
    """Runs in one row of a column, from left to right."""

    runs: tuple[Run, ...]

    @cached_property
    def x0(self) -> float:
        """The left edge."""
        return self.runs[0].x0

    @cached_property
    def x1(self) -> float:
        """The right edge."""
        return max(run.x1 for run in self.runs)

    @cached_property
    def y0(self) -> float:
        """The lower edge."""
        return min(run.y0 for run in self.runs)

    @cached_property
    def y1(self) -> float:
        """The upper edge."""
        return max(run.y1 for run in self.runs)

    @cached_property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.runs, key=lambda run: len(run.text)).size

    @cached_property
    def text(self) -> str:
        """Its words, runs parted by a space."""
        return " ".join(run.text for run in self.runs)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(run.bold for run in self.runs)

    @property
    def fixed(self) -> bool:
        """Whether it is set in a font of one width, as code is."""
        return all(run.fixed for run in self.runs)


def runs_of(page: PdfPage, placed: bool = False) -> list[list[Run]]:
    """Return the runs of a page, by the direction they are read in: the page's own first, what is turned after it.

    Runs that are turned by no quarter (watermarks) and runs outside the page are left out. Where they are to be
    `placed`, each knows its places.
    """
    textpage = page.get_textpage()
    try:
        runs = _Reading(textpage, placed).runs()
    finally:
        textpage.close()
    left, bottom, right, top = page.get_bbox()
    turned: dict[int, list[Run]] = {}
    for run, angle in runs:
        quarter = -round(angle / (math.pi / 2)) % 4  # PDFium counts with the clock
        slant = abs(angle - round(angle / (math.pi / 2)) * math.pi / 2)
        inside = run.x1 > left and run.x0 < right and run.y1 > bottom and run.y0 < top
        if slant < 0.1 and inside and run.text.strip():
            turned.setdefault(quarter, []).append(_upright(run, quarter))
    return sorted(turned.values(), key=lambda group: -sum(len(run.text) for run in group))


def _upright(run: Run, quarter: int) -> Run:
    """Return `run` as it lies once the page is turned so that it reads from left to right."""
    if quarter == 1:
        return replace(run, x0=run.y0, x1=run.y1, y0=-run.x1, y1=-run.x0)
    if quarter == 2:
        return replace(run, x0=-run.x1, x1=-run.x0, y0=-run.y1, y1=-run.y0)
    if quarter == 3:
        return replace(run, x0=-run.y1, x1=-run.y0, y0=run.x0, y1=run.x1)
    return run


class _Reading:
    """Walks the characters of a page in PDFium's order and cuts them into runs."""

    def __init__(self, textpage: PdfTextPage, placed: bool) -> None:
        self.placed = placed
        self.count = textpage.count_chars()
        self.page = textpage.raw
        self.box = pdfium.FS_RECTF()
        self.matrix = pdfium.FS_MATRIX()
        self.name = ctypes.create_string_buffer(200)
        self.flags = ctypes.c_int()
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.found: list[tuple[Run, float]] = []
        self.height = self.size = 0.0
        self._start()

    def _start(self) -> None:
        self.letters: list[tuple[str, int]] = []
        self.sizes: Counter[float] = Counter()
        self.first = self.last = self.level = -1
        self.edges = (0.0, 0.0, 0.0, 0.0)
        self.reach = self.full = self.angle = self.pace = 0.0
        self.aslant = self.turned = self.blank = self.supposed = False

    def runs(self) -> list[tuple[Run, float]]:
        """Return every run and the angle it is turned by, in radians."""
        unicode, box_of, page, box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox, self.page, self.box
        for place in range(self.count):
            code = unicode(page, place)
            sign = chr(code) if 0 < code < 0x110000 else " "
            if sign in "\r\n":
                self._end()
            elif sign.isspace():
                drawn = self.aslant or not pdfium.FPDFText_IsGenerated(page, place)
                self.blank, self.supposed = self.blank or drawn, not drawn
            elif box_of(page, place, box):
                self._take(place, sign, box.left, box.bottom, box.right, box.top)
        self._end()
        return self.found

    def _take(self, place: int, sign: str, left: float, low: float, right: float, high: float) -> None:
        height = right - left if self.turned else high - low
        if height != self.height or not self.letters:
            self.height, self.size = height, self._size(place)
        x0, y0, x1, y1 = self.edges
        gap = 0.0
        if self.letters:
            gap, jump = (
                (0.0, abs(left + right - x0 - x1)) if self.turned else (left - self.reach, abs(low + high - y0 - y1))
            )
            thick = x1 - x0 if self.turned else y1 - y0
            if gap > GAP * self.size or gap < -3 * self.size or jump > 1.5 * max(thick, 1.0):
                self._end()
            else:
                least = self.pace + (BLANK if self.supposed else 2 * BLANK) * self.size
                if self.blank or gap > least:
                    self.letters.append((" ", -1))
                    gap = self.pace
                if sign.isdigit() and self.size < 0.8 * self.full and not self.aslant:
                    sign = sign.translate(self._shift(place))
                if self.size >= 0.8 * self.full:
                    self.level, self.full = place, self.size
                    y0, y1 = min(y0, low), max(y1, high)
                self.edges = (
                    min(x0, left),
                    min(y0, low) if self.turned else y0,
                    max(x1, right),
                    max(y1, high) if self.turned else y1,
                )
        if not self.letters:
            self._start()
            gap = 0.0
            self.first = self.level = place
            self.full, self.edges = self.size, (left, low, right, high)
            self.angle = float(pdfium.FPDFText_GetCharAngle(self.page, place))
            self.aslant, self.turned = abs(math.sin(self.angle / 2)) > 0.1, abs(math.sin(self.angle)) > 0.5
        self.letters.append(("-" if sign in HYPHENS else sign, place))
        self.sizes[self.size] += 1
        self.blank = self.supposed = False
        self.last, self.reach, self.pace = place, right, max(0.0, gap)

    def _size(self, place: int) -> float:
        size = float(pdfium.FPDFText_GetFontSize(self.page, place))
        pdfium.FPDFText_GetMatrix(self.page, place, self.matrix)
        return size * math.hypot(self.matrix.c, self.matrix.d) or 1.0

    def _shift(self, place: int) -> dict[int, int]:
        """Return the signs for a small digit: raised, lowered, or as it is on the line."""
        off = self._baseline(place) - self._baseline(self.level)
        return RAISED if off > 0.15 * self.full else LOWERED if off < -0.08 * self.full else {}

    def _baseline(self, place: int) -> float:
        pdfium.FPDFText_GetCharOrigin(self.page, place, self.x, self.y)
        return float(self.y.value)

    def _end(self) -> None:
        if self.letters:
            text, places = drawn(self.letters)
            bold, fixed = self._font(self.first)
            if self.last - self.first > 1:
                bold_last, fixed_last = self._font(self.last)
                bold, fixed = bold and bold_last, fixed and fixed_last
            if text:
                size = self.sizes.most_common(1)[0][0]
                run = Run(text, *self.edges, size, bold, fixed, len(self.found), places if self.placed else ())
                self.found.append((run, self.angle))
        self._start()

    def _font(self, place: int) -> tuple[bool, bool]:
        """Return whether the font of a character is bold, and of one width."""
        pdfium.FPDFText_GetFontInfo(self.page, place, self.name, len(self.name), self.flags)
        return look(self.name.value.decode("utf-8", "replace"), self.flags.value)


def rows(runs: Sequence[Run]) -> list[Line]:
    """Return the lines that the runs of one column make, from top to bottom."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-(run.y0 + run.y1) / 2, run.x0)):
        middle = (run.y0 + run.y1) / 2
        for line in reversed(lines[-3:]):
            low, high = median(other.y0 for other in line), median(other.y1 for other in line)
            overlap = min(high, run.y1) - max(low, run.y0)
            if overlap > 0.5 * min(high - low, run.y1 - run.y0) and low <= middle <= high:
                line.append(run)
                break
        else:
            lines.append([run])
    return [Line(_joined(sorted(line, key=lambda run: run.x0))) for line in lines]


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    """Join the runs of a line that no wide blank parts, and a bullet with what it stands before."""
    kept: list[Run] = []
    for run in runs:
        if kept:
            before = kept[-1]
            gap = run.x0 - before.x1
            marks = len(kept) == 1 and re.fullmatch(r"[•–—*·-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]", before.text)
            if gap <= GAP * max(run.size, before.size) or (marks and gap < 5 * run.size):
                blank = " " if gap > 0.15 * run.size or marks else ""
                kept[-1] = Run(
                    f"{before.text}{blank}{run.text}",
                    before.x0,
                    min(before.y0, run.y0),
                    max(before.x1, run.x1),
                    max(before.y1, run.y1),
                    max((before, run), key=lambda one: len(one.text)).size,
                    before.bold and run.bold,
                    before.fixed and run.fixed,
                    before.order,
                    (*before.places, *(-1 for _ in blank), *run.places) if before.places else (),
                )
                continue
        kept.append(run)
    return tuple(kept)
