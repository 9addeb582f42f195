"""Proving: a receipt, or the one inside an answer pack, held against documents. No model is loaded."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path

from pydantic import ValidationError

from index import Document, DocumentError
from index.formats import read_bytes
from index.library import Listed
from web.proof import pack
from web.proof.receipt import VERSION, Cited, Receipt, Source, fingerprint, seal
from web.settings import SettingsError

MAX_BYTES = 100_000_000
PACK = ("<!doctype", "<html")


class ReceiptError(SettingsError):
    """A file that was given is no receipt, or of a version that is not known here."""


class Kind(StrEnum):
    """Why a receipt, or a citation in it, does not hold."""

    TAMPERED = "tampered"
    GONE = "gone"
    CHANGED = "changed"
    MOVED = "moved"
    OFFSETS = "offsets"


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold. `place` is None where it is of a whole document or of the receipt itself."""

    kind: Kind
    what: str
    source: Source | None = None
    place: Cited | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents to prove against, and how one is read by its id; `whole` where they are all of a library."""

    listed: Sequence[Listed]
    read: Callable[[str], Document | None]
    whole: bool

    def same(self, source: Source) -> Document | None:
        """Return a document of the very text that `source` had, whatever it is called now."""
        for one in self.listed:
            if one.sha256 == source.sha256 and (found := self.read(one.id)) is not None:
                return found
        return None

    def instead(self, source: Source) -> Document | None:
        """Return the document that stands where `source` was: of its id, its source or its file's name."""
        name = Path(source.source).name
        for alike in (
            lambda one: one.id == source.id,
            lambda one: one.source == source.source,
            lambda one: Path(one.source).name == name,
        ):
            for one in filter(alike, self.listed):
                return self.read(one.id)
        return None


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it was read: the receipt's JSON, and the whole page where it came in an answer pack."""

    raw: Mapping[str, object]
    page: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven. `notes` are worth knowing and no faults."""

    receipt: Receipt | None
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether all of it holds."""
        return not self.faults


def open_file(path: Path) -> Opened:
    """Return the receipt in the file at `path`, a receipt or an answer pack. Raises ReceiptError."""
    try:
        text = read_bytes(path, MAX_BYTES).decode("utf-8-sig")
        page = text if text.lstrip()[:9].lower().startswith(PACK) else None
        raw = json.loads(
            text if page is None else _Receipt(page).found,
            object_pairs_hook=_without_doubles,
            parse_constant=_refused,
        )
    except DocumentError as error:
        raise ReceiptError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise ReceiptError(f"{path} is neither a receipt nor an answer pack of Pincite.") from error
    if not isinstance(raw, dict) or "pincite_receipt" not in raw:
        raise ReceiptError(f"{path} is no receipt of Pincite: `pincite ask QUESTION --receipt FILE` makes one.")
    known = raw["pincite_receipt"]
    if known is True or known != VERSION:
        raise ReceiptError(
            f"{path} is a receipt of version {known!r}; this Pincite knows version {VERSION}. Verify it with the "
            f"Pincite that made it ({raw.get('pincite')!r}), or a newer one."
        )
    return Opened(raw, page)


def prove(opened: Opened, shelf: Shelf) -> Proof:
    """Return what of a receipt holds against the documents on `shelf`. Raises ReceiptError where it is not whole."""
    sealed = opened.raw.get("sha256") == seal(opened.raw)
    changed = Fault(Kind.TAMPERED, "The receipt was changed after it was made: its sha256 does not match.")
    try:
        receipt = Receipt.model_validate_json(json.dumps(opened.raw), strict=True)
    except ValidationError as error:
        if not sealed:
            return Proof(None, (changed,))
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ReceiptError(f"The receipt is not whole: {where}: {error.errors()[0]['msg']}.") from error
    faults = [] if sealed else [changed]
    faults += [Fault(Kind.TAMPERED, what) for what in _contradictions(receipt)]
    documents: dict[str, Document] = {}
    for source in [*receipt.sources, *receipt.documents]:
        found = documents.get(source.sha256) or shelf.same(source)
        if found is not None:
            documents[source.sha256] = found
    for place in receipt.cited:
        here = documents.get(place.document.sha256)
        faults += [_without(place, shelf.instead(place.document))] if here is None else _misplaced(place, here)
    named = {source.sha256 for source in receipt.sources}
    for source in receipt.documents:
        if source.sha256 not in documents and source.sha256 not in named:
            faults.append(_missing(source, shelf.instead(source)))
    page, notes = _page(opened, receipt, documents)
    return Proof(receipt, (*faults, *page), (*notes, *_state(receipt, shelf)))


