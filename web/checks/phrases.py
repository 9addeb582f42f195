"""Phrases: what every report says alike of verdicts, gates and thresholds."""

from collections.abc import Sequence

from bot import Reason
from bot.expected import Report, Status, Verdict
from bot.expected.changes import Kind
from bot.expected.gates import GateResult, judge, measure
from bot.expected.history import Run, RunKind
from bot.expected.verdict import CAUSES, REASONS, Cause, Finding, Quoted, Reply
from web import words

WORDS = {
    Status.PASSED: "passed",
    Status.FAILED: "failed",
    Status.XFAILED: "failed as expected",
    Status.XPASSED: "holds now (take its xfail out)",
    Status.SKIPPED: "skipped",
}
"""What each end of a case is called."""
KINDS = {
    Kind.VANISHED: "vanished",
    Kind.CHANGED: "changed",
    Kind.NEWLY_ANSWERED: "newly answered",
    Kind.REWORDED: "reworded",
    Kind.MOVED: "moved",
    Kind.UNCHANGED: "unchanged",
}
"""What each way of changing is called."""


def gates_of(report: Report) -> tuple[GateResult, ...]:
    """Return how the gates of a report's suite fared."""
    return judge(report.gates, measure(report.verdicts))


def passed(reports: Sequence[Report]) -> bool:
    """Tell whether no case failed and no gate was missed."""
    return not any(
        report.count()[Status.FAILED] or any(gate.held is False for gate in gates_of(report)) for report in reports
    )


def counts(run: Run) -> str:
    """Return what came of a run: "58 passed, 2 failed", "12 unchanged, 1 changed"."""
    named: list[tuple[str, str]] = list(WORDS.items())
    if run.kind is RunKind.DIFF:
        named = [*reversed(KINDS.items()), ("first", "asked for the first time")]
    found = [(run.counts.get(name, 0), called) for name, called in named]
    return ", ".join(f"{number:,} {name}" for number, name in found if number)


def counted(report: Report) -> str:
    """Return how many cases ended in each way: "58 passed, 2 failed"."""
    return ", ".join(f"{number} {WORDS[status]}" for status, number in report.count().items() if number)


def gate_line(gate: GateResult) -> str:
    """Return a gate and how it fared in a line."""
    how = {True: "held", False: "missed", None: "reported only"}[gate.held]
    return f"{gate.name} {how}: {gate.measured}; wanted {gate.wanted}"


def cause(finding: Finding) -> str:
    """Return the words for a finding's cause."""
    return CAUSES[finding.cause]


def sides(finding: Finding) -> tuple[str, str]:
    """Return what the two quotes of a finding are called."""
    return ("first wording", "this wording") if finding.cause is Cause.DISAGREEING else ("expected", "found")


def said(reply: Reply) -> str:
    """Return what was said, in a line."""
    if reply.answered:
        return f"{one_line(reply.text or '')} ({words.percent(reply.confidence)})"
    return f"no answer ({REASONS.get(reply.reason or '', reply.reason)})"


def why_not(reason: str | None) -> str:
    """Return why nothing is answered, as people read it: an abstention's reason, or that a question was refused."""
    return words.REASONS[Reason(reason)] if reason in set(Reason) else reason or ""


def quoted(quote: Quoted, opening: str = "[", closing: str = "]") -> str:
    """Return a quote in a line, its words between marks, and where it is from."""
    marked = f"{opening}{quote.exact}{closing}" if quote.exact else ""
    source = f" ({quote.source})" if quote.source else ""
    return one_line(f"{quote.before}{marked}{quote.behind}{source}")


def one_line(text: str) -> str:
    """Return `text` as terminals and XML can carry it, in one line."""
    return " ".join(words.visible(text).split())


def details(verdict: Verdict) -> list[str]:
    """Return what is wrong with a case, line by line, for a terminal."""
    lines = []
    for finding in verdict.findings:
        lines.append(f"{cause(finding)}: {one_line(finding.detail)}")
        if finding.question != verdict.replies[0].question:
            lines.append(f"  asked     {one_line(finding.question)}")
        names = sides(finding)
        for name, quote in zip(names, (finding.expected, finding.found), strict=True):
            if quote:
                lines.append(f"  {name.ljust(len(names[0]))}  {quoted(quote)}")
    if verdict.why:
        lines.insert(0, f"{WORDS[verdict.status]}: {one_line(verdict.why)}")
    return lines
