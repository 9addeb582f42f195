"""Journal: the questions people asked, what was answered, and what they thought of it.

It has a file of its own in the library's folder: asking never waits for a sync to end, and a
person may delete what was asked without touching a document.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Row

from bot.answer import Alternative, Answer
from index.database import Database
from index.errors import QuestionError

FILE = "questions.sqlite3"

MIGRATIONS = (
    """
CREATE TABLE questions (
    id TEXT PRIMARY KEY, asked_at TEXT NOT NULL, face TEXT NOT NULL, conversation TEXT NOT NULL,
    question TEXT NOT NULL, resolved TEXT, answered INTEGER NOT NULL, text TEXT, confidence REAL NOT NULL,
    reason TEXT, place TEXT, near TEXT NOT NULL, took_ms INTEGER NOT NULL
);
CREATE INDEX questions_by_time ON questions (asked_at);
CREATE INDEX questions_of_conversation ON questions (conversation, asked_at);
CREATE TABLE votes (
    question_id TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    voter TEXT NOT NULL, good INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (question_id, voter)
) WITHOUT ROWID;
""",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where some words stood when they were shown: enough to find them, and to see that they are gone."""

    document_id: str
    title: str
    source: str
    sha256: str
    start: int
    end: int
    exact: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that was asked. `resolved` is the question it was read as, where it was a follow-up.

    `place` is the first citation of an answer, `near` the nearest passages of an abstention.
    `good` and `bad` count votes. `asked_at` is UTC.
    """

    id: str
    asked_at: datetime
    face: str
    conversation: str
    question: str
    resolved: str | None
    answered: bool
    text: str | None
    confidence: float
    reason: str | None
    place: Place | None
    near: tuple[Place, ...]
    took_ms: int
    good: int
    bad: int


class Journal(Database):
    """What was asked of one library, kept for `days` days; with 0 nothing is stored at all."""

    FILE = FILE
    NOUN = "The journal of questions"
    ADVICE = f"Move its file, {FILE}, away to go on without it."
    MIGRATIONS = MIGRATIONS

    def __init__(self, folder: Path, days: int) -> None:
        """Open the journal of the library in `folder`. Raises LibraryError."""
        self.days = days
        super().__init__(folder)
        self.forget()

    def record(
        self, answer: Answer, *, asked: str, face: str, conversation: str, took_ms: int, at: datetime | None = None
    ) -> str | None:
        """Keep one question and its answer; return its id, or None where nothing is to be stored."""
        if not self.days:
            return None
        entry_id = secrets.token_hex(8)
        place = _place(Alternative(answer.citations[0])) if answer.citations else None
        near = [] if answer.answered else [_place(other) for other in answer.alternatives]
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO questions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry_id,
                    (at or datetime.now(UTC)).isoformat(timespec="milliseconds"),
                    face,
                    conversation,
                    asked,
                    None if answer.question == asked else answer.question,
                    answer.answered,
                    answer.text,
                    answer.confidence,
                    answer.reason,
                    place and json.dumps(place),
                    json.dumps(near),
                    took_ms,
                ),
            )
        return entry_id

    def vote(self, entry_id: str, voter: str, good: bool | None) -> None:
        """Set what `voter` thinks of an answer; None takes it back. Raises QuestionError where it is not kept."""
        with self.writing() as connection:
            if connection.execute("SELECT 1 FROM questions WHERE id = ?", (entry_id,)).fetchone() is None:
                raise QuestionError("That question is not kept any more, so it cannot be voted on.")
            if good is None:
                connection.execute("DELETE FROM votes WHERE question_id = ? AND voter = ?", (entry_id, voter))
            else:
                now = datetime.now(UTC).isoformat(timespec="milliseconds")
                connection.execute("REPLACE INTO votes VALUES (?, ?, ?, ?)", (entry_id, voter, good, now))

    def entry(self, entry_id: str) -> Entry | None:
        """Return one question, or None where it is not kept."""
        found = self._entries("WHERE id = ?", (entry_id,))
        return found[0] if found else None

    def of_conversation(self, conversation: str, last: int) -> list[Entry]:
        """Return the last questions of a conversation, oldest first."""
        found = self._entries("WHERE conversation = ? ORDER BY asked_at DESC LIMIT ?", (conversation, last))
        return found[::-1]

    def entries(self, limit: int = -1) -> list[Entry]:
        """Return the questions, newest first, at most `limit` of them (all by default)."""
        return self._entries("ORDER BY asked_at DESC LIMIT ?", (limit,))

    def forget(self, now: datetime | None = None) -> int:
        """Delete what is older than the days it is kept for; return how many questions went."""
        oldest = ((now or datetime.now(UTC)) - timedelta(days=self.days)).isoformat(timespec="milliseconds")
        with self.writing() as connection:
            return connection.execute("DELETE FROM questions WHERE asked_at < ?", (oldest,)).rowcount

    def _entries(self, clause: str, values: Sequence[object]) -> list[Entry]:
        with self.snapshot() as connection:
            cursor = connection.cursor()
            cursor.row_factory = Row
            rows = cursor.execute(
                "SELECT *, (SELECT count(*) FROM votes WHERE question_id = id AND good) AS good, "
                f"(SELECT count(*) FROM votes WHERE question_id = id AND NOT good) AS bad FROM questions {clause}",
                values,
            ).fetchall()
        return [_entry(row) for row in rows]


def _place(other: Alternative) -> dict[str, object]:
    citation = other.citation
    document = citation.document
    return {
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "sha256": document.sha256,
        "start": citation.start,
        "end": citation.end,
        "exact": citation.exact,
        "quote": citation.quote,
    }


def _entry(row: Row) -> Entry:
    return Entry(
        **{name: row[name] for name in ("id", "face", "conversation", "question", "resolved", "text", "confidence")},
        asked_at=datetime.fromisoformat(row["asked_at"]),
        answered=bool(row["answered"]),
        reason=row["reason"],
        place=Place(**json.loads(row["place"])) if row["place"] else None,
        near=tuple(Place(**place) for place in json.loads(row["near"])),
        took_ms=row["took_ms"],
        good=row["good"],
        bad=row["bad"],
    )
