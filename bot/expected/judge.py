"""Judge: whether an answer is what was expected, by its words and by its place."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from bot.answer import Citation
from bot.expected.case import Expect
from bot.expected.verdict import Cause
from bot.expected.words import headings_over, holds, quote_places, same, same_heading
from index.document import Document
from index.library import Listed


def fault(expect: Expect, citations: Sequence[Citation]) -> Cause | None:
    """Return what is wrong with an answer of these citations, the first one first; None where it is right."""
    text = citations[0].exact
    if expect.answers and not any(same(text, answer) for answer in expect.answers):
        return Cause.OTHER_SPAN
    if not all(holds(text, words) for words in expect.contains):
        return Cause.OTHER_SPAN
    if fitting(expect, citations) is not None:
        return None
    said = expect.answers or expect.contains
    return Cause.OTHER_SPAN if expect.quote and not said else Cause.OTHER_PLACE


def fitting(expect: Expect, citations: Sequence[Citation]) -> Citation | None:
    """Return the first citation that stands where it is expected; None where none does."""
    return next((citation for citation in citations if _stands(expect, citation)), None)


def _stands(expect: Expect, citation: Citation) -> bool:
    document = citation.document
    if expect.documents and not any(called(document, name) for name in expect.documents):
        return False
    if expect.under and not any(
        same_heading(heading, expect.under) for heading in headings_over(document, citation.start)
    ):
        return False
    if expect.page and citation.page != expect.page:
        return False
    return expect.quote is None or any(
        (start <= citation.start and citation.end <= end) or (citation.start <= start and end <= citation.end)
        for start, end in quote_places(document.text, expect.quote)
    )


def right(expect: Expect, citations: Sequence[Citation]) -> bool:
    """Tell whether an answer is what is asked for. Expected words under another heading are: no reader is misled."""
    if expect.answers or expect.contains or expect.quote:
        expect = replace(expect, under=None)
    return fault(expect, citations) is None


def called(document: Document | Listed, name: str) -> bool:
    """Tell whether `name` names a document: its id, its title, its source or the end of its source's path."""
    return is_name(name, document.id, document.title, document.source)


def is_name(name: str, id: str, title: str, source: str) -> bool:
    """Tell whether `name` names what has this id, title and source, as `called` does."""
    if name == id or same(name, title):
        return True
    parts, whole = PurePosixPath(name).parts, PurePosixPath(source).parts
    return bool(parts) and whole[-len(parts) :] == parts
