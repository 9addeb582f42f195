"""Staging: documents on their way into a library, in temporary tables that their one connection alone sees.

SQLite keeps them in a file that has no name any more, so a process that is killed leaves nothing behind, readers see
nothing before it is complete, and no more than a document and a batch of passages is ever in memory.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from index.document import Document
from index.embed import Embedder, is_unit
from index.formats import identify
from index.passage import split
from index.progress import Pace
from index.records import FACTS, context, embedded, facts, key_of
from index.store import Store

STEP = 64
"""Passages embedded between two reports: they are of about the same length, so little is padded."""
OVERHEAD = 100
"""Characters that the handling of one passage takes as long as, for the time that is left."""

TABLES = (
    f"staged (n INTEGER PRIMARY KEY, location, was, id, source, text, characters, {FACTS})",
    'staged_passages (document, start, "end", context, key, PRIMARY KEY (document, start)) WITHOUT ROWID',
    "staged_words (key BLOB PRIMARY KEY, words TEXT, vector BLOB)",
)

Tell = Callable[[int, str | None, float | None], None]
"""Takes how many passages are done, the document at hand and the seconds that are left."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A document that is ready: row `n`, to be kept at `location`, in the place of the one that was at `was`."""

    n: int
    location: str
    was: str
    wanted: str
    source: str


class Staging:
    """A context manager; what was staged and not stored is dropped at its end."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder
        self.passages = 0
        """Passages to be embedded: no vector of the same words is there yet."""

    def __enter__(self) -> "Staging":
        """Make the temporary tables."""
        self._drop()
        with self._store.guarded():
            for table in TABLES:
                self._store.connection.execute(f"CREATE TEMP TABLE {table}")
        return self

    def __exit__(self, *_: object) -> None:
        """Drop them."""
        self._drop()

    def add(self, location: str, document: Document, was: str = "", *, reuse: bool = True) -> None:
        """Stage a document, cut into passages; vectors of the same words are taken from the library where `reuse`."""
        passages = split(document)
        with self._store.temporary() as connection:
            row = connection.execute(
                f"INSERT INTO staged (location, was, id, source, text, characters, {FACTS}) "
                f"VALUES ({','.join('?' * (6 + len(facts(document))))})",
                (
                    location,
                    was or location,
                    document.id,
                    document.source,
                    document.text,
                    len(document.text),
                    *facts(document),
                ),
            )
            for passage in passages:
                about = context(document, passage)
                words = embedded(about, document.text[passage.start : passage.end])
                key = key_of(words)
                connection.execute(
                    "INSERT INTO staged_passages VALUES (?, ?, ?, ?, ?)",
                    (row.lastrowid, passage.start, passage.end, about, key),
                )
                if connection.execute("SELECT 1 FROM staged_words WHERE key = ?", (key,)).fetchone():
                    continue
                vector = self._vector(key) if reuse else None
                self.passages += vector is None
                connection.execute(
                    "INSERT INTO staged_words VALUES (?, ?, ?)", (key, None if vector else words, vector)
                )

    def embed(self, tell: Tell) -> None:
        """Give every staged passage its vector, the longest first, telling after every STEP."""
        with self._store.guarded():
            connection = self._store.connection
            missing = "FROM staged_words WHERE vector IS NULL"
            whole = connection.execute(f"SELECT total(length(words) + ?) {missing}", (OVERHEAD,)).fetchone()[0]
            pace, done, weight = Pace(whole), 0, 0
            rows = connection.execute(f"SELECT key, words {missing} ORDER BY length(words) DESC, key")
            with closing(rows):
                while batch := rows.fetchmany(STEP):
                    tell(done, None, pace.seconds_left(weight))
                    vectors = self._embedder.encode([words for _, words in batch])
                    with self._store.temporary():
                        connection.executemany(
                            "UPDATE staged_words SET vector = ?, words = NULL WHERE key = ?",
                            [(vector.tobytes(), key) for vector, (key, _) in zip(vectors, batch, strict=True)],
                        )
                    done += len(batch)
                    weight += sum(len(words) + OVERHEAD for _, words in batch)

    def documents(self) -> list[Staged]:
        """Return what is staged, in order."""
        rows = self._store.connection.execute("SELECT n, location, was, id, source FROM staged ORDER BY n")
        return [Staged(*row) for row in rows]

    def store(self, staged: Staged) -> str | None:
        """Put a document into the library, inside the caller's transaction; return the source it had, None if new.

        Passages that are as they were stay; otherwise all of the document's are put in anew, each with its vector.
        """
        execute = self._store.connection.execute
        old = execute("SELECT id, source FROM documents WHERE location = ?", (staged.was,)).fetchone()
        document_id = old[0] if old else self._free_id(staged)
        columns = f"location, source, text, characters, {FACTS}"
        updated = ", ".join(f"{name} = excluded.{name}" for name in columns.split(", "))
        execute(
            f"INSERT INTO documents (id, {columns}) SELECT ?, {columns} FROM staged WHERE n = ? "
            f"ON CONFLICT (id) DO UPDATE SET {updated}",
            (document_id, staged.n),
        )
        keys = 'SELECT start, "end", key FROM'
        before = execute(f"{keys} passages WHERE document_id = ? ORDER BY start", (document_id,)).fetchall()
        now = execute(f"{keys} staged_passages WHERE document = ? ORDER BY start", (staged.n,)).fetchall()
        if before != now:
            drop_passages(self._store, document_id)
            self._insert_passages(document_id, staged.n)
        return str(old[1]) if old else None

    def _insert_passages(self, document_id: str, n: int) -> None:
        execute = self._store.connection.execute
        text = execute("SELECT text FROM staged WHERE n = ?", (n,)).fetchone()[0]
        ready = execute(
            'SELECT p.start, p."end", p.context, p.key, w.vector FROM staged_passages p '
            "JOIN staged_words w ON w.key = p.key WHERE p.document = ? ORDER BY p.start",
            (n,),
        )
        with closing(ready):
            for start, end, about, key, vector in ready:
                row = execute(
                    'INSERT INTO passages (document_id, start, "end", vector, key) VALUES (?, ?, ?, ?, ?)',
                    (document_id, start, end, vector, key),
                )
                execute(
                    "INSERT INTO passages_fts (rowid, context, text) VALUES (?, ?, ?)",
                    (row.lastrowid, about, text[start:end]),
                )

    def _vector(self, key: bytes) -> bytes | None:
        """Return the vector that the library has of the same words, unless it is damaged."""
        row = self._store.connection.execute("SELECT vector FROM passages WHERE key = ? LIMIT 1", (key,)).fetchone()
        return row[0] if row and is_unit(row[0]) else None

    def _free_id(self, staged: Staged) -> str:
        """Return the id that was wanted where it is free: a later docs/README.md is known by its place."""
        wanted, number = staged.wanted, 1
        while self._store.connection.execute("SELECT 1 FROM documents WHERE id = ?", (wanted,)).fetchone():
            wanted = identify(staged.location if number == 1 else f"{staged.location}\n{number}")
            number += 1
        return wanted

    def _drop(self) -> None:
        with self._store.guarded():
            for table in TABLES:
                self._store.connection.execute(f"DROP TABLE IF EXISTS temp.{table.split()[0]}")


def drop_passages(store: Store, document_id: str) -> None:
    """Delete a document's passages and their words, inside the caller's transaction."""
    execute = store.connection.execute
    execute("DELETE FROM passages_fts WHERE rowid IN (SELECT id FROM passages WHERE document_id = ?)", (document_id,))
    execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
