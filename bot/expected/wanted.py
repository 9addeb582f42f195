"""Wanted: the places of a library where what a case expects stands, or why there are none any more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Citation
from bot.expected.asking import Asked
from bot.expected.case import Case, Expect, Quote
from bot.expected.judge import called
from bot.expected.mistakes import did_you_mean
from bot.expected.topic import NUMBER, Topic, nearest, renumbered
from bot.expected.words import headings_over, occurrences, quote_places, same_heading
from index.document import Document
from index.library import Library, Listed
from index.passage import split
from index.sentences import Range


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where an answer was to stand, the likeliest place first; without any, `gone` says why.

    `nearest` is then the sentence that stands there instead, and `renamed` tells that the heading is not there.
    """

    places: tuple[Citation, ...] = ()
    gone: str = ""
    nearest: Citation | None = None
    renamed: bool = False


def wanted(library: Library, case: Case, asked: Asked) -> Wanted:
    """Return the places in `library` that fit what `case` expects and speak of what it asks, in any wording."""
    expect = case.expect
    listed = library.documents()
    named = [one for one in listed if not expect.documents or any(called(one, name) for name in expect.documents)]
    if not named:
        return Wanted(gone=_no_document(expect.documents, listed))
    documents = [document for one in named if (document := library.document(one.id))]
    places = [Citation(document, *place) for document in documents for place in _places(document, expect)]
    topic = Topic.of(case, asked, " ".join(_words(expect)))
    if not places:
        return _gone(documents, expect, topic)
    if not topic.about or not _words(expect):
        return Wanted(tuple(places))
    shared = {(place.document.id, place.start, place.end): topic.shared(place) for place in places}
    places.sort(key=lambda place: (-shared[place.document.id, place.start, place.end], not topic.read(place)))
    if expect.quote and (expect.quote.prefix or expect.quote.suffix):
        return Wanted(tuple(places))  # what stands around the words is named, which is evidence enough
    if not topic.shared(places[0]) or _took_its_place(places[0], expect, asked, topic):
        where = _in({place.document.id: place.document for place in places}.values(), documents)
        gone = f"The words are in {where}, but no longer where the question's own words stand."
        return Wanted(gone=gone, nearest=nearest(documents, _words(expect), topic))
    return Wanted(tuple(place for place in places if shared[place.document.id, place.start, place.end]))


def _took_its_place(place: Citation, expect: Expect, asked: Asked, topic: Topic) -> bool:
    """Tell whether another number was answered, in the words expected, from a sentence nearer to the question."""
    return (
        bool(asked.best)
        and place.document.id == asked.best[0].document.id
        and place.quote_range != asked.best[0].quote_range
        and NUMBER.search(asked.best[0].exact) is not None
        and renumbered(asked.best[0].quote, _words(expect))
        and topic.shared(asked.best[0]) > topic.shared(place)
    )


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
    if expect.answers:
        return [place for words in expect.answers for place in occurrences(text, words)]
    if expect.contains:
        return _together(document, expect.contains)
    starts = sorted({0, *document.pages, *document.heading_starts})
    return [(start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if start < end]


def _together(document: Document, every: Sequence[str]) -> list[Range]:
    """Return the shortest range of each passage that holds all of the words; each place of them where they are one."""
    found = [occurrences(document.text, words) for words in every]
    if len(found) == 1:
        return found[0]
    ranges = []
    for passage in split(document) if all(found) else ():
        inside = [[one for one in some if passage.start <= one[0] and one[1] <= passage.end] for some in found]
        if all(inside):
            spans = [_span(one, inside) for one in inside[0]]
            ranges.append(min(spans, key=lambda span: span[1] - span[0]))
    return ranges


def _span(first: Range, every: Sequence[Sequence[Range]]) -> Range:
    """Return the range from `first` over the nearest place of each of the other words."""
    near = [min(places, key=lambda place: abs(place[0] - first[0])) for places in every]
    return min(start for start, _ in near), max(end for _, end in near)


def _under(document: Document, offset: int, heading: str) -> bool:
    return any(same_heading(over, heading) for over in headings_over(document, offset))


def _gone(documents: Sequence[Document], expect: Expect, topic: Topic) -> Wanted:
    """Return which of the things that `expect` asks for is not in `documents` any more."""
    instead = nearest(documents, _words(expect), topic) if _words(expect) else None
    where = documents[0].source if len(documents) == 1 else f"any of {len(documents)} documents"
    headings = [document.text[one.start : one.end] for document in documents for one in document.headings]
    if expect.under and not any(same_heading(heading, expect.under) for heading in headings):
        said = f"The heading {expect.under!r} is not in {where}.{did_you_mean(expect.under, headings)}"
        if not headings:
            kind = " (a .txt file has none)" if all(one.source.endswith(".txt") for one in documents) else ""
            said = f"Pincite sees no headings in {where}{kind}; take `under` out."
        return Wanted(gone=said, nearest=instead, renamed=True)
    if said_in := [document for document in documents if _said(document, expect)]:
        gone = f"It is in {_in(said_in, documents)}, but not on that page or under that heading."
        return Wanted(gone=gone, nearest=instead, renamed=bool(expect.under))
    if expect.quote and (quoted_in := [one for one in documents if quote_places(one.text, Quote(expect.quote.exact))]):
        where = _in(quoted_in, documents)
        return Wanted(gone=f"The words quoted are in {where}, but what stands around them changed.", nearest=instead)
    together = " together in a passage of" if len(_words(expect)) > 1 and not expect.answers else " in"
    return Wanted(gone=f"The words are not{together} {where}.", nearest=instead)


def _words(expect: Expect) -> tuple[str, ...]:
    if expect.quote:
        return (" ".join(filter(None, (expect.quote.prefix, expect.quote.exact, expect.quote.suffix))),)
    return expect.answers or expect.contains


def _in(holding: Iterable[Document], documents: Sequence[Document]) -> str:
    """Return in which of `documents` something stands."""
    found = list(holding)
    return found[0].source if len(found) == 1 else f"{len(found)} of {len(documents)} documents"
