"""Folders: which files of a folder become documents, and what they call themselves."""

import os
from collections.abc import Iterator
from pathlib import Path

from index.errors import DocumentError
from index.formats import supported


def walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file with a loader under `folder`, and what it calls itself, in order.

    Hidden files, links out of the folder, and what Word keeps beside an open file (~$) are passed
    over. Raises DocumentError where the folder, or one inside it, is missing or cannot be read.
    """
    root = Path(os.path.realpath(folder))  # unlike Path.resolve, it does not raise where links go in a circle

    def stop(error: OSError) -> None:
        raise DocumentError(f"{error.filename}: this folder cannot be read ({error.strerror}).")

    if not is_folder(root):
        raise DocumentError(f"{folder}: there is no such folder.")
    for place, folders, names in os.walk(root, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if (
                name.startswith((".", "~$"))
                or not supported(path)
                or not Path(os.path.realpath(path)).is_relative_to(root)
            ):
                continue
            yield path, name_of(path.relative_to(root.parent))


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
