"""Command: `pincite check`, from the files' names to the exit status."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from bot import Bot
from bot.expected import Report, Suite, Verdict, read_suite, run
from bot.expected.curve import CONFIDENCE, Point, Proposal, curve, propose, rate_wanted
from bot.expected.files import export
from bot.expected.gates import measure
from bot.expected.history import History
from bot.expected.mistakes import Mistake, SuiteError
from bot.expected.picture import picture
from bot.expected.schema import published
from bot.expected.update import update
from index import LibraryError, PinciteError
from index.folder import is_file
from index.store import FILE
from web.checks import phrases, table
from web.checks.bots import Bots
from web.checks.junit import junit
from web.checks.markdown import markdown
from web.links import resolver
from web.opening import open_journal
from web.settings import Settings

log = logging.getLogger(__name__)

PASSED, FAILED = 0, 1
"""Exit statuses of a check that could be made."""
ROWS = 12
"""Points of the curve that are printed, at most."""


def check(given: argparse.Namespace, settings: Settings) -> int:
    """Ask the cases of all files and report; 0 where every case and gate holds, 1 where one does not."""
    suites = read_suites(given.file)
    if given.export:
        return _export(suites, given.export)
    if given.library is None:
        _check_libraries(suites)
    console = Console(highlight=False, soft_wrap=True)
    bots = Bots(settings, given.library)
    asked = []
    for suite in suites:
        bot = bots.of(suite)

        def told(verdict: Verdict) -> None:
            if not given.json:
                table.row(verdict, console)

        asked.append((bot, run(suite, bot, resolver(bot.library), told)))
        if not given.json:
            table.summary(asked[-1][1], console)
    reports = [report for _, report in asked]
    _keep(asked, given.file, settings)
    points = curve([verdict for report in reports for verdict in report.verdicts]) if given.curve else []
    proposal = propose(points, given.wrong or rate_wanted(suite.gates for suite in suites)) if given.curve else None
    if given.json:
        print(json.dumps(as_json(reports, points, proposal), indent=1, ensure_ascii=False))
    elif proposal:
        _show(points, proposal, console)
    if given.junit:
        _write(given.junit, junit(reports))
    if given.markdown:
        _write_markdown(given.markdown, reports, points, proposal)
    if given.update:
        for suite, report in zip(suites, reports, strict=True):
            print(update(suite.path, report.verdicts), end="", file=sys.stderr)
    return PASSED if phrases.passed(reports) else FAILED


def read_suites(paths: Sequence[Path]) -> list[Suite]:
    """Return the suites in all files. Raises SuiteError with the mistakes of the first file that has any."""
    return [read_suite(path) for path in paths]


def _check_libraries(suites: Sequence[Suite]) -> None:
    """Raise SuiteError where a file names a library that is not there: a slip in its name, mostly."""
    for suite in suites:
        if suite.library is not None and not is_file(suite.library / FILE):
            said = f"There is no library in {suite.library}; mend its name, or make one with `pincite sync`."
            raise SuiteError(suite.path, [Mistake(suite.library_line, said)])


def _export(suites: Sequence[Suite], path: Path) -> int:
    if len(suites) > 1:
        raise SuiteError(path, [Mistake(1, "One file is exported at a time.")])
    export(suites[0], path)
    dropped = any(getattr(suites[0].gates, name) is not None for name in suites[0].gates.__slots__)
    print(f"{len(suites[0].cases)} cases written to {path}", file=sys.stderr)
    if path.suffix.lower() == ".csv" and (dropped or suites[0].documents or suites[0].library):
        print("A sheet holds cases only: gates and the place of the documents are not in it.", file=sys.stderr)
    return PASSED


def as_json(reports: Sequence[Report], points: Sequence[Point], proposal: Proposal | None) -> dict[str, object]:
    """Return all that was found as JSON carries it."""
    found: dict[str, object] = {
        "passed": phrases.passed(reports),
        "suites": [
            {
                **report.as_json(),
                "counts": {str(status): number for status, number in report.count().items()},
                "measured": asdict(measure(report.verdicts)),
                "gates": [asdict(gate) for gate in phrases.gates_of(report)],
            }
            for report in reports
        ],
    }
    if proposal:
        found["curve"] = [asdict(point) for point in points]
        found["proposal"] = asdict(proposal)
    return found


def _keep(asked: Sequence[tuple[Bot, Report]], paths: Sequence[Path], settings: Settings) -> None:
    """Keep the reports in the libraries that were asked. A report is worth having without that: failing is logged."""
    for bot in dict.fromkeys(bot for bot, _ in asked):
        its = [number for number, (other, _) in enumerate(asked) if other is bot]
        try:
            with bot.library.reading() as generation:
                history = History(open_journal(bot.library.folder, settings.keep_days))
                history.keep_check(generation, [asked[number][1] for number in its], [paths[number] for number in its])
        except LibraryError as error:
            log.warning("The report could not be kept for /checks: %s", error)


def _show(points: Sequence[Point], proposal: Proposal, console: Console) -> None:
    """Print the curve, thinned to about ROWS rows, and what it proposes."""
    console.print(f"\nconfidence  answered  wrong  ({100 * CONFIDENCE:.0f}% interval)", style="bold")
    for point in points[:: -max(1, len(points) // ROWS)][::-1]:
        console.print(
            f"{point.threshold:10.2f}  {point.coverage:8.0%}  {point.risk:5.0%}  "
            f"({point.least:.0%} to {point.most:.0%} of {point.shown})"
        )
    console.print(proposal.words)


def _write_markdown(path: Path, reports: Sequence[Report], points: Sequence[Point], proposal: Proposal | None) -> None:
    """Write the Markdown, and the picture of the curve beside it."""
    drawing = path.with_suffix(".svg")
    if proposal:
        _write(drawing, picture(points, proposal.wanted))
    _write(path, markdown(reports, proposal, drawing.name))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PinciteError(f"{path} cannot be written ({error.strerror}).") from error


class PrintSchema(argparse.Action):
    """`--schema`: print the JSON Schema of the files and end, as `--help` does."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it."""
        print(published(), end="")
        parser.exit()


def share(text: str) -> float:
    """Return a share between 0 and 1 from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("a share between 0 and 1, 0.05 for one")
    return value


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite check` takes."""
    command.add_argument("file", nargs="+", type=Path, help="expected answers, .answers.yaml or .csv")
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write the report as JUnit XML")
    command.add_argument("--markdown", type=Path, metavar="FILE", help="write the report as Markdown")
    command.add_argument("--curve", action="store_true", help="measure wrong answers against coverage")
    command.add_argument(
        "--wrong", type=share, metavar="RATE", help="wrong-answer rate to propose a threshold for (0.05)"
    )
    command.add_argument(
        "--update", action="store_true", help="write what is answered now into the files; shows a diff"
    )
    command.add_argument("--export", type=Path, metavar="FILE", help="ask nothing; write the cases as .csv or .yaml")
    command.add_argument("--schema", action=PrintSchema, nargs=0, help="print the JSON Schema of the files and end")
