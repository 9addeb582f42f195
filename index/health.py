"""Health: proves a library whole, or names each fault with its document. Nothing is changed here."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import faiss
import numpy as np

from index.dense import MANIFEST
from index.document import Document
from index.embed import DIMENSIONS, is_unit
from index.errors import DamagedLibraryError, DocumentError
from index.library import Library
from index.passage import Passage
from index.records import context, embedded, key_of
from index.store import OF_DOCUMENTS

LEFT_SECONDS = 3600.0
"""A half-written file this old belongs to a process that was killed, not to one at work."""


class Kind(StrEnum):
    """What is wrong."""

    DATABASE = "database"
    """SQLite finds its own file damaged."""
    TEXT = "text"
    """A document is not what was stored: its sha256, headings or pages do not fit its text."""
    PASSAGES = "passages"
    """Passages are no slices of their document, cross a page, leave words out, or have no document."""
    VECTORS = "vectors"
    WORDS = "words"
    """The index of words is not the passages' words."""
    FACETS = "facets"
    """What documents are filtered by is not what their metadata says."""
    DENSE = "dense"
    """The FAISS file is not what its manifest says, or not the passages' vectors."""
    LEFT = "left"
    """Files that a killed process left."""


BOTH = (OF_DOCUMENTS, "SELECT * FROM facets")
LASTING = frozenset({Kind.DATABASE, Kind.TEXT})
"""What cannot be made again from the library itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `source` and `document_id` where it is in one document."""

    kind: Kind
    what: str
    source: str | None = None
    document_id: str | None = None

    @property
    def mendable(self) -> bool:
        """Whether it can be made good from what else the library holds."""
        return self.kind not in LASTING


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as it is stored, with its row in the index of words; None where it has none."""

    start: int
    end: int
    vector: bytes
    key: bytes | None
    context: str | None
    text: str | None


def examine(library: Library) -> list[Fault]:
    """Return all faults of one state of `library`; none where it is whole. Raises LibraryError where it is busy."""
    words = list(of_words(library))
    try:
        with library.reading():
            faults = list(of_database(library))
            faults += words
            for document_id, source in library.connection.execute("SELECT id, source FROM documents ORDER BY source"):
                faults += of_document(library, document_id, source, words=not words)
            faults += of_strays(library, words=not words)
            faults += of_facets(library)
    except DamagedLibraryError as error:
        return [Fault(Kind.DATABASE, f"it cannot be read through ({error.__cause__ or error})")]
    return [*faults, *of_dense(library), *left_over(library.folder)]


def of_database(library: Library) -> Iterator[Fault]:
    """Yield what SQLite finds wrong with its own file."""
    for (said,) in library.connection.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield Fault(Kind.DATABASE, f"SQLite says: {said}")
    for table, row, *_ in library.connection.execute("PRAGMA foreign_key_check"):
        if table not in ("passages", "facets"):  # whose strays can be removed, and are counted elsewhere
            yield Fault(Kind.DATABASE, f"row {row} of the table {table} belongs to nothing")


def of_words(library: Library) -> Iterator[Fault]:
    """Yield a fault where the index of words does not hold together, or is missing. Waits for writers."""
    try:
        with library.writing() as connection:  # FTS5 takes the order to check itself as a row that is written
            connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('integrity-check')")
    except DamagedLibraryError as error:
        yield Fault(Kind.WORDS, f"the index of words is damaged ({error.__cause__})")


def of_document(library: Library, document_id: str, source: str, *, words: bool) -> Iterator[Fault]:
    """Yield the faults of one document and its passages; those of its `words` where their index can be read."""
    found: list[tuple[Kind, str]] = []
    try:
        document = library.read(document_id)
        assert document is not None, "the caller holds the state that names it"
        rows = [row for _, row in passages_of(library, document_id, words=words)]
        found.extend(of_passages(document, rows, words=words))
        listed = "SELECT characters FROM documents WHERE id = ?"
        characters = library.connection.execute(listed, (document_id,)).fetchone()[0]
        if characters != len(document.text):
            found.append((Kind.PASSAGES, f"it is listed with {characters} characters and has {len(document.text)}"))
    except DocumentError as error:
        found.append((Kind.TEXT, str(error)))
    except sqlite3.OperationalError as error:
        if not str(error).startswith("Could not decode"):
            raise
        found.append((Kind.TEXT, "Its text is not text any more."))
    for kind, what in found:
        yield Fault(kind, what, source, document_id)


def passages_of(library: Library, document_id: str, *, words: bool) -> Iterator[tuple[int, Row]]:
    """Yield a document's passages by their start, with their row ids, and with their words where those can be read."""
    joined = "f.context, f.text FROM passages p LEFT JOIN passages_fts f ON f.rowid = p.id"
    rows = library.connection.execute(
        f'SELECT p.id, p.start, p."end", p.vector, p.key, {joined if words else "NULL, NULL FROM passages p"} '
        "WHERE p.document_id = ? ORDER BY p.start",
        (document_id,),
    ).fetchall()
    return ((row[0], Row(*row[1:])) for row in rows)


