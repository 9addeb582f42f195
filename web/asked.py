"""Asked: the questions people asked, as JSON and CSV."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from bot import Reason
from bot.gaps import Status, Topic
from bot.journal import Entry, Journal, Place
from index import Library

BATCH = 500
"""Questions that an export holds at once."""
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet may run (OWASP, CSV injection)."""


class PlaceOut(BaseModel):
    """A place in a document as it was shown. `url` opens it; null where the document is gone."""

    document_id: str
    title: str
    source: str
    sha256: str
    start: int
    end: int
    exact: str
    quote: str
    state: Annotated[
        Literal["there", "changed", "gone"],
        Field(description="Whether the document is as it was then, has another text now, or was removed."),
    ]
    url: str | None

    @classmethod
    def of(cls, place: Place, library: Library) -> "PlaceOut":
        """Return `place` with what became of its document."""
        document = library.document(place.document_id)
        state = "gone" if document is None else "there" if document.sha256 == place.sha256 else "changed"
        url = {"there": place.url, "changed": f"/documents/{place.document_id}", "gone": None}[state]
        names = ("document_id", "title", "source", "sha256", "start", "end", "exact", "quote")
        return cls.model_validate({name: getattr(place, name) for name in names} | {"state": state, "url": url})


class WordingOut(BaseModel):
    """One way a question was put, and how often."""

    question: str
    times: int


class TopicOut(BaseModel):
    """Questions that ask the same thing, with their newest outcome."""

    id: Annotated[str, Field(description="Names the topic until another wording joins it.")]
    question: str
    status: Status
    times: int
    wordings: list[WordingOut]
    faces: dict[str, int]
    first_asked: datetime
    last_asked: datetime
    good: int
    bad: int
    answer: str | None
    confidence: float
    reason: Reason | None
    place: PlaceOut | None
    near: list[PlaceOut]

    @classmethod
    def of(cls, topic: Topic, entry: Entry, library: Library) -> "TopicOut":
        """Return `topic`, shown by its `entry`."""
        return cls(
            id=topic.id,
            question=topic.question,
            status=topic.status,
            times=topic.times,
            wordings=[WordingOut(question=text, times=times) for text, times in topic.wordings],
            faces=dict(topic.faces),
            first_asked=topic.first_asked,
            last_asked=topic.last_asked,
            good=topic.good,
            bad=topic.bad,
            answer=entry.text,
            confidence=round(entry.confidence, 4),
            reason=None if entry.reason is None else Reason(entry.reason),
            place=None if entry.place is None else PlaceOut.of(entry.place, library),
            near=[PlaceOut.of(place, library) for place in entry.near],
        )


class TopicsOut(BaseModel):
    """A page of topics. `counts` are of all topics, `found` of those that were looked for."""

    stored: Annotated[int, Field(description="Questions stored, each time they were asked.")]
    keep_days: int
    pending: Annotated[int, Field(description="Questions not compared with the others yet; they stand alone.")]
    counts: dict[Status, int]
    found: int
    page: int
    pages: int
    topics: list[TopicOut]


class EntryOut(BaseModel):
    """One question as it was asked, and what came of it."""

    id: str
    asked_at: datetime
    face: str
    conversation: str
    question: str
    read_as: Annotated[str, Field(description="The question as it was read: the same unless it was a follow-up.")]
    answered: bool
    answer: str | None
    confidence: float
    reason: str | None
    good: int
    bad: int
    took_ms: int
    place: dict[str, str | int] | None
    near: list[dict[str, str | int]]


PLACE = ("document_id", "title", "source", "sha256", "start", "end", "exact", "quote")
COLUMNS = (
    "id", "asked_at", "face", "conversation", "question", "read_as", "answered", "answer", "confidence", "reason",
    "good", "bad", "took_ms", "title", "source", "sha256", "start", "end", "quote", "nearest", "nearest_source",
)  # fmt: skip
"""The columns of the CSV: the place is that of the answer, `nearest` the passage that came nearest to one."""


def as_json(journal: Journal) -> Iterator[str]:
    """Yield the journal as one JSON array of EntryOut, newest first, in parts."""
    between = "[\n"
    for batch in _batches(journal):
        yield between + ",\n".join(json.dumps(_entry(entry), ensure_ascii=False) for entry in batch)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def as_csv(journal: Journal) -> Iterator[str]:
    """Yield the journal as CSV (RFC 4180), newest first, in parts. No cell begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for batch in _batches(journal):
        writer.writerows(map(_row, batch))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _batches(journal: Journal) -> Iterator[list[Entry]]:
    """Yield the questions, newest first. Each batch is read for itself: the next may run in another thread."""
    batch = journal.entries(BATCH)
    while batch:
        yield batch
        batch = journal.entries(BATCH, before=batch[-1])


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "asked_at": entry.asked_at.isoformat(timespec="milliseconds"),
        "face": entry.face,
        "conversation": entry.conversation,
        "question": entry.question,
        "read_as": entry.resolved or entry.question,
        "answered": entry.answered,
        "answer": entry.text,
        "confidence": round(entry.confidence, 4),
        "reason": entry.reason,
        "good": entry.good,
        "bad": entry.bad,
        "took_ms": entry.took_ms,
        "place": _place(entry.place) if entry.place else None,
        "near": [_place(place) for place in entry.near],
    }


def _place(place: Place) -> dict[str, object]:
    return {name: getattr(place, name) for name in PLACE}


def _row(entry: Entry) -> list[object]:
    values = _entry(entry) | (_place(entry.place) if entry.place else {})
    if entry.near:
        values |= {"nearest": entry.near[0].exact, "nearest_source": entry.near[0].source}
    return [_cell(values.get(column)) for column in COLUMNS]


def _cell(value: object) -> object:
    """Return what a cell holds: text that a spreadsheet would run begins with an apostrophe instead."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and (value.startswith(FORMULA) or value.lstrip().startswith(FORMULA)):
        return f"'{value}"
    return value
