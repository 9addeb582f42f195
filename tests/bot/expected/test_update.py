from dataclasses import replace
from pathlib import Path

import pytest

from bot.expected import Cause, Finding, Reply, Status, Verdict, read_suite
from bot.expected.case import Quote
from bot.expected.mistakes import SuiteError
from bot.expected.place import Place
from bot.expected.update import update, updates

TEXT = """\
# what the handbook says
documents: handbook   # beside this file

cases:
  # holidays
  - ask: "How many days?"
    expect:
      answer: 28 days   # since 2019
      doc: leave.md
      quote: {prefix: has, exact: 28 days}

  - ask: Who pays?
    expect: {abstain: true}

  - ask: 'Who leads?'
    expect:
      any_of: [Ada, Ada Okoro]
"""
PLACE = Place("id", "Leave", "handbook/new.md", "0", 0, 7, "30 days", "has ", " of", "It has 30 days of", None, None)
REPLY = Reply("How many days?", True, "30 days", 0.6, None, PLACE, 1, False, 1.0)
FINDING = Finding(Cause.OTHER_SPAN, "How many days?", "x")
FAILED = Verdict("How many days?", 6, True, (), Status.FAILED, None, (REPLY,), (FINDING,))
ABSTAINED = replace(REPLY, question="Who leads?", answered=False, text=None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.answers.yaml"
    path.write_text(TEXT)
    return path


def test_what_a_case_expects_becomes_what_is_answered_and_all_else_stays(file: Path) -> None:
    difference = update(file, [FAILED])
    changed = [line for line in difference.splitlines()[2:] if line[:1] in "+-"]
    assert changed == [
        "-      answer: 28 days   # since 2019",
        "-      doc: leave.md",
        "-      quote: {prefix: has, exact: 28 days}",
        "+      answer: 30 days   # since 2019",
        "+      doc: handbook/new.md",
        "+      quote:",
        "+        prefix: has",
        "+        exact: 30 days",
        "+        suffix: of",
    ]
    suite = read_suite(file)
    assert suite.cases[0].expect.answers == ("30 days",)
    assert "# what the handbook says" in file.read_text()
    assert "# holidays" in file.read_text()
    assert "'Who leads?'" in file.read_text()


def test_an_answer_where_none_was_expected_is_written_down(file: Path) -> None:
    update(file, [replace(FAILED, name="Who pays?", findings=(replace(FINDING, cause=Cause.WRONGLY_ANSWERED),))])
    suite = read_suite(file)
    assert not suite.cases[1].expect.abstain
    assert (suite.cases[1].expect.answers, suite.cases[1].expect.documents) == (("30 days",), ("handbook/new.md",))


def test_an_abstention_replaces_no_answer_and_is_told_of(file: Path) -> None:
    finding = replace(FINDING, question="Who leads?", cause=Cause.WRONGLY_ABSTAINED)
    gone = replace(FAILED, name="Who leads?", line=16, replies=(ABSTAINED,), findings=(finding,))
    said = update(file, [gone, FAILED])
    assert "left as it was: Who leads? (line 16): nothing is answered, and an answer is expected\n" in said
    assert said.endswith("a.answers.yaml: 1 case changed, 1 left as it was: read them, and run again.\n")
    assert read_suite(file).cases[2].expect.answers == ("Ada", "Ada Okoro")


def test_only_keys_that_failed_are_touched_and_words_are_written_in_a_line_and_uncut(file: Path) -> None:
    place = replace(
        PLACE, exact="30\ndays", prefix="ery employee of this company has", suffix=" of holiday a year, and\n  not one",
        under="Leave", over=("Leave", "Handbook"), source="handbook/leave.md",
    )  # fmt: skip
    file.write_text(
        "cases:\n- ask: How many days?\n  expect:\n    any_of: [28 days, '28']\n    doc: leave.md\n"
        "    under: 1. Handbook\n    quote: {prefix: has, exact: 28 days}\n"
    )
    update(file, [replace(FAILED, replies=(replace(REPLY, text="30\ndays", place=place),))])
    expect = read_suite(file).cases[0].expect
    assert (expect.answers, expect.documents, expect.under) == (("30 days",), ("leave.md",), "1. Handbook")
    assert expect.quote == Quote("30 days", "employee of this company has", "of holiday a year, and not")


def test_only_what_falls_short_is_changed_of_a_right_answer(file: Path) -> None:
    file.write_text(
        "cases:\n- ask: How many days?\n  expect:\n    answer: 30 days\n    min_confidence: 0.9\n    sources_agree: 2\n"
    )
    difference = update(file, [replace(FAILED, replies=(replace(REPLY, right=True),))])
    changed = [line for line in difference.splitlines()[2:] if line[:1] in "+-"]
    assert changed == [
        "-    min_confidence: 0.9",
        "-    sources_agree: 2",
        "+    min_confidence: 0.6",
        "+    sources_agree: 1",
    ]


@pytest.mark.parametrize(
    "verdict",
    [
        replace(FAILED, status=Status.XFAILED),
        replace(FAILED, findings=(replace(FINDING, cause=Cause.BROKEN),)),
        replace(FAILED, findings=(replace(FINDING, question="another wording"),)),
        Verdict("How many days?", 6, True, (), Status.SKIPPED, "later"),
    ],
)
def test_what_no_expectation_would_mend_is_left_alone(file: Path, verdict: Verdict) -> None:
    assert not updates(verdict)
    said = update(file, [verdict])
    assert said == "" or "no case changed, 1 left" in said
    assert file.read_text() == TEXT


def test_sheets_and_files_that_changed_meanwhile_are_left_alone(file: Path) -> None:
    with pytest.raises(SuiteError, match="changed while"):
        update(file, [replace(FAILED, name="How few days?")])
    assert file.read_text() == TEXT
    with pytest.raises(SuiteError, match="export the sheet"):
        update(file.with_suffix(".csv"), [FAILED])
