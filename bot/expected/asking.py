"""Asking: one wording of a case asked as people ask, with what was held back and why."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer, Citation
from bot.expected.case import Expect
from bot.expected.judge import fitting, right
from bot.expected.place import Place
from bot.expected.verdict import Reply
from bot.pipeline import Bot
from bot.reading import Reading
from bot.why import why
from index.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked.

    `answer` is None where it was refused, and `reason` says why then. `best` are the citations of the best
    answer, shown or held back; `readings` the passages that were read.
    """

    question: str
    answer: Answer | None
    reason: str | None
    best: tuple[Citation, ...]
    readings: Sequence[Reading]
    took_ms: float

    @property
    def answered(self) -> bool:
        """Whether an answer was shown."""
        return self.answer is not None and self.answer.answered

    @property
    def confidence(self) -> float:
        """The probability, 0 to 1, that `best` is right."""
        return self.answer.confidence if self.answer else 0.0


def ask(bot: Bot, text: str) -> Asked:
    """Ask `bot` as `Bot.ask` does, keeping what that does not show."""
    began = time.perf_counter()
    try:
        found = why(bot, text)
    except QuestionError as error:
        return Asked(text, None, str(error), (), (), _since(began))
    answer, took = found.answer, _since(began)
    best = answer.citations
    if not best and found.groups:
        best = tuple(Citation(one.reading.document, one.span.start, one.span.end) for one in found.groups[0].candidates)
    return Asked(text, answer, answer.reason, best, found.readings, took)


def _since(began: float) -> float:
    return round(1000 * (time.perf_counter() - began), 1)


def reply(asked: Asked, expect: Expect) -> Reply:
    """Return what was said, held against what is expected."""
    best = (fitting(expect, asked.best) or asked.best[0]) if asked.best else None
    return Reply(
        question=asked.question,
        answered=asked.answered,
        text=asked.answer.text if asked.answer else None,
        confidence=round(asked.confidence, 4),
        reason=asked.reason,
        place=Place.of(best) if best else None,
        sources=len({citation.document.id for citation in asked.best}),
        right=bool(asked.best) and not expect.abstain and right(expect, asked.best),
        took_ms=asked.took_ms,
    )
