"""Store: the SQLite file under a library, its schema, its states and its transactions.

Every change is one transaction, in WAL mode with full synchronisation: it is there whole or not at
all, whatever happens to the process or the power.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.document import digest
from index.embed import DIMENSIONS
from index.errors import DamagedLibraryError, LibraryError

FILE = "library.sqlite3"
SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0
DERIVED = "dense*"
"""What the index made from a store is called: where it is, there was a store."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, location TEXT NOT NULL UNIQUE, title TEXT NOT NULL, source TEXT NOT NULL,
    media_type TEXT NOT NULL, text TEXT NOT NULL, sha256 TEXT NOT NULL, characters INTEGER NOT NULL,
    pages TEXT NOT NULL, headings TEXT NOT NULL, metadata TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passages_of_document ON passages (document_id);
CREATE VIRTUAL TABLE passages_fts USING fts5 (context, text, tokenize = 'porter unicode61');
"""


class Store:
    """One SQLite file in a folder. Many readers and one writer may use it at once, across processes.

    Each thread has its own connection. `identity` names the embedder whose vectors are inside.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        """Open the store in `folder`, making it where there is none yet. Raises LibraryError."""
        self.folder = folder
        self._local = threading.local()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The library folder {folder} cannot be made ({error.strerror}); choose another with "
                "--library or PINCITE_LIBRARY."
            ) from error
        with self._guarded():
            self._prepare(identity)

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Hold one state of the library for this thread; yield its generation.

        All that is read inside sees the same documents, whatever is written meanwhile.
        """
        with self._guarded():
            connection = self.connection
            if connection.in_transaction:
                yield self._generation()
                return
            connection.execute("BEGIN")
            try:
                yield self._generation()
            finally:
                self._roll_back()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the one right to write; what is done inside is kept whole at the end, or not at all."""
        with self._guarded():
            execute = self.connection.execute
            execute("BEGIN IMMEDIATE")
            try:
                yield
                execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        """End this thread's transaction, unless SQLite has done so itself, as it does on a damaged file."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def verify(self) -> None:
        """Raise DamagedLibraryError unless passages have their vectors, words and documents, and texts their sha256."""
        with self.reading():
            damaged = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            stray = self.connection.execute(
                "SELECT (SELECT count(*) FROM passages WHERE id NOT IN (SELECT rowid FROM passages_fts)) + "
                "(SELECT count(*) FROM passages_fts WHERE rowid NOT IN (SELECT id FROM passages)) + "
                "(SELECT count(*) FROM passages WHERE length(vector) != ?) + "
                "(SELECT count(*) FROM passages WHERE document_id NOT IN (SELECT id FROM documents))",
                (DIMENSIONS * 4,),
            ).fetchone()[0]
            texts = self.connection.execute("SELECT text, sha256 FROM documents")
            changed = sum(digest(text) != sha256 for text, sha256 in texts)
        if damaged != "ok" or stray or changed:
            raise self.damage(
                f"quick_check says {damaged!r}, {stray} passages are incomplete, {changed} texts do not match"
            )

    def damage(self, what: str) -> DamagedLibraryError:
        """Return the error that says what is damaged, and what to do."""
        return DamagedLibraryError(
            f"The library in {self.folder} is damaged ({what}). Move the folder away and add the documents again."
        )

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the thread that asks."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.folder / FILE, timeout=BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _prepare(self, identity: str) -> None:
        connection = self.connection
        connection.execute("PRAGMA journal_mode = WAL")
        with closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                version = cursor.execute("PRAGMA user_version").fetchone()[0]
                if version == 0 and any(self.folder.glob(DERIVED)):
                    raise self.damage("it is empty, though the index made from it is there")
                if version == 0:
                    for statement in filter(str.strip, SCHEMA.split(";\n")):
                        cursor.execute(statement)
                    cursor.execute("INSERT INTO meta VALUES ('generation', '0'), ('embedder', ?)", (identity,))
                    cursor.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                cursor.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            if version > SCHEMA_VERSION:
                raise LibraryError(f"{self.folder / FILE} was made by a newer Pincite; upgrade this one.")
            embedder = cursor.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()[0]
        if embedder != identity:
            raise LibraryError(
                f"{self.folder} was embedded with another model; choose a new --library folder and add the documents."
            )

    def _generation(self) -> int:
        return int(self.connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn SQLite's errors into LibraryErrors that say what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise LibraryError(
                    f"{self.folder} is being written by another program; try again when it is done."
                ) from error
            if str(error).startswith(("Could not decode", "no such table", "no such column")):
                raise self.damage(str(error)) from error
            raise LibraryError(f"The library in {self.folder} cannot be used ({error}).") from error
        except sqlite3.DatabaseError as error:
            raise self.damage(str(error)) from error
