"""History: what was found out about the answers of one library, run by run, and the answers it was found from.

Its tables stand in the journal's file: the answers to people's questions are people's words as much as the
questions are, and go with them, in one transaction, when a person deletes a question or its days are over.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from sqlite3 import Connection

from bot.expected.changes import Change, Kind
from bot.expected.outcome import Outcome
from bot.expected.replay import Diff
from bot.expected.run import Report
from bot.journal import Asked, Journal, drop_erased, stamp
from index.folder import name_of

KEPT_RUNS = 100
"""Runs that are kept, the newest; reports are kept of the last check alone."""


class RunKind(StrEnum):
    """What a run was."""

    CHECK = "check"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class Run:
    """A check or a diff. `at` is UTC; `generation` counts the library's states; a diff's changes are since `since`.

    `counts` are of Status in a check, of Kind (and "first") in a diff.
    """

    id: int
    at: datetime
    kind: RunKind
    generation: int
    since: int | None
    counts: Mapping[str, int]


class History:
    """The runs over the library of a journal. Safe to use from several threads."""

    def __init__(self, journal: Journal) -> None:
        """Keep it in the file of `journal`."""
        self._journal = journal

    # What is asked again

    def suites(self) -> list[Path]:
        """Return the files of expected answers that were checked over this library, by name."""
        with self._journal.snapshot() as connection:
            return [Path(row[0]) for row in connection.execute("SELECT path FROM suites ORDER BY path")]

    def remember(self, paths: Sequence[Path]) -> None:
        """Remember files of expected answers."""
        with self._journal.erasing() as connection:
            _remember(connection, paths)

    def forget(self, path: Path) -> None:
        """Forget a file of expected answers: it is gone."""
        with self._journal.erasing() as connection:
            connection.execute("DELETE FROM suites WHERE path = ?", (name_of(path),))

    def people(self) -> list[str]:
        """Return the questions people asked of all documents, as they were read, each once, those asked last first."""
        return list(dict.fromkeys(one.text for one in self._of_all()))

    def before(self, questions: Sequence[str]) -> dict[str, Outcome]:
        """Return the answers of those of `questions` that have one from before: of the last run, or as people got it.

        Questions without one are left out.
        """
        with self._journal.snapshot() as connection:
            rows = connection.execute("SELECT question, outcome FROM outcomes").fetchall()
            kept = {question: _outcome(text) for question, text in rows}
            newest = {one.text: one.id for one in reversed(self._of_all())}
            told = {text: newest[text] for text in questions if text in newest and text not in kept}
            found = {text: self._journal.entry(entry_id) for text, entry_id in told.items()}
        kept |= {text: Outcome.told(entry) for text, entry in found.items() if entry}
        return {question: kept[question] for question in questions if question in kept}

    def _of_all(self) -> list[Asked]:
        """Return what was asked without a filter: asked again of all documents, the rest has another answer."""
        return [one for one in self._journal.asked() if not one.filtered]

    def since(self) -> int | None:
        """Return the generation of the library that the answers from before are of; None where there are none."""
        with self._journal.snapshot() as connection:
            newest = connection.execute("SELECT max(generation) FROM outcomes").fetchone()[0]
            return None if newest is None else int(newest)

    # What was found

    def keep_diff(self, diff: Diff, *, complete: bool) -> None:
        """Keep a diff, and its answers as those from before for the next one.

        Where it was `complete`, nothing left out and every file read, expected answers that are in no file any
        more are dropped.
        """
        expected = {one.question: bool(one.expects) for one in diff.replayed}
        with self._journal.erasing() as connection:
            run = _add(connection, RunKind.DIFF, diff.generation, diff.since, diff.count())
            connection.executemany(
                "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (run, one.question, one.expected, one.kind, one.worse, _text(one.before), _text(one.after))
                    for one in diff.changes
                    if one.kind is not Kind.UNCHANGED
                ],
            )
            connection.executemany(
                "REPLACE INTO outcomes VALUES (?, ?, ?, ?)",
                [
                    (question, expected[question], diff.generation, _text(outcome))
                    for question, outcome in diff.outcomes.items()
                ],
            )
            if complete:
                asked = json.dumps([question for question, among in expected.items() if among])
                gone = "DELETE FROM outcomes WHERE expected AND question NOT IN (SELECT value FROM json_each(?))"
                connection.execute(gone, (asked,))
            drop_erased(connection)  # what somebody deleted while the questions were asked

    def keep_check(self, generation: int, reports: Sequence[Report], paths: Sequence[Path]) -> None:
        """Keep a check with its reports, and remember its files.

        Its answers are those from before for the next diff where there are none yet: what stands there is older,
        and what changed since then is for a diff to say.
        """
        counts: dict[str, int] = {}
        for report in reports:
            for status, number in report.count().items():
                counts[status] = counts.get(status, 0) + number
        text = json.dumps([report.as_json() for report in reports])
        with self._journal.erasing() as connection:
            connection.execute("UPDATE runs SET report = NULL")
            _add(connection, RunKind.CHECK, generation, None, counts, text)
            _remember(connection, paths)
            connection.executemany(
                "INSERT OR IGNORE INTO outcomes VALUES (?, TRUE, ?, ?)",
                [
                    (reply.question, generation, _text(Outcome.replied(reply)))
                    for report in reports
                    for verdict in report.verdicts
                    for reply in verdict.replies
                ],
            )

    # What is shown

    def runs(self) -> list[Run]:
        """Return the runs, newest first."""
        with self._journal.snapshot() as connection:
            rows = connection.execute(
                "SELECT id, at, kind, generation, since, counts FROM runs ORDER BY id DESC"
            ).fetchall()
        return [
            Run(row[0], datetime.fromisoformat(row[1]), RunKind(row[2]), row[3], row[4], json.loads(row[5]))
            for row in rows
        ]

    def changes(self, run: int) -> list[Change]:
        """Return what a diff found changed, most pressing first."""
        with self._journal.snapshot() as connection:
            rows = connection.execute(
                "SELECT question, expected, kind, worse, before, after FROM changes WHERE run_id = ? ORDER BY rowid",
                (run,),
            ).fetchall()
        return [
            Change(row[0], bool(row[1]), Kind(row[2]), bool(row[3]), _outcome(row[4]), _outcome(row[5])) for row in rows
        ]

    def last_check(self) -> tuple[Run, list[Report]] | None:
        """Return the last check with its reports, or None where none was made."""
        with self._journal.snapshot() as connection:
            row = connection.execute("SELECT id, report FROM runs WHERE report IS NOT NULL").fetchone()
            if row is None:
                return None
            run = next(run for run in self.runs() if run.id == row[0])
        return run, [Report.from_json(report) for report in json.loads(row[1])]


def _add(
    connection: Connection,
    kind: RunKind,
    generation: int,
    since: int | None,
    counts: Mapping[str, int],
    report: str | None = None,
) -> int:
    """Add a run, let the oldest go, and return its id."""
    values = (stamp(datetime.now(UTC)), kind, generation, since, json.dumps(counts), report)
    added = connection.execute(
        "INSERT INTO runs (at, kind, generation, since, counts, report) VALUES (?, ?, ?, ?, ?, ?)", values
    )
    connection.execute(
        "DELETE FROM runs WHERE report IS NULL AND id NOT IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?)",
        (KEPT_RUNS,),
    )
    return int(added.lastrowid or 0)


def _remember(connection: Connection, paths: Sequence[Path]) -> None:
    places = [(name_of(path.absolute()),) for path in paths]
    connection.executemany("INSERT OR IGNORE INTO suites VALUES (?)", places)


def _text(outcome: Outcome) -> str:
    return json.dumps(outcome.as_json())


def _outcome(text: str) -> Outcome:
    return Outcome.from_json(json.loads(text))
