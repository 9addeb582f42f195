"""Board: an answer as the page lays it out: its places numbered, and what other places say beside it."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from bot import Answer, Citation
from bot.ranking import essence
from index.document import Document
from index.sentences import Range, sentence_around

NEIGHBOUR = 300
"""Characters that are shown of the sentence before a quote, and of the one after, at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cited place with its number on the page.

    `also` are the other spans of the same answer in its document, `confidence` that of another answer.
    """

    number: int
    citation: Citation
    also: tuple[Range, ...] = ()
    confidence: float | None = None

    @property
    def document(self) -> Document:
        """The document cited."""
        return self.citation.document

    @property
    def url(self) -> str:
        """The address of the place, which marks the answer's other spans more lightly."""
        address = urlsplit(self.citation.url)
        also = "".join(f"&also={start}-{end}" for start, end in self.also)
        return address._replace(query=address.query + also).geturl()

    @property
    def context(self) -> Range:
        """The offsets of the quote with the sentences before and after it."""
        return around(self.citation)


def around(citation: Citation) -> Range:
    """Return the offsets of a citation's quote with its neighbours, NEIGHBOUR characters on each side at most."""
    text = citation.document.text
    start, end = citation.quote_range
    least, most = max(0, start - NEIGHBOUR), min(len(text), end + NEIGHBOUR)
    before = least + len(text[least:start].rstrip())
    after = most - len(text[end:most].lstrip())
    first = sentence_around(text, before - 1, before)[0] if before > least else start
    last = sentence_around(text, after, after + 1)[1] if after < most else end
    return max(first, least), min(last, most)


@dataclass(frozen=True, slots=True)
class Board:
    """The places of an answer, those of other answers, and whether these are of sources that differ."""

    places: tuple[Place, ...]
    others: tuple[Place, ...]
    differ: bool

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return the board of `answer`, which is no abstention."""
        given: list[tuple[Citation, float | None]] = [(citation, None) for citation in answer.citations]
        given += [(other.citation, other.confidence) for other in answer.alternatives]
        spans = [(citation.document.id, (citation.start, citation.end)) for citation, _ in given]
        places = tuple(
            Place(
                number,
                citation,
                tuple(span for id, span in spans if id == citation.document.id and span != own),
                confidence,
            )
            for number, ((citation, confidence), (_, own)) in enumerate(zip(given, spans, strict=True), 1)
        )
        count = len(answer.citations)
        others = places[count:]
        return cls(places[:count], others, any(differs(other.citation, answer) for other in others))


def differs(other: Citation, answer: Answer) -> bool:
    """Tell whether `other` stands in a source that the answer does not, and says something else.

    An answer that only says more, or less, of the same ("2024" and "January 2024") says nothing else.
    """
    if any(other.document.id == document.id for document in answer.documents):
        return False
    said, others = set(essence(answer.text or "")), set(essence(other.exact))
    return not (said <= others or others <= said)
