from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import Alternative, Answer, Bot, Citation, Reason
from bot.expected import Suite, run
from bot.expected.changes import Kind, change
from bot.expected.history import KEPT_RUNS, History, RunKind
from bot.expected.outcome import Outcome
from bot.expected.replay import Diff, Replayed, chosen
from bot.journal import FILE, Journal
from index.formats import make_document
from tests.bot.expected.conftest import case_of, no_fault
from tests.bot.expected.test_changes import ABSTAINED, told

GATE = make_document("The gate opens at nine. The gate closes at five.", source="gate.txt")
SECRET = "Who stole the emerald necklace?"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path, days=365)
    yield journal
    journal.close()


def ask(journal: Journal, question: str, *, resolved: str | None = None, at: datetime | None = None) -> None:
    answer = Answer(resolved or question, 0.9, (Citation(GATE, 18, 22),))
    journal.record(answer, asked=question, face="page", conversation="c", took_ms=1, at=at)


def diff(generation: int, *outcomes: tuple[Replayed, Outcome, Outcome | None]) -> Diff:
    changes = [
        change(one.question, before, after, False if one.expects else None) for one, after, before in outcomes if before
    ]
    now = {one.question: after for one, after, _ in outcomes}
    return Diff(generation, None, tuple(one for one, _, _ in outcomes), tuple(changes), now)


EXPECT = case_of("  - {ask: When?, expect: {answer: nine}}").expect


def test_questions_of_people_are_asked_as_they_were_read_each_once_and_the_newest_first(journal: Journal) -> None:
    ask(journal, "When does it open?")
    ask(journal, "and it?", resolved="When does the gate open?")
    ask(journal, "When does it open?")
    assert History(journal).people() == ["When does it open?", "When does the gate open?"]


def test_expected_answers_come_first_and_the_rest_is_counted() -> None:
    cases = (
        case_of("  - {ask: A?, also: [B?], expect: {answer: x}}"),
        case_of("  - {ask: C?, expect: {answer: x}, skip: later}"),
    )
    found, left_out = chosen([Suite(Path("x.answers.yaml"), cases)], ["D?", "A?", "C?"], most=3)
    assert [(one.question, len(one.expects)) for one in found] == [("A?", 1), ("B?", 1), ("D?", 0)]
    assert left_out == 1


def test_without_a_snapshot_people_are_compared_with_what_they_were_told(journal: Journal) -> None:
    ask(journal, "When does the gate open?")
    before = History(journal).before(["When does the gate open?", "Never asked"])
    assert list(before) == ["When does the gate open?"]
    quoted = before["When does the gate open?"].quoted
    assert quoted is not None
    assert (quoted.before, quoted.exact, quoted.behind) == ("The gate opens at ", "nine", ".")


def test_what_people_were_not_told_is_known_too(journal: Journal) -> None:
    answer = Answer("Why?", 0.2, alternatives=(Alternative(Citation(GATE, 0, 23)),), reason=Reason.NO_SPAN)
    journal.record(answer, asked="Why?", face="page", conversation="c", took_ms=1)
    assert History(journal).before(["Why?"])["Why?"] == Outcome(0.2, "no_span")


def test_a_diff_is_kept_with_its_changes_and_is_what_the_next_compares_with(journal: Journal) -> None:
    history = History(journal)
    assert history.since() is None
    old, new, same = told("31 March"), told("30 June"), told("nine")
    one, other = Replayed("When?", (EXPECT,)), Replayed("What?", (EXPECT,))
    history.keep_diff(diff(3, (one, new, old), (other, same, same)), complete=True)
    (run_,) = history.runs()
    assert (run_.kind, run_.generation, run_.counts["changed"], run_.counts["unchanged"]) == (RunKind.DIFF, 3, 1, 1)
    (kept,) = history.changes(run_.id)
    assert (kept.question, kept.kind, kept.worse, kept.before, kept.after) == ("When?", Kind.CHANGED, True, old, new)
    assert history.before(["When?", "What?"]) == {"When?": new, "What?": same}
    assert history.since() == 3


def test_cases_that_are_in_no_file_any_more_are_dropped_by_a_complete_diff_alone(journal: Journal) -> None:
    history = History(journal)
    one, other = Replayed("When?", (EXPECT,)), Replayed("What?", (EXPECT,))
    history.keep_diff(diff(1, (one, ABSTAINED, None), (other, ABSTAINED, None)), complete=True)
    history.keep_diff(diff(2, (one, ABSTAINED, ABSTAINED)), complete=False)
    assert set(history.before(["When?", "What?"])) == {"When?", "What?"}
    history.keep_diff(diff(3, (one, ABSTAINED, ABSTAINED)), complete=True)
    assert set(history.before(["When?", "What?"])) == {"When?"}


