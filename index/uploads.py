"""Uploads: files that were sent to a library, in a folder of its own, and the documents made of them.

The folder `files` holds what the library holds: a file takes its place there only for good when its document
is stored, and goes with it. What is being done lies in `files/.jobs`, a folder a job, locked by the process that
does it; what a killed process left there is undone by `Uploads.recover`.
"""

import fcntl
import json
import logging
import os
import secrets
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from index.atomic import flush_folder, opened, why, write_atomically
from index.catalogue import Catalogue
from index.change import Change
from index.database import MODE
from index.errors import LibraryError, PinciteError
from index.folder import is_file, place_of
from index.library import Library
from index.naming import safe_name
from index.progress import Report

log = logging.getLogger(__name__)

FOLDER = "files"
JOBS = ".jobs"
JOB = "job.json"
"""Names the files of a job whose files are all there."""


class BusyFileError(LibraryError):
    """A document is being replaced by an upload right now."""


class Staging:
    """A folder for the files of one job. `names` are those it puts in place, `gone` those it takes away.

    Its folder `new` holds what came in, `old` what was in its place before.
    """

    def __init__(self, folder: Path, lock: int, names: Sequence[str] = (), gone: Sequence[str] = ()) -> None:
        """Take over `folder`, locked by the file descriptor `lock`."""
        self.folder = folder
        self._lock: int | None = lock
        self.names, self.gone = list(names), list(gone)

    @classmethod
    def make(cls, jobs: Path) -> "Staging":
        """Return a new one under `jobs`. Raises OSError."""
        hidden = jobs / f".{secrets.token_hex(8)}"
        try:
            for folder in (hidden, hidden / "new", hidden / "old"):
                folder.mkdir(parents=True)
            lock = os.open(hidden, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder = jobs / hidden.name[1:]
            os.replace(hidden, folder)  # locked before anybody sees it
        except OSError:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
        return cls(folder, lock)

    @classmethod
    def left(cls, folder: Path) -> "Staging | None":
        """Return what a process that is gone left in `folder`; None where it is not gone. Raises OSError."""
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        if not folder.is_dir():  # whoever had the lock ended in good order
            os.close(lock)
            return None
        job = folder / JOB
        return cls(folder, lock, **(json.loads(job.read_bytes()) if is_file(job) else {}))

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        """Yield a file to write what was sent as `name` to; it is on the disk at the end."""
        kept = safe_name(name)
        new = os.open(self.folder / "new" / kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
        with opened(new) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        self.names.append(kept)

    def has(self, name: str) -> bool:
        """Tell whether a file that is kept as `name` would be is there already."""
        return safe_name(name) in self.names

    def seal(self) -> None:
        """Keep what is to be done, from now on also for `recover`."""
        flush_folder(self.folder / "new")
        write_atomically(self.folder / JOB, json.dumps({"names": self.names, "gone": self.gone}).encode())

    def swap_in(self, files: Path) -> None:
        """Put the new files into the folder `files`, and those that were there, or shall go, aside."""
        for name in (*self.names, *self.gone):
            if is_file(files / name):
                os.replace(files / name, self.folder / "old" / name)
        for name in self.names:
            os.replace(self.folder / "new" / name, files / name)
        flush_folder(files)

    def swap_back(self, files: Path) -> None:
        """Undo `swap_in`, however far it came; done twice, it does nothing more."""
        for name in self.names:
            if not is_file(self.folder / "new" / name) and is_file(files / name):
                os.replace(files / name, self.folder / "new" / name)
        for name in (*self.names, *self.gone):
            self.restore(name, files)
        flush_folder(files)

    def restore(self, name: str, files: Path) -> None:
        """Put the file back that `name` was before, where one was."""
        if is_file(self.folder / "old" / name):
            os.replace(self.folder / "old" / name, files / name)

    def close(self) -> None:
        """Delete what is left here; `recover` has nothing to undo from now on. Raises OSError where it has."""
        (self.folder / JOB).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)  # what a failing disk keeps of it, `recover` deletes
        self.release()

    def release(self) -> None:
        """Let `recover` undo what is left here."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class Uploads:
    """The uploaded files of a library. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        """Name the library; its folder for files is made with the first of them."""
        self.library = library
        self.folder = Path(os.path.realpath(library.folder)) / FOLDER
        self._catalogue = Catalogue(library)
        self._turn = threading.Lock()
        self._busy: set[str] = set()

    def stage(self) -> Staging:
        """Return a place for the files of an upload. Raises LibraryError."""
        try:
            return Staging.make(self.folder / JOBS)
        except OSError as error:
            raise self._unwritten(error) from error

    def seal(self, staging: Staging) -> None:
        """Keep what `staging` is to do, from now on also for `recover`. Raises LibraryError."""
        try:
            staging.seal()
        except OSError as error:
            raise self._unwritten(error) from error

    def add(self, staging: Staging, report: Report | None = None) -> Change:
        """Make documents of the files in `staging`, which is closed. A file of the same name is replaced.

        What raises leaves the library and its files as they were: see `Library.add`. A file that no document is
        made of is in `failed`, by its name, and is not kept.
        """
        with self._working(staging.names), self._swapped(staging):
            change = self.library.add([self.folder / name for name in staging.names], report)
            self._keep_read(staging, change)
        return replace(change, failed=self._named(change.failed), notes=self._named(change.notes))

    def remove(self, document_id: str) -> Change:
        """Remove a document, and its file where that was uploaded.

        Raises LibraryError where there is none; BusyFileError where it is being replaced.
        """
        entry = self._catalogue.entry(document_id)
        if entry is None or not entry.lies_in(self.folder):
            return self.library.remove([document_id])
        name = Path(entry.location).name
        with self._working([name]):
            staging = self.stage()
            staging.gone.append(name)
            try:
                self.seal(staging)
            except LibraryError:
                staging.close()
                raise
            with self._swapped(staging):
                return self.library.remove([document_id])

    def recover(self) -> list[tuple[str, ...]]:
        """Undo what processes that were killed did not finish; return the names of the files of each job."""
        undone: list[tuple[str, ...]] = []
        jobs = self.folder / JOBS
        for place in sorted(jobs.iterdir()) if jobs.is_dir() else ():
            if place.name.startswith("."):
                continue
            staging = Staging.left(place)
            if staging is None:
                continue
            names = (*staging.names, *staging.gone)
            if names:
                staging.swap_back(self.folder)
                self._follow(names)
                undone.append(names)
            staging.close()
        return undone

    @contextmanager
    def _swapped(self, staging: Staging) -> Iterator[None]:
        """Have the files of `staging` in place inside, and for good at the end; `staging` is closed.

        What raises puts files and library back as they were: at once, or where the disk does not let it, with
        `recover`. An OSError becomes a LibraryError that says what to do.
        """
        generation = self._generation()
        try:
            try:
                staging.swap_in(self.folder)
                yield
                staging.close()
            except BaseException:
                staging.swap_back(self.folder)
                if self._generation() != generation:
                    self._follow((*staging.names, *staging.gone))
                staging.close()
                raise
        except OSError as error:
            raise self._unwritten(error) from error
        finally:
            staging.release()

    def _generation(self) -> int:
        with self.library.reading() as generation:
            return generation

    def _unwritten(self, error: OSError) -> LibraryError:
        return LibraryError(f"{self.folder} cannot be written ({why(error)}). Nothing was changed.")

    def _follow(self, names: Sequence[str]) -> None:
        """Make the library hold what the files called `names` hold: it may have gone ahead of them."""
        paths = [self.folder / name for name in names]
        self.library.add([path for path in paths if is_file(path)])
        missing = {place_of(path) for path in paths if not is_file(path)}
        gone = [entry.id for entry in self._catalogue.entries() if entry.location in missing]
        if gone:
            self.library.remove(gone)

    def _keep_read(self, staging: Staging, change: Change) -> None:
        """Take files away that no document was made of."""
        there = {entry.location for entry in self._catalogue.entries()}
        for name in staging.names:
            path = self.folder / name
            if any(failure.startswith(f"{path}: ") for failure in change.failed):
                path.unlink()
                if place_of(path) in there:  # what it said before still answers
                    staging.restore(name, self.folder)
        flush_folder(self.folder)

    def _named(self, messages: Sequence[str]) -> tuple[str, ...]:
        """Return messages that name files as people know them, not by where they are."""
        return tuple(message.replace(f"{self.folder}{os.sep}", "") for message in messages)

    @contextmanager
    def _working(self, names: Sequence[str]) -> Iterator[None]:
        """Keep others off the files called `names`. Raises BusyFileError."""
        with self._turn:
            taken = self._busy.intersection(names)
            if taken:
                raise BusyFileError(
                    f"{min(taken)} is being worked on by an upload; wait for it to end, or cancel it first."
                )
            self._busy.update(names)
        try:
            yield
        finally:
            with self._turn:
                self._busy.difference_update(names)


def recovered(uploads: Uploads) -> list[tuple[str, ...]]:
    """Return what `Uploads.recover` does; what keeps it from that is logged, and tried again at the next start."""
    try:
        return uploads.recover()
    except (PinciteError, OSError) as error:
        log.error("Uploads that were not finished could not be undone: %s", error)
        return []
