"""Document: one source, normalised once, so that offsets never move again."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from index.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's own words in a document's text: offsets in code points, `level` from 1."""

    start: int
    end: int
    level: int


def normalise(text: str) -> str:
    r"""Return `text` as every Document keeps it: NFC, `\n` newlines, no lone surrogates.

    A lone surrogate is half a character that no encoding can carry; it becomes U+FFFD, the
    standard mark for a character that was lost. Nothing else changes, so a document is quoted
    as it was written. `normalise` is idempotent.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", text)


def digest(text: str) -> str:
    """Return the sha256 of `text` in UTF-8, in hexadecimal: what a Document signs itself with."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Document:
    """One source. `text` is normalised; every offset in Pincite counts its code points.

    `pages` holds the offset at which each page begins (empty where the format has no pages).
    Raises DocumentError where the text is not normalised, does not match `sha256`, or an offset
    lies outside it: a Document that exists can be trusted.
    """

    id: str
    title: str
    source: str
    media_type: str
    text: str
    sha256: str
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the invariants."""
        if self.text != normalise(self.text):
            raise DocumentError(f"The text of {self.source!r} is not normalised.")
        if digest(self.text) != self.sha256:
            raise DocumentError(f"The text of {self.source!r} does not match its sha256: the stored copy is damaged.")
        for heading in self.headings:
            if not 0 <= heading.start < heading.end <= len(self.text):
                raise DocumentError(f"A heading of {self.source!r} lies outside its text.")
        if list(self.pages) != sorted(self.pages) or any(not 0 <= page <= len(self.text) for page in self.pages):
            raise DocumentError(f"The pages of {self.source!r} are out of order.")

    @cached_property
    def heading_starts(self) -> tuple[int, ...]:
        """The offsets at which headings begin, in order."""
        return tuple(heading.start for heading in self.headings)

    def page(self, offset: int) -> int | None:
        """Return the number, from 1, of the page that `offset` lies on; None without pages."""
        return sum(start <= offset for start in self.pages) or None

    def heading_over(self, offset: int) -> str:
        """Return the words of the heading that `offset` stands under, or an empty string."""
        over = [heading for heading in self.headings if heading.start <= offset]
        return self.text[over[-1].start : over[-1].end] if over else ""
