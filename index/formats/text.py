"""Plain text: its headings and its title."""

import re

from index.document import Heading
from index.formats.draft import Draft, shorten
from index.formats.encoding import decode
from index.sentences import BULLET, lines


def read(content: bytes) -> Draft:
    """Return the Draft of a plain text, its characters as they are."""
    text, notes = decode(content)
    return Draft(text, plain_headings(text), notes=notes)


def title_of(text: str, headings: tuple[Heading, ...]) -> str:
    """Return a title: the first top-level heading, or the first line that reads like one.

    A line of fewer than four words ("Sponsored By") seldom is a title, so among the first
    five lines the first longer one is taken, and the first line where none is.
    """
    top = [heading for heading in headings if heading.level == 1]
    if top:
        return shorten(text[top[0].start : top[0].end])
    opening = [text[start:end].strip() for start, end in lines(text)][:5]
    long_enough = [line for line in opening if len(line.split()) >= 4]
    return shorten((long_enough or opening or [""])[0])


def plain_headings(text: str) -> tuple[Heading, ...]:
    """Return the lines of plain text that stand as headings.

    Plain text marks no headings, so this is a reading: a short line with a capital, without
    closing punctuation, quotes or bullet, that is followed by a longer line and does not
    itself follow a quotation (where it would be the speaker's name). All get level 2.
    """
    found = []
    rows = list(lines(text))
    for (start, end), following, before in zip(rows, rows[1:], [(0, 0), *rows], strict=False):
        line, previous = text[start:end], text[before[0] : before[1]]
        if (
            2 <= len(line) <= 80
            and line[0].isupper()
            and not re.search(r"[.!?:;,…”\"’']$|[“\"|=<>{}]", line)
            and not BULLET.match(line)
            and len(line.split()) <= 10
            and line.count(",") < 2
            and following[1] - following[0] > max(80, len(line))
            and not previous.rstrip().endswith(("”", '"', "»"))
        ):
            found.append(Heading(start, end, 2))
    return tuple(found)
