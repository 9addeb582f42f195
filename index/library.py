"""Library: the SQLite store of documents, passages and vectors, the one source of truth.

Everything else on disk (the FAISS file) is derived from it and can be thrown away. A change is one
transaction: it is there whole or not at all, whatever happens to the process.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.document import Document, Heading
from index.embed import DIMENSIONS, Embedder, Vectors
from index.errors import DamagedLibraryError, DocumentError, LibraryError
from index.formats import identify, load, supported
from index.passage import Passage, split

FILE = "library.sqlite3"
SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0

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


@dataclass(frozen=True, slots=True)
class Change:
    """What one call changed, as documents' sources, and what it could not read and why."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a list shows it."""

    id: str
    title: str
    source: str
    sha256: str
    characters: int


class Library:
    """A library in a folder. Readers and one writer may use it at once, across processes."""

    def __init__(self, folder: Path, embedder: Embedder | None = None) -> None:
        """Open the library in `folder`, making it where there is none yet. Raises LibraryError."""
        self.folder = folder
        self.embedder = embedder or Embedder()
        self._local = threading.local()
        self._document = lru_cache(maxsize=64)(self._load_document)
        with self._guarded():
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise LibraryError(
                    f"The library folder {folder} cannot be made ({error.strerror}); choose another with "
                    "--library or PINCITE_LIBRARY."
                ) from error
            self._prepare()

    # Reading

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Hold one state of the library for this thread; yield its generation.

        All that is read inside sees the same documents, whatever is written meanwhile.
        """
        with self._guarded():
            connection = self._connection
            if connection.in_transaction:
                yield self._generation()
                return
            connection.execute("BEGIN")
            try:
                yield self._generation()
            finally:
                connection.execute("ROLLBACK")

    def document(self, document_id: str) -> Document | None:
        """Return the document with this id, verified against its sha256, or None."""
        with self.reading():
            row = self._connection.execute("SELECT sha256 FROM documents WHERE id = ?", (document_id,)).fetchone()
            return self._document(document_id, row[0]) if row else None

    def documents(self, limit: int = -1) -> list[Listed]:
        """Return the documents by source, the first `limit` of them (all by default)."""
        with self.reading():
            rows = self._connection.execute(
                "SELECT id, title, source, sha256, characters FROM documents ORDER BY source LIMIT ?",
                (limit,),
            )
            return [Listed(*row) for row in rows]

    def count(self) -> tuple[int, int]:
        """Return how many documents and how many passages there are."""
        with self.reading():
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
            return int(row[0]), int(row[1])

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return the passages with these row ids; ids that are gone are left out."""
        with self.reading():
            marks = ",".join("?" * len(ids))
            rows = self._connection.execute(
                f'SELECT id, document_id, start, "end" FROM passages WHERE id IN ({marks})', list(ids)
            )
            return {row[0]: Passage(*row[1:]) for row in rows}

    def vectors(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Vectors]:
        """Return all passages' row ids, int64 [n], and vectors, float32 [n, 384], in id order."""
        with self.reading():
            rows = self._connection.execute("SELECT id, vector FROM passages ORDER BY id").fetchall()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        vectors = np.frombuffer(b"".join(row[1] for row in rows), np.float32)
        if vectors.size != len(rows) * DIMENSIONS:
            raise LibraryError(f"{self.folder / FILE} holds vectors of another length; add its documents again.")
        return ids, vectors.reshape(-1, DIMENSIONS)

    def match(self, expression: str, limit: int) -> list[int]:
        """Return the row ids of the passages an FTS5 expression finds, best BM25 score first."""
        with self.reading():
            rows = self._connection.execute(
                "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? "
                "ORDER BY bm25(passages_fts, 0.5, 1.0), rowid LIMIT ?",
                (expression, limit),
            )
            return [row[0] for row in rows]

    def verify(self) -> None:
        """Raise LibraryError unless every passage has its vector, its index entry and its document."""
        with self.reading():
            damaged = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            stray = self._connection.execute(
                "SELECT (SELECT count(*) FROM passages WHERE id NOT IN (SELECT rowid FROM passages_fts)) + "
                "(SELECT count(*) FROM passages_fts) - (SELECT count(*) FROM passages) + "
                "(SELECT count(*) FROM passages WHERE length(vector) != ?) + "
                "(SELECT count(*) FROM passages WHERE document_id NOT IN (SELECT id FROM documents))",
                (DIMENSIONS * 4,),
            ).fetchone()[0]
        if damaged != "ok" or stray:
            raise self._damage(f"quick_check says {damaged!r}, {stray} passages are incomplete")

    # Writing

    def add(self, paths: Iterable[Path]) -> Change:
        """Add the files at `paths`, and the files with a loader in folders among them.

        A file that is there already is replaced where its words changed. A file that cannot be
        read is reported in `failed` and costs the others nothing.
        """
        files: dict[str, tuple[Path, str]] = {}
        failed: list[str] = []
        for path in paths:
            if path.is_dir():
                files.update({str(file.resolve()): (file, source) for file, source in walk(path)})
            else:
                files[str(path.resolve())] = (path, path.name)
        return self._write(files, failed, gone=())

    def sync(self, folder: Path) -> Change:
        """Make the library hold what `folder` holds: add, replace, and remove what is gone.

        Documents that came from elsewhere stay. Raises DocumentError where the folder is missing
        or cannot be read: an unplugged disk must not empty a library.
        """
        files = {str(file.resolve()): (file, source) for file, source in walk(folder)}
        root = str(folder.resolve()) + os.sep
        with self.reading():
            known = [row[0] for row in self._connection.execute("SELECT location FROM documents")]
        gone = [location for location in known if location.startswith(root) and location not in files]
        return self._write(files, [], gone)

    def add_documents(self, documents: Iterable[Document]) -> Change:
        """Add documents made in Python; each replaces the one with the same id."""
        return self._store([(f"document:{document.id}", document) for document in documents], [], ())

    def remove(self, ids: Iterable[str]) -> Change:
        """Remove the documents with these ids; they answer nothing once this returns.

        Raises LibraryError, and removes nothing, where an id is not in the library.
        """
        wanted = list(dict.fromkeys(ids))
        with self._transaction():
            locations = []
            for document_id in wanted:
                row = self._connection.execute("SELECT location FROM documents WHERE id = ?", (document_id,)).fetchone()
                if row is None:
                    raise LibraryError(f"No document has the id {document_id!r}; `pincite list` shows the ids.")
                locations.append(row[0])
            return Change(removed=tuple(self._delete(location) for location in locations))

    def _write(self, files: dict[str, tuple[Path, str]], failed: list[str], gone: Sequence[str]) -> Change:
        documents = []
        for location, (path, source) in files.items():
            try:
                documents.append((location, load(path, source)))
            except DocumentError as error:
                failed.append(str(error))
        return self._store(documents, failed, gone)

    def _store(self, documents: list[tuple[str, Document]], failed: list[str], gone: Sequence[str]) -> Change:
        with self.reading():
            rows = self._connection.execute("SELECT location, sha256, title, id FROM documents").fetchall()
        known = {row[0]: row[1:3] for row in rows}
        taken = {row[3]: row[0] for row in rows}
        fresh, unchanged = [], []
        for location, document in documents:
            if known.get(location) == (document.sha256, document.title):
                unchanged.append(document.source)
                continue
            if taken.setdefault(document.id, location) != location:
                # Two folders may both hold a docs/README.md: the later one is known by its place.
                document = replace(document, id=identify(location))
            fresh.append((location, document))
        prepared = [(location, document, *self._embed(document)) for location, document in fresh]
        added, replaced = [], []
        if not prepared and not gone:
            return Change(unchanged=tuple(unchanged), failed=tuple(failed))
        with self._transaction():
            removed = [self._delete(location) for location in gone]
            for location, document, passages, vectors in prepared:
                (replaced if self._delete(location) else added).append(document.source)
                self._insert(location, document, passages, vectors)
        return Change(tuple(added), tuple(replaced), tuple(filter(None, removed)), tuple(unchanged), tuple(failed))

    def _embed(self, document: Document) -> tuple[tuple[Passage, ...], Vectors]:
        passages = split(document)
        texts = [f"{context(document, passage)}\n{document.text[passage.start : passage.end]}" for passage in passages]
        return passages, self.embedder.encode(texts)

    def _insert(self, location: str, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        execute = self._connection.execute
        execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                location,
                document.title,
                document.source,
                document.media_type,
                document.text,
                document.sha256,
                len(document.text),
                json.dumps(document.pages),
                json.dumps([[heading.start, heading.end, heading.level] for heading in document.headings]),
                json.dumps(dict(document.metadata)),
            ),
        )
        for passage, vector in zip(passages, vectors, strict=True):
            row = execute(
                'INSERT INTO passages (document_id, start, "end", vector) VALUES (?, ?, ?, ?)',
                (document.id, passage.start, passage.end, vector.tobytes()),
            )
            execute(
                "INSERT INTO passages_fts (rowid, context, text) VALUES (?, ?, ?)",
                (row.lastrowid, context(document, passage), document.text[passage.start : passage.end]),
            )

    def _delete(self, location: str) -> str:
        """Delete the document from `location` and return its source; an empty string where none is."""
        execute = self._connection.execute
        row = execute("SELECT id, source FROM documents WHERE location = ?", (location,)).fetchone()
        if row is None:
            return ""
        execute("DELETE FROM passages_fts WHERE rowid IN (SELECT id FROM passages WHERE document_id = ?)", row[:1])
        execute("DELETE FROM documents WHERE id = ?", row[:1])
        return str(row[1])

    # The database

    @property
    def _connection(self) -> sqlite3.Connection:
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

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA journal_mode = WAL")
        with closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                version = cursor.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    for statement in filter(str.strip, SCHEMA.split(";\n")):
                        cursor.execute(statement)
                    cursor.execute(
                        "INSERT INTO meta VALUES ('generation', '0'), ('embedder', ?)", (self.embedder.identity,)
                    )
                    cursor.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                cursor.execute("COMMIT")
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            if version > SCHEMA_VERSION:
                raise LibraryError(f"{self.folder / FILE} was made by a newer Pincite; upgrade this one.")
            embedder = cursor.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()[0]
        if embedder != self.embedder.identity:
            raise LibraryError(
                f"{self.folder} was embedded with another model; give a new --library folder and add the documents again."
            )

    def _generation(self) -> int:
        return int(self._connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._guarded():
            execute = self._connection.execute
            execute("BEGIN IMMEDIATE")
            try:
                yield
                execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                execute("COMMIT")
            except BaseException:
                execute("ROLLBACK")
                raise

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
            raise LibraryError(f"The library in {self.folder} cannot be used ({error}).") from error
        except sqlite3.DatabaseError as error:
            raise self._damage(str(error)) from error

    def _damage(self, what: str) -> DamagedLibraryError:
        return DamagedLibraryError(
            f"The library in {self.folder} is damaged ({what}). Move the folder away and add the documents again."
        )

    def _load_document(self, document_id: str, sha256: str) -> Document:
        row = self._connection.execute(
            "SELECT id, title, source, media_type, text, sha256, pages, headings, metadata FROM documents "
            "WHERE id = ? AND sha256 = ?",
            (document_id, sha256),
        ).fetchone()
        try:
            return Document(
                *row[:6],
                pages=tuple(json.loads(row[6])),
                headings=tuple(Heading(*heading) for heading in json.loads(row[7])),
                metadata=json.loads(row[8]),
            )
        except DocumentError as error:
            raise self._damage(str(error)) from error


def context(document: Document, passage: Passage) -> str:
    """Return what a passage is about besides its words: the document's title and the heading."""
    heading = document.heading_over(passage.start)
    return document.title if not heading or heading == document.title else f"{document.title}\n{heading}"


def walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file with a loader under `folder`, and what it calls itself, in order.

    Hidden files and links out of the folder are passed over. Raises DocumentError where the
    folder, or one inside it, is missing or cannot be read.
    """
    root = folder.resolve()

    def stop(error: OSError) -> None:
        raise DocumentError(f"{error.filename}: this folder cannot be read ({error.strerror}).")

    if not root.is_dir():
        raise DocumentError(f"{folder}: there is no such folder.")
    for place, folders, names in os.walk(root, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or not supported(path) or not path.resolve().is_relative_to(root):
                continue
            yield path, path.relative_to(root.parent).as_posix()
