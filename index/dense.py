"""DenseIndex: the FAISS index over the passages' vectors, derived from the library.

On disk it is a file named by its own sha256 and a manifest that names it. FAISS files carry no
checksum and a flipped bit loads silently, so a file that does not match its name is never loaded:
it is made again from the library's vectors.
"""

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from filelock import FileLock, Timeout

from index.atomic import opened, why, write_atomically
from index.database import MODE
from index.embed import DIMENSIONS, Vectors
from index.errors import LibraryError
from index.filter import Rows
from index.library import Library

MANIFEST = "dense.json"
LOCK = ".indexing.lock"
"""Held while an index is stored."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DenseIndex:
    """An immutable index of one state of a library: searched by many threads, never changed."""

    generation: int
    index: faiss.Index

    @classmethod
    def load(cls, library: Library) -> "DenseIndex":
        """Return the index of the library's present state, from disk where it is whole and current.

        Flat inner product over unit vectors, so scores are cosines and the search is exact.
        """
        with library.reading() as generation:
            index = _read(library, generation)
            if index is None:
                index = faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSIONS))
                for ids, vectors in library.vector_blocks():
                    index.add_with_ids(vectors, ids)
                if not library.read_only:
                    _write(library, generation, index)
        return cls(generation, index)

    def search(self, vector: Vectors, limit: int, rows: Rows | None = None) -> list[tuple[int, float]]:
        """Return (passage row id, cosine) of the passages nearest to `vector`, float32 [384].

        With `rows`, row ids in ascending order, only these are looked at: `limit` come where there are so many.
        """
        limit = min(limit, self.index.ntotal if rows is None else len(rows))
        if limit < 1:
            return []
        among = None if rows is None else faiss.SearchParameters(sel=_among(rows))  # type: ignore[call-arg]
        scores, ids = self.index.search(vector.reshape(1, DIMENSIONS), limit, params=among)
        return [(int(row), float(score)) for row, score in zip(ids[0], scores[0], strict=True) if row >= 0]


def _among(rows: Rows) -> faiss.IDSelector:
    """Return what has FAISS look at `rows` alone: a bit for each row id up to the last."""
    bits = np.zeros(int(rows[-1]) + 1, np.uint8)
    bits[rows] = 1
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))  # type: ignore[call-arg, arg-type]


def _read(library: Library, generation: int) -> faiss.Index | None:
    """Return the index on disk, or None where it is missing, of another state, or damaged."""
    try:
        manifest = json.loads((library.folder / MANIFEST).read_text())
        if manifest["generation"] != generation or manifest["embedder"] != library.embedder.identity:
            return None
        file = library.folder / manifest["file"]
        if _sha256(file) != manifest["sha256"]:
            log.warning("The FAISS file %s is damaged; it is made again from the library.", manifest["file"])
            return None
        index: faiss.Index = faiss.read_index(str(file))
        return index
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError, RuntimeError) as error:  # FAISS and deep JSON raise the last
        log.warning("The FAISS manifest cannot be used (%s); it is made again from the library.", error)
        return None


def _write(library: Library, generation: int, index: faiss.IndexIDMap2) -> None:
    """Store the index, then the manifest that names it, then drop what nothing names.

    While another process stores one, this one is not stored: each would drop the file of the other.
    """
    folder = library.folder
    try:
        with FileLock(folder / LOCK, timeout=0, mode=MODE):
            try:
                name, sha256 = _store(folder, index)
                manifest = {
                    "file": name,
                    "sha256": sha256,
                    "generation": generation,
                    "embedder": library.embedder.identity,
                }
                write_atomically(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
            finally:
                _drop_unnamed(folder)
    except Timeout:
        return
    except OSError as error:
        raise LibraryError(f"The index cannot be stored in {folder} ({why(error)}).") from error


def _store(folder: Path, index: faiss.IndexIDMap2) -> tuple[str, str]:
    """Write the index into a file named by its sha256; return both.

    FAISS hands it out in pieces. The file that it writes itself it also closes, without saying when that fails.
    """
    sha256 = hashlib.sha256()
    descriptor, written = tempfile.mkstemp(dir=folder, prefix=".dense.")
    try:
        with opened(descriptor) as file:

            def keep(piece: bytes) -> None:
                sha256.update(piece)
                file.write(piece)

            faiss.write_index(index, faiss.PyCallbackIOWriter(keep))  # type: ignore[attr-defined]
            file.flush()
            os.fsync(file.fileno())
        name = f"dense-{sha256.hexdigest()[:16]}.faiss"
        os.replace(written, folder / name)
        return name, sha256.hexdigest()
    finally:
        Path(written).unlink(missing_ok=True)


def _drop_unnamed(folder: Path) -> None:
    """Delete the FAISS files that the manifest does not name."""
    try:
        named = json.loads((folder / MANIFEST).read_text())["file"]
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
        named = None  # there is none, or it is damaged
    for path in folder.glob("dense-*.faiss"):
        if path.name != named:
            path.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
