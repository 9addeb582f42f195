"""Summary: a diff as a person reads it in a terminal, and as programs do."""

from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from bot.expected.changes import Change, Kind
from bot.expected.outcome import Outcome
from bot.expected.replay import Diff
from web.checks import phrases
from web.words import counted

LINES = 5
"""Changes that are named after a command that was about something else."""
SHOWN = 40
"""Characters of an answer that stands in a line with another."""
STYLES = {Kind.VANISHED: "bold red", Kind.CHANGED: "bold red", Kind.NEWLY_ANSWERED: "green"}


def as_json(diff: Diff | None) -> dict[str, object] | None:
    """Return a diff as JSON carries it, without what is unchanged; None where there was nothing to ask again."""
    if diff is None:
        return None
    return {
        "generation": diff.generation,
        "since": diff.since,
        "counts": diff.count(),
        "worse": diff.worse,
        "changes": [asdict(one) for one in diff.changes if one.kind is not Kind.UNCHANGED],
        "left_out": diff.left_out,
        "notes": list(diff.notes),
    }


def in_a_line(diff: Diff) -> str:
    """Return what became of the answers: "12 answers unchanged, 1 changed"."""
    kinds = [one.kind for one in diff.changes]
    found = [(kinds.count(kind), phrases.KINDS[kind]) for kind in reversed(Kind) if kind in kinds]
    parts = [f"{number:,} {name}" for number, name in found]
    if found:
        parts[0] = f"{counted(found[0][0], 'answer')} {found[0][1]}"
    first = counted(len(diff.first), "answer")
    if diff.since is None and diff.first:
        parts.append(f"{first} kept as the first snapshot, which the next diff compares with")
    elif diff.first:
        parts.append(f"{first} not asked for before")
    return ", ".join(parts)


def short(diff: Diff, console: Console) -> None:
    """Print the line, and below it what differs, a line each and LINES at most."""
    changed = [one for one in diff.changes if one.kind is not Kind.UNCHANGED]
    console.print(Text(in_a_line(diff) + (":" if changed else "")))
    for one in changed[:LINES]:
        line = Text("  ")
        line.append(phrases.KINDS[one.kind], STYLES.get(one.kind, ""))
        line.append(f"  {phrases.one_line(one.question)}  {_cut(one.before)} → {_cut(one.after)}")
        console.print(line)
    if changed:
        more = f"{len(changed) - LINES:,} more; " if len(changed) > LINES else ""
        console.print(Text(f"  {more}/checks shows the quotes side by side", "dim"))
    _notes(diff, console)


def long(diff: Diff, console: Console) -> None:
    """Print everything that differs, with the quotes before and now, and the line below it."""
    for one in diff.changes:
        if one.kind is not Kind.UNCHANGED:
            _change(one, console)
    console.print(Text(in_a_line(diff), "bold"))
    _notes(diff, console)


def _change(one: Change, console: Console) -> None:
    name = Text(phrases.KINDS[one.kind], STYLES.get(one.kind, ""))
    console.print(name.append(f"  {phrases.one_line(one.question)}", "bold" if one.worse else ""))
    console.print(Text(f"    before  {_quote(one.before)}"))
    console.print(Text(f"    now     {_quote(one.after)}"))


def _notes(diff: Diff, console: Console) -> None:
    for note in diff.notes:
        console.print(Text(phrases.one_line(note), "yellow"))
    if diff.left_out:
        console.print(Text(f"{counted(diff.left_out, 'question')} not asked again: pincite diff --newest N asks more"))


def _quote(outcome: Outcome) -> str:
    if outcome.quoted is None:
        return f"no answer: {phrases.one_line(phrases.why_not(outcome.reason))}"
    return phrases.quoted(outcome.quoted)


def _cut(outcome: Outcome) -> str:
    text = phrases.one_line(outcome.text or "no answer")
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
