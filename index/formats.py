"""Loaders: the bytes of a file -> a Document, one loader a media type."""

import hashlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from index.document import Document, Heading, digest, normalise
from index.errors import DocumentError, UnreadableError
from index.sentences import BULLET, lines

MAX_BYTES = 50_000_000
"""Larger files are refused: a plain text of this size is some forty novels."""

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}

TITLE_LENGTH = 100


def supported(path: Path) -> bool:
    """Tell whether there is a loader for files named like `path`."""
    return path.suffix.lower() in MEDIA_TYPES


def load(path: Path, source: str) -> Document:
    """Read the file at `path` into a Document that calls itself `source`.

    The id is derived from `source`, so that links to a document survive a change of its words.
    Raises DocumentError, naming the file and the way out, where the file cannot be read, is not
    UTF-8 text, is too large or holds no words.
    """
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        known = ", ".join(sorted(MEDIA_TYPES))
        raise DocumentError(f"{path}: no loader for {path.suffix or 'files without a suffix'!r}; known are {known}.")
    text = decode(read_bytes(path), str(path))
    headings = HEADINGS[media_type](text)
    return make_document(
        text,
        source=source,
        media_type=media_type,
        headings=headings,
        title=title_of(text, headings) or normalise(path.stem),
    )


def make_document(
    text: str,
    *,
    source: str,
    title: str = "",
    media_type: str = "text/plain",
    headings: tuple[Heading, ...] = (),
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
        headings=headings,
    )


def identify(source: str) -> str:
    """Return the id of the document called `source`: 12 hexadecimal digits."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file of bounded size; DocumentError otherwise."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise DocumentError(f"{path}: not a regular file; give a file or a folder of files.")
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from error
    if len(content) > MAX_BYTES:
        raise DocumentError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split it into parts.")
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a FIFO must not hang the program that merely looks at it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(content: bytes, name: str) -> str:
    """Return UTF-8 `content`, without a byte order mark, normalised; DocumentError otherwise."""
    try:
        return normalise(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8 and add it again."
        ) from error


def title_of(text: str, headings: tuple[Heading, ...]) -> str:
    """Return a title: the first top-level heading, or the first line that reads like one.

    A line of fewer than four words ("Sponsored By") seldom is a title, so among the first
    five lines the first longer one is taken, and the first line where none is.
    """
    top = [heading for heading in headings if heading.level == 1]
    if top:
        return shorten(text[top[0].start : top[0].end])
    opening = [text[start:end].strip() for start, end in lines(text)][:5]
    long_enough = [line for line in opening if len(line.split()) >= 4]
    return shorten((long_enough or opening or [""])[0])


def shorten(line: str) -> str:
    """Return `line` in one row, cut between words with an ellipsis past TITLE_LENGTH."""
    line = " ".join(line.replace("\0", " ").split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def plain_headings(text: str) -> tuple[Heading, ...]:
    """Return the lines of plain text that stand as headings.

    Plain text marks no headings, so this is a reading: a short line with a capital, without
    closing punctuation, quotes or bullet, that is followed by a longer line and does not
    itself follow a quotation (where it would be the speaker's name). All get level 2.
    """
    found = []
    rows = list(lines(text))
    for (start, end), following, before in zip(rows, rows[1:], [(0, 0), *rows], strict=False):
        line, previous = text[start:end], text[before[0] : before[1]]
        if (
            2 <= len(line) <= 80
            and line[0].isupper()
            and not re.search(r"[.!?:;,…”\"’']$|[“\"|=<>{}]", line)
            and not BULLET.match(line)
            and len(line.split()) <= 10
            and line.count(",") < 2
            and following[1] - following[0] > max(80, len(line))
            and not previous.rstrip().endswith(("”", '"', "»"))
        ):
            found.append(Heading(start, end, 2))
    return tuple(found)


def markdown_headings(text: str) -> tuple[Heading, ...]:
    """Return the headings of Markdown, ATX and setext, as CommonMark (markdown-it) sees them."""
    rows = [0]
    for line in text.split("\n"):
        rows.append(rows[-1] + len(line) + 1)
    found = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type != "heading_open" or token.map is None:
            continue
        start, end = rows[token.map[0]], min(rows[token.map[1]], len(text))
        first, last = _heading_words(text[start:end], atx=token.markup.startswith("#"))
        if first < last:
            found.append(Heading(start + first, start + last, int(token.tag[1:])))
    return tuple(found)


def _heading_words(row: str, atx: bool) -> tuple[int, int]:
    """Return where the words of a heading begin and end in `row`, its lines as written."""
    row = row.rstrip()
    if atx:
        bare = row.rstrip("#")
        row = bare.rstrip() if bare[-1:].isspace() else row  # a closing ## stands apart, the # of C# does not
    else:
        row = row.rpartition("\n")[0].rstrip()
    opening = re.match(r"[\s>]*#*\s*" if atx else r"[\s>]*", row)
    return opening.end() if opening else 0, len(row)


HEADINGS: dict[str, Callable[[str], tuple[Heading, ...]]] = {
    "text/plain": plain_headings,
    "text/markdown": markdown_headings,
}
