"""Inbox: what came in from chat and is not answered yet, and the keys of what was, so that nothing is answered twice.

A file of its own in the library's folder. Words are kept while they are on their way and no longer: an answered
question leaves its keys behind, and a reply that one person alone saw stays until it can be shared no more. What goes
is written over, and gone from the log beside the file too as soon as there is nothing to do.
"""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from sqlite3 import Connection, Row

from index.database import Database
from web.chat.slack.messages import Action, Asked, Incoming, Pressed, Why

FILE = "chat.sqlite3"
KEEP_SECONDS = 30 * 24 * 3600
"""How long keys are known, and with them the threads where Pincite has answered."""
REPLY_SECONDS = 3600
"""How long a reply to a command is kept for its buttons."""

MIGRATIONS = (
    """
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, place TEXT UNIQUE, thread TEXT, conversation TEXT NOT NULL,
    addressed INTEGER NOT NULL, state TEXT NOT NULL, incoming TEXT, reply TEXT,
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, at REAL NOT NULL
);
CREATE INDEX inbox_waiting ON inbox (due) WHERE state IN ('new', 'posting');
CREATE INDEX inbox_of_thread ON inbox (thread) WHERE thread IS NOT NULL;
CREATE INDEX inbox_by_time ON inbox (at);
""",
)


class State(StrEnum):
    """How far something in the inbox is."""

    NEW = "new"
    POSTING = "posting"
    """Its reply is made and may have been posted."""
    DONE = "done"
    SILENT = "silent"
    """Nobody asked Pincite, and it had nothing to cite."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `reply` is what was about to be posted, in state POSTING. `tries` counts failures to do it."""

    key: str
    incoming: Incoming
    state: State
    reply: Mapping[str, object] | None
    tries: int


class Inbox(Database):
    """What came in, across restarts. Times are in seconds since 1970."""

    FILE = FILE
    NOUN = "The inbox of the chat"
    ADVICE = f"Move its file, {FILE}, away to go on without what had not been answered."
    MIGRATIONS = MIGRATIONS
    _erased = True
    """Whether words went since the log was cut, in an earlier process perhaps."""

    def put(self, batch: Sequence[Incoming]) -> list[bool]:
        """Keep all of `batch` in one transaction; tell of each whether it is to be answered, and was not known yet.

        Known is what has the same key, or is about the same message under another one. A mention whose message
        came in first as one that nobody addressed to Pincite takes its place, unless that was answered.
        """
        now = time.time()
        with self.erasing() as connection:
            return [_put(connection, incoming, now) for incoming in batch]

    def next(self, busy: Collection[str] = ()) -> Item | None:
        """Return the oldest thing to do now, of a conversation that is not `busy`."""
        with self.snapshot() as connection:
            cursor = connection.cursor()
            cursor.row_factory = Row
            row = cursor.execute(
                "SELECT * FROM inbox WHERE state IN ('new', 'posting') AND due <= ? "
                f"AND conversation NOT IN ({', '.join('?' * len(busy))}) ORDER BY id LIMIT 1",
                (time.time(), *busy),
            ).fetchone()
        return _item(row) if row else None

    def posting(self, key: str, reply: Mapping[str, object]) -> None:
        """Note that `reply` is about to be posted: from now on it may have been."""
        self._set("state = 'posting', reply = ? WHERE key = ?", json.dumps(reply), key)

    def later(self, key: str, seconds: float, tries: int) -> None:
        """Put something off."""
        self._set("due = ?, tries = ? WHERE key = ?", time.time() + seconds, tries, key)

    def done(self, key: str, reply: Mapping[str, object] | None = None) -> None:
        """Note that something is done, and forget its words, except for a `reply` whose buttons need it."""
        kept = None if reply is None else json.dumps(reply)
        self._set("state = 'done', incoming = NULL, reply = ? WHERE key = ?", kept, key)

    def failed(self, key: str) -> None:
        """Give up on something."""
        self._set("state = 'failed', incoming = NULL, reply = NULL WHERE key = ?", key)

    def silent(self, key: str) -> None:
        """Note that nothing was said, unless a mention has taken the message's place meanwhile."""
        self._set("state = 'silent', incoming = NULL WHERE key = ? AND NOT addressed", key)

    def reply(self, key: str) -> Mapping[str, object] | None:
        """Return the reply to a command, while it is kept."""
        with self.snapshot() as connection:
            row = connection.execute("SELECT reply FROM inbox WHERE key = ? AND state = 'done'", (key,)).fetchone()
        return json.loads(row[0]) if row and row[0] else None

    def forget(self, now: float | None = None) -> None:
        """Delete what is older than it is kept for."""
        now = time.time() if now is None else now
        with self.erasing() as connection:
            connection.execute(
                "UPDATE inbox SET reply = NULL WHERE state = 'done' AND reply IS NOT NULL AND at < ?",
                (now - REPLY_SECONDS,),
            )
            connection.execute(
                "DELETE FROM inbox WHERE state NOT IN ('new', 'posting') AND at < ?", (now - KEEP_SECONDS,)
            )
        self._erased = True

    def settle(self) -> None:
        """Leave no words on the disk that were erased: for when nothing waits, since it costs a wait for the disk."""
        if self._erased:
            self._erased = False  # first: what another thread erases meanwhile is left to the next time
            self._erased = not self.cut_log() or self._erased

    def _set(self, change: str, *values: object) -> None:
        with self.erasing() as connection:
            connection.execute(f"UPDATE inbox SET {change}", values)
        self._erased = True


def _put(connection: Connection, incoming: Incoming, now: float) -> bool:
    asked = isinstance(incoming, Asked)
    why = incoming.why if isinstance(incoming, Asked) else Why.ADDRESSED
    thread = f"{incoming.channel}/{incoming.reply_thread}" if isinstance(incoming, Asked) and incoming.ts else None
    if why is Why.THREAD:
        known = "SELECT 1 FROM inbox WHERE thread = ? AND state IN ('new', 'posting', 'done')"
        if connection.execute(known, (thread,)).fetchone() is None:
            return False
    words = json.dumps({"kind": "asked" if asked else "pressed", **asdict(incoming)})
    changed = connection.execute(
        "INSERT INTO inbox (key, place, thread, conversation, addressed, state, incoming, due, at) "
        "VALUES (?, ?, ?, ?, ?, 'new', ?, ?, ?) ON CONFLICT (key) DO NOTHING ON CONFLICT (place) DO UPDATE SET "
        "addressed = 1, state = 'new', incoming = excluded.incoming "
        "WHERE excluded.addressed AND NOT addressed AND state IN ('new', 'silent')",
        (incoming.key, incoming.place, thread, incoming.conversation, why is Why.ADDRESSED, words, now, now),
    )
    return bool(changed.rowcount)


def _item(row: Row) -> Item:
    words = json.loads(row["incoming"])
    incoming: Incoming
    if words.pop("kind") == "asked":
        incoming = Asked(**{**words, "why": Why(words["why"])})
    else:
        incoming = Pressed(**{**words, "action": Action(words["action"])})
    reply = json.loads(row["reply"]) if row["reply"] else None
    return Item(row["key"], incoming, State(row["state"]), reply, row["tries"])