def test_a_deleted_question_is_gone_from_the_history_and_from_the_files(journal: Journal, tmp_path: Path) -> None:
    history = History(journal)
    ask(journal, SECRET)
    ask(journal, "When does the gate open?")
    asked = [Replayed(SECRET), Replayed("When does the gate open?"), Replayed("Case?", (EXPECT,))]
    history.keep_diff(diff(2, *((one, told("b"), told("a")) for one in asked)), complete=True)
    history.keep_diff(diff(3, (Replayed(SECRET), told("c"), told("b"))), complete=False)
    journal.delete([SECRET])
    _, run_ = history.runs()
    assert [one.question for one in history.changes(run_.id)] == ["When does the gate open?", "Case?"]
    assert set(history.before([one.question for one in asked])) == {"When does the gate open?", "Case?"}
    for path in tmp_path.glob(f"{FILE}*"):
        assert SECRET.encode() not in path.read_bytes(), path
    journal.delete()
    assert [one.question for one in history.changes(run_.id)] == ["Case?"]


def test_what_only_old_runs_held_is_overwritten(journal: Journal, tmp_path: Path) -> None:
    history = History(journal)
    ask(journal, SECRET)
    history.keep_diff(diff(1, (Replayed(SECRET), told("b"), told("a"))), complete=False)
    for generation in range(KEPT_RUNS):
        history.keep_diff(diff(generation, (Replayed("A?", (EXPECT,)), told("b"), told("a"))), complete=False)
    journal.delete([SECRET])
    for path in tmp_path.glob(f"{FILE}*"):
        assert SECRET.encode() not in path.read_bytes(), path


def test_a_question_whose_days_are_over_goes_too(journal: Journal) -> None:
    history = History(journal)
    ask(journal, SECRET, at=datetime.now(UTC) - timedelta(days=300))
    history.keep_diff(diff(2, (Replayed(SECRET), told("b"), told("a"))), complete=True)
    journal.forget(datetime.now(UTC) + timedelta(days=100))
    assert history.changes(history.runs()[0].id) == []
    assert history.before([SECRET]) == {}


def test_a_question_deleted_while_it_was_asked_again_is_not_kept(journal: Journal) -> None:
    history = History(journal)
    history.keep_diff(diff(2, (Replayed(SECRET), told("b"), told("a"))), complete=True)
    assert history.changes(history.runs()[0].id) == []
    assert history.before([SECRET]) == {}


def test_old_runs_go_and_the_last_check_stays(journal: Journal, handbook: Bot) -> None:
    history = History(journal)
    case = case_of("  - {ask: Who grants holidays?, expect: {answer: Bruno Marsh}}")
    report = run(Suite(Path("x.answers.yaml"), (case,)), handbook, no_fault)
    history.keep_check(1, [report], [Path("x.answers.yaml")])
    history.keep_check(2, [report], [Path("x.answers.yaml")])
    for generation in range(3, KEPT_RUNS + 13):
        history.keep_diff(diff(generation, (Replayed("A?", (EXPECT,)), told("b"), told("a"))), complete=False)
    runs = history.runs()
    assert [one.generation for one in runs[:2]] == [KEPT_RUNS + 12, KEPT_RUNS + 11]
    assert len(runs) == KEPT_RUNS + 1
    last = history.last_check()
    assert last is not None
    assert (last[0].generation, last[0].counts["passed"], last[1]) == (2, 1, [report])
    assert history.suites() == [Path("x.answers.yaml").absolute()]
    with journal.snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM changes").fetchone()[0] == KEPT_RUNS


def test_a_check_gives_the_first_snapshot_and_leaves_an_older_one_alone(journal: Journal, handbook: Bot) -> None:
    history = History(journal)
    history.keep_diff(diff(1, (Replayed("Who grants holidays?", (EXPECT,)), told("Clara"), None)), complete=False)
    cases = tuple(
        case_of(f"  - {{ask: {question}, expect: {{answer: x}}}}")
        for question in ("Who grants holidays?", "Who books tickets?")
    )
    history.keep_check(2, [run(Suite(Path("x.answers.yaml"), cases), handbook, no_fault)], [])
    before = history.before(["Who grants holidays?", "Who books tickets?"])
    assert [one.text for one in before.values()] == ["Clara", "Ada Okoro"]
