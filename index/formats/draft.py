"""Draft: what a loader read out of a file, before it has an id and becomes a Document."""

from dataclasses import dataclass, field

from index.document import Heading, normalise
from index.metadata import normalised

MAX_CHARACTERS = 20_000_000
"""Characters one document may hold: some twenty thousand pages. A file that unfolds to more is refused."""

TITLE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """Normalised text with its headings and pages, what the file says of itself, and what was left out.

    `metadata` has the keys of index.metadata that the file says.
    `notes` are sentences without the file's name: "page 3 cannot be read and was left out."
    """

    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Refused(Exception):
    """A file that no Document can be made of; says why and what to do, without the file's name."""


class Unparsed(Refused):
    """A file whose parser died, was too slow or too hungry: what the file says is not known."""


class Writer:
    """Builds the text of a Draft block by block, so that the offsets of headings and pages are known."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.headings: list[Heading] = []
        self.pages: list[int] = []

    def block(self, text: str, apart: str = "\n\n") -> None:
        """Write `text` as it stands, parted by `apart` from what is there; nothing where it is blank."""
        text = normalise(text).strip("\n").rstrip()
        if not text.strip():
            return
        if self.length + len(text) > MAX_CHARACTERS:
            raise Refused(f"holds more than {MAX_CHARACTERS:,} characters; split it into parts.")
        for part in (apart if self.length else "", text):
            self._parts.append(part)
            self.length += len(part)

    def heading(self, text: str, level: int) -> None:
        """Write one heading in a row of its own, `level` from 1 to 6."""
        text = normalise(one_row(text))
        if text:
            self.block(text)
            self.headings.append(Heading(self.length - len(text), self.length, min(6, max(1, level))))

    def page(self) -> None:
        """Begin a page at the next block."""
        self.pages.append(self.length)

    def text(self) -> str:
        """Return what was written."""
        return "".join(self._parts)

    def page_starts(self) -> tuple[int, ...]:
        """Return where each page's first character stands; an empty page begins where the next one does."""
        end = self.length
        return tuple(start if start == 0 else min(start + 2, end) for start in self.pages)


def one_row(text: str) -> str:
    """Return `text` in one row: every run of blanks and controls that stand for them as one space."""
    return " ".join(text.replace("\0", " ").split())


def shorten(line: str) -> str:
    """Return `line` in one row, cut between words with an ellipsis past TITLE_LENGTH."""
    line = one_row(line)
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def said(**facts: str | None) -> dict[str, str]:
    """Return the facts that were given, in the one form of metadata."""
    return normalised({key: value for key, value in facts.items() if value})
