"""Citation and Answer: the values everything else is made for."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from urllib.parse import quote, urlencode

from index.document import Document
from index.errors import DocumentError
from index.sentences import Range, sentence_around

CONTEXT = 32
"""Characters of prefix and suffix in a TextQuoteSelector."""


class Reason(StrEnum):
    """Which gate an abstention failed at."""

    EMPTY_LIBRARY = "empty_library"
    NO_MATCH = "no_match"
    NO_SPAN = "no_span"
    LOW_CONFIDENCE = "low_confidence"


@dataclass(frozen=True)
class Citation:
    """The exact place of some words: W3C TextPositionSelector and TextQuoteSelector in one.

    `start` and `end` count code points of `document.text`. Raises DocumentError where they are
    no place in it, so that a Citation that exists can be checked.
    Source: https://www.w3.org/TR/annotation-model/#selectors
    """

    document: Document
    start: int
    end: int

    def __post_init__(self) -> None:
        """Hold the invariant."""
        if not 0 <= self.start < self.end <= len(self.document.text):
            raise DocumentError(
                f"{self.start}-{self.end} is no place in {self.document.source!r}, "
                f"which has {len(self.document.text)} characters."
            )

    @property
    def exact(self) -> str:
        """The words themselves."""
        return self.document.text[self.start : self.end]

    @property
    def prefix(self) -> str:
        """The characters before them, at most CONTEXT."""
        return self.document.text[max(0, self.start - CONTEXT) : self.start]

    @property
    def suffix(self) -> str:
        """The characters after them, at most CONTEXT."""
        return self.document.text[self.end : self.end + CONTEXT]

    @cached_property
    def quote_range(self) -> Range:
        """The offsets of the sentence (or sentences) the words stand in."""
        return sentence_around(self.document.text, self.start, self.end)

    @property
    def quote(self) -> str:
        """The sentence the words stand in."""
        return self.document.text[slice(*self.quote_range)]

    @property
    def page(self) -> int | None:
        """The page, counted from 1, or None in formats without pages."""
        return self.document.page(self.start)

    @property
    def url(self) -> str:
        """The address, below the site's root, that opens the document with the words marked."""
        return place_url(self.document.id, self.start, self.end)


def place_url(document_id: str, start: int, end: int) -> str:
    """Return the address, below the site's root, that opens a document with the place marked."""
    return f"/documents/{quote(document_id, safe='')}?{urlencode({'start': start, 'end': end})}#cite"


@dataclass(frozen=True)
class Alternative:
    """Another answer, or on an abstention a passage near the question, with its place."""

    citation: Citation
    confidence: float | None = None


@dataclass(frozen=True)
class Answer:
    """What the documents say to a question; an abstention where they do not.

    `text` is the exact words of the first citation; further citations are other places that
    say the same. `items` are the parts of an answer that is a list, as offsets in the first
    citation's document. `confidence` is the probability that `text` is right, in 0 to 1; on an abstention,
    that of the best answer that was held back. `reason` is None exactly where there is an answer.
    """

    question: str
    confidence: float
    citations: tuple[Citation, ...] = ()
    items: tuple[Range, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    reason: Reason | None = None

    def __post_init__(self) -> None:
        """Hold the invariants."""
        if (self.reason is None) != bool(self.citations):
            raise ValueError("An answer has citations and no reason; an abstention a reason and none.")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"Confidence is a probability, not {self.confidence}.")
        if self.items and not self.citations:
            raise ValueError("Items are parts of an answer.")
        if any(not self.citations[0].start <= start < end <= self.citations[0].end for start, end in self.items):
            raise ValueError("An item lies outside the answer it is part of.")

    @property
    def answered(self) -> bool:
        """Whether the documents say."""
        return self.reason is None

    @property
    def text(self) -> str | None:
        """The answer's words, one slice of one document; None on an abstention."""
        return self.citations[0].exact if self.citations else None

    @property
    def documents(self) -> Sequence[Document]:
        """The documents cited, each once."""
        return list({citation.document.id: citation.document for citation in self.citations}.values())
