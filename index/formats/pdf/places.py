"""Places: which characters of a PDF's page the text of a document was read from, one by one.

Nothing is searched for. The lines of the page, in the order they were read, and the text that was made of them are
walked side by side, from the beginning and from the end. Where a step is none that the reading takes, the walk ends.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.formats.pdf.lines import Line
from index.formats.tables import BETWEEN
from index.sentences import Range

ROW, CELL = "\n", "\t"
"""Stand for the end of a line and of a cell among the characters drawn."""
DOTS = "…"
"""What the dots of a table of contents were read as."""

Drawn = tuple[str, int, int]
"""A character, the number PDFium gives it, and the run it stands in, counted over the page."""

Found = dict[int, tuple[int, int]]
"""By the offset in the page's text: a character's number and run; -1 where nothing is drawn for it."""


@dataclass(slots=True)
class _Walk:
    """One walk, on or back (`way` 1 or -1), over the same two rows of characters."""

    text: Sequence[tuple[str, int, bool]]
    drawn: Sequence[Drawn]
    way: int

    def found(self) -> Found:
        """Return what is certain: all of it, or as far as the last line that was walked whole."""
        found: Found = {}
        sure: Found = {}
        at = 0
        for sign, offset, tabular in self.text:
            following = self._step(sign, offset, tabular, at, found)
            if following is None:
                return sure
            at = following
            if sign == ROW:
                sure = dict(found)
        return found if all(sign in (ROW, CELL) for sign, _, _ in self.drawn[at:]) else sure

    def _step(self, sign: str, offset: int, tabular: bool, at: int, found: Found) -> int | None:
        """Return where the walk goes on behind `sign`; None where it cannot."""
        while at < len(self.drawn):
            letter, number, run = self.drawn[at]
            if letter == sign:
                found[offset] = number, run
                return at + 1
            if sign == ROW:
                return None
            if letter == CELL and tabular and sign == BETWEEN.strip():
                found[offset] = -1, -1
                return at + 1
            if sign == DOTS and letter == ".":
                found[offset] = -1, -1
                while at < len(self.drawn) and self.drawn[at][0] in (".", CELL):
                    at += 1
                return at
            if letter not in (ROW, CELL) or (letter == ROW and tabular):
                composed = unicodedata.normalize("NFD", sign)[:: self.way]
                if len(composed) > 1 and [one[0] for one in self.drawn[at : at + len(composed)]] == list(composed):
                    found[offset] = number, run
                    return at + len(composed)
                if not self._divides(at):
                    return None
            at += 1
        return None

    def _divides(self, at: int) -> bool:
        """Tell whether a hyphen at the end of a line stands at `at`, which is left out where it divided a word."""
        beside = at + self.way
        ends = 0 <= beside < len(self.drawn) and self.drawn[beside][0] == ROW
        return self.drawn[at][0] == "-" and ends


def aligned(lines: Sequence[Line], text: str) -> Found:
    """Return the place of every character of the page's `text` that is certain; `lines` are those it was made of."""
    drawn: list[Drawn] = []
    run = 0
    for line in lines:
        for piece in line.runs:
            drawn += [
                (sign, number, run) for sign, number in zip(piece.text, piece.places, strict=True) if sign.strip()
            ]
            drawn.append((CELL, -1, -1))
            run += 1
        drawn[-1:] = [(ROW, -1, -1)]
    written: list[tuple[str, int, bool]] = []
    offset = 0
    for row in text.split("\n"):
        tabular = BETWEEN in row
        signs = [(sign, offset + at, tabular) for at, sign in enumerate(row) if sign.strip()]
        if signs and written:
            written.append((ROW, -1, False))
        written += signs
        offset += len(row) + 1
    drawn = drawn[:-1]
    back = _Walk(written[::-1], drawn[::-1], -1).found()
    on = _Walk(written, drawn, 1).found()
    agreed = {offset: place for offset, place in back.items() if on.get(offset, place) == place}
    return {offset: place for offset, place in on.items() if back.get(offset, place) == place} | agreed


def numbers(known: Found, text: str, place: Range) -> list[list[int]] | None:
    """Return the characters drawn for `place`, by run; None where the place of one of them is not certain."""
    runs: dict[int, list[int]] = {}
    for offset in range(*place):
        if not text[offset].strip():
            continue
        if offset not in known:
            return None
        number, run = known[offset]
        if number >= 0:
            runs.setdefault(run, []).append(number)
    return list(runs.values()) or None
