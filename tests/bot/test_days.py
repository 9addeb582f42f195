from datetime import UTC, date, datetime
from pathlib import Path

from bot import Answer, Citation, Reason
from bot.days import Day, last_days
from bot.journal import Journal
from index.formats import make_document

GATE = make_document("The gate opens at nine.", source="gate.txt")


def test_days_are_counted_in_order_and_empty_ones_are_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path, days=36_500)
    for day, hour, found in ((1, 0, True), (3, 23, True), (3, 12, False), (4, 1, False)):
        answer = (
            Answer("When?", 0.9, (Citation(GATE, 18, 22),)) if found else Answer("When?", 0.1, reason=Reason.NO_SPAN)
        )
        at = datetime(2026, 3, day, hour, 59, tzinfo=UTC)
        journal.record(answer, asked="When?", face="page", conversation="c", took_ms=1, at=at)
    assert last_days(journal, date(2026, 3, 4), 3) == [
        Day(date(2026, 3, 2), 0, 0),
        Day(date(2026, 3, 3), 2, 1),
        Day(date(2026, 3, 4), 1, 0),
    ]
    assert last_days(journal, date(2020, 1, 1), 2) == [Day(date(2019, 12, 31), 0, 0), Day(date(2020, 1, 1), 0, 0)]
