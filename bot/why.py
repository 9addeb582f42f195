"""Why: how an answer, or an abstention, came about, made of the very steps that gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property

from bot import question as questions
from bot.answer import Answer, Reason
from bot.confidence import Confidence
from bot.evidence import Evidence, weigh
from bot.language import check
from bot.pipeline import TOP_K, Bot
from bot.question import Question
from bot.ranking import Group, rank
from bot.reading import Reading
from index.filter import EVERYTHING, Filter


class Gate(StrEnum):
    """What an answer has to pass, in this order."""

    MATCH = "match"
    SPAN = "span"
    CONFIDENCE = "confidence"


GATES: Mapping[Reason, Gate] = {
    Reason.EMPTY_LIBRARY: Gate.MATCH,
    Reason.NO_MATCH: Gate.MATCH,
    Reason.NO_SPAN: Gate.SPAN,
    Reason.LOW_CONFIDENCE: Gate.CONFIDENCE,
}
"""The gate that an abstention failed at."""


@dataclass(frozen=True, slots=True)
class Term:
    """One feature of the evidence in the fitted logistic; `effect` is what it adds to the log-odds."""

    feature: str
    value: float
    weight: float

    @property
    def effect(self) -> float:
        """Log-odds: over 0 it speaks for the answer, below 0 against it."""
        return self.weight * self.value


@dataclass(frozen=True)
class Why:
    """An answer with what it was made of: the passages read, and the fit and the threshold that judged it."""

    question: Question
    readings: tuple[Reading, ...]
    answer: Answer
    confidence: Confidence
    threshold: float
    within: Filter = EVERYTHING

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The answers that the passages were read to give, best first, shown or not."""
        return tuple(rank(self.question, self.readings))

    @property
    def evidence(self) -> Evidence | None:
        """What the confidence was fitted on; None where nothing was weighed."""
        weighed = self.groups and (self.answer.reason is None or GATES[self.answer.reason] is not Gate.MATCH)
        return weigh(self.groups) if weighed else None

    @property
    def terms(self) -> tuple[Term, ...]:
        """What spoke for and against the best answer; empty where nothing was weighed."""
        if self.evidence is None:
            return ()
        rows = zip(fields(Evidence), self.evidence.row(), self.confidence.weights, strict=True)
        return tuple(Term(field.name, value, weight) for field, value, weight in rows)

    @property
    def gates(self) -> dict[Gate, bool | None]:
        """Whether each gate was passed; None for those behind the one that was not."""
        failed = None if self.answer.reason is None else GATES[self.answer.reason]
        order = list(Gate)
        reached = len(order) if failed is None else order.index(failed)
        return {gate: True if at < reached else False if at == reached else None for at, gate in enumerate(order)}


def why(bot: Bot, text: str, top_k: int = TOP_K, within: Filter = EVERYTHING) -> Why:
    """Return the answer to `text`, which stands alone, with how it came about. Raises QuestionError as `Bot.ask`."""
    question = questions.read(text)
    check(question.text, bot.reader.language)
    readings = bot.read(question, top_k, within)
    return Why(question, tuple(readings), bot.decide(question, readings), bot.confidence, bot.threshold, within)
