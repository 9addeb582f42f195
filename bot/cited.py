"""Cited: which documents answered people's questions, how often, when last, and with which places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.journal import Journal


@dataclass(frozen=True, slots=True)
class Cited:
    """The answers that one document gave, as far as the journal keeps them. Times are UTC.

    `places` are their starts and ends in code points, each with the sha256 of the text they are counted in.
    """

    times: int
    last: datetime
    places: tuple[tuple[str, int, int], ...]


def cited(journal: Journal) -> Mapping[str, Cited]:
    """Return what each document answered, by its id; documents that answered nothing are left out."""
    with journal.snapshot() as connection:
        rows = connection.execute(
            "SELECT json_extract(place, '$.document_id'), json_extract(place, '$.sha256'), "
            "json_extract(place, '$.start'), json_extract(place, '$.end'), asked_at "
            "FROM questions WHERE place IS NOT NULL ORDER BY asked_at"
        ).fetchall()
    gathered: dict[str, list[tuple[str, int, int, str]]] = {}
    for document_id, *rest in rows:
        gathered.setdefault(document_id, []).append(tuple(rest))
    return {
        document_id: Cited(len(found), datetime.fromisoformat(found[-1][3]), tuple(place[:3] for place in found))
        for document_id, found in gathered.items()
    }


def counts(passages: Sequence[tuple[int, int]], sha256: str, found: Cited | None) -> list[int]:
    """Return how often each of `passages`, starts and ends in the text with `sha256`, was cited."""
    places = [(start, end) for text, start, end in (found.places if found else ()) if text == sha256]
    return [sum(start < to and end > begin for start, end in places) for begin, to in passages]
