"""Place: where some words stood when they were found, as plain values that JSON carries."""

from dataclasses import dataclass

from bot.answer import Citation
from bot.expected.words import headings_over


@dataclass(frozen=True, slots=True)
class Place:
    """A citation without its document's text: enough to show it, to find it again, and to see that it changed.

    `start` and `end` count code points of the text whose sha256 is given; `quote` is the sentence around them;
    `under` the heading over them, None where there is none, and `over` all that they stand under, the nearest first.
    """

    document_id: str
    title: str
    source: str
    sha256: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    quote: str
    page: int | None
    under: str | None
    over: tuple[str, ...] = ()

    @classmethod
    def of(cls, citation: Citation) -> "Place":
        """Return the place of `citation`."""
        document = citation.document
        over = headings_over(document, citation.start)
        return cls(
            document_id=document.id,
            title=document.title,
            source=document.source,
            sha256=document.sha256,
            start=citation.start,
            end=citation.end,
            exact=citation.exact,
            prefix=citation.prefix,
            suffix=citation.suffix,
            quote=citation.quote,
            page=citation.page,
            under=over[0] if over else None,
            over=over,
        )
