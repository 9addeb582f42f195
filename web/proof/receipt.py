"""Receipt: an answer, or an abstention, as JSON that can be proven against the documents without a model."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from bot import Answer, Bot, Citation, Reason
from index.errors import ModelError
from index.filter import EVERYTHING, Filter
from index.library import Listed
from web import words

VERSION = 1
"""Of the form of a receipt. What reads one refuses a version that it does not know."""
READER_FILES = ("*.onnx", "*.onnx.gz", "*.safetensors", "*.bin", "*.json")

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Source(BaseModel):
    """A document; `sha256` is of its normalised text in UTF-8."""

    id: str
    title: str
    source: str
    sha256: Sha256


class Cited(BaseModel):
    """A place in a document: W3C's TextPositionSelector (`start`, `end`) and TextQuoteSelector (`exact` ...) in one.

    Offsets are code points of the document's text, end exclusive. `confidence` is that of an answer shown beside the
    best one, None elsewhere.
    """

    document: Source
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    quote: str
    quote_start: int
    quote_end: int
    page: int | None
    confidence: float | None = None

    @classmethod
    def of(cls, citation: Citation, confidence: float | None = None) -> "Cited":
        """Return the place of `citation`."""
        start, end = citation.quote_range
        return cls(
            document=Source.model_validate(citation.document, from_attributes=True),
            start=citation.start,
            end=citation.end,
            exact=citation.exact,
            prefix=citation.prefix,
            suffix=citation.suffix,
            quote=citation.quote,
            quote_start=start,
            quote_end=end,
            page=citation.page,
            confidence=None if confidence is None else round(confidence, 4),
        )


class Asked(BaseModel):
    """Which documents were asked: those with all `tags`, dated in a time, of a source that begins so."""

    tags: list[str]
    since: str | None
    until: str | None
    source: str | None


class LibraryState(BaseModel):
    """What was in the library. `sha256` is of its documents' own, sorted, a line each."""

    documents: int
    passages: int
    sha256: Sha256


class Models(BaseModel):
    """Sha256 of the files that answered: those in the reader's folder, by name, and the embedder's weights."""

    reader: dict[str, Sha256]
    embedder: str


class Receipt(BaseModel):
    """An answer with its citations, or an abstention with the nearest passages and all documents there were.

    `sha256` is of all the rest, as `seal` counts it: it tells a slip or a careless change, and a forger could make it
    anew. What proves a receipt is the documents.
    """

    pincite_receipt: Literal[1]
    pincite: Annotated[str, Field(description="The version of Pincite that made it.")]
    made_at: AwareDatetime
    question: str
    answered: bool
    text: str | None
    confidence: float
    threshold: float
    reason: Reason | None
    citations: list[Cited]
    items: list[tuple[int, int]]
    alternatives: list[Cited]
    filter: Annotated[Asked | None, Field(description="Null where all documents were asked.")]
    library: LibraryState
    documents: Annotated[list[Source], Field(description="Of an abstention: every document that was asked.")]
    models: Models
    sha256: Sha256

    @property
    def cited(self) -> list[Cited]:
        """Every place it names, the answer's own first."""
        return [*self.citations, *self.alternatives]

    @property
    def sources(self) -> list[Source]:
        """The documents of those places, each once."""
        found: dict[str, Source] = {}
        for place in self.cited:
            found.setdefault(place.document.sha256, place.document)
        return list(found.values())

    def as_json(self) -> str:
        """Return it as people and programs read it. Characters that do not show are escaped."""
        return _escaped(json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False))


def receipt_of(bot: Bot, answer: Answer, within: Filter = EVERYTHING) -> Receipt:
    """Return the receipt of what `bot` answered just now, asked of the documents `within` the filter."""
    with bot.library.reading():
        listed = bot.library.documents()
        asked = bot.library.documents(within=within)
        documents, passages = bot.library.count()
    fields: dict[str, object] = {
        "pincite_receipt": VERSION,
        "pincite": version("pincite"),
        "made_at": datetime.now(UTC).replace(microsecond=0),
        "question": answer.question,
        "answered": answer.answered,
        "text": answer.text,
        "confidence": round(answer.confidence, 4),
        "threshold": bot.threshold,
        "reason": answer.reason,
        "citations": [Cited.of(citation) for citation in answer.citations],
        "items": answer.items,
        "alternatives": [Cited.of(other.citation, other.confidence) for other in answer.alternatives],
        "filter": within.as_json() if within else None,
        "library": LibraryState(documents=documents, passages=passages, sha256=fingerprint(listed)),
        "documents": [] if answer.answered else [Source.model_validate(one, from_attributes=True) for one in asked],
        "models": _models(bot),
        "sha256": "0" * 64,
    }
    receipt = Receipt.model_validate(fields)
    return receipt.model_copy(update={"sha256": seal(receipt.model_dump(mode="json"))})


def seal(receipt: Mapping[str, object]) -> str:
    """Return the sha256 of a receipt's JSON without its own `sha256`, keys sorted, ASCII, no blanks."""
    rest = {name: value for name, value in receipt.items() if name != "sha256"}
    return _sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode("ascii"))


def fingerprint(documents: Iterable[Listed]) -> str:
    """Return the sha256 of the documents' own, sorted, each followed by a newline."""
    return _sha256("".join(f"{one}\n" for one in sorted(document.sha256 for document in documents)).encode("ascii"))


def _models(bot: Bot) -> Models:
    folder = bot.reader.folder
    names = sorted({path.name for pattern in READER_FILES for path in folder.glob(pattern)})
    try:
        reader = {name: _sha256_of(folder / name, (folder / name).stat().st_mtime_ns) for name in names}
    except OSError as error:
        raise ModelError(f"The reader's files cannot be read: {error}.") from error
    return Models(reader=reader, embedder=bot.library.embedder.identity)


@lru_cache(maxsize=32)
def _sha256_of(path: Path, _modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


HIDDEN = frozenset(
    chain(
        range(0x7F, 0xA0), [0xAD], range(0x200B, 0x2010), range(0x2028, 0x202F), range(0x2060, 0x2070), [0xFEFF],
        words.NONCHARACTERS,
    )
)  # fmt: skip
"""Controls, marks of direction and non-characters: JSON may hold them, pages and eyes do not show them."""


def _escaped(text: str) -> str:
    return "".join(_escape(character) if ord(character) in HIDDEN else character for character in text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
