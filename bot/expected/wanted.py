"""Wanted: the places of a library where what a case expects stands, or why there are none any more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Citation
from bot.expected.case import Expect, Quote
from bot.expected.judge import called
from bot.expected.mistakes import did_you_mean
from bot.expected.words import headings_over, nearest_sentence, occurrences, quote_places, same
from index.document import Document
from index.library import Library, Listed
from index.sentences import Range


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where an answer was to stand; without any place, `gone` says why, and `nearest` what stands there instead."""

    places: tuple[Citation, ...] = ()
    gone: str = ""
    nearest: str = ""


def wanted(library: Library, expect: Expect) -> Wanted:
    """Return the places in `library` that fit `expect`, whatever is retrieved or read."""
    listed = library.documents()
    named = [one for one in listed if not expect.documents or any(called(one, name) for name in expect.documents)]
    if not named:
        return Wanted(gone=_no_document(expect.documents, listed))
    documents = [document for one in named if (document := library.document(one.id))]
    places = tuple(Citation(document, *place) for document in documents for place in _places(document, expect))
    return Wanted(places) if places else _gone(documents, expect)


def _no_document(names: Sequence[str], listed: Sequence[Listed]) -> str:
    known = [name for one in listed for name in (one.source, one.source.rpartition("/")[2], one.title)]
    quoted = " or ".join(repr(name) for name in names)
    return f"No document is called {quoted}.{did_you_mean(names[0], known) if names else ''}"


def _places(document: Document, expect: Expect) -> Iterator[Range]:
    """Yield where the quote, else the answers, else the words to be contained, else any words at all may stand."""
    for start, end in _said(document, expect):
        fits_page = not expect.page or document.page(start) == expect.page
        if fits_page and (not expect.under or _under(document, start, expect.under)):
            yield start, end


def _said(document: Document, expect: Expect) -> list[Range]:
    text = document.text
    if expect.quote:
        return quote_places(text, expect.quote)
    if expect.answers or expect.contains:
        return [place for words in expect.answers or expect.contains for place in occurrences(text, words)]
    starts = sorted({0, *document.pages, *document.heading_starts})
    return [(start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if start < end]


def _under(document: Document, offset: int, heading: str) -> bool:
    return any(same(over, heading) for over in headings_over(document, offset))


def _gone(documents: Sequence[Document], expect: Expect) -> Wanted:
    """Return which of the things that `expect` asks for is not in `documents` any more."""
    where = _in(documents)
    nearest = _nearest(documents, _words(expect))
    headings = [document.text[one.start : one.end] for document in documents for one in document.headings]
    if expect.under and not any(same(heading, expect.under) for heading in headings):
        hint = did_you_mean(expect.under, headings)
        return Wanted(gone=f"The heading {expect.under!r} is not in {where}.{hint}", nearest=nearest)
    if any(_said(document, expect) for document in documents):
        return Wanted(gone=f"It is in {where}, but not on that page or under that heading.", nearest=nearest)
    quote = expect.quote
    if quote and any(quote_places(document.text, Quote(quote.exact)) for document in documents):
        return Wanted(gone=f"The words quoted are in {where}, but what stands around them changed.", nearest=nearest)
    return Wanted(gone=f"The words are not in {where}.", nearest=nearest)


def _words(expect: Expect) -> str:
    if expect.quote:
        return f"{expect.quote.prefix} {expect.quote.exact} {expect.quote.suffix}"
    return " ".join(expect.answers or expect.contains)


def _in(documents: Sequence[Document]) -> str:
    return documents[0].source if len(documents) == 1 else f"any of {len(documents)} documents"


def _nearest(documents: Sequence[Document], words: str) -> str:
    """Return the sentence of `documents` that is nearest to `words`, which may have changed since."""
    found = [nearest_sentence(document, words) for document in documents] if words.strip() else []
    return max(found, default=(0.0, ""))[1]
