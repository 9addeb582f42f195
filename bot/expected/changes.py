"""Changes: an answer before and now -> whether it is the same, and if not, how it differs."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.expected.outcome import Outcome
from bot.expected.words import normalised
from bot.ranking import DIGITS, essence


class Kind(StrEnum):
    """How an answer differs from the one before, in the order in which people look at them."""

    VANISHED = "vanished"
    CHANGED = "changed"
    NEWLY_ANSWERED = "newly_answered"
    REWORDED = "reworded"
    MOVED = "moved"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """A question with what it was answered with before and what it is now.

    `expected` tells whether it is one of the expected answers; otherwise people asked it. `worse` tells
    whether somebody has to look at it.
    """

    question: str
    expected: bool
    kind: Kind
    worse: bool
    before: Outcome
    after: Outcome


def change(question: str, before: Outcome, after: Outcome, right: bool | None = None) -> Change:
    """Return how the answer to `question` changed; `right` is whether it is as expected now, None if nothing is.

    An expected answer that is right is never worse, however it changed; one that is given though nothing, or
    something else, is expected is.
    """
    kind = kind_of(before, after)
    worse = kind in (Kind.VANISHED, Kind.CHANGED) or (kind is Kind.NEWLY_ANSWERED and right is False)
    return Change(question, right is not None, kind, worse and right is not True, before, after)


def kind_of(before: Outcome, after: Outcome) -> Kind:
    """Return how `after` differs from `before`."""
    old, new = before.place, after.place
    if old is None or new is None:
        return Kind.VANISHED if old else Kind.NEWLY_ANSWERED if new else Kind.UNCHANGED
    if old.exact.split() == new.exact.split():  # a line broken elsewhere is the same words
        here, there = ((place.document_id, place.start, place.end) for place in (old, new))
        return Kind.UNCHANGED if here == there else Kind.MOVED
    return Kind.REWORDED if same_meaning(old.exact, new.exact) else Kind.CHANGED


TURNING = frozenset(
    """
    not no never none nor neither without except unless only
    more less fewer least most over under above below up before after until
    t
    """.split()
)
"""Words that turn what they are added to into something else; a "t" is what `essence` leaves of "isn't"."""


def same_meaning(one: str, other: str) -> bool:
    """Tell whether two answers say the same in other words, or one says it with fewer.

    Both must hold the same numbers: "35 days" is no rewording of "3.5 days", which without punctuation are one.
    """
    if _numbers(one) != _numbers(other):
        return False
    if essence(one) == essence(other) or normalised(one) == normalised(other):
        return True
    few, many = sorted((essence(one), essence(other)), key=len)
    for at in range(len(many) - len(few) + 1):
        if few and many[at : at + len(few)] == few:
            return TURNING.isdisjoint((*many[:at], *many[at + len(few) :]))
    return False


def _numbers(text: str) -> list[str]:
    """Return the numbers in `text`, signs and decimals and all, in digits."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.casefold())
    text = re.sub(r"\w+", lambda word: DIGITS.get(word[0], word[0]), text)
    return sorted(re.findall(r"(?<!\w)[-−]?\d+(?:[.,:]\d+)*|\d+", text))
