"""Store: the tables of a library, its states and its transactions."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.database import Database
from index.embed import DIMENSIONS
from index.errors import LibraryError

FILE = "library.sqlite3"
DERIVED = "dense*"
"""What the index made from a store is called: where it is, there was a store."""

LOOKED_THROUGH = 64_000_000
"""Bytes that are read before a library is opened: a fraction of a second's work."""
PASSAGE = 4_000
"""Bytes a passage takes in the file, with its vector, its words and their index."""

WORDS = "CREATE VIRTUAL TABLE passages_fts USING fts5 (context, text, tokenize = 'porter unicode61')"
"""The table that words are found in; all of it is derived from the documents."""

# files: what was last seen of the file at a place (index.seen).
# passages.key: the sha256 of the words that the vector was made of; NULL in what older releases stored.
# facets: what documents are filtered by (index.filter), kept in step by triggers.


def _facets(row: str) -> str:
    """Return the SQL of what `facets` holds of a `row` of documents."""
    known = (
        f"CASE WHEN json_valid({row}.metadata) THEN nullif({row}.metadata ->> '$.{key}', '') END" for key in FACETS
    )
    return f"{row}.id, {row}.source, {', '.join(known)}"


FACETS = ("url", "date", "tags")
"""What documents are filtered by besides their source, as keys of their metadata."""
OF_DOCUMENTS = f"SELECT {_facets('documents')} FROM documents"
"""All that `facets` holds, derived from the documents."""

MIGRATIONS = (
    f"""
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
{WORDS};
INSERT INTO meta VALUES ('generation', '0');
""",
    """
CREATE TABLE files (
    location TEXT PRIMARY KEY, sha256 TEXT NOT NULL, parser TEXT NOT NULL, stamp TEXT NOT NULL,
    refused TEXT, notes TEXT NOT NULL
) WITHOUT ROWID;
ALTER TABLE passages ADD COLUMN key BLOB;
CREATE INDEX passages_by_key ON passages (key);
""",
    # Beside a document's text its other columns are slow to read for a filter, which reads them of all documents.
    # Triggers keep these in step whoever writes.
    f"""
CREATE TABLE facets (
    document_id TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
    source TEXT NOT NULL, {" TEXT, ".join(FACETS)} TEXT
) WITHOUT ROWID;
INSERT INTO facets {OF_DOCUMENTS};
CREATE TRIGGER facets_of_new AFTER INSERT ON documents
BEGIN INSERT INTO facets SELECT {_facets("NEW")}; END;
CREATE TRIGGER facets_of_changed AFTER UPDATE OF source, metadata ON documents
BEGIN DELETE FROM facets WHERE document_id = NEW.id; INSERT INTO facets SELECT {_facets("NEW")}; END;
""",
)
SCHEMA_VERSION = len(MIGRATIONS)


class Store(Database):
    """The library's file. `identity` names the embedder whose vectors are inside."""

    FILE = FILE
    NOUN = "The library"
    ADVICE = (
        "`pincite check-library` names what is damaged and --repair mends what it can; otherwise restore a backup, or "
        "move the folder away and add the documents again."
    )
    MIGRATIONS = MIGRATIONS

    def __init__(self, folder: Path, identity: str) -> None:
        """Open the store in `folder`, making it where there is none yet. Raises LibraryError."""
        self._identity = identity
        super().__init__(folder)

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Hold one state of the library for this thread; yield its generation.

        All that is read inside sees the same documents, whatever is written meanwhile.
        """
        with self.snapshot():
            yield self._generation()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the one right to write; what is done inside is the next generation, whole, or nothing is."""
        with self.writing() as connection:
            yield
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def verify(self) -> None:
        """Raise DamagedLibraryError where a look at a start finds that something does not fit together.

        A library of up to LOOKED_THROUGH bytes is read through: its pages, vectors and texts. Of a larger one this
        is done for what was stored last; each other text is proven when it is read, and all by `pincite check-library`.
        """
        with self.reading():
            execute = self.connection.execute
            size = execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
            whole = size <= LOOKED_THROUGH
            damaged = execute("PRAGMA quick_check(1)").fetchone()[0] if whole else "ok"
            newest = (
                0 if whole else execute("SELECT max(id) - ? FROM passages", (LOOKED_THROUGH // PASSAGE,)).fetchone()[0]
            )
            stray = execute(  # the words' sizes stand for the words: they are few bytes, and go with them
                "SELECT (SELECT count(*) FROM passages WHERE id NOT IN (SELECT id FROM passages_fts_docsize)) + "
                "(SELECT count(*) FROM passages_fts_docsize WHERE id NOT IN (SELECT id FROM passages)) + "
                "(SELECT count(*) FROM passages WHERE document_id NOT IN (SELECT id FROM documents)) + "
                "(SELECT count(*) FROM passages WHERE id > ? AND length(vector) != ?)",
                (newest, DIMENSIONS * 4),
            ).fetchone()[0]
            changed = list(self._changed_texts())
        if damaged != "ok" or stray or changed:
            texts = f"{len(changed)} texts do not match{': ' if changed else ''}{', '.join(changed[:3])}"
            raise self.damage(f"quick_check says {damaged!r}, {stray} passages are incomplete, {texts}")

    def _changed_texts(self) -> Iterator[str]:
        """Yield the sources of the documents whose text is not what was stored, of the newest LOOKED_THROUGH bytes."""
        rows = self.connection.execute("SELECT source, CAST(text AS BLOB), sha256 FROM documents ORDER BY rowid DESC")
        read = 0
        with closing(rows):
            for source, text, sha256 in rows:
                if hashlib.sha256(text).hexdigest() != sha256:
                    yield source
                read += len(text)
                if read > LOOKED_THROUGH:
                    return

    def name(self, document_id: str) -> str:
        """Return what a document calls itself, or its id where it is not there."""
        row = self.connection.execute("SELECT source FROM documents WHERE id = ?", (document_id,)).fetchone()
        return str(row[0]) if row else document_id

    def _migrate(self) -> None:
        execute = self.connection.execute
        if execute("PRAGMA user_version").fetchone()[0] == 0 and any(self.folder.glob(DERIVED)):
            raise self.damage("it is empty, though the index made from it is there")
        super()._migrate()
        execute("INSERT OR IGNORE INTO meta VALUES ('embedder', ?)", (self._identity,))

    def _check(self) -> None:
        embedder = self.connection.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()[0]
        if embedder != self._identity:
            raise LibraryError(
                f"{self.folder} was embedded with another model; choose a new --library folder and add the documents."
            )

    def _generation(self) -> int:
        return int(self.connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
