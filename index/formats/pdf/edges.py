"""Edges: running heads, running feet and page numbers, which repeat from page to page and belong to none."""

import re
from collections.abc import Sequence
from statistics import median

from index.formats.pdf.lines import Line

ROWS = 2
"""Lines looked at below the topmost and above the lowest line of a page."""
MARGIN = 0.14
"""Share of the height of a page's words in which running heads and feet stand."""
AWAY = 3
"""Pages before and after that are looked at: heads differ on left and right pages, and with the chapter."""
FRONT = 40
"""Pages by which a page's printed number may differ from its place."""
LARGE = 1.3
"""Letters this many times larger than the page's are a title, also where it stands on several slides."""
NUMBER = re.compile(
    r"[-–—\[(]?\s*(?:page|seite|p\.)?\s*(?:\d{1,4}|(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\s*(?:(?:of|von|/)\s*\d{1,4})?\s*[-–—\])]?",
    re.I,
)

Edge = tuple[str, float]
"""A line's words, its numbers left out, and how high it stands in points."""


def edges(lines: Sequence[Line]) -> list[int]:
    """Return which lines of a page, by their place in `lines`, stand where running heads and feet do."""
    bottom, top = min((line.y0 for line in lines), default=0.0), max((line.y1 for line in lines), default=0.0)
    order = sorted(range(len(lines)), key=lambda place: -lines[place].y1)
    margin = MARGIN * (top - bottom)
    high = [place for place in order if lines[place].y0 > top - margin][: ROWS + 1]
    low = [place for place in order if lines[place].y1 < bottom + margin][-ROWS - 1 :]
    return list(dict.fromkeys([*high, *low]))


def furniture(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """Return, for every page, which of its lines are running heads, feet and page numbers.

    A line is one where a page nearby has the same words, numbers aside, at the same height, or where it is nothing
    but a page's number.
    """
    stands = [edges(lines) for lines in pages]
    signs = [{place: _sign(pages[at][place]) for place in places} for at, places in enumerate(stands)]
    found: list[set[int]] = []
    for at, here in enumerate(signs):
        near = [other for other in range(max(0, at - AWAY), min(len(pages), at + AWAY + 1)) if other != at]
        repeated = set()
        usual = median([line.size for line in pages[at]] or [0.0])
        for place, (words, height) in here.items():
            alike = [
                other
                for other in near
                if any(words == others and abs(height - level) < 6 for others, level in signs[other].values())
            ]
            numbered = NUMBER.fullmatch(pages[at][place].text.strip()) is not None
            outermost = place in (stands[at][0], stands[at][-1])
            counts = numbered and outermost and _counts(pages[at][place], at, len(pages))
            if counts or (alike and (words or numbered) and pages[at][place].size < LARGE * usual):
                repeated.add(place)
        found.append(repeated)
    return found


def _sign(line: Line) -> Edge:
    words = re.sub(r"\b(?:\d+|[ivxlc]+)\b", "", line.text.casefold())
    return re.sub(r"[\W_]+", " ", words).strip(), line.y0


def _counts(line: Line, at: int, pages: int) -> bool:
    """Tell whether a bare number can be that of the page at `at`: front matter may be counted apart."""
    digits = re.search(r"\d+", line.text)
    apart = FRONT if pages > 1 else 0
    return abs(int(digits[0]) - at - 1) <= apart if digits else at < apart
