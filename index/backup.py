"""Backup: a library's databases in one file, and back again.

A backup is a tar file: `manifest.json`, then the databases and plain files it names, each with its sha256. The FAISS
file is not in it, since it is made from the library when it is first asked.
"""

import ctypes
import errno
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.atomic import flush_folder, replacing, why
from index.database import Database, advice
from index.embed import Embedder
from index.errors import LibraryError
from index.health import examine
from index.library import Library

MANIFEST = "manifest.json"
FORMAT = "pincite-backup-1"
EXCHANGE = 2
"""RENAME_EXCHANGE of renameat2(2): two names change places in one step."""
AT_FDCWD = -100


@dataclass(frozen=True, slots=True)
class Saved:
    """A file in a backup: its name, length in bytes, sha256, and the version of its tables (0 where it has none)."""

    name: str
    bytes: int
    sha256: str
    schema: int


def backup(folder: Path, path: Path, databases: Sequence[type[Database]], files: Sequence[str] = ()) -> list[Saved]:
    """Write those of `databases` and `files` that `folder` holds into one at `path`, each as it is at one moment.

    Others may go on writing. The file is there whole at the end or not at all, and takes the place of an older
    backup, never of another file. Raises LibraryError.
    """
    if path.exists() and not _is_backup(path):
        raise LibraryError(f"{path} is there already and is no backup; choose another name.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as place:
            copies = [_copy(folder / kind.FILE, Path(place)) for kind in databases if (folder / kind.FILE).is_file()]
            saved = [_describe(copy) for copy in copies]
            plain = [Path(shutil.copy(folder / name, place)) for name in files if (folder / name).is_file()]
            saved += [_describe(copy, schema=0) for copy in plain]
            with replacing(path) as file, tarfile.open(fileobj=file, mode="w") as tar:
                made = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
                manifest = {"format": FORMAT, "made": made, "files": [asdict(one) for one in saved]}
                content = json.dumps(manifest, indent=1).encode()
                member = tarfile.TarInfo(MANIFEST)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
                for copy in copies + plain:
                    tar.add(copy, copy.name)
    except (OSError, tarfile.TarError, sqlite3.Error) as error:
        what_to_do = advice(error) if isinstance(error, sqlite3.Error) else ""
        raise LibraryError(f"The backup {path} cannot be written ({_reason(error)}).{what_to_do}") from error
    return saved


def restore(
    path: Path, folder: Path, databases: Sequence[type[Database]], embedder: Embedder, files: Sequence[str] = ()
) -> Path | None:
    """Put the library in the backup at `path` into `folder`; return where the one that was there is now.

    All of it is unpacked beside `folder` and proven whole before anything is touched; then both change places in
    one step. Raises LibraryError, and leaves all as it was, where the backup is damaged, not of this model or of a
    newer Pincite, or another program has the library in `folder` open.
    """
    folder = Path(os.path.realpath(folder))
    aside = folder.with_name(f"{folder.name}-replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    known = {kind.FILE: len(kind.MIGRATIONS) for kind in databases} | dict.fromkeys(files, 0)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _unpacked(path, folder, known) as fresh:
            _prove(path, fresh, embedder)
            _flush(fresh)
            if not occupied(folder):
                os.replace(fresh, folder)
                flush_folder(folder.parent)
                return None
            for kind in databases:
                _refuse_open(folder / kind.FILE)
            os.replace(fresh, aside)
            try:
                _exchange(aside, folder)
            except OSError:
                os.replace(aside, fresh)
                raise
            flush_folder(folder.parent)
            return aside
    except OSError as error:
        raise LibraryError(f"{path} cannot be restored to {folder} ({_reason(error)}).") from error


def occupied(folder: Path) -> bool:
    """Tell whether there is anything in `folder`."""
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _copy(source: Path, place: Path) -> Path:
    """Copy a database as it is at one moment, with SQLite's own backup, into one file."""
    copy = place / source.name
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as written:
            live.backup(written)
            written.execute("PRAGMA journal_mode = DELETE")  # the copy has no log beside it
    except sqlite3.Error as error:
        raise LibraryError(f"{source} cannot be saved ({error}).{advice(error)}") from error
    return copy


def _describe(copy: Path, schema: int | None = None) -> Saved:
    with copy.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if schema is None:
        with closing(sqlite3.connect(copy)) as connection:
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return Saved(copy.name, copy.stat().st_size, sha256, schema)


def _is_backup(path: Path) -> bool:
    try:
        with tarfile.open(path, "r:") as tar:
            return tar.next() is not None and _manifest(path, tar) is not None
    except (OSError, tarfile.TarError, LibraryError):
        return False


def _manifest(path: Path, tar: tarfile.TarFile) -> list[Saved]:
    """Return what a backup says it holds. Raises LibraryError where it is none."""
    try:
        member = tar.extractfile(MANIFEST)
        manifest: Any = json.loads(member.read(1_000_000)) if member else None
        if manifest["format"] != FORMAT:
            raise LibraryError(f"{path} was made by a newer Pincite; upgrade this one.")
        saved = [Saved(**one) for one in manifest["files"]]
        if not all(isinstance(one.name, str) and isinstance(one.schema, int) for one in saved):
            raise ValueError("names are text, versions are numbers")
        return saved
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise LibraryError(f"{path} is no backup of a library.") from error


@contextmanager
def _unpacked(path: Path, folder: Path, known: Mapping[str, int]) -> Iterator[Path]:
    """Yield a folder beside `folder` with the files of a backup, each as its sha256 says.

    `known` are the files there may be, with the newest version of each that can be read.
    """
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.restore."))
    try:
        with tarfile.open(path, "r:") as tar:
            for saved in _manifest(path, tar):
                if saved.name not in known or saved.schema > known[saved.name]:
                    raise LibraryError(f"{path} was made by a newer Pincite; upgrade this one.")
                _unpack(path, tar, saved, fresh / saved.name)
        if not (fresh / Library.FILE).is_file():
            raise LibraryError(f"{path} holds no library.")
        yield fresh
    except tarfile.TarError as error:
        raise LibraryError(f"{path} is no backup of a library, or is cut off ({error}).") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _unpack(path: Path, tar: tarfile.TarFile, saved: Saved, target: Path) -> None:
    try:
        member = tar.extractfile(saved.name)
    except KeyError:
        member = None
    if member is not None:
        with target.open("wb") as file:
            shutil.copyfileobj(member, file, 1 << 20)
        with target.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == saved.sha256:
                return
    raise LibraryError(f"{path} is damaged: {saved.name} in it does not match its sha256. Nothing was changed.")


def _prove(path: Path, fresh: Path, embedder: Embedder) -> None:
    """Raise LibraryError unless the library in `fresh` is whole, and of this embedder."""
    library = Library(fresh, embedder)
    try:
        faults = examine(library)
    finally:
        library.close()
    if faults:
        what = "; ".join(f"{fault.source or 'library'}: {fault.what}" for fault in faults[:3])
        raise LibraryError(f"The library in {path} is not whole ({what}). Nothing was changed.")


def _flush(fresh: Path) -> None:
    fresh.chmod(0o755)  # mkdtemp's are for one user alone, and libraries may be shared
    for file in fresh.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    flush_folder(fresh)


def _refuse_open(file: Path) -> None:
    """Raise LibraryError where another program has a database open: what it wrote after the restore would be lost."""
    if not file.is_file():
        return
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # allowed to the only one who has it open
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LibraryError(f"{file} is open in another program; stop it (pincite serve?) and try again.") from error
    except sqlite3.DatabaseError:
        return  # damaged: a reason to restore


def _exchange(one: Path, other: Path) -> None:
    """Have two folders change places in one step. Raises OSError."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 and renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), EXCHANGE) == 0:
        return
    number = ctypes.get_errno() if renameat2 else errno.ENOSYS
    if number not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(number, os.strerror(number), str(other))
    raise OSError(number, "two folders cannot be exchanged in one step here; move the old library away and try again")


def _reason(error: Exception) -> str:
    return why(error) if isinstance(error, OSError) else str(error)
