"""Headings: which lines of a PDF are headings, by its outline, or by the size and weight of their letters."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.formats.pdf.lines import Line

LONGEST = 160
"""Characters of a heading at most."""
LARGER = 1.12
"""How many times larger than the text the letters of a heading are at least."""
LEADERS = re.compile(r"(?:\.\s?){3,}")
"""The dots of a table of contents, whose lines are no headings."""
NUMBERED = 12
"""Letters and figures that a heading may have before the words of its outline's entry: "Chapter 10"."""
TRUSTED = 0.6
"""Share of an outline's entries that must be found on their pages for it to be trusted alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a PDF's outline: its words, its page from 0, its level from 1."""

    words: str
    page: int
    level: int


@dataclass(frozen=True, slots=True)
class Style:
    """What headings look like where no outline tells: the text's size, and the level of each larger size."""

    body: float
    levels: Mapping[float, int]

    def level(self, line: Line) -> int | None:
        """Return the level of `line` as a heading, or None where it looks like text."""
        text = line.text
        if len(text) > LONGEST or not re.search(r"[^\W\d_]{2}", text) or text.endswith((",", ";")) or line.fixed:
            return None
        if (level := self.levels.get(_step(line.size))) is not None:
            return level
        numbered = re.match(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.|[IVX]+\.)\s+[A-ZÀ-Þ]", text)
        if (
            line.bold
            and len(line.runs) == 1
            and line.size >= 0.97 * self.body
            and not text.endswith((".", ":"))
            and len(text) < 100
        ):
            return len(self.levels) + 1 if numbered or text[0].isupper() else None
        return None


def key(words: str) -> str:
    """Return the letters and figures of `words` alone, to compare an outline's entry with a line."""
    return re.sub(r"[\W_]+", "", words.casefold())


def style(pages: Iterable[Sequence[Line]]) -> Style:
    """Return the style of a document: letters of the commonest size are its text, larger and rarer ones headings."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            letters[_step(line.size)] += len(line.text)
    body = letters.most_common(1)[0][0] if letters else 10.0
    larger = sorted((size for size in letters if size >= LARGER * body), reverse=True)
    kept = [size for size in larger if letters[size] < 0.2 * letters.total()]
    return Style(body, {size: min(4, place + 1) for place, size in enumerate(kept)})


def largest(page: Sequence[Line]) -> str:
    """Return the words in the largest letters of a page, where they are few and larger than the rest: its title."""
    wordy = [line for line in page if re.search(r"[^\W\d_]{2}", line.text)]
    size = max((line.size for line in wordy), default=0.0)
    top = [line for line in wordy if line.size > 0.97 * size]
    first = page.index(top[0]) if top else 0
    together = [line for line in page[first : first + 3] if line in top]
    words = " ".join(line.text for line in together)
    return words if len(top) < len(wordy) and len(words) <= LONGEST else ""


def by_outline(entries: Sequence[Entry], pages: Sequence[Sequence[Line]]) -> tuple[dict[tuple[int, int], int], float]:
    """Return the levels of the lines, by page and place, that the outline names, and the share of entries found."""
    keys: dict[int, list[str]] = {}
    found: dict[int, dict[int, int]] = {}
    met = 0
    for entry in entries:
        wanted = key(entry.words)
        for page in (entry.page, entry.page + 1, entry.page - 1):
            if not wanted or not 0 <= page < len(pages):
                continue
            if page not in keys:
                keys[page] = ["" if LEADERS.search(line.text) else key(line.text) for line in pages[page]]
            levels = found.setdefault(page, {})
            places = _places(wanted, keys[page], levels)
            if places:
                levels.update(dict.fromkeys(places, entry.level))
                met += 1
                break
    flat = {(page, place): level for page, levels in found.items() for place, level in levels.items()}
    return flat, met / len(entries) if entries else 0.0


def _places(wanted: str, keys: Sequence[str], taken: Collection[int]) -> Sequence[int]:
    """Return which lines, one or up to three that follow each other, say `wanted` and not much more."""
    for start, said in enumerate(keys):
        for end in range(start + 1, start + 4):
            if start in taken or not keys[start] or len(said) > len(wanted) + NUMBERED:
                break
            if said.endswith(wanted):
                return range(start, end)
            said += keys[end] if end < len(keys) else ""
    return ()


def _step(size: float) -> float:
    """Return `size` in steps of half a point: fonts of one size differ by less."""
    return round(size * 2) / 2
