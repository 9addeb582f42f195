"""Tables: rows of cells -> lines of text that read as rows."""

from collections.abc import Iterable, Sequence

BETWEEN = " | "
"""What parts the cells of a row, in every format."""

WIDEST = 200
"""Columns read in one table; a row's further cells are left out of the count of spans."""

Cell = tuple[str, int, int]
"""Words, and over how many columns and rows they stand."""


def rows_of(table: Iterable[Sequence[Cell]]) -> list[str]:
    """Return the rows of `table` as lines, without empty columns.

    A cell that stands over several rows is said in each of them, so that each row can be read alone.
    """
    found: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}
    for row in table:
        cells: list[str] = []
        waiting = list(row)
        column = 0
        while (waiting or any(place >= column for place in hanging)) and column < WIDEST:
            if column in hanging:
                words, left = hanging.pop(column)
                if left > 1:
                    hanging[column] = words, left - 1
                cells.append(words)
                column += 1
                continue
            if not waiting:
                cells.append("")
                column += 1
                continue
            words, wide, high = waiting.pop(0)
            for place in range(column, min(column + wide, WIDEST)):
                if high > 1:
                    hanging[place] = (words if place == column else ""), high - 1
            cells.append(words)
            column += wide
        found.append(cells)
    empty = [
        all(not row[place] for row in found if place < len(row)) for place in range(max(map(len, found), default=0))
    ]
    lines = [joined([cell for cell, gone in zip(row, empty, strict=False) if not gone]) for row in found]
    return [line for line in lines if line]


def joined(cells: Sequence[str]) -> str:
    """Return one row as a line, without the empty cells at its end."""
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return BETWEEN.join(kept)
