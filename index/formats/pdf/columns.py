"""Columns: the runs of a page in the order a person reads them, column by column."""

from collections.abc import Sequence
from itertools import pairwise

from index.formats.pdf.lines import Run, rows

FEWEST = 4
"""Lines that each of two columns has at least."""
FILLED = 0.6
"""Share of a column's width that its middle line fills; the cells of a table fill less."""
LETTERS = 14
"""Characters that the middle line of a column has at least."""


def columns(runs: Sequence[Run], depth: int = 0) -> list[list[Run]]:
    """Return the runs in groups, in reading order; each group is one column, or what stands across several.

    A gutter is a strip that few runs cross and that has lines of prose on both sides. What crosses it (a title, a
    wide figure) parts the columns into those above and those below.
    """
    gutter = _gutter(runs) if len(runs) >= 2 * FEWEST and depth < 3 else None
    if gutter is None:
        return [list(runs)] if runs else []
    groups: list[list[Run]] = []
    band: list[Run] = []
    across: list[Run] = []
    for run in sorted(runs, key=lambda run: -run.y1):
        if run.x0 < gutter < run.x1:
            groups.extend(_sides(band, gutter, depth))
            band = []
            across.append(run)
        else:
            if across and not _beside(across, run):
                groups.append(across)
                across = []
            (across if across else band).append(run)
    if across:
        groups.append(across)
    groups.extend(_sides(band, gutter, depth))
    return groups


def _beside(across: list[Run], run: Run) -> bool:
    """Tell whether `run` stands in the row of what crosses the gutter, as a part of that row."""
    low, high = across[-1].y0, across[-1].y1
    return low < (run.y0 + run.y1) / 2 < high


def _sides(band: list[Run], gutter: float, depth: int) -> list[list[Run]]:
    left = [run for run in band if run.x1 <= gutter]
    right = [run for run in band if run.x0 >= gutter]
    return [*columns(left, depth + 1), *columns(right, depth + 1)]


def _gutter(runs: Sequence[Run]) -> float | None:
    """Return the x of the best strip between two columns of prose, or None."""
    first, last = min(run.x0 for run in runs), max(run.x1 for run in runs)
    width = int(last - first)
    if width < 100:
        return None
    crossed = [0.0] * (width + 2)
    for run in runs:
        for x in range(max(0, int(run.x0 - first)), min(width, int(run.x1 - first)) + 1):
            crossed[x] += 1
    best: tuple[float, float] | None = None
    low = min(crossed[int(width * 0.2) : int(width * 0.8) + 1], default=0)
    x = int(width * 0.2)
    while x < int(width * 0.8):
        if crossed[x] <= low:
            end = x
            while end < width and crossed[end] <= low:
                end += 1
            if best is None or end - x > best[0]:
                best = (end - x, first + (x + end) / 2)
            x = end
        x += 1
    if best is None or best[0] < 5:
        return None
    middle = best[1]
    left = [run for run in runs if run.x1 <= middle]
    right = [run for run in runs if run.x0 >= middle]
    if len(runs) - len(left) - len(right) > 0.3 * len(runs):
        return None
    if min(len(rows(left)), len(rows(right))) < FEWEST:
        return None
    if _drawn_apart(left, right) and _filled(left) >= 0.5 * FILLED and _filled(right) >= 0.5 * FILLED:
        return middle
    return middle if _prose(left) and _prose(right) else None


def _drawn_apart(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Tell whether the file draws one side and then the other; tables are drawn row by row."""
    sides = [side for _, side in sorted([*((run.order, 0) for run in left), *((run.order, 1) for run in right)])]
    turns = sum(one != two for one, two in pairwise(sides))
    return turns <= max(2, 0.1 * min(len(left), len(right)))


def _filled(runs: Sequence[Run]) -> float:
    """Return the share of a column's width that its middle line fills, 0 where its lines are too short to be prose."""
    lines = rows(runs)
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    letters = sorted(len(line.text) for line in lines)
    if width <= 0 or letters[len(letters) // 2] < LETTERS:
        return 0.0
    return sorted((line.x1 - line.x0) / width for line in lines)[len(lines) // 2]


def _prose(runs: Sequence[Run]) -> bool:
    """Tell whether runs make a column of prose: enough lines, most of them full."""
    lines = rows(runs)
    cells = sum(len(line.runs) > 1 for line in lines)
    return not all(line.fixed for line in lines) and cells <= 0.4 * len(lines) and _filled(runs) >= FILLED