def of_passages(document: Document, rows: Sequence[Row], *, words: bool) -> Iterator[tuple[Kind, str]]:
    """Yield what is wrong with the passages of `document`, `rows` by their start."""
    text, counted = document.text, f"of {len(rows)} passages"
    inside = [row for row in rows if 0 <= row.start < row.end <= len(text)]
    if len(inside) < len(rows):
        yield Kind.PASSAGES, f"{len(rows) - len(inside)} {counted} lie outside its text"
    crossing = sum(document.page(row.start) != document.page(row.end - 1) for row in inside)
    if crossing:
        yield Kind.PASSAGES, f"{crossing} {counted} go on over a page"
    reached = 0
    for row in [*inside, Row(len(text), len(text), b"", None, None, None)]:
        if text[reached : row.start].strip():
            yield Kind.PASSAGES, f"characters {reached} to {row.start} are in no passage"
        reached = max(reached, row.end)
    wrong = sum(not is_unit(row.vector) for row in rows)
    if wrong:
        yield Kind.VECTORS, f"{wrong} {counted} have no unit vector of {DIMENSIONS} numbers"
    wrong = sum(row.key not in (None, key_of(embedded(*as_words(document, row)))) for row in inside)
    if wrong:
        yield Kind.VECTORS, f"{wrong} {counted} have the vector of other words"
    if words:
        wrong = sum((row.context, row.text) != as_words(document, row) for row in inside)
        if wrong:
            yield Kind.WORDS, f"{wrong} {counted} are not in the index of words as they stand"


def as_words(document: Document, row: Row) -> tuple[str, str]:
    """Return what the index of words must hold for a passage."""
    return context(document, Passage(document.id, row.start, row.end)), document.text[row.start : row.end]


def of_strays(library: Library, *, words: bool) -> Iterator[Fault]:
    """Yield passages without a document, and words without a passage where their index can be read."""
    count = "SELECT count(*) FROM"
    stray = library.connection.execute(
        f"{count} passages WHERE document_id NOT IN (SELECT id FROM documents)"
    ).fetchone()[0]
    if stray:
        yield Fault(Kind.PASSAGES, f"{stray} passages belong to no document")
    if words:
        stray = library.connection.execute(
            f"{count} passages_fts WHERE rowid NOT IN (SELECT id FROM passages)"
        ).fetchone()[0]
        if stray:
            yield Fault(Kind.WORDS, f"{stray} entries of the index of words belong to no passage")


def of_facets(library: Library) -> Iterator[Fault]:
    """Yield a fault where filters would not see the documents as they are."""
    missing, stray = (f"SELECT count(*) FROM ({one} EXCEPT {other})" for one, other in (BOTH, BOTH[::-1]))
    counts = [library.connection.execute(counted).fetchone()[0] for counted in (missing, stray)]
    if any(counts):
        yield Fault(Kind.FACETS, f"filters see {max(counts)} documents otherwise than they are")


def of_dense(library: Library) -> list[Fault]:
    """Return what is wrong with the FAISS file. One that is missing or older is made when it is asked for: no fault."""
    while True:
        manifest = _content(library.folder / MANIFEST)
        wrong = None if manifest is None else _wrong_with(library, manifest)
        if manifest == _content(library.folder / MANIFEST):  # otherwise another process has just made a newer one
            return [Fault(Kind.DENSE, wrong)] if wrong else []


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return str(error).encode()


def _wrong_with(library: Library, manifest: bytes) -> str | None:
    with library.reading() as generation:
        try:
            named = json.loads(manifest)
            made, embedder, name, sha256 = (named[key] for key in ("generation", "embedder", "file", "sha256"))
            content = (library.folder / name).read_bytes()
        except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
            return f"the FAISS manifest cannot be used ({error})"
        if hashlib.sha256(content).hexdigest() != sha256:
            return "the FAISS file does not match its sha256"
        if embedder != library.embedder.identity:
            return "the FAISS file was made with another model"
        if not isinstance(made, int) or made > generation:
            return "the FAISS file is of a state that the library has not reached"
        if made < generation:
            return None
        try:
            ids, vectors = library.vectors()
        except DamagedLibraryError:
            return None  # named already, and nothing to compare with
    owner = faiss.deserialize_index(np.frombuffer(content, np.uint8))  # what is cast below is only lent by it
    index = faiss.downcast_index(owner)
    if not isinstance(index, faiss.IndexIDMap2):
        return "the FAISS file is an index of another kind"
    if not np.array_equal(faiss.vector_to_array(index.id_map), ids):
        return "the FAISS file does not hold the passages that the library holds"
    if len(ids) and not np.array_equal(index.index.reconstruct_n(0, len(ids)), vectors, equal_nan=True):
        return "the FAISS file holds other vectors than the library"
    return None


def left_over(folder: Path) -> list[Fault]:
    """Return the half-written files in `folder` that no process is at work on any more."""
    return [Fault(Kind.LEFT, f"a killed process left {path.name}") for path in leftovers(folder)]


def leftovers(folder: Path) -> list[Path]:
    """Return the half-written files of the FAISS index in `folder`, LEFT_SECONDS old or older."""
    oldest = time.time() - LEFT_SECONDS
    return sorted(path for path in folder.glob(".dense*") if path.stat().st_mtime < oldest)
