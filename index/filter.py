"""Filter: which documents a question is asked of. It holds inside retrieval: nothing else is read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.document import normalise
from index.errors import QuestionError
from index.metadata import TAG_GAP, day
from index.metadata import tags as tags_in
from index.store import Store

MOST_CHARACTERS = 1000
"""Of `source`."""
MOST_TAGS = 20

Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a document must have: all of `tags`, a date from `since` on and up to `until`, and its `source`.

    A `source` is what a document's source or web address begins with, or a pattern of the whole of it with * for
    any characters, ? for one and [abc] for one of these. A date that is known by its year or month alone counts as
    each day of it, on either side; a document without a date is in no time. Without any of these, all documents.
    """

    tags: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    source: str | None = None

    @classmethod
    def of(
        cls,
        tags: Iterable[str] = (),
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
    ) -> "Filter":
        """Return the filter that people's words mean; blank ones mean nothing. Raises QuestionError for no date."""
        given = list(tags)
        found = tags_in(given)
        if len(found) > MOST_TAGS or any(text.strip() and not tags_in([text]) for text in given):
            raise QuestionError(f"A filter takes at most {MOST_TAGS} tags, of at most 60 characters each.")
        source = normalise((source or "").replace("\0", " ")).strip() or None
        if source and len(source) > MOST_CHARACTERS:
            raise QuestionError(f"A source to filter by has at most {MOST_CHARACTERS:,} characters.")
        return cls(found, _date(since), _date(until), source)

    def __post_init__(self) -> None:
        """Hold the invariants."""
        if self.since and self.until and self.since > self.until + "-99-99":
            raise QuestionError(f"Nothing is dated {self.since} or later and {self.until} or earlier.")

    def __bool__(self) -> bool:
        """Whether there are documents it may leave out."""
        return bool(self.tags or self.since or self.until or self.source)

    def condition(self) -> tuple[str, list[object]]:
        """Return the SQL condition on `facets` that documents meet, and its values."""
        parts = ["TRUE"]
        values: list[object] = []
        for tag in self.tags:
            parts.append("instr(? || tags || ?, ?)")
            values += [TAG_GAP, TAG_GAP, f"{TAG_GAP}{tag}{TAG_GAP}"]
        if self.since:  # the last day that a date may be, 99 for one that is not known
            parts.append("substr(date || '-99-99', 1, 10) >= ?")
            values.append(self.since)
        if self.until:
            parts.append("date <= ?")
            values.append((self.until + "-99-99")[:10])
        if self.source:
            parts.append("(substr(source, 1, ?) = ? OR source GLOB ? OR substr(url, 1, ?) = ? OR url GLOB ?)")
            length = len(self.source)
            values += [length, self.source, self.source, length, self.source, self.source]
        return " AND ".join(parts), values

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON carries it, and as `of` takes it."""
        return asdict(self) | {"tags": list(self.tags)}


EVERYTHING = Filter()
"""Leaves nothing out."""


def _date(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    found = day(text)
    if found is None:
        raise QuestionError(f"{text.strip()[:40]!r} is no date; write it as 2024-03-05, 2024-03 or 2024.")
    return found


def passages_within(store: Store, within: Filter) -> Rows:
    """Return the row ids of the passages whose documents are `within` the filter, ascending."""
    condition, values = within.condition()
    with store.reading():
        rows = store.connection.execute(
            f"SELECT p.id FROM facets f JOIN passages p ON p.document_id = f.document_id WHERE {condition}", values
        ).fetchall()
    found: Rows = np.sort(np.fromiter((row[0] for row in rows), np.int64, len(rows)))
    return found


def known_tags(store: Store) -> dict[str, int]:
    """Return all tags, by name, and how many documents have each."""
    with store.reading():
        rows = store.connection.execute("SELECT tags FROM facets WHERE tags != ''").fetchall()
    counted = Counter(tag for row in rows for tag in row[0].split(TAG_GAP))
    return dict(sorted(counted.items()))
