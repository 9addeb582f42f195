"""Folders: which files of a folder become documents, and what they call themselves."""

import os
from dataclasses import dataclass
from pathlib import Path

from index.errors import DocumentError
from index.formats import supported


@dataclass(frozen=True, slots=True)
class Walked:
    """What a folder holds: every file with a loader and what it calls itself, in order.

    `shut` are the folders inside that could not be read, each with the reason: what they hold is not known.
    """

    files: tuple[tuple[Path, str], ...]
    shut: tuple[tuple[Path, str], ...] = ()


def walk(folder: Path) -> Walked:
    """Return what `folder` holds. Raises DocumentError where it is missing or cannot be read itself.

    Hidden files, links out of the folder, and what Word keeps beside an open file (~$) are passed over.
    """
    root = Path(os.path.realpath(folder))  # unlike Path.resolve, it does not raise where links go in a circle
    files: list[tuple[Path, str]] = []
    shut: list[tuple[Path, str]] = []

    def note(error: OSError) -> None:
        if Path(error.filename) == root:
            raise DocumentError(f"{folder}: this folder cannot be read ({error.strerror}).") from error
        shut.append((Path(error.filename), error.strerror or str(error)))

    if not is_folder(root):
        raise DocumentError(f"{folder}: there is no such folder.")
    for place, folders, names in os.walk(root, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if (
                name.startswith((".", "~$"))
                or not supported(path)
                or not Path(os.path.realpath(path)).is_relative_to(root)
            ):
                continue
            files.append((path, name_of(path.relative_to(root.parent))))
    return Walked(tuple(files), tuple(shut))


def is_folder(path: Path) -> bool:
    """Tell whether `path` is a folder; what cannot be looked at is none, where Path.is_dir raises."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Tell whether `path` is a file; what cannot be looked at is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def name_of(path: Path) -> str:
    """Return a path as text; the bytes in it that are not UTF-8 as escapes, which can be stored."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def place_of(path: Path) -> str:
    """Return where `path` really is, as text: what a library knows a file by."""
    return name_of(Path(os.path.realpath(path)))


def root_of(folder: Path) -> str:
    """Return what the locations of all files below `folder` begin with."""
    return os.path.join(place_of(folder), "")
