"""Markdown: reports as a comment on a pull request, failures first and the quotes side by side."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from bot.expected import Report, Status, Verdict
from bot.expected.curve import Proposal
from bot.expected.gates import measure
from bot.expected.verdict import Finding, Quoted
from web.checks import phrases

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def markdown(reports: Sequence[Report], proposal: Proposal | None = None, picture: str = "") -> str:
    """Return Markdown of `reports`; with what their curve proposes and its `picture`'s address where one was taken."""
    lines = [f"## Expected answers: {'passed' if phrases.passed(reports) else 'failed'}", ""]
    for report in reports:
        lines += [f"### {_text(report.file)}", "", f"{phrases.counted(report)}.", ""]
        lines += _numbers(report)
        for verdict in report.verdicts:
            if verdict.status is Status.FAILED:
                lines += _failure(verdict)
        lines += _known(report.verdicts)
    if proposal:
        lines += [proposal.words, "", f"![Wrong answers against coverage]({quote(picture)})", ""]
    return "\n".join(lines)


def _numbers(report: Report) -> list[str]:
    measured = measure(report.verdicts)
    if not measured.asked:
        return []
    lines = ["| measured | value | gate |", "| --- | --- | --- |"]
    gates = {gate.name: gate for gate in phrases.gates_of(report)}
    values = {
        "least_coverage": (
            "questions with an answer that were answered",
            f"{measured.covered} of {measured.answerable}",
        ),
        "most_wrong": ("answers that were wrong", f"{measured.wrong} of {measured.answered}"),
        "latency_ms": ("95 of 100 questions within", f"{measured.most_ms:.0f} ms"),
    }
    for name, (what, value) in values.items():
        gate = gates.get(name)
        how = {True: "held", False: "**missed**", None: "reported only"}[gate.held] if gate else ""
        lines.append(f"| {what} | {value} | {f'{gate.wanted}: {how}' if gate else ''} |")
    return [*lines, ""]


def _failure(verdict: Verdict) -> list[str]:
    lines = [f"#### {_text(verdict.name)} (line {verdict.line})", ""]
    for finding in verdict.findings:
        asked = f" Asked: *{_text(finding.question)}*" if finding.question != verdict.replies[0].question else ""
        lines += [f"**{phrases.cause(finding)}**: {_text(finding.detail)}{asked}", ""]
        if finding.expected or finding.found:
            lines += _side_by_side(finding)
    return lines


def _side_by_side(finding: Finding) -> list[str]:
    cells = [_quote(one) if one else "" for one in (finding.expected, finding.found)]
    names = phrases.sides(finding)
    return [f"| {names[0]} | {names[1]} |", "| --- | --- |", f"| {cells[0]} | {cells[1]} |", ""]


def _quote(words: Quoted) -> str:
    marked = f" **{_text(words.exact)}** " if words.exact else ""
    source = f"<br>{_text(words.source)}" if words.source else ""
    return f"{_text(words.before)}{marked}{_text(words.behind)}{source}".strip()


def _known(verdicts: Sequence[Verdict]) -> list[str]:
    """Return the cases that neither passed nor failed, folded."""
    known = [verdict for verdict in verdicts if verdict.status not in (Status.PASSED, Status.FAILED)]
    if not known:
        return []
    rows = [f"- {_text(one.name)}: {phrases.WORDS[one.status]}. {_text(one.why or '')}" for one in known]
    return [f"<details><summary>{len(known)} with a reason</summary>", "", *rows, "", "</details>", ""]


def _text(text: str) -> str:
    """Return `text` in a line that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\1", phrases.one_line(text))
