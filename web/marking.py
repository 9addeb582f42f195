"""Marking: a document's text as HTML with headings, page breaks and marks, which still says the text exactly."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from index import Document, Heading
from index.sentences import Range
from web.words import visible

WHOLE = 400_000
"""Characters of a document that one page shows; of a longer one it shows a part."""
PART = 150_000
"""Characters that a part has, more or less: it ends before a heading or behind a paragraph."""

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Marks:
    """The places marked in a document: the `main` one, further ones, and what was found, of which `now` is looked at.

    What is looked at, or else the main place, has the id "cite".
    """

    main: Range | None = None
    also: tuple[Range, ...] = ()
    hits: tuple[Range, ...] = ()
    now: int | None = None


def marked(document: Document, marks: Marks, part: Range | None = None) -> str:
    """Return the text, or the `part` of it, as HTML whose text content is that text as `visible` has it.

    The main mark is one element. Headings that cross its edge, and all other marks, are cut into as many as it takes.
    """
    shown = part or (0, len(document.text))
    language = document.metadata.get("language", "")
    lang = language if LANGUAGE.fullmatch(language) else ""
    text = "".join(_pieces(document, marks, shown))
    return f'<div class="text" lang="{lang}">{text}</div>'


def _pieces(document: Document, marks: Marks, shown: Range) -> Iterator[str]:
    """Yield HTML from cut to cut: main mark > heading > other marks."""
    low, high = shown
    main = marks.main if marks.main and marks.main[0] < high and low < marks.main[1] else None
    headings = {heading.start: heading for heading in _apart(document) if low <= heading.start and heading.end <= high}
    pages = defaultdict(list)
    for number, start in enumerate(document.pages, 1):
        if low <= start < high or start == high == len(document.text):
            pages[start].append(number)
    opened, closed = _edges(marks, shown)
    cuts = {low, high, *headings, *(heading.end for heading in headings.values()), *pages, *opened, *closed}
    if main:
        cuts |= {max(low, main[0]), min(high, main[1])}
    heading: Heading | None = None
    active: set[tuple[str, int]] = set()
    current = False
    for place, end in pairwise([*sorted(cuts), high]):
        if heading and heading.end == place:
            yield "</span>"
            heading = None
        if main and place == min(high, main[1]):
            yield "</span></mark>" if heading else "</mark>"
            yield _continued(heading)
        yield from (_break(number) for number in pages.get(place, ()))
        if main and place == max(low, main[0]):
            yield ("</span>" if heading else "") + ("<mark>" if marks.now is not None else _CITED)
            yield _continued(heading)
        if place in headings:
            heading = headings[place]
            yield f'<span class="h h{heading.level}" role="heading" aria-level="{_level(heading)}" id="h-{place}">'
        active = (active - set(closed.get(place, ()))) | set(opened.get(place, ()))
        words = escape(visible(document.text[place:end]))
        now = ("hit", marks.now) in active and not current
        current = current or now
        yield _small(words, active, now) if active and words else words


_CITED = '<mark id="cite" tabindex="-1">'


def _apart(document: Document) -> Iterator[Heading]:
    """Yield the headings in order, without what overlaps the one before."""
    reached = 0
    for heading in sorted(document.headings, key=lambda heading: heading.start):
        if heading.start >= reached:
            yield heading
            reached = heading.end


def _edges(marks: Marks, shown: Range) -> tuple[dict[int, list[tuple[str, int]]], dict[int, list[tuple[str, int]]]]:
    """Return where the marks other than the main one open and close, within what is shown."""
    opened: dict[int, list[tuple[str, int]]] = defaultdict(list)
    closed: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for kind, ranges in (("also", marks.also), ("hit", marks.hits)):
        for number, (start, end) in enumerate(ranges):
            start, end = max(start, shown[0]), min(end, shown[1])
            if start < end:
                opened[start].append((kind, number))
                closed[end].append((kind, number))
    return opened, closed


def _small(words: str, active: set[tuple[str, int]], now: bool) -> str:
    kinds = " ".join(sorted({kind for kind, _ in active}))
    also = " ".join(str(number) for kind, number in sorted(active) if kind == "also")
    said = f' data-also="{also}"' if also else ""
    return f'<mark class="{kinds}"{said}{_CITED[5:-1] if now else ""}>{words}</mark>'


def _break(number: int) -> str:
    """Return the break before a page. Its number is drawn by the style sheet, so that it is no part of the text."""
    return f'<span class="break" role="separator" aria-label="page {number}" data-page="{number}"></span>'


def _continued(heading: Heading | None) -> str:
    return f'<span class="h h{heading.level}">' if heading else ""


def _level(heading: Heading) -> int:
    """Return a heading's level below the page's own, which is the document's title."""
    return min(6, heading.level + 1)


def parts(document: Document) -> tuple[Range, ...]:
    """Return the parts that a document is shown in: one where it is short enough."""
    length = len(document.text)
    cuts = [0]
    while length - cuts[-1] > (WHOLE if len(cuts) == 1 else PART * 3 // 2):
        cuts.append(_cut(document, cuts[-1] + PART))
    return tuple(pairwise([*cuts, length]))


def _cut(document: Document, wanted: int) -> int:
    """Return where to cut near `wanted`: before the heading nearest to it, else behind a paragraph, a line, a word."""
    least, most = wanted - PART // 2, wanted + PART // 2
    near = [start for start in document.heading_starts if least < start < most]
    if near:
        return min(near, key=lambda start: abs(start - wanted))
    for apart in ("\n\n", "\n", " "):
        place = document.text.rfind(apart, least, wanted)
        if place >= 0:
            return place + len(apart)
    return wanted
