"""Replay: questions whose answers are known from before, asked again -> what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.expected.asking import Asked, ask, reply
from bot.expected.case import Expect, Suite
from bot.expected.changes import Change, Kind, change
from bot.expected.outcome import Outcome
from bot.pipeline import Bot

MOST = 200
"""Questions that are asked again unless more are wanted: about half a minute."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A question that is asked again, and all that is expected of its answer; nothing where people asked it."""

    question: str
    expects: tuple[Expect, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What became of the answers from library generation `since` (None: it is not known) to `generation`.

    `changes` are those of all questions with an answer from before, unchanged ones too, most pressing first.
    `outcomes` are all answers of now, and those in `first` were not known before. `left_out` counts
    questions that were not asked again, and `notes` say what could not be.
    """

    generation: int
    since: int | None
    replayed: tuple[Replayed, ...]
    changes: tuple[Change, ...]
    outcomes: Mapping[str, Outcome]
    left_out: int = 0
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[str, ...]:
        """The questions whose answers were not known before."""
        known = {one.question for one in self.changes}
        return tuple(question for question in self.outcomes if question not in known)

    @property
    def worse(self) -> bool:
        """Whether somebody has to look at it."""
        return any(one.worse for one in self.changes)

    def count(self) -> dict[str, int]:
        """Return how many answers changed in each way, in the order of Kind, and how many are `first`."""
        kinds = [one.kind for one in self.changes]
        return {**{str(kind): kinds.count(kind) for kind in Kind}, "first": len(self.first)}


def chosen(suites: Sequence[Suite], people: Sequence[str], most: int = MOST) -> tuple[list[Replayed], int]:
    """Return the questions to ask again, at most `most`, and how many are left out.

    Expected answers come first, every wording of the cases that are asked at all, then what `people` asked, in
    the order given.
    """
    expects: dict[str, tuple[Expect, ...]] = {}
    for suite in suites:
        for case in suite.cases:
            for question in () if case.skip else case.questions:
                expects[question] = (*expects.get(question, ()), case.expect)
    for question in people:
        expects.setdefault(question, ())
    found = [Replayed(question, expected) for question, expected in expects.items()]
    return found[:most], max(0, len(found) - most)


def compare(
    bot: Bot,
    replayed: Sequence[Replayed],
    before: Mapping[str, Outcome],
    *,
    since: int | None = None,
    left_out: int = 0,
    notes: Sequence[str] = (),
) -> Diff:
    """Ask `bot` each question and hold the answer against the one `before`. Raises LibraryError."""
    changes, outcomes = [], {}
    with bot.library.reading() as generation:  # one state for all, whatever is written meanwhile
        for one in replayed:
            asked = ask(bot, one.question)
            outcomes[one.question] = after = Outcome.of(asked)
            if one.question in before:
                changes.append(change(one.question, before[one.question], after, _right(one, asked)))
    changes.sort(key=lambda found: (not found.worse, list(Kind).index(found.kind)))
    return Diff(generation, since, tuple(replayed), tuple(changes), outcomes, left_out, tuple(notes))


def _right(one: Replayed, asked: Asked) -> bool | None:
    """Tell whether a question was answered as expected; None where nothing is."""
    if not one.expects:
        return None
    return all(
        not asked.answered if expect.abstain else asked.answered and reply(asked, expect).right
        for expect in one.expects
    )
