"""Promises: what holds of every answer, whether a case asks for it or not."""

from collections.abc import Callable, Iterator

from bot.answer import Answer, Citation
from index.document import digest
from index.library import Library

Resolve = Callable[[Citation], str | None]
"""Follows a citation's url as a reader does; returns what is wrong, None where the words are marked there."""

SPACED = "\u0530"
"""Scripts before this code point (Latin, Greek, Cyrillic) part words with blanks; many behind it do not."""


def broken(answer: Answer, library: Library, resolve: Resolve) -> Iterator[str]:
    """Yield what does not hold of `answer`: verbatim, whole words, the document's sha256, the link."""
    for citation in answer.citations:
        document = citation.document
        kept = library.document(document.id)
        if digest(document.text) != document.sha256:
            yield f"The text of {document.source} does not match its sha256."
        if kept is None or kept.sha256 != document.sha256:
            yield f"{document.source} is cited as the library does not hold it."
        elif kept.text[citation.start : citation.end] != citation.exact:
            yield f"The words cited are not those at {citation.start}-{citation.end} of {document.source}."
        if cut := _cut(citation):
            yield f"The answer {citation.exact!r} {cut}."
        if problem := resolve(citation):
            yield problem
    if answer.citations and answer.text != answer.citations[0].exact:
        yield "The answer is not the words of its first citation."


def _cut(citation: Citation) -> str:
    """Return how a citation is cut badly, or an empty string."""
    text = citation.document.text
    if citation.exact != citation.exact.strip():
        return "begins or ends with a blank"
    if any(0 < at < len(text) and _within_word(text[at - 1], text[at]) for at in (citation.start, citation.end)):
        return "is cut inside a word"
    return ""


def _within_word(before: str, after: str) -> bool:
    return before.isalnum() and after.isalnum() and before < SPACED and after < SPACED
