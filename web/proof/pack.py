"""Pack: an answer as one static HTML file, with its sources around the marked words and its receipt inside.

The page is a pure function of the receipt and the documents, so that whoever has both can make it again and compare.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot import Answer
from index.document import Document
from index.sentences import Range
from web.proof.receipt import Cited, Receipt
from web.templating import HERE, templates

WHOLE = 200_000
"""Characters up to which a document is shown whole."""
AROUND = 20_000
"""Characters shown around each place of a longer one, at most."""

TEMPLATE = "pack.html"
STYLE = (HERE / "static" / "pack.css").read_text(encoding="utf-8")
STYLED = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLED}'; base-uri 'none'; form-action 'none'"
"""The page's Content-Security-Policy: no script and nothing from anywhere; its one style by its hash."""
FORM = hashlib.sha256((HERE / "templates" / TEMPLATE).read_bytes() + STYLE.encode()).hexdigest()[:12]
"""Names the template and the style, so that only pages made with these are compared."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a document's text; `number` counts the receipt's places from 1 where it is one of them."""

    text: str
    number: int | None = None
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """document.text[start:end] in pieces."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as the pack shows it: whole, or the parts around the places."""

    document: Document
    parts: tuple[Part, ...]

    @property
    def whole(self) -> bool:
        """Whether all of its text is shown."""
        return [(part.start, part.end) for part in self.parts] == [(0, len(self.document.text))]


def render(receipt: Receipt, documents: Mapping[str, Document]) -> str:
    """Return the page of `receipt`; `documents` are those it cites, by their sha256."""
    shown = [_shown(documents[source.sha256], receipt) for source in receipt.sources]
    marked = {piece.number for one in shown for part in one.parts for piece in part.pieces}
    page: str = templates.env.get_template(TEMPLATE).render(
        receipt=receipt,
        shown=shown,
        marked=marked,
        numbers={source.sha256: number for number, source in enumerate(receipt.sources, 1)},
        style=Markup(STYLE),  # noqa: S704 - a file of ours
        policy=POLICY,
        form=FORM,
    )
    return page


def documents_of(answer: Answer) -> dict[str, Document]:
    """Return the documents that the receipt of `answer` cites, by their sha256."""
    found: dict[str, Document] = {}
    for place in (*answer.citations, *(other.citation for other in answer.alternatives)):
        found.setdefault(place.document.sha256, place.document)
    return found


def name_of(question: str, ending: str) -> str:
    """Return a file name for what is taken away of `question`: ASCII letters, digits and dashes."""
    words = "-".join(re.findall(r"[a-z0-9]+", question.lower()))[:60].strip("-")
    return f"pincite-{words or 'answer'}.{ending}"


def _shown(document: Document, receipt: Receipt) -> Shown:
    places = [
        (number, place) for number, place in enumerate(receipt.cited, 1) if place.document.sha256 == document.sha256
    ]
    ranges = ranges_around(document, [(place.start, place.end) for _, place in places])
    best = len(receipt.citations)
    return Shown(
        document,
        tuple(Part(start, end, tuple(_pieces(document.text, start, end, places, best))) for start, end in ranges),
    )


def ranges_around(document: Document, places: Sequence[Range]) -> list[Range]:
    """Return what is shown of a document: all of it, or what stands around `places`, in order and apart."""
    length = len(document.text)
    if length <= WHOLE:
        return [(0, length)]
    found: list[Range] = []
    for start, end in sorted(_around(document, *place) for place in places):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _around(document: Document, start: int, end: int) -> Range:
    """Return the section that a place stands in where that is short, else whole lines around it."""
    text = document.text
    before = [at for at in document.heading_starts if at <= start]
    after = [at for at in document.heading_starts if at >= end]
    low, high = before[-1] if before else 0, after[0] if after else len(text)
    if high - low <= AROUND:
        return low, high
    low = max(low, start - AROUND // 2)
    high = min(high, end + AROUND // 2)
    line = text.find("\n", low, start) + 1
    last = text.rfind("\n", end, high)
    return (line if line and low else low), (last if last >= 0 and high < len(text) else high)


def _pieces(text: str, start: int, end: int, places: Sequence[tuple[int, Cited]], best: int) -> Iterator[Piece]:
    """Yield text[start:end] cut at the places in it. Of places that overlap, the first of the receipt is marked."""
    taken: list[tuple[int, int, int]] = []
    for number, place in places:
        free = all(place.end <= low or high <= place.start for low, high, _ in taken)
        if free and start <= place.start and place.end <= end:
            taken.append((place.start, place.end, number))
    at = start
    for low, high, number in sorted(taken):
        if at < low:
            yield Piece(text[at:low])
        yield Piece(text[low:high], number, number <= best)
        at = high
    if at < end:
        yield Piece(text[at:end])
