"""Library: documents, passages and vectors in their store, the one source of truth.

Everything else on disk (the FAISS file) is derived from it and can be thrown away.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.change import Change
from index.document import Document
from index.embed import DIMENSIONS, Embedder, Vectors
from index.errors import DocumentError
from index.filter import EVERYTHING, Filter
from index.passage import Passage
from index.writer import Writer

__all__ = ["Change", "Library", "Listed"]

Ids = NDArray[np.int64]
"""Row ids of passages."""

BLOCK = 4096
"""Vectors read at a time: 6 MB."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a list shows it."""

    id: str
    title: str
    source: str
    sha256: str
    characters: int
    metadata: Mapping[str, str]


class Library(Writer):
    """A library in a folder. Readers and one writer may use it at once, across processes."""

    def __init__(self, folder: Path, embedder: Embedder | None = None) -> None:
        """Open the library in `folder`, making it where there is none yet. Raises LibraryError."""
        super().__init__(folder, embedder)
        self._kept_document = lru_cache(maxsize=64)(self._load_document)

    def document(self, document_id: str) -> Document | None:
        """Return the document with this id, verified against its sha256, or None."""
        with self.reading() as generation:
            return self._kept_document(document_id, generation)

    def documents(self, limit: int = -1, within: Filter = EVERYTHING) -> list[Listed]:
        """Return the documents `within` the filter by source, the first `limit` of them (all by default)."""
        condition, values = within.condition()
        inside = f"WHERE id IN (SELECT document_id FROM facets WHERE {condition})" if within else ""
        with self.reading():
            rows = self.connection.execute(
                "SELECT id, title, source, sha256, characters, "
                f"CASE WHEN json_valid(metadata) THEN metadata ELSE '{{}}' END FROM documents {inside} "
                "ORDER BY source LIMIT ?",
                (*values, limit),
            )
            return [
                Listed(document_id, title, source, sha256, characters, json.loads(metadata))
                for document_id, title, source, sha256, characters, metadata in rows
            ]

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

    def vectors(self) -> tuple[Ids, Vectors]:
        """Return all passages' row ids, int64 [n], and vectors, float32 [n, 384], in id order."""
        with self.reading():
            count = self.connection.execute("SELECT count(*) FROM passages").fetchone()[0]
            ids, vectors, filled = np.empty(count, np.int64), np.empty((count, DIMENSIONS), np.float32), 0
            for some_ids, some in self.vector_blocks():
                ids[filled : filled + len(some)], vectors[filled : filled + len(some)] = some_ids, some
                filled += len(some)
        return ids, vectors

    def vector_blocks(self) -> Iterator[tuple[Ids, Vectors]]:
        """Yield what `vectors` returns in blocks, so that there need not be memory for all of it."""
        with self.reading():
            rows = self.connection.execute("SELECT id, vector, document_id FROM passages ORDER BY id")
            while block := rows.fetchmany(BLOCK):
                for _, vector, document_id in block:
                    if len(vector) != DIMENSIONS * 4:
                        raise self.damage(f"{self.name(document_id)}: it holds vectors of another length")
                ids = np.fromiter((row[0] for row in block), np.int64, len(block))
                yield ids, np.frombuffer(b"".join(row[1] for row in block), np.float32).reshape(-1, DIMENSIONS)

    def match(self, expression: str, limit: int, within: Filter = EVERYTHING) -> list[int]:
        """Return the row ids of the passages `within` the filter that FTS5 finds, best BM25 score first."""
        condition, values = within.condition()
        inside = (  # the + has SQLite look the words up once, and not once for each passage
            "AND +rowid IN (SELECT p.id FROM facets f JOIN passages p ON p.document_id = f.document_id "
            f"WHERE {condition})"
        )
        with self.reading():
            rows = self.connection.execute(
                f"SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? {inside if within else ''} "
                "ORDER BY bm25(passages_fts, 0.5, 1.0), rowid LIMIT ?",
                (expression, *values, limit),
            )
            return [row[0] for row in rows]

    def _load_document(self, document_id: str, _generation: int) -> Document | None:
        try:
            return self.read(document_id)
        except DocumentError as error:
            raise self.damage(str(error)) from error
