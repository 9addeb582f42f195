"""Markdown: kept as it was written; its headings are those that CommonMark sees."""

import re

from markdown_it import MarkdownIt

from index.document import Heading
from index.formats.draft import Draft
from index.formats.encoding import decode


def read(content: bytes) -> Draft:
    """Return the Draft of a Markdown text, its characters as they are."""
    text, notes = decode(content)
    return Draft(text, markdown_headings(text), notes=notes)


def markdown_headings(text: str) -> tuple[Heading, ...]:
    """Return the headings of Markdown, ATX and setext, as CommonMark (markdown-it) sees them."""
    rows = [0]
    for line in text.split("\n"):
        rows.append(rows[-1] + len(line) + 1)
    found = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type != "heading_open" or token.map is None:
            continue
        start, end = rows[token.map[0]], min(rows[token.map[1]], len(text))
        first, last = _heading_words(text[start:end], atx=token.markup.startswith("#"))
        if first < last:
            found.append(Heading(start + first, start + last, int(token.tag[1:])))
    return tuple(found)


def _heading_words(row: str, atx: bool) -> tuple[int, int]:
    """Return where the words of a heading begin and end in `row`, its lines as written."""
    row = row.rstrip()
    if atx:
        bare = row.rstrip("#")
        row = bare.rstrip() if bare[-1:].isspace() else row  # a closing ## stands apart, the # of C# does not
    else:
        row = row.rpartition("\n")[0].rstrip()
    opening = re.match(r"[\s>]*#*\s*" if atx else r"[\s>]*", row)
    return opening.end() if opening else 0, len(row)
