"""By-lines: the short lines of a document that say who made it, for whom, and when."""

import re

from bot.question import Kind, Question
from bot.shapes import BYLINE, DATE
from index.sentences import Range

LONGEST = 120
EMPLOYER = re.compile(r"[A-Z][^,]*, [A-Z][^,]*, ([A-Z][^,]*)")
"""A line of three parts, "NAME, TITLE, EMPLOYER" or "TITLE, PUBLICATION, EMPLOYER"."""


def part(text: str, position: int, question: Question) -> Range | None:
    """Return what the by-line at `position` says of the kind that `question` wants, or None.

    That is the name for a person, the last part of three for an organisation, and a date that is
    alone in its line for a time.
    """
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    if len(line) > LONGEST or line.endswith((".", "!", "?")):
        return None
    if question.kind is Kind.TIME:
        found = DATE.fullmatch(line)
        return (start, start + len(line)) if found else None
    pattern = {Kind.PERSON: BYLINE.match, Kind.NAME: EMPLOYER.fullmatch}.get(question.kind)
    match = pattern(line) if pattern and not question.plural else None
    return (start + match.start(1), start + match.end(1)) if match else None
