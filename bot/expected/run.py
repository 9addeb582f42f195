"""Run: the cases of a suite asked of a Bot -> a Report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from bot.expected.asking import Asked, ask, reply
from bot.expected.case import Case, Gates, Suite
from bot.expected.explain import explain
from bot.expected.promises import Resolve, broken
from bot.expected.verdict import Cause, Finding, Quoted, Status, Verdict
from bot.pipeline import Bot
from bot.ranking import essence

Progress = Callable[[Verdict], None]


@dataclass(frozen=True, slots=True)
class Report:
    """How a suite fared. `file` is its path as named, `threshold` the confidence from which answers are shown."""

    file: str
    threshold: float
    gates: Gates
    verdicts: tuple[Verdict, ...]

    def count(self) -> Mapping[Status, int]:
        """Return how many cases ended in each way, in the order of Status."""
        ends = [verdict.status for verdict in self.verdicts]
        return {status: ends.count(status) for status in Status}

    def as_json(self) -> dict[str, object]:
        """Return it as JSON carries it; `from_json` undoes this."""
        verdicts = [verdict.as_json() for verdict in self.verdicts]
        return {"file": self.file, "threshold": self.threshold, "gates": asdict(self.gates), "cases": verdicts}

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Report":
        """Return the report that `as_json` made `value` of."""
        kept: dict = dict(value)  # type: ignore[type-arg]
        verdicts = tuple(map(Verdict.from_json, kept["cases"]))
        return cls(kept["file"], kept["threshold"], Gates(**kept["gates"]), verdicts)


def run(suite: Suite, bot: Bot, resolve: Resolve, progress: Progress | None = None) -> Report:
    """Ask every case of `suite`; `resolve` follows the links, `progress` is told of each verdict."""
    verdicts = []
    for case in suite.cases:
        verdicts.append(check_case(case, bot, resolve))
        if progress:
            progress(verdicts[-1])
    return Report(str(suite.path), bot.threshold, suite.gates, tuple(verdicts))


def check_case(case: Case, bot: Bot, resolve: Resolve) -> Verdict:
    """Ask every wording of `case` and return what came of it. Raises LibraryError where the library cannot be used."""
    if case.skip:
        return _verdict(case, Status.SKIPPED)
    asked = [ask(bot, question) for question in case.questions]
    findings = [
        Finding(Cause.BROKEN, one.question, problem, found=Quoted.of(one.best[0]))
        for one in asked
        if one.answer is not None
        for problem in broken(one.answer, bot.library, resolve)
    ]
    findings += filter(None, (explain(bot, case, one) for one in asked))
    findings += _disagreeing(case, asked)
    return _verdict(case, _status(case, findings), asked, findings)


def _status(case: Case, findings: Sequence[Finding]) -> Status:
    if case.xfail is None or any(finding.cause is Cause.BROKEN for finding in findings):
        return Status.FAILED if findings else Status.PASSED
    return Status.XFAILED if findings else Status.XPASSED


def _verdict(case: Case, status: Status, asked: Sequence[Asked] = (), findings: Sequence[Finding] = ()) -> Verdict:
    return Verdict(
        name=case.name,
        line=case.line,
        answerable=not case.expect.abstain,
        marks=case.marks,
        status=status,
        why=case.skip or case.xfail,
        replies=tuple(reply(one, case.expect) for one in asked),
        findings=tuple(findings),
    )


def _disagreeing(case: Case, asked: Sequence[Asked]) -> Iterator[Finding]:
    """Yield the first wording whose answer does not say the same as that to the first of all."""
    first = asked[0]
    replies = {one.question: reply(one, case.expect) for one in asked}

    def agrees(other: Asked) -> bool:
        both_right = replies[first.question].right and replies[other.question].right and bool(case.expect.answers)
        return _alike(first, other) or (both_right and first.answered and other.answered)

    others = [other for other in asked[1:] if not agrees(other)]
    if others:
        detail = f"{_said(others[0])} here, {_said(first)} to {first.question!r}."
        if len(others) > 1:
            detail += f" {len(others)} wordings differ from the first."
        yield Finding(Cause.DISAGREEING, others[0].question, detail, _quoted(first), _quoted(others[0]))


def _alike(one: Asked, other: Asked) -> bool:
    """Tell whether two answers say the same, or stand at the same place."""
    if not (one.answered and other.answered):
        return one.answered == other.answered
    first, second = one.best[0], other.best[0]
    overlap = first.document.id == second.document.id and first.start < second.end and second.start < first.end
    return overlap or essence(first.exact) == essence(second.exact)


def _said(asked: Asked) -> str:
    return repr(" ".join(asked.best[0].exact.split())) if asked.answered else "nothing is answered"


def _quoted(asked: Asked) -> Quoted | None:
    return Quoted.of(asked.best[0]) if asked.answered else None
