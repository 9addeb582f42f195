"""Catalogue: all documents of a library, as tables of them show and sort them."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.formats import identify
from index.library import Library


@dataclass(frozen=True, slots=True)
class Entry:
    """A document without its text. `date` is ISO 8601 as its file states it, whole or in part; `pages` 0 without."""

    id: str
    title: str
    source: str
    media_type: str
    sha256: str
    date: str | None
    characters: int
    pages: int
    passages: int
    location: str

    def lies_in(self, folder: Path) -> bool:
        """Tell whether the document's file is right in `folder`, an absolute path without links."""
        return Path(self.location).parent == folder


@dataclass(frozen=True, slots=True)
class Followed:
    """A folder that documents came from, and how many. `id` names it without telling where it is."""

    id: str
    name: str
    folder: Path
    documents: int


def followed(entries: Sequence[Entry]) -> list[Followed]:
    """Return the folders that a library was made to hold, by name.

    What a document of a folder calls itself begins with the folder's own name, so its location tells which it was.
    """
    folders = Counter(
        entry.location.removesuffix(entry.source) + entry.source.partition("/")[0]
        for entry in entries
        if "/" in entry.source and entry.location.endswith(f"/{entry.source}")
    )
    found = [Followed(identify(place), Path(place).name, Path(place), count) for place, count in folders.items()]
    return sorted(found, key=lambda one: (one.name, one.folder))


class Catalogue:
    """The entries of a library, read again only after it has changed. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        """Read nothing yet."""
        self.library = library
        self._lock = threading.Lock()
        self._read: tuple[int, tuple[Entry, ...]] | None = None

    def entries(self) -> tuple[Entry, ...]:
        """Return an entry for each document, by source. Raises LibraryError."""
        with self._lock, self.library.reading() as generation:
            if self._read is None or self._read[0] != generation:
                self._read = generation, self._entries()
            return self._read[1]

    def entry(self, document_id: str) -> Entry | None:
        """Return the entry of one document, or None."""
        return next((entry for entry in self.entries() if entry.id == document_id), None)

    def places(self, document_id: str) -> list[tuple[int, int]]:
        """Return where the passages of a document begin and end, in order."""
        with self.library.reading():
            rows = self.library.connection.execute(
                'SELECT start, "end" FROM passages WHERE document_id = ? ORDER BY start', (document_id,)
            )
            return [(row[0], row[1]) for row in rows]

    def _entries(self) -> tuple[Entry, ...]:
        rows = self.library.connection.execute(
            "SELECT id, title, source, media_type, sha256, "
            "CASE WHEN json_valid(metadata) THEN metadata ->> '$.date' END, characters, "
            "CASE WHEN json_valid(pages) THEN json_array_length(pages) ELSE 0 END, coalesce(n, 0), location "
            "FROM documents "
            "LEFT JOIN (SELECT document_id, count(*) AS n FROM passages GROUP BY document_id) ON document_id = id "
            "ORDER BY source"
        )
        return tuple(Entry(*row) for row in rows)
