"""A disk that fails: every step of a call that writes, SQLite's among them, can be made to go wrong.

SQLite lets its calls of the system be replaced (sqlite3_vfs.xSetSystemCall), which its own tests do too.
"""

import ctypes
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

import pytest

from index import atomic


class Fault(Enum):
    """What happens at the step that goes wrong."""

    ERROR = "an error, once"
    FULL = "the disk is full from then on: nothing more is written, but files can be renamed and deleted"
    SHORT = "only a part of what was to be written is, as the system may do at any time"


class Disk:
    """Counts steps; the one numbered `at`, from 1, goes wrong."""

    def __init__(self, at: int, fault: Fault) -> None:
        self.at, self.fault, self.steps = at, fault, 0

    @property
    def failed(self) -> bool:
        return self.steps >= self.at

    def step(self, *, writes: bool) -> None:
        """Take a step that is no writing of bytes by SQLite. Raises OSError where it goes wrong."""
        number = self._number(writes=writes)
        if number:
            raise OSError(number, os.strerror(number))

    def write(self, descriptor: int, address: int, size: int, *place: int) -> int:
        """Write for SQLite."""
        number = self._number(writes=True)
        if number:
            ctypes.set_errno(number)
            return -1
        if self.fault is Fault.SHORT and self.steps == self.at:
            size = max(1, size // 2)
        content = ctypes.string_at(address, size)
        return os.pwrite(descriptor, content, *place) if place else os.write(descriptor, content)

    def _number(self, *, writes: bool) -> int:
        """Count a step; return the number of the error it ends with, or 0."""
        if self.fault is not Fault.ERROR and not writes:
            return 0
        self.steps += 1
        if self.fault is Fault.ERROR and self.steps == self.at:
            return errno.EIO
        return errno.ENOSPC if self.fault is Fault.FULL and self.failed else 0


class File(io.FileIO):
    """A file on a Disk."""

    disk: Disk

    def write(self, content: object) -> int:
        self.disk.step(writes=True)
        view = memoryview(content).cast("B")  # type: ignore[arg-type]
        if self.disk.fault is Fault.SHORT and self.disk.steps == self.disk.at:
            view = view[: max(1, len(view) // 2)]
        return super().write(view)


@contextmanager
def failing(disk: Disk) -> Iterator[None]:
    """Have all that Pincite writes inside go to `disk`."""

    class Here(File):
        pass

    Here.disk = disk

    def before(call: Callable[..., object], *, writes: bool) -> Callable[..., object]:
        def stepped(*given: object, **named: object) -> object:
            disk.step(writes=writes)
            return call(*given, **named)

        return stepped

    with pytest.MonkeyPatch.context() as patch, _sqlite(disk):
        patch.setattr(atomic, "opened", lambda descriptor: io.BufferedWriter(Here(descriptor, "wb")))
        patch.setattr("index.uploads.opened", atomic.opened)
        patch.setattr("index.dense.opened", atomic.opened)
        patch.setattr(os, "fsync", before(os.fsync, writes=True))
        patch.setattr(os, "mkdir", before(os.mkdir, writes=True))
        for name in ("replace", "unlink"):
            patch.setattr(os, name, before(getattr(os, name), writes=False))
        yield


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, as sqlite3.h has it."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("version", "file_size", "longest_path")),
        *((f"unused_{number}", ctypes.c_void_p) for number in range(16)),
        ("set_call", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)),
        ("get_call", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)),
    )


WRITE = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, use_errno=True)
PWRITE = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64, use_errno=True
)


@contextmanager
def _sqlite(disk: Disk) -> Iterator[None]:
    library = ctypes.CDLL("libsqlite3.so.0")
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None)
    address = ctypes.cast(vfs, ctypes.c_void_p)
    calls = {b"write": WRITE(disk.write), b"pwrite": PWRITE(disk.write), b"pwrite64": PWRITE(disk.write)}
    used = {name: call for name, call in calls.items() if vfs.contents.get_call(address, name)}
    assert used, "SQLite writes in a way that this does not know"
    try:
        for name, call in used.items():
            vfs.contents.set_call(address, name, ctypes.cast(call, ctypes.c_void_p))
        yield
    finally:
        for name in used:
            vfs.contents.set_call(address, name, None)
