"""Writer: everything that changes a library.

A change is prepared beside what is there (index.staging), while questions are answered from the old state and others
may remove documents; then it takes effect in one transaction.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from index.change import Change, Tally
from index.document import Document
from index.embed import Embedder
from index.errors import DocumentError, LibraryError, UnreadableError
from index.folder import Walked, is_folder, name_of, place_of, root_of, walk
from index.formats import beside, parser, read
from index.passage import split
from index.progress import Pace, Progress, Report, Stage, ignore
from index.records import COLUMNS, FACTS, document_of, facts
from index.seen import Look, Seen, by_content, forget, look, recall, remember
from index.staging import Staging, drop_passages
from index.store import Store

Files = dict[str, tuple[Path, str]]
"""Files by their locations: where each is, and what it calls itself."""


def _by_location(walked: Walked) -> Files:
    return {place_of(file): (file, source) for file, source in walked.files}


def _unread(folder: Path, why: str, *, kept: bool = False) -> str:
    """Return what is said of a folder inside another that cannot be read."""
    return f"{folder}: this folder cannot be read ({why}).{' What it held before still answers.' if kept else ''}"


@dataclass
class _Work:
    """One change on its way: what is staged, what is to be remembered and forgotten, and what will be told."""

    staging: Staging
    report: Report
    files: int
    gone: list[str]
    by_content: dict[str, list[str]]
    tally: Tally = field(default_factory=Tally)
    seen: dict[str, Seen] = field(default_factory=dict)
    files_done: int = 0

    def tell(self, stage: Stage, done: int = 0, source: str | None = None, seconds: float | None = None) -> None:
        self.report(Progress(stage, self.files, self.files_done, self.staging.passages, done, source, seconds))

    def moved_from(self, location: str, sha256: str) -> str:
        """Return the place that the file at `location` was moved from, or an empty string."""
        places = self.by_content.get(sha256, [])
        name = os.path.basename(location)  # noqa: PTH119 - a location is text, not always a path
        place = next((one for one in places if os.path.basename(one) == name), places[0] if places else "")  # noqa: PTH119
        if place:
            places.remove(place)
            self.gone.remove(place)
        return place


class Writer(Store):
    """The part of a library that changes it."""

    def __init__(self, folder: Path, embedder: Embedder | None = None) -> None:
        """Open the library in `folder`, making it where there is none yet. Raises LibraryError."""
        self.embedder = embedder or Embedder()
        super().__init__(folder, self.embedder.identity)

    def add(self, paths: Iterable[Path], report: Report | None = None) -> Change:
        """Add the files at `paths`, and the files with a loader in folders among them.

        A file that is there already is replaced where its words changed, and removed where it has
        no words any more. A file that cannot be read is reported in `failed` and costs the others nothing.
        `report` is told of progress; what it raises, Cancelled say, leaves the library as it was.
        """
        files: Files = {}
        failed: list[str] = []
        for path in paths:
            if is_folder(path):
                try:
                    walked = walk(path)
                except DocumentError as error:
                    failed.append(str(error))
                else:
                    files.update(_by_location(walked))
                    failed.extend(_unread(place, why) for place, why in walked.shut)
            else:
                files[place_of(path)] = (path, name_of(Path(path.name)))
        return self._take(files, failed, lambda: [], report)

    def sync(self, folder: Path, *, only: bool = False, report: Report | None = None) -> Change:
        """Make the library hold what `folder` holds: add, replace, and remove what is gone.

        A file that was moved or renamed inside the folder keeps its document's id. Documents that came from
        elsewhere stay, unless the library is to hold this folder `only`. Raises DocumentError where the folder is
        missing or cannot be read: an unplugged disk must not empty a library. A folder inside that cannot be read is
        in `failed`, and what came from it stays. `report` is that of `add`.
        """
        if not is_folder(folder) and self._under(folder):
            raise DocumentError(
                f"{folder}: there is no such folder now. What came from it still answers, since a disk may be "
                f"unplugged; pincite remove --under {folder} takes it out."
            )
        walked = walk(folder)
        files = _by_location(walked)
        failed = [_unread(place, why, kept=bool(self._under(place))) for place, why in walked.shut]
        unread = tuple(root_of(place) for place, _ in walked.shut)

        def gone() -> list[str]:
            known = self._locations() if only else self._under(folder)
            return [location for location in known if location not in files and not location.startswith(unread)]

        return self._take(files, failed, gone, report)

    def add_documents(self, documents: Iterable[Document], report: Report | None = None) -> Change:
        """Add documents made in Python; each replaces the one with the same id."""
        with self.changing(), Staging(self, self.embedder) as staging:
            work = _Work(staging, report or ignore, 0, [], {})
            for document in documents:
                work.tell(Stage.READING, source=document.source)
                self._stage(work, f"document:{document.id}", document, "")
                work.files += 1
                work.files_done += 1
            return self._store(work)

    def derive_again(self, document_id: str) -> None:
        """Make the passages, words and vectors of a document again from its text. Raises DocumentError."""
        with self.changing(), Staging(self, self.embedder) as staging:
            document = self.read(document_id)
            if document is None:
                return
            find = "SELECT location FROM documents WHERE id = ?"
            staging.add(self.connection.execute(find, (document_id,)).fetchone()[0], document, reuse=False)
            staging.embed(lambda *_: None)
            with self.transaction():
                if self.connection.execute(find, (document_id,)).fetchone():  # not removed meanwhile
                    drop_passages(self, document_id)
                    staging.store(staging.documents()[0])

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

    def remove_under(self, folder: Path) -> Change:
        """Remove the documents that came from `folder`, which need not be there any more.

        Raises LibraryError where none did.
        """
        with self.transaction():
            removed = tuple(filter(None, [self._delete(location) for location in self._under(folder)]))
            if not removed:
                raise LibraryError(f"No document came from {folder}; `pincite list` shows what there is.")
            return Change(removed=removed)

    def read(self, document_id: str) -> Document | None:
        """Return the document with this id as it is stored now, or None.

        Raises DocumentError where what is stored is no Document: its text does not match its sha256, say.
        """
        try:
            row = self.connection.execute(f"SELECT {COLUMNS} FROM documents WHERE id = ?", (document_id,)).fetchone()
        except sqlite3.OperationalError as error:
            if not str(error).startswith("Could not decode"):
                raise
            raise DocumentError(f"The text of {self.name(document_id)!r} is not text any more.") from error
        if row is None:
            return None
        try:
            return document_of(row)
        except (ValueError, TypeError) as error:
            raise DocumentError(f"What is stored of {row[2]!r} is no document ({error}).") from error

    def _take(
        self, files: Files, failed: Sequence[str], gone: Callable[[], list[str]], report: Report | None
    ) -> Change:
        """Make the library hold `files` as they are now, and nothing of the locations that are `gone`."""
        with self.changing(), Staging(self, self.embedder) as staging:
            lost = gone()
            work = _Work(staging, report or ignore, len(files), lost, by_content(self.connection, lost))
            work.tally.failed.extend(failed)
            for location, (path, source) in files.items():
                work.tell(Stage.READING, source=source)
                self._look(work, location, path, source)
                work.files_done += 1
            return self._store(work)

    def _look(self, work: _Work, location: str, path: Path, source: str) -> None:
        """Look at a file: stage it where it is not as it was, and note what is to be said of it."""
        known = self._known(location)
        before = recall(self.connection, location)
        found: Look | None = None
        by = parser() + beside(path)
        try:
            found = look(path, before)
            if before and (before.sha256, before.parser) == (found.sha256, by) and (known or before.refused):
                self._leave(work, location, source, before, found)
                return
            loaded = read(path, source, found.content)
        except UnreadableError as error:
            work.tally.failed.append(f"{error} What it said before still answers." if known else str(error))
        except DocumentError as error:
            if known:
                work.gone.append(location)
            if found:
                work.seen[location] = Seen(found.sha256, by, found.stamp, str(error))
            work.tally.failed.append(f"{error} What it said before was removed." if known else str(error))
        else:
            work.tally.notes.extend(loaded.notes)
            work.seen[location] = Seen(found.sha256, by, found.stamp, None, loaded.notes)
            self._stage(work, location, loaded.document, "" if known else work.moved_from(location, found.sha256))

    @staticmethod
    def _leave(work: _Work, location: str, source: str, before: Seen, found: Look) -> None:
        """Note that the file at `location` is as it was."""
        if before.refused is None:
            work.tally.unchanged.append(source)
        else:
            work.tally.failed.append(before.refused)
        work.tally.notes.extend(before.notes)
        if found.stamp != before.stamp:
            work.seen[location] = Seen(before.sha256, before.parser, found.stamp, before.refused, before.notes)

    def _stage(self, work: _Work, location: str, document: Document, was: str) -> None:
        """Stage a document, unless the library holds it at `location` as it is."""
        execute = self.connection.execute
        row = execute(f"SELECT id, {FACTS} FROM documents WHERE location = ?", (location,)).fetchone()
        if row and row[1:] == facts(document):
            cut = execute('SELECT start, "end" FROM passages WHERE document_id = ? ORDER BY start', row[:1]).fetchall()
            if cut == [(passage.start, passage.end) for passage in split(document)]:
                work.tally.unchanged.append(document.source)
                return
        work.staging.add(location, document, was)

    def _store(self, work: _Work) -> Change:
        """Embed what is staged, and put all of it in the place of what was there, in one transaction."""
        staging, tally = work.staging, work.tally
        staging.embed(lambda done, source, seconds: work.tell(Stage.EMBEDDING, done, source, seconds))
        staged = staging.documents()
        gone = [location for location in work.gone if self._known(location)]
        pace = Pace(len(staged))
        with self._making(documents=bool(staged or gone), files=bool(work.seen or work.gone)):
            tally.removed.extend(filter(None, [self._delete(location) for location in work.gone]))
            for number, document in enumerate(staged):
                work.tell(Stage.STORING, staging.passages, document.source, pace.seconds_left(number))
                before = staging.store(document)
                if before is None:
                    tally.added.append(document.source)
                elif document.was == document.location:
                    tally.replaced.append(document.source)
                else:
                    forget(self.connection, document.was)
                    tally.moved.append((before, document.source))
            for location, seen in work.seen.items():
                remember(self.connection, location, seen)
        return tally.change()

    def _making(self, *, documents: bool, files: bool) -> AbstractContextManager[object]:
        """Return the transaction for a change: of `documents` it is the next state, of `files` only a note."""
        return self.transaction() if documents else self.writing() if files else nullcontext()

    def _known(self, location: str) -> bool:
        return self.connection.execute("SELECT 1 FROM documents WHERE location = ?", (location,)).fetchone() is not None

    def _locations(self) -> list[str]:
        """Return every place that a document came from or a file was seen at, in order."""
        rows = self.connection.execute("SELECT location FROM documents UNION SELECT location FROM files ORDER BY 1")
        return [row[0] for row in rows]

    def _under(self, folder: Path) -> list[str]:
        root = root_of(folder)
        return [location for location in self._locations() if location.startswith(root)]

    def _delete(self, location: str) -> str:
        """Delete the document from `location` and return its source; an empty string where none is."""
        execute = self.connection.execute
        forget(self.connection, location)
        row = execute("SELECT id, source FROM documents WHERE location = ?", (location,)).fetchone()
        if row is None:
            return ""
        drop_passages(self, row[0])
        execute("DELETE FROM documents WHERE id = ?", row[:1])
        return str(row[1])
