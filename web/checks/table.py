"""Table: a report as a person reads it in a terminal."""

from rich.console import Console
from rich.text import Text

from bot.expected import Report, Status, Verdict
from bot.expected.gates import measure
from web.checks import phrases

SIGNS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "bold red"),
    Status.XFAILED: ("x", "yellow"),
    Status.XPASSED: ("!", "yellow"),
    Status.SKIPPED: ("-", "dim"),
}
NAME, SAID = 60, 44
"""Characters of a row's first two columns."""


def row(verdict: Verdict, console: Console) -> None:
    """Print a case: what was asked and said, and below it what is wrong."""
    sign, style = SIGNS[verdict.status]
    line = Text(f"{sign} ", style)
    line.append(_cell(verdict.name, NAME), "" if verdict.status is not Status.FAILED else "bold")
    if verdict.replies:
        first = verdict.replies[0]
        line.append(f"  {_cell(phrases.said(first), SAID)}  {first.took_ms:4.0f} ms")
        line.append(f", {len(verdict.replies)} wordings" if len(verdict.replies) > 1 else "")
    console.print(line)
    for detail in phrases.details(verdict):
        console.print(Text(f"    {detail}", "" if verdict.status is Status.FAILED else "dim"))


def summary(report: Report, console: Console) -> None:
    """Print what came of a suite as a whole."""
    measured = measure(report.verdicts)
    console.print(Text(f"{report.file}: {phrases.counted(report)}", "bold"))
    if measured.median_ms is not None and measured.most_ms is not None:
        console.print(
            f"  {measured.asked} questions: {measured.covered} of {measured.answerable} with an answer were answered; "
            f"{measured.wrong} of {measured.answered} answers were wrong; median {measured.median_ms:.0f} ms, "
            f"95 of 100 within {measured.most_ms:.0f} ms"
        )
    for gate in phrases.gates_of(report):
        console.print(Text(f"  {phrases.gate_line(gate)}", "bold red" if gate.held is False else ""))


def _cell(text: str, width: int) -> str:
    text = phrases.one_line(text)
    return (text if len(text) <= width else f"{text[: width - 1]}…").ljust(width)
