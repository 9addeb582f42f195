"""Plugin: pytest collects files of expected answers, a test a case (entry point `pytest11`).

It is imported at the start of every pytest run where Pincite is installed, so it imports nothing heavy
before there is a file to collect. Under pytest-xdist every worker loads the models once; verdicts travel
to the first process in their reports, where gates are judged and files are rewritten.
"""

import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from bot.expected import Case, Suite, Verdict
    from web.checks.bots import Bots

SUFFIXES = (".answers.yaml", ".answers.csv")
BOTS = pytest.StashKey["Bots"]()
VERDICT = pytest.StashKey["Verdict"]()
TracebackStyle = Literal["long", "short", "line", "no", "native", "value", "auto"]
SENT = "pincite"
"""The attribute of a test's report that carries the verdict."""


class UnexpectedAnswer(Exception):
    """What is answered is not what the case expects; `args` are the lines that say so."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("pincite", "expected answers (Pincite)")
    group.addoption("--answers-library", type=Path, metavar="DIR", help="ask a library instead of what the files name")
    group.addoption(
        "--answers-update",
        action="store_true",
        help="write what is answered now into the files, for cases that fail, and show the difference",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Gather verdicts where reports come together, which is not in a worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gathered(config), "pincite-gathered")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect files that are called as expected answers are."""
    return AnswersFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIXES) else None


class AnswersFile(pytest.File):
    """A file of expected answers."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each case; a file with mistakes is an error that names them all."""
        from bot.expected import read_suite
        from bot.expected.mistakes import SuiteError

        try:
            suite = read_suite(self.path)
        except SuiteError as error:
            raise self.CollectError(str(error)) from error
        for mark in sorted({mark for case in suite.cases for mark in case.marks}):  # --strict-markers asks for this
            self.config.addinivalue_line("markers", f"{mark}: a mark of expected answers")
        for case in suite.cases:
            yield AnswersItem.from_parent(self, name=case.name.replace("::", ": "), suite=suite, case=case)


class AnswersItem(pytest.Item):
    """A case, every wording of it."""

    def __init__(self, *, suite: "Suite", case: "Case", **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.suite = suite
        self.case = case
        for mark in case.marks:
            self.add_marker(mark)
        if case.skip:
            self.add_marker(pytest.mark.skip(reason=case.skip))
        if case.xfail:
            self.add_marker(pytest.mark.xfail(reason=case.xfail, raises=UnexpectedAnswer))

    def runtest(self) -> None:
        """Ask, and raise UnexpectedAnswer where the case does not hold."""
        from bot.expected import Cause, check_case
        from bot.expected.update import updates
        from web.checks.phrases import details
        from web.links import resolver

        bot = _bots(self.config).of(self.suite)
        verdict = check_case(self.case, bot, resolver(bot.library))
        self.stash[VERDICT] = verdict
        lines = details(verdict)
        if any(finding.cause is Cause.BROKEN for finding in verdict.findings):
            pytest.fail("\n".join(lines), pytrace=False)
        if verdict.findings and not (self.config.getoption("answers_update") and updates(verdict)):
            raise UnexpectedAnswer(*lines)

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException], style: TracebackStyle | None = None
    ) -> object:
        """Return what is wrong, in words rather than as a traceback."""
        from index import PinciteError

        if isinstance(excinfo.value, UnexpectedAnswer):
            return "\n".join(excinfo.value.args)
        if isinstance(excinfo.value, PinciteError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file, the line from 0, and the name."""
        return self.path, self.case.line - 1, self.name


def _bots(config: pytest.Config) -> "Bots":
    """Return what opens the libraries, the same for the whole process."""
    from web.checks.bots import Bots
    from web.settings import read_settings

    if BOTS not in config.stash:
        config.stash[BOTS] = Bots(read_settings(), config.getoption("answers_library"))
    return config.stash[BOTS]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the verdict with the report of its test."""
    report = yield
    if call.when == "call" and isinstance(item, AnswersItem) and VERDICT in item.stash:
        sent = {
            "file": str(item.path),
            "threshold": _bots(item.config).of(item.suite).threshold,
            "verdict": item.stash[VERDICT].as_json(),
        }
        setattr(report, SENT, json.dumps(sent))  # text, since xdist carries plain values only
    return report


class Gathered:
    """The verdicts of all processes, and what is said and done about them at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._verdicts: dict[str, list[Verdict]] = {}
        self._thresholds: dict[str, float] = {}
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the verdict that a report brings."""
        if sent := getattr(report, SENT, None):
            from bot.expected import Verdict

            value = json.loads(sent)
            self._verdicts.setdefault(value["file"], []).append(Verdict.from_json(value["verdict"]))
            self._thresholds[value["file"]] = value["threshold"]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Rewrite files where that was asked for, and judge the gates of files whose cases were all asked."""
        for file in sorted(self._verdicts):
            if self._config.getoption("answers_update"):
                self._update(Path(file))
            if not self._gates_hold(file) and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _update(self, file: Path) -> None:
        from bot.expected.update import update

        difference = update(file, self._verdicts[str(file)])
        self._lines += difference.splitlines() if difference else []

    def _gates_hold(self, file: str) -> bool:
        """Judge the gates of a file, and tell whether all held."""
        from bot.expected import Report, read_suite
        from web.checks.phrases import gate_line, gates_of

        suite = read_suite(Path(file))
        report = Report(file, self._thresholds[file], suite.gates, tuple(self._verdicts[file]))
        gates = gates_of(report)
        name = os.path.relpath(file, self._config.invocation_params.dir)
        wanted = sum(case.skip is None for case in suite.cases)
        if not gates:
            return True
        if len(report.verdicts) < wanted:
            self._lines.append(f"{name}: {len(report.verdicts)} of {wanted} cases ran, so its gates are not judged")
            return True
        self._lines += [f"{name}: gate {gate_line(gate)}" for gate in gates]
        return all(gate.held is not False for gate in gates)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the gates and the differences."""
        if self._lines:
            terminalreporter.section("expected answers")
            for line in self._lines:
                terminalreporter.write_line(line)
