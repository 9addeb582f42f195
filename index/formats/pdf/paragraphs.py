"""Paragraphs: the lines of a column -> paragraphs, rows of tables, code and headings."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.formats.pdf.lines import Line, Run
from index.formats.tables import joined
from index.sentences import BULLET

LEADERS = re.compile(r"\s*(?:\.\s?){4,}\s*(\d+|[ivxlc]+)$")
"""The dots of a table of contents, and the page they lead to."""

SHARED = frozenset("and or und oder sowie bzw".split())
"""Words after a hyphen that stands for a part of the next compound: two- and threefold."""

Words = Callable[[str], bool]
"""Tells whether a word stands somewhere in the document, in small letters."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a table, a piece of code or a heading (`level` from 1); `close` where a list goes on."""

    text: str
    level: int = 0
    close: bool = False


@dataclass(slots=True)
class _Column:
    """What a column's lines are measured by, in points."""

    left: float
    right: float
    pitch: float


def blocks(lines: Sequence[Line], levels: Sequence[int | None], known: Words) -> Iterator[Block]:
    """Yield the blocks that the lines of one column make; `levels` tells which lines are headings."""
    if not lines:
        return
    gaps = [above.y0 - below.y0 for above, below in pairwise(lines)]
    fitting = [gap for gap, line in zip(gaps, lines, strict=False) if 0 < gap < 2.2 * line.size]
    column = _Column(
        min(line.x0 for line in lines),
        max(line.x1 for line in lines),
        median(fitting) if fitting else 1.2 * lines[0].size,
    )
    tabular = _tabular(lines, column)
    start, lists = 0, False
    while start < len(lines):
        end = start + 1
        if levels[start] is not None:
            while end < len(lines) and end - start < 3 and _heading_goes_on(lines, levels, end):
                end += 1
            yield Block(_prose(lines[start:end], known), levels[start] or 1)
        elif tabular[start]:
            while end < len(lines) and tabular[end] and levels[end] is None:
                end += 1
            yield Block("\n".join(_table(lines[start:end])))
        elif lines[start].fixed:
            while end < len(lines) and lines[end].fixed and levels[end] is None and not tabular[end]:
                end += 1
            yield Block("\n".join(_code(lines[start:end], column.left)))
        else:
            while (
                end < len(lines)
                and levels[end] is None
                and not tabular[end]
                and not lines[end].fixed
                and not _opens(lines, start, end, column)
            ):
                end += 1
            text = _prose(lines[start:end], known)
            listed = BULLET.match(text) is not None or LEADERS.search(text) is not None
            yield Block(LEADERS.sub(r" … \1", text), close=listed and lists)
            lists = listed or text.endswith(":")
            start = end
            continue
        lists = False
        start = end


def _heading_goes_on(lines: Sequence[Line], levels: Sequence[int | None], end: int) -> bool:
    """Tell whether a heading goes on in the line at `end`: of the same size, near, without a number of its own."""
    above, below = lines[end - 1], lines[end]
    return (
        levels[end] == levels[end - 1]
        and abs(above.size - below.size) < 0.6
        and above.bold == below.bold
        and 0 < above.y0 - below.y0 < 1.6 * above.size
        and not re.match(r"\d|chapter|appendix|part ", below.text, re.I)
    )


def _opens(lines: Sequence[Line], start: int, place: int, column: _Column) -> bool:
    """Tell whether a new paragraph begins at `place`, after the one that began at `start`."""
    above, line = lines[place - 1], lines[place]
    gap = above.y0 - line.y0
    if (
        LEADERS.search(above.text)
        or gap > 1.45 * column.pitch
        or gap < 0
        or abs(above.size - line.size) > 1.2
        or BULLET.match(line.text)
    ):
        return True
    if line.bold != above.bold:
        return True
    short = above.x1 < column.right - 0.18 * (column.right - column.left)
    ended = above.text.rstrip().endswith((".", "!", "?", ":", "”", '"'))
    if short and (ended or line.text[:1].isupper()):
        return True
    half = above.x1 < column.left + 0.6 * (column.right - column.left)
    even = abs(above.x1 - line.x1) < 3 or (place - start > 1 and abs(above.x1 - lines[place - 2].x1) < 3)
    if half and not even and not above.text.endswith("-"):
        return True  # lines that end half-way each stand for themselves; beside a picture they end alike
    if place - start > 1 and line.x0 < above.x0 - 0.8 * line.size:
        return True  # the first line of an item whose other lines hang
    indented = line.x0 > above.x0 + 0.8 * line.size and line.x0 > column.left + 0.8 * line.size
    return indented and ended and not BULLET.match(above.text)


