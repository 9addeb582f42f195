"""Seen: what a library last saw of a file, so that one that is as it was costs nothing."""

import hashlib
import json
import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.errors import UnreadableError
from index.formats import contents

SETTLED_NS = 2_000_000_000
"""A file touched this shortly before it was looked at may change again without its times showing it (git calls such
entries racy), so its times are not believed. The coarsest clock of a file system, FAT's, ticks every two seconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file's bytes by their sha256, the `parser` that read them, sidecars included, and the `stamp` of the file then.

    `refused` says why no document could be made of it, and is None where one was; `notes` say what was left out.
    """

    sha256: str
    parser: str
    stamp: str
    refused: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it is now; `content` is None where its stamp tells that it is the one seen before."""

    sha256: str
    stamp: str
    content: bytes | None


def look(path: Path, seen: Seen | None) -> Look:
    """Return the file at `path` as it is now, read only where its stamp differs from that of `seen`.

    Raises DocumentError where there is no loader for it or it cannot be read.
    """
    began = time.time_ns()
    if seen and seen.stamp:
        try:
            if stamp_of(path.stat(), began) == seen.stamp:
                return Look(seen.sha256, seen.stamp, None)
        except OSError as error:
            raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from error
    content, state = contents(path)
    return Look(hashlib.sha256(content).hexdigest(), stamp_of(state, began), content)


def stamp_of(state: os.stat_result, now_ns: int) -> str:
    """Return what stays the same while nobody writes to a file; an empty string where it is too new to tell.

    The time of the last change of the file's own record (ctime) is in it, which no program can set back.
    """
    if now_ns - max(state.st_mtime_ns, state.st_ctime_ns) < SETTLED_NS:
        return ""
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


def recall(connection: sqlite3.Connection, location: str) -> Seen | None:
    """Return what was last seen at `location`, or None."""
    row = connection.execute(
        "SELECT sha256, parser, stamp, refused, notes FROM files WHERE location = ?", (location,)
    ).fetchone()
    if row is None:
        return None
    sha256, parser, stamp, refused, notes = row
    return Seen(sha256, parser, stamp, refused, tuple(json.loads(notes)))


def remember(connection: sqlite3.Connection, location: str, seen: Seen) -> None:
    """Keep what was seen at `location`; the caller holds the right to write."""
    connection.execute(
        "INSERT OR REPLACE INTO files (location, sha256, parser, stamp, refused, notes) VALUES (?, ?, ?, ?, ?, ?)",
        (location, seen.sha256, seen.parser, seen.stamp, seen.refused, json.dumps(seen.notes)),
    )


def forget(connection: sqlite3.Connection, location: str) -> None:
    """Drop what was seen at `location`; the caller holds the right to write."""
    connection.execute("DELETE FROM files WHERE location = ?", (location,))


def by_content(connection: sqlite3.Connection, locations: Iterable[str]) -> dict[str, list[str]]:
    """Return those of `locations` that a document was made from, by the sha256 of their bytes."""
    found: dict[str, list[str]] = defaultdict(list)
    for location in locations:
        seen = recall(connection, location)
        if seen and seen.refused is None:
            found[seen.sha256].append(location)
    return found
