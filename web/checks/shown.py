"""Shown: what is known about the answers of a library, as the page and the service show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field

from bot.expected import Report, Status, Verdict
from bot.expected.changes import Change, Kind
from bot.expected.curve import Point, curve, propose, rate_wanted
from bot.expected.gates import GateResult, Measured, measure
from bot.expected.history import History, Run, RunKind
from bot.expected.outcome import Outcome
from bot.expected.picture import LEAST_SHOWN
from bot.expected.verdict import Quoted
from index import Library
from web.asked import PlaceOut
from web.checks import phrases

CURVE = "/checks/curve.svg"


class OutcomeOut(BaseModel):
    """An answer with its sentence and place, or an abstention with its reason. `quoted` holds its words apart."""

    text: str | None
    confidence: float
    reason: str | None
    quoted: Quoted | None
    place: PlaceOut | None

    @classmethod
    def of(cls, outcome: Outcome, library: Library) -> "OutcomeOut":
        """Return `outcome` with what became of its document."""
        return cls(
            text=outcome.text,
            confidence=outcome.confidence,
            reason=outcome.reason,
            quoted=outcome.quoted,
            place=PlaceOut.of(outcome.place, library) if outcome.place else None,
        )


class ChangeOut(BaseModel):
    """A question whose answer is not what it was."""

    question: str
    expected: Annotated[
        bool, Field(description="Whether it is one of the expected answers; people asked it otherwise.")
    ]
    kind: Kind
    worse: Annotated[bool, Field(description="Whether somebody has to look at it.")]
    before: OutcomeOut
    after: OutcomeOut

    @classmethod
    def of(cls, change: Change, library: Library) -> "ChangeOut":
        """Return `change` as JSON."""
        before, after = OutcomeOut.of(change.before, library), OutcomeOut.of(change.after, library)
        names = {"question": change.question, "expected": change.expected, "kind": change.kind, "worse": change.worse}
        return cls.model_validate(names | {"before": before, "after": after})


class DiffOut(BaseModel):
    """A diff: what changed, most pressing first."""

    run: Run
    changes: list[ChangeOut]


class SuiteOut(BaseModel):
    """How a file of expected answers fared."""

    file: str
    counts: dict[Status, int]
    measured: Measured
    gates: list[GateResult]
    cases: list[Verdict]

    @classmethod
    def of(cls, report: Report) -> "SuiteOut":
        """Return `report` with what is measured of it."""
        return cls(
            file=report.file,
            counts=dict(report.count()),
            measured=measure(report.verdicts),
            gates=list(phrases.gates_of(report)),
            cases=list(report.verdicts),
        )


class CurveOut(BaseModel):
    """Wrong answers against coverage, and the threshold proposed; null where no promise can be made."""

    wanted: float
    threshold: float | None
    words: str
    picture: Annotated[str | None, Field(description="The address of the curve as SVG; null with too few answers.")]


class CheckOut(BaseModel):
    """The last check of expected answers."""

    run: Run
    passed: bool
    suites: list[SuiteOut]
    curve: CurveOut


class ChecksOut(BaseModel):
    """The runs, newest first, the diff that is looked at (by default the last), and the last check."""

    runs: list[Run]
    diff: DiffOut | None
    check: CheckOut | None


@dataclass(frozen=True, slots=True)
class Measurements:
    """The points of the curve, and the rate that a threshold is wanted for."""

    points: Sequence[Point]
    wanted: float

    @classmethod
    def of(cls, reports: Sequence[Report]) -> "Measurements":
        """Return those of the cases in `reports`."""
        points = curve([verdict for report in reports for verdict in report.verdicts])
        return cls(points, rate_wanted(report.gates for report in reports))

    @property
    def drawn(self) -> bool:
        """Whether there are answers enough for a picture."""
        return bool(self.points) and self.points[-1].shown >= LEAST_SHOWN


def shown(history: History, library: Library, run: int | None = None) -> ChecksOut | None:
    """Return what is known, with the diff that is `run`; None where no diff is."""
    runs = history.runs()
    diffs = [one for one in runs if one.kind is RunKind.DIFF]
    chosen = next((one for one in diffs if run is None or one.id == run), None)
    if run is not None and chosen is None:
        return None
    found = None
    if chosen is not None:
        found = DiffOut(run=chosen, changes=[ChangeOut.of(one, library) for one in history.changes(chosen.id)])
    return ChecksOut(runs=runs, diff=found, check=_check(history))


def _check(history: History) -> CheckOut | None:
    last = history.last_check()
    if last is None:
        return None
    run, reports = last
    measured = Measurements.of(reports)
    proposal = propose(measured.points, measured.wanted)
    return CheckOut(
        run=run,
        passed=phrases.passed(reports),
        suites=[SuiteOut.of(report) for report in reports],
        curve=CurveOut(
            wanted=measured.wanted,
            threshold=proposal.point.threshold if proposal.point else None,
            words=proposal.words,
            picture=CURVE if measured.drawn else None,
        ),
    )