def _contradictions(receipt: Receipt) -> Iterator[str]:
    """Yield what in a receipt does not go together, whatever the documents say."""
    first = receipt.citations[0] if receipt.citations else None
    if receipt.answered != (first is not None) or receipt.answered != (receipt.reason is None):
        yield "The receipt contradicts itself: an answer has citations and no reason, an abstention a reason and none."
    if receipt.text != (first.exact if first else None):
        yield "The receipt contradicts itself: its text is not the words of its first citation."
    if any(first is None or not first.start <= start < end <= first.end for start, end in receipt.items):
        yield "The receipt contradicts itself: a part of the answer lies outside it."
    if not 0 <= receipt.confidence <= 1:
        yield "The receipt contradicts itself: its confidence is no probability."


def _misplaced(place: Cited, document: Document) -> list[Fault]:
    """Return what is wrong with a place in the very document that it names."""
    text = document.text
    what = None
    if not 0 <= place.start < place.end <= len(text):
        what = f"there is no such place in its {len(text)} characters"
    elif text[place.start : place.end] != place.exact:
        what = f"there stands {_line(text[place.start : place.end])!r}, not {_line(place.exact)!r}"
    elif text[: place.start][-len(place.prefix) or place.start :] != place.prefix:
        what = "other words stand before them than the receipt says"
    elif text[place.end : place.end + len(place.suffix)] != place.suffix:
        what = "other words stand behind them than the receipt says"
    elif text[max(0, place.quote_start) : place.quote_end] != place.quote or not (
        0 <= place.quote_start <= place.start and place.end <= place.quote_end
    ):
        what = "the sentence around them is not the quote"
    elif place.page is not None and document.pages and document.page(place.start) != place.page:
        what = f"they stand on page {document.page(place.start)}, not {place.page}"
    return [] if what is None else [Fault(Kind.OFFSETS, f"{_where(place)}: {what}.", place.document, place)]


def _without(place: Cited, now: Document | None) -> Fault:
    """Return what became of a place whose document is not there as it was."""
    if now is None:
        what = f"{_where(place)}: the document is not here (sha256 {place.document.sha256[:12]}…)."
        return Fault(Kind.GONE, what, place.document, place)
    at = now.text.find(place.prefix + place.exact + place.suffix)
    begin = at + len(place.prefix) if at >= 0 else now.text.find(place.exact)
    if begin < 0:
        what = f"{_where(place)}: the document's text has changed, and the words are not in it any more."
        return Fault(Kind.CHANGED, what, place.document, place)
    around = "the same" if at >= 0 else "other"
    if begin == place.start:
        what = f"{_where(place)}: the document's text has changed; the words stand there still, in {around} words."
        return Fault(Kind.CHANGED, what, place.document, place)
    end = begin + len(place.exact)
    what = f"{_where(place)}: the document's text has changed; the words stand at {begin}-{end} now, in {around} words."
    return Fault(Kind.MOVED, what, place.document, place)


def _missing(source: Source, now: Document | None) -> Fault:
    if now is None:
        return Fault(Kind.GONE, f"{source.source}: the document is not here (sha256 {source.sha256[:12]}…).", source)
    return Fault(Kind.CHANGED, f"{source.source}: the document's text has changed.", source)


def _page(opened: Opened, receipt: Receipt, documents: Mapping[str, Document]) -> tuple[list[Fault], list[str]]:
    """Return what is wrong with the page around a receipt: it must be the one that is made of it."""
    if opened.page is None:
        return [], []
    if any(source.sha256 not in documents for source in receipt.sources):
        return [], ["The page was not compared: not all documents are here as they were."]
    if f"pack {pack.FORM}" not in opened.page[:4000]:
        return [], ["The page was made by another release of Pincite and not compared; its receipt was."]
    named = {source.sha256: _named(documents[source.sha256], source) for source in receipt.sources}
    if pack.render(receipt, named) != opened.page:
        return [Fault(Kind.TAMPERED, "The page was changed after it was made: it is not what its receipt says.")], []
    return [], []


def _named(document: Document, source: Source) -> Document:
    """Return `document` called as the receipt calls it."""
    return replace(document, id=source.id, title=source.title, source=source.source)


def _state(receipt: Receipt, shelf: Shelf) -> list[str]:
    if not shelf.whole or fingerprint(shelf.listed) == receipt.library.sha256:
        return []
    return ["The library has changed since then; the question may be answered otherwise now."]


class _Receipt(HTMLParser):
    """The text of a page's `<pre id="receipt">`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found = ""
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = self._inside or (tag == "pre" and ("id", "receipt") in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        self.found += data if self._inside else ""


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refused(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _where(place: Cited) -> str:
    return f"{place.document.source}, characters {place.start}-{place.end}"


def _line(text: str) -> str:
    return " ".join(text.split())[:80]
