"""Database: one SQLite file in a folder, its connections and its transactions.

Every change is one transaction, in WAL mode with full synchronisation: it is there whole or not at
all, whatever happens to the process or the power.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout

from index.atomic import why
from index.errors import DamagedLibraryError, LibraryError
from index.folder import is_file

BUSY_SECONDS = 30.0
MODE = 0o600
"""Of a new file: what people ask and keep is read by whoever runs Pincite alone. SQLite's own files take it over."""

ADVICE = {
    sqlite3.SQLITE_FULL: " Make room there, and where temporary files go, and try again; nothing was changed.",
    sqlite3.SQLITE_IOERR: " The disk did not do what it was told; nothing was changed. Copy the folder to another one.",
    sqlite3.SQLITE_READONLY: " Whoever runs Pincite must be allowed to write there.",
    sqlite3.SQLITE_CANTOPEN: " Whoever runs Pincite must be allowed to write there, and it must be a folder.",
}
"""What to do about a disk that SQLite cannot use, by the primary code of its error (sqlite.org/rescode.html)."""


class Database:
    """A file that many readers and one writer may use at once, across threads and processes.

    Each thread has its own connection. `MIGRATIONS` are SQL scripts: the one at place n brings a
    file from version n to n + 1, so that a file of any older version is brought forward when it is opened.
    """

    FILE: ClassVar[str]
    LOCK: ClassVar[str] = ".changing.lock"
    NOUN: ClassVar[str]
    """What messages call it."""
    ADVICE: ClassVar[str]
    """What to do about a damaged one."""
    MIGRATIONS: ClassVar[Sequence[str]]

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`, making both where they are missing. Raises LibraryError."""
        self.folder = folder
        self.read_only = on_read_only_disk(folder)
        """Whether nothing can be written, so that this is only for asking."""
        self._local = threading.local()
        if not self.read_only:
            self._make()
        with self.guarded():
            if self.read_only:
                self._refuse_old()
                self._check()
                return
            self.connection.execute("PRAGMA journal_mode = WAL")
            with self._together("BEGIN IMMEDIATE"):
                self._migrate()
                self._check()

    def _make(self) -> None:
        """Make the folder and the file where they are missing."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The library folder {self.folder} cannot be made ({error.strerror}); choose another with "
                "--library or PINCITE_LIBRARY."
            ) from error
        with suppress(OSError):  # it is there, or SQLite says what keeps it from being made
            os.close(os.open(self.folder / self.FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Hold one state for this thread: all that is read inside sees the same, whatever is written meanwhile."""
        with self.guarded():
            connection = self.connection
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                self._roll_back()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the one right to write; what is done inside is kept whole at the end, or not at all."""
        with self._together("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def temporary(self) -> Iterator[sqlite3.Connection]:
        """Write to temporary tables of this thread's own, in one step; nobody else waits meanwhile."""
        with self._together("BEGIN") as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the one right to prepare a change, which may take long; who only removes need not wait for it.

        Raises LibraryError where another thread or program holds it for BUSY_SECONDS.
        """
        lock = FileLock(self.folder / self.LOCK, timeout=BUSY_SECONDS, mode=MODE)
        try:
            lock.acquire()
        except Timeout as error:
            raise self._busy() from error
        except OSError as error:
            raise LibraryError(f"{self.folder} cannot be written ({why(error)}).") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """Write as `writing` does, with zeros where words stood that go; the log has them until `cut_log`."""
        with self.guarded():
            self.connection.execute("PRAGMA secure_delete = ON")
        with self.writing() as connection:
            yield connection

    def cut_log(self) -> bool:
        """Empty the log beside the file, whose old pages hold what was erased; tell whether nobody was in the way."""
        with self.guarded():
            return not self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the thread that asks."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._address(), timeout=BUSY_SECONDS, isolation_level=None, uri=True)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def _address(self) -> str:
        """Return the URI of the file (sqlite.org/uri.html).

        On a read-only disk nobody writes it, so it needs no locks; but a log with words in it must be read with it.
        """
        address = (Path(os.path.realpath(self.folder)) / self.FILE).as_uri()
        if not self.read_only:
            return address
        log = self.folder / f"{self.FILE}-wal"
        return f"{address}?mode=ro" if is_file(log) and log.stat().st_size else f"{address}?mode=ro&immutable=1"

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def damage(self, what: str) -> DamagedLibraryError:
        """Return the error that says what is damaged, and what to do."""
        return DamagedLibraryError(f"{self.NOUN} in {self.folder} is damaged ({what}). {self.ADVICE}")

    def _check(self) -> None:
        """Raise LibraryError where what is in the file cannot be used as it is."""

    def _refuse_old(self) -> None:
        if self.connection.execute("PRAGMA user_version").fetchone()[0] != len(self.MIGRATIONS):
            raise LibraryError(
                f"{self.folder / self.FILE} was made by another version of Pincite and its disk is read-only; copy "
                "the folder to one that can be written."
            )

    def _migrate(self) -> None:
        """Bring the file to the newest version, inside the transaction that opens it."""
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self.MIGRATIONS):
            raise LibraryError(f"{self.folder / self.FILE} was made by a newer Pincite; upgrade this one.")
        for script in self.MIGRATIONS[version:]:
            for statement in filter(str.strip, script.split(";\n")):
                self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version = {len(self.MIGRATIONS)}")

    @contextmanager
    def _together(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self.guarded():
            connection = self.connection
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _busy(self) -> LibraryError:
        return LibraryError(f"{self.folder} is being written by another program; try again when it is done.")

    def _roll_back(self) -> None:
        """End this thread's transaction, unless SQLite has done so itself, as it does on a damaged file."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn SQLite's errors into LibraryErrors that say what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise self._busy() from error
            if str(error).startswith(("Could not decode", "no such table", "no such column")):
                raise self.damage(str(error)) from error
            raise LibraryError(f"{self.NOUN} in {self.folder} cannot be used ({error}).{advice(error)}") from error
        except sqlite3.DatabaseError as error:
            raise self.damage(str(error)) from error


def advice(error: sqlite3.Error) -> str:
    """Return what to do about an error of the disk, with a blank before it; an empty string for another."""
    return ADVICE.get(error.sqlite_errorcode & 0xFF, "")


def on_read_only_disk(folder: Path) -> bool:
    """Tell whether `folder` is there, on a file system that is mounted read-only."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False
