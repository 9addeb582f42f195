"""Formats: the bytes of a file -> a Document, one loader a media type.

Text and Markdown are read as they stand. What can hold more than it seems (HTML, PDF, DOCX, EPUB) is parsed in a
child process with limits of time and memory.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.document import Document, Heading, digest, normalise
from index.errors import DocumentError, UnreadableError
from index.formats.draft import TITLE_LENGTH, Draft, Refused, Unparsed
from index.formats.markdown import markdown_headings
from index.formats.parse import MEDIA_TYPES, PLAIN, parse
from index.formats.sandbox import Sandbox
from index.formats.sidecar import SIDECAR, Said, files_about, merged, reads
from index.formats.text import plain_headings, title_of
from index.formats.version import parser

__all__ = [
    "MEDIA_TYPES",
    "TITLE_LENGTH",
    "Loaded",
    "beside",
    "contents",
    "identify",
    "load",
    "make_document",
    "markdown_headings",
    "parser",
    "plain_headings",
    "read",
    "supported",
]

MAX_BYTES = 50_000_000
"""Larger texts, Markdown and HTML files are refused: a plain text of this size is some forty novels."""

MAX_BINARY_BYTES = 250_000_000
"""Larger PDF, DOCX and EPUB files are refused; most of their bytes are pictures."""

MAX_SIDECAR_BYTES = 100_000
"""Larger files of facts about others are not read."""

SANDBOX = Sandbox()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document, and what of its file was left out: sentences that name the file."""

    document: Document
    notes: tuple[str, ...] = ()


def supported(path: Path) -> bool:
    """Tell whether there is a loader for files named like `path`."""
    return path.suffix.lower() in MEDIA_TYPES


def load(path: Path, source: str) -> Document:
    """Return the document that `read` reads."""
    return read(path, source).document


def contents(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a file that has a loader, and the file's own record as they were read.

    Raises DocumentError, and UnreadableError where the file cannot be opened or changes meanwhile.
    """
    media_type = _media_type(path)
    return _taken(path, MAX_BYTES if media_type.startswith("text/") else MAX_BINARY_BYTES)


def read(path: Path, source: str, content: bytes | None = None) -> Loaded:
    """Read the file at `path` into a Document that calls itself `source`; `content` are its bytes, if at hand.

    The id is derived from `source`, so that links to a document survive a change of its words.
    Raises DocumentError, naming the file and the way out, where the file cannot be read, is not of the
    kind its name says, is encrypted, damaged or too large, or holds no words.
    """
    media_type = _media_type(path)
    content = contents(path)[0] if content is None else content
    try:
        if not content.strip():
            raise Refused("there is no text in it.")
        draft: Draft = parse(media_type, content) if media_type in PLAIN else SANDBOX.parse(media_type, content)
        if not draft.text.strip():
            raise Refused("there is no text in it.")
    except Unparsed as unparsed:
        raise UnreadableError(f"{path}: {unparsed}") from unparsed
    except Refused as refused:
        raise DocumentError(f"{path}: {refused}") from refused
    said = said_about(path)
    document = make_document(
        draft.text,
        source=source,
        media_type=media_type,
        headings=draft.headings,
        pages=draft.pages,
        metadata=merged(draft.metadata, said),
        title=said.title or draft.title or title_of(draft.text, draft.headings) or normalise(path.stem),
    )
    return Loaded(document, (*(f"{path}: {note}" for note in draft.notes), *said.mistakes))


def said_about(path: Path) -> Said:
    """Return what the files beside and above the file at `path` say about it, and where they are wrong."""
    said = Said()
    for file, content in _sidecars(path):
        if isinstance(content, bytes):
            said = reads(said, file, content)
        else:
            said = replace(said, mistakes=(*said.mistakes, content))
    return said


def beside(path: Path) -> str:
    """Return what changes with any sidecar about the file at `path`; an empty string where there are none."""
    found = [f"{file}\0{content!r}" for file, content in _sidecars(path)]
    return hashlib.sha256("\0".join(found).encode("utf-8", "surrogateescape")).hexdigest()[:16] if found else ""


def _sidecars(path: Path) -> Iterator[tuple[Path, bytes | str]]:
    """Yield the sidecars about a file, each with its bytes, or with why it cannot be read."""
    for file in files_about(path):
        try:
            yield file, read_bytes(file, MAX_SIDECAR_BYTES)
        except DocumentError as error:
            yield file, str(error)


def _media_type(path: Path) -> str:
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        if path.name.lower().endswith(SIDECAR):
            raise DocumentError(f"{path}: this says something about a file and is none to ask of; add that file.")
        known = ", ".join(sorted(MEDIA_TYPES))
        raise DocumentError(f"{path}: no loader for {path.suffix or 'files without a suffix'!r}; known are {known}.")
    return media_type


def make_document(
    text: str,
    *,
    source: str,
    title: str = "",
    media_type: str = "text/plain",
    headings: tuple[Heading, ...] = (),
    pages: tuple[int, ...] = (),
    metadata: Mapping[str, str] | None = None,
) -> Document:
    """Return a Document of `text`, normalised here. Raises DocumentError where it has no words."""
    text = normalise(text)
    if not text.strip():
        raise DocumentError(f"{source}: there is no text in it.")
    return Document(
        id=identify(source),
        title=title or title_of(text, headings) or source,
        source=source,
        media_type=media_type,
        text=text,
        sha256=digest(text),
        pages=pages,
        headings=headings,
        metadata=dict(metadata or {}),
    )


def identify(source: str) -> str:
    """Return the id of the document called `source`: 12 hexadecimal digits."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes that stays as it is meanwhile; DocumentError else."""
    return _taken(path, limit)[0]


def _taken(path: Path, limit: int) -> tuple[bytes, os.stat_result]:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise DocumentError(f"{path}: not a regular file; give a file or a folder of files.")
            if before.st_size > limit:
                raise DocumentError(f"{path}: larger than {limit / 1_000_000:g} MB; split it into parts.")
            content = file.read(limit + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise UnreadableError(f"{path}: changed while it was read; add it again.")
    return content, after


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a FIFO must not hang the program that merely looks at it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
