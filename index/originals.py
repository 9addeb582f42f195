"""Originals: the file that a document was read from, as long as it holds the bytes that were read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from index.document import Document
from index.errors import DocumentError
from index.formats import contents
from index.library import Library
from index.seen import look, recall

CHANGED = "The file changed since it was read; add it again to see its pages."


@dataclass(frozen=True, slots=True)
class Original:
    """The file at `path`, and the sha256 of the bytes a document was read from, which it held a moment ago."""

    path: Path
    sha256: str

    def read(self) -> bytes:
        """Return these bytes. Raises DocumentError where the file holds others by now."""
        content, _ = contents(self.path)
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise DocumentError(CHANGED)
        return content


def original(library: Library, document: Document) -> Original:
    """Return the file that `document` was read from. Raises DocumentError, saying why, where it is not there as it was.

    A file whose times tell that nobody wrote to it is not read again.
    """
    with library.reading():
        row = library.connection.execute("SELECT location FROM documents WHERE id = ?", (document.id,)).fetchone()
        seen = recall(library.connection, row[0]) if row else None
    if row is None or not Path(row[0]).is_file():
        raise DocumentError("The file it was read from is not at its place any more.")
    if seen is None:
        raise DocumentError("An older Pincite read it; add the file again to see its pages.")
    if seen.refused is not None or look(Path(row[0]), seen).sha256 != seen.sha256:
        raise DocumentError(CHANGED)
    return Original(Path(row[0]), seen.sha256)
