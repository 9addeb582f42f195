"""Listing: the documents of a library as a table, found, sorted and paged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from bot.cited import Cited
from index.catalogue import Entry

PER_PAGE = 50

KINDS = {
    "text/plain": "Text",
    "text/markdown": "Markdown",
    "text/html": "Web page",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/epub+zip": "Book (EPUB)",
}
"""Media types as people call them."""


class Sort(StrEnum):
    """What documents are sorted by; each has the order in which people look for something first."""

    TITLE = "title"
    SOURCE = "source"
    TYPE = "type"
    DATE = "date"
    SIZE = "size"
    PAGES = "pages"
    PASSAGES = "passages"
    CITED = "cited"
    LAST = "last"


DOWNWARDS = (Sort.DATE, Sort.SIZE, Sort.PAGES, Sort.PASSAGES, Sort.CITED, Sort.LAST)
"""Sorted with the most or the newest first, unless turned."""


class Used(StrEnum):
    """Which documents are listed, by whether they answered anything."""

    ALL = "all"
    CITED = "cited"
    NEVER = "never"


PageNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class Wanted(BaseModel):
    """Which documents are wanted, in which order, as an address says it."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[str, Field(max_length=1000, description="Words that a title or a source has.")] = ""
    type: Annotated[str, Field(max_length=200, description="A media type.")] = ""
    used: Used = Used.ALL
    sort: Sort = Sort.SOURCE
    turned: Annotated[bool, Field(description="The other way round.")] = False
    page: PageNumber = 1


WantedQuery = Annotated[Wanted, Query()]


@dataclass(frozen=True, slots=True)
class Row:
    """A document with what it answered."""

    entry: Entry
    cited: Cited | None

    @property
    def times(self) -> int:
        """How often it answered."""
        return self.cited.times if self.cited else 0


@dataclass(frozen=True, slots=True)
class Table:
    """One page of rows. `kinds` counts the documents of each media type, `found` those that are wanted."""

    rows: tuple[Row, ...]
    found: int
    page: int
    pages: int
    kinds: Mapping[str, int]


KEYS: Mapping[Sort, Callable[[Row], Any]] = {
    Sort.TITLE: lambda row: row.entry.title.casefold(),
    Sort.SOURCE: lambda row: row.entry.source.casefold(),
    Sort.TYPE: lambda row: KINDS.get(row.entry.media_type, row.entry.media_type).casefold(),
    Sort.DATE: lambda row: row.entry.date or "",
    Sort.SIZE: lambda row: row.entry.characters,
    Sort.PAGES: lambda row: row.entry.pages,
    Sort.PASSAGES: lambda row: row.entry.passages,
    Sort.CITED: lambda row: row.times,
    Sort.LAST: lambda row: row.cited.last.isoformat() if row.cited else "",
}


def table(entries: Sequence[Entry], cited: Mapping[str, Cited], wanted: Wanted) -> Table:
    """Return the page of `entries` that is wanted; the last one where there are fewer. Equals stay by source."""
    words = wanted.q.casefold().split()
    rows = [Row(entry, cited.get(entry.id)) for entry in entries]
    found = [row for row in rows if _is_wanted(row, words, wanted)]
    found.sort(key=KEYS[wanted.sort], reverse=(wanted.sort in DOWNWARDS) is not wanted.turned)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(wanted.page, pages)
    kinds: dict[str, int] = {}
    for entry in entries:
        kinds[entry.media_type] = kinds.get(entry.media_type, 0) + 1
    return Table(tuple(found[(page - 1) * PER_PAGE : page * PER_PAGE]), len(found), page, pages, kinds)


def _is_wanted(row: Row, words: Sequence[str], wanted: Wanted) -> bool:
    if wanted.type and row.entry.media_type != wanted.type:
        return False
    if wanted.used is not Used.ALL and (row.cited is None) is not (wanted.used is Used.NEVER):
        return False
    text = f"{row.entry.title}\n{row.entry.source}".casefold()
    return all(word in text for word in words)


def cells(counts: Sequence[int], most: int = 60) -> list[int]:
    """Return `counts` as at most `most` cells of neighbours, each with its highest count: what a strip shows."""
    width = min(most, len(counts))
    return [max(counts[i * len(counts) // width : (i + 1) * len(counts) // width]) for i in range(width)]
