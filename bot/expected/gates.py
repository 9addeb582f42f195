"""Gates: what a suite measures as a whole, and whether that reaches what its file asks for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.expected.case import Gates
from bot.expected.verdict import Verdict

LATENCY_SHARE = 0.95
"""The share of questions that a latency budget is for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of all wordings of all cases that were asked, those with `xfail` among them.

    `answerable` and `covered` count the questions with an answer and those of them that were answered at all;
    `answered` and `wrong` the answers given to any question and those of them that were not the expected one.
    Times are milliseconds a question, None where none was asked.
    """

    asked: int
    answerable: int
    covered: int
    answered: int
    wrong: int
    median_ms: float | None
    most_ms: float | None

    @property
    def coverage(self) -> float | None:
        """The share, 0 to 1, of the questions with an answer that were answered."""
        return self.covered / self.answerable if self.answerable else None

    @property
    def wrong_rate(self) -> float | None:
        """The share, 0 to 1, of the answers given that were wrong."""
        return self.wrong / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate, what it asks for and what was measured, in words; `held` is None for one that only reports."""

    name: str
    wanted: str
    measured: str
    held: bool | None


def measure(verdicts: Sequence[Verdict]) -> Measured:
    """Return what came of all questions in `verdicts`."""
    asked = [(verdict.answerable, reply) for verdict in verdicts for reply in verdict.replies]
    times = sorted(reply.took_ms for _, reply in asked)
    answered = [reply for _, reply in asked if reply.answered]
    return Measured(
        asked=len(asked),
        answerable=sum(answerable for answerable, _ in asked),
        covered=sum(answerable and reply.answered for answerable, reply in asked),
        answered=len(answered),
        wrong=sum(not reply.right for reply in answered),
        median_ms=median(times) if times else None,
        most_ms=times[math.ceil(LATENCY_SHARE * len(times)) - 1] if times else None,
    )


def judge(gates: Gates, measured: Measured) -> tuple[GateResult, ...]:
    """Return how each gate that is set fared. One with nothing to measure holds."""
    found = []
    if gates.least_coverage is not None:
        held = measured.coverage is None or measured.coverage >= gates.least_coverage
        said = f"{_share(measured.coverage)} ({measured.covered} of {measured.answerable})"
        found.append(GateResult("least_coverage", f"at least {_share(gates.least_coverage)}", said, held))
    if gates.most_wrong is not None:
        held = measured.wrong_rate is None or measured.wrong_rate <= gates.most_wrong
        said = f"{_share(measured.wrong_rate)} ({measured.wrong} of {measured.answered})"
        found.append(GateResult("most_wrong", f"at most {_share(gates.most_wrong)}", said, held))
    if gates.latency_ms is not None and measured.most_ms is not None:
        over = "over the budget" if measured.most_ms > gates.latency_ms else "within the budget"
        said = f"{measured.most_ms:.0f} ms, {over}"
        found.append(GateResult("latency_ms", f"{gates.latency_ms} ms for 95 of 100 questions", said, None))
    return tuple(found)


def _share(value: float | None) -> str:
    return "nothing to measure" if value is None else f"{100 * value:.3g}%"
