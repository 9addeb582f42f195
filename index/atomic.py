"""Atomic writing: a file is the old one or the new one, whole, whatever happens to the process or the power."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "make room there and try again"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "whoever runs Pincite must be allowed to write there"),
    errno.EFBIG: "allow larger files there (ulimit -f) and try again",
    errno.EIO: "the disk fails: copy what is on it to another one",
}
"""What to do about a disk that does not take what is written."""


def why(error: OSError) -> str:
    """Return why something could not be written, and what to do about it."""
    reason = error.strerror or str(error)
    return f"{reason}; {ADVICE[error.errno]}" if error.errno in ADVICE else reason


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content`. Raises OSError, and leaves the old one, where that fails."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to, which takes the place of `path` once all of it is on the disk.

    What raises inside leaves the file at `path` as it was.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with opened(descriptor) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def opened(descriptor: int) -> BinaryIO:
    """Return the file that everything here is written through; tests put failing disks in its place."""
    return os.fdopen(descriptor, "wb")


def flush_folder(folder: Path) -> None:
    """Have the disk keep which files `folder` holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
