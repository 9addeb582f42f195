"""Days: how many questions were asked on each of the last days, and how many were answered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.journal import Journal, stamp

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One day, in UTC."""

    date: date
    asked: int
    answered: int

    @property
    def pair(self) -> tuple[int, int]:
        """How many were answered, and how many were not."""
        return self.answered, self.asked - self.answered


def last_days(journal: Journal, today: date | None = None, count: int = SHOWN) -> list[Day]:
    """Return the last `count` days as far as questions are kept, oldest first; days without a question among them."""
    today = today or datetime.now(UTC).date()
    first = today - timedelta(days=count - 1)
    since = stamp(datetime(first.year, first.month, first.day, tzinfo=UTC))
    with journal.snapshot() as connection:
        rows = connection.execute(
            "SELECT substr(asked_at, 1, 10), count(*), sum(answered) FROM questions WHERE asked_at >= ? GROUP BY 1",
            (since,),
        ).fetchall()
    found = {date.fromisoformat(day): (asked, answered) for day, asked, answered in rows}
    days = [first + timedelta(days=number) for number in range(count)]
    return [Day(day, *found.get(day, (0, 0))) for day in days]