def _prose(lines: Sequence[Line], known: Words) -> str:
    """Return the lines of a paragraph as one, with words that were divided at their ends made whole."""
    text = lines[0].text
    for line in lines[1:]:
        row = line.text
        divided = re.search(r"([^\W\d_]+)[-‐]$", text[-100:])
        goes_on = re.match(r"[^\W\d_]+", row)
        if divided and goes_on and goes_on[0] in SHARED:
            text += " " + row
        elif divided and goes_on and goes_on[0][0].islower():
            whole, apart = divided[1] + goes_on[0], f"{divided[1]}-{goes_on[0]}"
            words = known(divided[1].casefold()) and known(goes_on[0].casefold())
            keeps = (words or known(apart.casefold())) and not known(whole.casefold())
            text = text + row if keeps else text[:-1] + row
        elif re.search(r"\S[-/—]$", text[-2:]) or (_unspaced(text[-1:]) and _unspaced(row[:1])):
            text += row
        else:
            text += " " + row
    return text


def _unspaced(sign: str) -> bool:
    """Tell a character of the scripts that part words by no spaces: Chinese, Japanese."""
    return "\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef"


def _code(lines: Sequence[Line], left: float) -> list[str]:
    """Return lines of code with the blanks that stand before and in them."""
    widths = [(run.x1 - run.x0) / len(run.text) for line in lines for run in line.runs if len(run.text) > 3]
    width = median(widths) if widths else lines[0].size * 0.6
    coded = []
    for line in lines:
        row, reached = "", left
        for run in line.runs:
            row += " " * min(60, max(bool(row), round((run.x0 - reached) / max(1.0, width)))) + run.text
            reached = run.x1
        coded.append(row)
    return coded


def _tabular(lines: Sequence[Line], column: _Column) -> list[bool]:
    """Return which lines are rows of a table: two or more cells, whose edges a line nearby shares."""
    rows = [False] * len(lines)
    for place, line in enumerate(lines):
        if len(line.runs) < 2 or line.fixed:
            continue
        for other in (place - 2, place - 1, place + 1, place + 2):
            if 0 <= other < len(lines) and len(lines[other].runs) > 1 and _shared(line, lines[other]) >= 2:
                rows[place] = True
    for place in range(1, len(lines)):
        above, line = lines[place - 1], lines[place]
        if rows[place - 1] and not rows[place] and _hangs(line, above, column):
            rows[place] = True
    return rows


def _shared(line: Line, other: Line) -> int:
    """Return how many cells of two rows begin, end or stand in the middle at the same x."""
    return sum(
        any(
            abs(one.x0 - two.x0) < 3 or abs(one.x1 - two.x1) < 3 or abs(one.x0 + one.x1 - two.x0 - two.x1) < 6
            for two in other.runs
        )
        for one in line.runs
    )


def _hangs(line: Line, above: Line, column: _Column) -> bool:
    """Tell a line that goes on in cells of the row above: its first cell stays empty."""
    near = 0 < above.y0 - line.y0 < 1.45 * column.pitch
    return near and line.x0 > column.left + line.size and all(_cell(run, above) for run in line.runs)


def _cell(run: Run, row: Line) -> bool:
    return any(_under(run, cell.x0) for cell in row.runs[1:])


def _under(run: Run, start: float) -> bool:
    """Tell whether `run` stands under a cell that begins at `start`, perhaps a little indented."""
    return -3 < run.x0 - start < 2.5 * run.size


def _table(lines: Sequence[Line]) -> list[str]:
    """Return the rows of a table as text; lines whose first cell is empty go on in the cells above them."""
    rows: list[list[str]] = []
    starts: list[float] = []
    left = min(line.x0 for line in lines)
    for line in lines:
        hangs = rows and line.x0 > left + line.size and len(line.runs) <= len(starts)
        places = [_place(run, starts) for run in line.runs] if hangs else []
        if hangs and all(place is not None and place > 0 for place in places):
            for run, place in zip(line.runs, places, strict=True):
                assert place is not None
                rows[-1][place] = f"{rows[-1][place]} {run.text}"
            continue
        rows.append([run.text for run in line.runs])
        starts = [run.x0 for run in line.runs]
    return [joined(row) for row in rows]


def _place(run: Run, starts: Sequence[float]) -> int | None:
    return next((place for place, start in reversed(list(enumerate(starts))) if _under(run, start)), None)
