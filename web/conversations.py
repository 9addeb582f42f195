"""Conversations: the last turns of each, in memory, and from the journal where memory does not know them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from bot.conversation import Turn
from bot.journal import Entry, Journal
from index import EVERYTHING, Filter

KEPT = 1000
"""Conversations kept in memory, those asked in last."""
TURNS = 4
"""Turns of each that a follow-up may go back to."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn, with its question as it was typed."""

    asked: str
    turn: Turn
    within: Filter = EVERYTHING

    @classmethod
    def of(cls, entry: Entry) -> "Said":
        """Return the turn that the journal kept as `entry`."""
        place = entry.place
        question = entry.resolved or entry.question
        if place is None:
            return cls(entry.question, Turn(question), entry.within)
        turn = Turn(question, entry.text, place.quote, place.document_id, place.title)
        return cls(entry.question, turn, entry.within)


class Conversations:
    """The conversations at one desk. Safe to use from several threads."""

    def __init__(self, journal: Journal) -> None:
        """Begin with what `journal` has kept."""
        self.journal = journal
        self._said: OrderedDict[str, tuple[Said, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def before(self, conversation: str, asked: str) -> tuple[Turn, ...]:
        """Return the turns that `asked` follows, oldest first. Raises LibraryError where the journal cannot be read.

        The same question twice in a row is a page that was loaded again, and follows what it did the first time.
        """
        return tuple(one.turn for one in _earlier(self._all(conversation), asked))[-TURNS:]

    def within(self, conversation: str) -> Filter:
        """Return the filter of the last question. Raises LibraryError where the journal cannot be read."""
        said = self._all(conversation)
        return said[-1].within if said else EVERYTHING

    def add(
        self, conversation: str, asked: str, turns: tuple[Turn, ...], turn: Turn, within: Filter = EVERYTHING
    ) -> None:
        """Remember `turn`, which was typed as `asked`, followed `turns` and was asked `within` a filter."""
        with self._lock:
            known = self._said.get(conversation) or tuple(Said("", earlier) for earlier in turns)
            self._said[conversation] = _after(known, Said(asked, turn, within))[-TURNS - 1 :]
            self._said.move_to_end(conversation)
            while len(self._said) > KEPT:
                self._said.popitem(last=False)

    def _all(self, conversation: str) -> tuple[Said, ...]:
        with self._lock:
            said = self._said.get(conversation)
        if said is None:
            said = ()
            for entry in self.journal.of_conversation(conversation, TURNS + 1):
                said = _after(said, Said.of(entry))
        return said


def _earlier(said: tuple[Said, ...], asked: str) -> tuple[Said, ...]:
    return said[:-1] if said and said[-1].asked == asked else said


def _after(said: tuple[Said, ...], one: Said) -> tuple[Said, ...]:
    return *_earlier(said, one.asked), one
