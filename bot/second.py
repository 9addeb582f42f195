"""Second look: what leads after the first reading is read again by the deeper model, until it leads after both."""

from collections.abc import Sequence

from bot.question import Question
from bot.ranking import rank
from bot.reader import Reader
from bot.reading import Reading, read_again

LOOKS = 5
"""Passages that are read twice at most, for one question; one is the median. With 3, one answer in 100 is lost."""


def look_again(reader: Reader, question: Question, readings: Sequence[Reading]) -> list[Reading]:
    """Return `readings` with those read again that led, in the same order.

    A passage leads where the strongest answer stands. What the second look takes away from it may make another
    lead, which then gets its own.
    """
    found = {reading.rank: reading for reading in readings}
    looked = sum(reading.first is not None for reading in readings)
    for _ in range(looked, LOOKS if reader.looks_twice else 0):
        groups = rank(question, list(found.values()))
        if not groups or groups[0].best.reading.first:
            break
        leading = groups[0].best.reading
        found[leading.rank] = read_again(reader, question, leading)
    return list(found.values())
