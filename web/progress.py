"""Progress: a bar on the terminal while a library changes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from index import Progress, Stage
from index.progress import Report
from web import words

SOURCE_LENGTH = 40
"""Characters of a source that are shown: its end tells more than its beginning."""


@contextmanager
def shown(console: Console | None = None) -> Iterator[Report | None]:
    """Yield what to report to: a bar on standard error, or None where that is no terminal."""
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[beside]}"))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, beside="")

        def report(progress: Progress) -> None:
            reading = progress.stage is Stage.READING
            done, total = (
                (progress.files_done, progress.files) if reading else (progress.passages_done, progress.passages)
            )
            bar.update(
                task,
                description=f"{progress.stage} {'files' if reading else 'passages'}",
                completed=done,
                total=total,
                beside=beside(progress),
            )

        yield report


def beside(progress: Progress) -> str:
    """Return what stands beside the bar: the time that is left, or the file at hand."""
    if progress.seconds_left is not None:
        return words.time_left(progress.seconds_left)
    return words.visible(progress.source or "").replace("\n", " ")[-SOURCE_LENGTH:]
