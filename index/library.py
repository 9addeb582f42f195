"""Library: documents, passages and vectors in their store, the one source of truth.

Everything else on disk (the FAISS file) is derived from it and can be thrown away.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.document import Document
from index.embed import DIMENSIONS, Embedder, Vectors
from index.errors import DocumentError, LibraryError, UnreadableError
from index.folder import is_folder, name_of, place_of, walk
from index.formats import identify, read
from index.passage import Passage, split
from index.progress import Progress, Report, Stage, ignore
from index.records import COLUMNS, FACTS, context, document_of, facts
from index.store import Store


@dataclass(frozen=True, slots=True)
class Change:
    """What one call changed, as documents' sources, and what it could not read and why.

    `failed` names files that no document was made of, `notes` what was left out of those that are there now.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a list shows it."""

    id: str
    title: str
    source: str
    sha256: str
    characters: int


class Library(Store):
    """A library in a folder. Readers and one writer may use it at once, across processes."""

    def __init__(self, folder: Path, embedder: Embedder | None = None) -> None:
        """Open the library in `folder`, making it where there is none yet. Raises LibraryError."""
        self.embedder = embedder or Embedder()
        super().__init__(folder, self.embedder.identity)
        self._kept_document = lru_cache(maxsize=64)(self._load_document)

    # Reading

    def document(self, document_id: str) -> Document | None:
        """Return the document with this id, verified against its sha256, or None."""
        with self.reading() as generation:
            return self._kept_document(document_id, generation)

    def read(self, document_id: str) -> Document | None:
        """Return the document with this id as it is stored now, or None.

        Raises DocumentError where what is stored is no Document: its text does not match its sha256, say.
        """
        row = self.connection.execute(f"SELECT {COLUMNS} FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            return None
        try:
            return document_of(row)
        except (ValueError, TypeError) as error:
            raise DocumentError(f"What is stored of {row[2]!r} is no document ({error}).") from error

    def documents(self, limit: int = -1) -> list[Listed]:
        """Return the documents by source, the first `limit` of them (all by default)."""
        with self.reading():
            rows = self.connection.execute(
                "SELECT id, title, source, sha256, characters FROM documents ORDER BY source LIMIT ?",
                (limit,),
            )
            return [Listed(*row) for row in rows]

    def count(self) -> tuple[int, int]:
        """Return how many documents and how many passages there are."""
        with self.reading():
            row = self.connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
            return int(row[0]), int(row[1])

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return the passages with these row ids; ids that are gone are left out."""
        with self.reading():
            marks = ",".join("?" * len(ids))
            rows = self.connection.execute(
                f'SELECT id, document_id, start, "end" FROM passages WHERE id IN ({marks})', list(ids)
            )
            return {row[0]: Passage(*row[1:]) for row in rows}

    def vectors(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Vectors]:
        """Return all passages' row ids, int64 [n], and vectors, float32 [n, 384], in id order."""
        with self.reading():
            rows = self.connection.execute("SELECT id, vector FROM passages ORDER BY id").fetchall()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        if any(len(row[1]) != DIMENSIONS * 4 for row in rows):
            raise self.damage("it holds vectors of another length")
        return ids, np.frombuffer(b"".join(row[1] for row in rows), np.float32).reshape(-1, DIMENSIONS)

    def match(self, expression: str, limit: int) -> list[int]:
        """Return the row ids of the passages an FTS5 expression finds, best BM25 score first."""
        with self.reading():
            rows = self.connection.execute(
                "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? "
                "ORDER BY bm25(passages_fts, 0.5, 1.0), rowid LIMIT ?",
                (expression, limit),
            )
            return [row[0] for row in rows]

    # Writing

    def add(self, paths: Iterable[Path], report: Report | None = None) -> Change:
        """Add the files at `paths`, and the files with a loader in folders among them.

        A file that is there already is replaced where its words changed, and removed where it has
        no words any more. A file that cannot be read is reported in `failed` and costs the others nothing.
        `report` is told of progress; what it raises, Cancelled say, leaves the library as it was.
        """
        files: dict[str, tuple[Path, str]] = {}
        failed: list[str] = []
        for path in paths:
            if is_folder(path):
                try:
                    files.update({place_of(file): (file, source) for file, source in walk(path)})
                except DocumentError as error:
                    failed.append(str(error))
            else:
                files[place_of(path)] = (path, name_of(Path(path.name)))
        return self._write(files, failed, (), report or ignore)

    def sync(self, folder: Path, *, only: bool = False, report: Report | None = None) -> Change:
        """Make the library hold what `folder` holds: add, replace, and remove what is gone.

        Documents that came from elsewhere stay, unless the library is to hold this folder `only`.
        Raises DocumentError where the folder is missing or cannot be read: an unplugged disk must
        not empty a library. `report` is that of `add`.
        """
        files = {place_of(file): (file, source) for file, source in walk(folder)}
        root = os.path.join(place_of(folder), "")
        with self.reading():
            known = [row[0] for row in self.connection.execute("SELECT location FROM documents")]
        gone = [location for location in known if (only or location.startswith(root)) and location not in files]
        return self._write(files, [], gone, report or ignore)

    def add_documents(self, documents: Iterable[Document]) -> Change:
        """Add documents made in Python; each replaces the one with the same id."""
        return self._store([(f"document:{document.id}", document) for document in documents], [], (), ignore)

    def derive_again(self, document_id: str) -> None:
        """Make the passages, words and vectors of a document again from its text. Raises DocumentError."""
        with self.transaction():
            document = self.read(document_id)
            if document is None:
                return
            execute = self.connection.execute
            ids = execute("SELECT id FROM passages WHERE document_id = ?", (document_id,)).fetchall()
            execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
            self.connection.executemany("DELETE FROM passages_fts WHERE rowid = ?", ids)
            execute("UPDATE documents SET characters = ? WHERE id = ?", (len(document.text), document_id))
            self._insert_passages(document, *self._embed(document))

    def remove(self, ids: Iterable[str]) -> Change:
        """Remove the documents with these ids; they answer nothing once this returns.

        Raises LibraryError, and removes nothing, where an id is not in the library.
        """
        wanted = list(dict.fromkeys(ids))
        with self.transaction():
            locations = []
            for document_id in wanted:
                row = self.connection.execute("SELECT location FROM documents WHERE id = ?", (document_id,)).fetchone()
                if row is None:
                    raise LibraryError(f"No document has the id {document_id!r}; `pincite list` shows the ids.")
                locations.append(row[0])
            return Change(removed=tuple(self._delete(location) for location in locations))

    def _write(
        self, files: dict[str, tuple[Path, str]], failed: list[str], gone: Sequence[str], report: Report
    ) -> Change:
        documents = []
        emptied: list[str] = []
        notes: list[str] = []
        with self.reading():
            known = {row[0] for row in self.connection.execute("SELECT location FROM documents")}
        for done, (location, (path, source)) in enumerate(files.items()):
            report(Progress(Stage.READING, len(files), done, 0, 0, source))
            try:
                loaded = read(path, source)
                documents.append((location, loaded.document))
                notes.extend(loaded.notes)
            except UnreadableError as error:
                failed.append(f"{error} What it said before still answers." if location in known else str(error))
            except DocumentError as error:
                if location in known:
                    emptied.append(location)
                failed.append(f"{error} What it said before was removed." if location in known else str(error))
        return replace(self._store(documents, failed, [*gone, *emptied], report), notes=tuple(notes))

    def _store(
        self, documents: list[tuple[str, Document]], failed: list[str], gone: Sequence[str], report: Report
    ) -> Change:
        with self.reading():
            rows = self.connection.execute(f"SELECT location, {FACTS} FROM documents").fetchall()
        known = {row[0]: row[1:] for row in rows}
        fresh, unchanged = [], []
        for location, document in documents:
            if known.get(location) == facts(document):
                unchanged.append(document.source)
            else:
                fresh.append((location, document))
        prepared = []
        passages_done = 0
        for location, document in fresh:
            report(Progress(Stage.EMBEDDING, len(documents), len(documents), 0, passages_done, document.source))
            prepared.append((location, document, *self._embed(document)))
            passages_done += len(prepared[-1][2])
        added: list[str] = []
        replaced: list[str] = []
        if not prepared and not gone:
            return Change(unchanged=tuple(unchanged), failed=tuple(failed))
        with self.transaction():
            removed = [self._delete(location) for location in gone]
            for location, fresh_document, passages, vectors in prepared:
                document = replace(fresh_document, id=self._id(location, fresh_document.id))
                (replaced if self._delete(location) else added).append(document.source)
                self._insert(location, document, passages, vectors)
        return Change(tuple(added), tuple(replaced), tuple(filter(None, removed)), tuple(unchanged), tuple(failed))

    def _id(self, location: str, wanted: str) -> str:
        """Return the id of the document at `location`: the one it has, or `wanted` where that is free.

        Two folders may both hold a docs/README.md: the later one is known by its place.
        """
        rows = dict(
            self.connection.execute(
                "SELECT location, id FROM documents WHERE location = ? OR id = ?", (location, wanted)
            ).fetchall()
        )
        return str(rows.get(location) or (identify(location) if rows else wanted))

    def _embed(self, document: Document) -> tuple[tuple[Passage, ...], Vectors]:
        passages = split(document)
        texts = [f"{context(document, passage)}\n{document.text[passage.start : passage.end]}" for passage in passages]
        return passages, self.embedder.encode(texts)

    def _insert(self, location: str, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        execute = self.connection.execute
        execute(
            f"INSERT INTO documents (id, location, source, text, characters, {FACTS}) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (document.id, location, document.source, document.text, len(document.text), *facts(document)),
        )
        self._insert_passages(document, passages, vectors)

    def _insert_passages(self, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        execute = self.connection.execute
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
        execute = self.connection.execute
        row = execute("SELECT id, source FROM documents WHERE location = ?", (location,)).fetchone()
        if row is None:
            return ""
        execute("DELETE FROM passages_fts WHERE rowid IN (SELECT id FROM passages WHERE document_id = ?)", row[:1])
        execute("DELETE FROM documents WHERE id = ?", row[:1])
        return str(row[1])

    def _load_document(self, document_id: str, _generation: int) -> Document | None:
        try:
            return self.read(document_id)
        except DocumentError as error:
            raise self.damage(str(error)) from error
