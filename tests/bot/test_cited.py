from datetime import UTC, datetime
from pathlib import Path

from bot import Answer, Citation, Reason
from bot.cited import cited, counts
from bot.journal import Journal
from index.formats import make_document

GATE = make_document("The gate opens at nine. It closes at five.", source="gate.txt")
LATER = make_document("New. The gate opens at nine.", source="gate.txt")


def test_citations_are_counted_by_document_and_passage(tmp_path: Path) -> None:
    journal = Journal(tmp_path, days=365)
    for minute, place in enumerate([(GATE, 18, 22), (GATE, 37, 41), (GATE, 18, 22), (LATER, 0, 3), None]):
        answer = Answer("When?", 0.9, (Citation(*place),)) if place else Answer("When?", 0.1, reason=Reason.NO_SPAN)
        at = datetime(2026, 11, 22, 9, minute, tzinfo=UTC)
        journal.record(answer, asked="When?", face="page", conversation="c", took_ms=1, at=at)
    found = cited(journal)
    assert set(found) == {GATE.id}
    assert found[GATE.id].times == 4
    assert found[GATE.id].last == datetime(2026, 11, 22, 9, 3, tzinfo=UTC)
    passages = [(0, 23), (24, 42)]
    assert counts(passages, GATE.sha256, found[GATE.id]) == [2, 1]
    assert counts(passages, LATER.sha256, found[GATE.id]) == [1, 0], "a place counts in the text it was found in"
    assert counts(passages, GATE.sha256, None) == [0, 0]
