"""Journal: the questions people asked, what was answered, and what they thought of it.

It has a file of its own in the library's folder: asking never waits for a sync to end, and a
person may delete what was asked without touching a document.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection, Row

from bot.answer import Answer, Citation, place_url
from bot.tables import MIGRATIONS
from index.database import Database
from index.errors import QuestionError
from index.filter import EVERYTHING, Filter

FILE = "questions.sqlite3"
SWEEP = timedelta(hours=1)
"""How often what is too old is looked for while questions are asked."""

READ_AS = "coalesce(resolved, question)"
VOTES = (
    "(SELECT count(*) FROM votes WHERE question_id = id AND good) AS good, "
    "(SELECT count(*) FROM votes WHERE question_id = id AND NOT good) AS bad"
)
NEWEST_FIRST = "ORDER BY asked_at DESC, id DESC"


class NotKeptError(QuestionError):
    """A question is not in the journal: it was deleted, is older than its days, or was never stored."""


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

    @classmethod
    def of(cls, citation: Citation) -> "Place":
        """Return the place of `citation`."""
        document = citation.document
        return cls(
            document_id=document.id,
            title=document.title,
            source=document.source,
            sha256=document.sha256,
            start=citation.start,
            end=citation.end,
            exact=citation.exact,
            quote=citation.quote,
        )

    @property
    def url(self) -> str:
        """The address, below the site's root, that opens the document with the words marked."""
        return place_url(self.document_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Asked:
    """What there is to know of a question before its answer is looked at.

    `text` is it as it was read; `filtered`, whether it was asked of some of the documents alone.
    """

    id: str
    asked_at: datetime
    face: str
    text: str
    answer: str | None
    good: int
    bad: int
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that was asked. `resolved` is the question it was read as, where it was a follow-up.

    `place` is the first citation of an answer, `near` the nearest passages of an abstention; both `within` the filter.
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
    within: Filter
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
        self,
        answer: Answer,
        *,
        asked: str,
        face: str,
        conversation: str,
        took_ms: int,
        within: Filter = EVERYTHING,
        at: datetime | None = None,
    ) -> str | None:
        """Keep one question and its answer; return its id, or None where nothing is to be stored."""
        if not self.days:
            return None
        if datetime.now(UTC) >= self._sweep_at:
            self.forget()
        entry_id = secrets.token_hex(8)
        place = Place.of(answer.citations[0]) if answer.citations else None
        near = [] if answer.answered else [asdict(Place.of(other.citation)) for other in answer.alternatives]
        with self.writing() as connection:
            connection.execute(
                f"INSERT INTO questions VALUES ({', '.join('?' * 14)})",
                (
                    entry_id,
                    stamp(at or datetime.now(UTC)),
                    face,
                    conversation,
                    asked,
                    None if answer.question == asked else answer.question,
                    answer.answered,
                    answer.text,
                    answer.confidence,
                    answer.reason,
                    json.dumps(asdict(place)) if place else None,
                    json.dumps(near),
                    took_ms,
                    json.dumps(within.as_json()) if within else None,
                ),
            )
        return entry_id

    def vote(self, entry_id: str, voter: str, good: bool | None) -> None:
        """Set what `voter` thinks of an answer; None takes it back. Raises NotKeptError."""
        with self.writing() as connection:
            if connection.execute("SELECT 1 FROM questions WHERE id = ?", (entry_id,)).fetchone() is None:
                raise NotKeptError("That question is not kept any more, so it cannot be voted on.")
            if good is None:
                connection.execute("DELETE FROM votes WHERE question_id = ? AND voter = ?", (entry_id, voter))
            else:
                connection.execute(
                    "REPLACE INTO votes VALUES (?, ?, ?, ?)", (entry_id, voter, good, stamp(datetime.now(UTC)))
                )

    def entry(self, entry_id: str) -> Entry | None:
        """Return one question, or None where it is not kept."""
        found = self._entries("WHERE id = ?", (entry_id,))
        return found[0] if found else None

    def of_conversation(self, conversation: str, last: int) -> list[Entry]:
        """Return the last questions of a conversation, oldest first."""
        found = self._entries("WHERE conversation = ? ORDER BY asked_at DESC LIMIT ?", (conversation, last))
        return found[::-1]

    def vote_of(self, entry_id: str, voter: str) -> bool | None:
        """Return what `voter` thinks of an answer, or None where they have not said."""
        with self.snapshot() as connection:
            row = connection.execute(
                "SELECT good FROM votes WHERE question_id = ? AND voter = ?", (entry_id, voter)
            ).fetchone()
        return bool(row[0]) if row else None

    def entries(self, limit: int = -1, *, before: Entry | None = None) -> list[Entry]:
        """Return the questions, newest first, at most `limit` of them (all by default), from after `before` on."""
        if before is None:
            return self._entries(f"{NEWEST_FIRST} LIMIT ?", (limit,))
        place = (stamp(before.asked_at), before.id, limit)
        return self._entries(f"WHERE (asked_at, id) < (?, ?) {NEWEST_FIRST} LIMIT ?", place)

    def asked(self) -> list[Asked]:
        """Return all questions, newest first, without what a page of ten thousand does not need."""
        with self.snapshot() as connection:
            rows = connection.execute(
                f"SELECT id, asked_at, face, {READ_AS}, text, {VOTES}, within IS NOT NULL FROM questions {NEWEST_FIRST}"
            ).fetchall()
        return [
            Asked(asked_id, datetime.fromisoformat(at), face, text, answer, good, bad, bool(filtered))
            for asked_id, at, face, text, answer, good, bad, filtered in rows
        ]

    def count(self) -> int:
        """Return how many questions are stored."""
        with self.snapshot() as connection:
            return int(connection.execute("SELECT count(*) FROM questions").fetchone()[0])

    def delete(self, texts: Sequence[str] | None = None) -> int:
        """Delete the questions read as `texts`, all of them by default; return how many went."""
        if texts is None:
            return self._erase("TRUE", ())
        return self._erase(f"{READ_AS} IN (SELECT value FROM json_each(?))", (json.dumps(texts),))

    def forget(self, now: datetime | None = None) -> int:
        """Delete what is older than the days it is kept for; return how many questions went."""
        now = now or datetime.now(UTC)
        self._sweep_at = now + SWEEP
        return self._erase("asked_at < ?", (stamp(now - timedelta(days=self.days)),))

    def _erase(self, condition: str, values: Sequence[object]) -> int:
        """Delete questions with their votes, vectors and comparisons, and the bytes they stood in."""
        with self.erasing() as connection:
            gone = connection.execute(f"DELETE FROM questions WHERE {condition}", values).rowcount
            if gone:
                connection.execute(f"DELETE FROM vectors WHERE text NOT IN (SELECT {READ_AS} FROM questions)")
                drop_erased(connection)
        if gone:
            self.cut_log()
        return gone

    def _entries(self, clause: str, values: Sequence[object]) -> list[Entry]:
        with self.snapshot() as connection:
            cursor = connection.cursor()
            cursor.row_factory = Row
            rows = cursor.execute(f"SELECT *, {VOTES} FROM questions {clause}", values).fetchall()
        return [_entry(row) for row in rows]


def drop_erased(connection: Connection) -> None:
    """Delete what was kept of people's questions that are not in the journal any more."""
    for table in ("outcomes", "changes"):
        connection.execute(
            f"DELETE FROM {table} WHERE NOT expected AND question NOT IN (SELECT {READ_AS} FROM questions)"
        )


def stamp(at: datetime) -> str:
    """Return a UTC time as it is stored: such that the order of the strings is that of the times."""
    return at.isoformat(timespec="microseconds")


def _entry(row: Row) -> Entry:
    return Entry(
        **{name: row[name] for name in ("id", "face", "conversation", "question", "resolved", "text", "confidence")},
        asked_at=datetime.fromisoformat(row["asked_at"]),
        answered=bool(row["answered"]),
        reason=row["reason"],
        place=Place(**json.loads(row["place"])) if row["place"] else None,
        near=tuple(Place(**place) for place in json.loads(row["near"])),
        took_ms=row["took_ms"],
        within=Filter.of(**json.loads(row["within"])) if row["within"] else EVERYTHING,
        good=row["good"],
        bad=row["bad"],
    )
