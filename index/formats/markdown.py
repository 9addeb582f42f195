"""Markdown: kept as it was written; its headings are those that CommonMark sees, below a front matter in YAML."""

import re

from markdown_it import MarkdownIt

from index.document import Heading
from index.formats.draft import Draft
from index.formats.encoding import decode
from index.formats.stated import stated
from index.formats.text import title_of

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
"""What a Markdown text says of itself before it begins, as Jekyll, Hugo, Pandoc and Obsidian read it."""
FRONT_NAMES = {
    "title": "title", "author": "author", "authors": "author", "date": "date", "lang": "language",
    "language": "language", "tags": "tags", "keywords": "tags", "categories": "tags", "url": "url",
    "canonical_url": "url",
}  # fmt: skip


def read(content: bytes) -> Draft:
    """Return the Draft of a Markdown text, its characters as they are."""
    text, notes = decode(content)
    front = FRONT_MATTER.match(text)
    found = stated(front[1], FRONT_NAMES) if front else None
    if front is None or found is None or not found.mapping:  # a rule to draw, and words between it and the next
        return Draft(text, markdown_headings(text), notes=notes)
    begin = front.end()
    headings = tuple(
        Heading(heading.start + begin, heading.end + begin, heading.level)
        for heading in markdown_headings(text[begin:])
    )
    title = found.facts.get("title") or (title_of(text, headings) if headings else title_of(text[begin:], ()))
    return Draft(text, headings, title=title, metadata=dict(found.facts), notes=notes)


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
