"""The plugin, in a pytest of its own."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.bot.expected.conftest import write

CASES = """\
documents: handbook
gates: {least_coverage: 0.5, latency_ms: 1}
cases:
  # who grants them
  - ask: Who grants holidays?
    also: Who are holidays granted by?
    expect: {answer: Bruno Marsh}
    marks: leave
  - name: tickets
    ask: Who books tickets?
    expect:
      answer: Ivo Marsh   # until 2024
  - name: expiry
    ask: When do left over days expire?
    expect: {answer: 1 April}
    xfail: the handbook is older
  - name: expiry as it is
    ask: When do left over days expire?
    expect: {answer: 31 March}
    xfail: nobody thought it would be
  - ask: What does the dog eat?
    expect: {abstain: true}
    skip: no dogs here
"""


@pytest.fixture
def project(pytester: pytest.Pytester, models: None) -> pytest.Pytester:
    """A project with a handbook and expected answers."""
    write(pytester.path / "handbook")
    (pytester.path / "handbook.answers.yaml").write_text(CASES)
    pytester.makeini("[pytest]\naddopts = --strict-markers")
    return pytester


def test_the_plugin_is_found_by_its_entry_point_and_imports_nothing_heavy() -> None:
    assert "web.checks.plugin" in {point.value for point in entry_points(group="pytest11")}
    heavy = "{'torch', 'numpy', 'faiss', 'onnxruntime', 'fastapi', 'ruamel', 'bot', 'index'} & set(sys.modules)"
    code = f"import sys, web.checks.plugin; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_each_case_is_a_test_with_its_name_cause_and_reason(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=1, failed=1, xfailed=1, xpassed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*the source changed: The words are not in any of 2 documents.*",
            "*expected  [[]Ivo Marsh[]]*",
            "*expected answers*",
            "*gate least_coverage held: 100% (5 of 5); wanted at least 50%",
            "*gate latency_ms reported only: *over the budget*",
            "*PASSED handbook.answers.yaml::Who grants holidays[?]*",
            "*XFAIL handbook.answers.yaml::expiry - the handbook is older*",
            "*FAILED handbook.answers.yaml::tickets*",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_cases_are_chosen_by_name_mark_and_id(project: pytest.Pytester) -> None:
    project.runpytest_inprocess("-k", "holidays").assert_outcomes(passed=1, deselected=4)
    chosen = project.runpytest_inprocess("-m", "leave")
    chosen.assert_outcomes(passed=1, deselected=4)
    chosen.stdout.fnmatch_lines(["*1 of 4 cases ran, so its gates are not judged"])
    project.runpytest_inprocess("handbook.answers.yaml::expiry as it is").assert_outcomes(xpassed=1)


def test_marks_of_the_files_are_known_and_choose_cases_where_pytest_is_strict(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-m", "leave")
    result.assert_outcomes(passed=1, deselected=4)


def test_a_file_with_mistakes_is_an_error_with_their_lines(project: pytest.Pytester) -> None:
    (project.path / "handbook.answers.yaml").write_text("cases:\n  - ask: Who?\n    expect: {anwser: x}\n")
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*handbook.answers.yaml:3: 'anwser' is no key of `expect`. Did you mean 'answer'[?]*"])


def test_documents_that_are_missing_are_said_in_words(project: pytest.Pytester) -> None:
    (project.path / "handbook.answers.yaml").write_text(CASES.replace("documents: handbook", "documents: nowhere"))
    result = project.runpytest_inprocess("-k", "tickets")
    result.assert_outcomes(failed=1, deselected=4)
    result.stdout.fnmatch_lines(["*nowhere: there is no such folder.*"])


def test_a_missed_gate_fails_a_run_whose_tests_all_passed(project: pytest.Pytester) -> None:
    text = CASES.replace("least_coverage: 0.5", "most_wrong: 0.3").replace("answer: Ivo Marsh", "answer: Ada Okoro")
    (project.path / "handbook.answers.yaml").write_text(text)
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=2, xfailed=1, xpassed=1, skipped=1)
    assert result.ret == 0
    (project.path / "handbook.answers.yaml").write_text(text.replace("most_wrong: 0.3", "most_wrong: 0.1"))
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=2, xfailed=1, xpassed=1, skipped=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*gate most_wrong missed: 20% (1 of 5); wanted at most 10%"])


def test_update_shows_the_difference_and_writes_it_with_comments_kept(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--answers-update")
    result.assert_outcomes(passed=2, xfailed=1, xpassed=1, skipped=1)
    result.stdout.fnmatch_lines(["-      answer: Ivo Marsh   # until 2024", "+      answer: Ada Okoro   # until 2024"])
    text = (project.path / "handbook.answers.yaml").read_text()
    assert text == CASES.replace("Ivo Marsh", "Ada Okoro")
    project.runpytest_inprocess().assert_outcomes(passed=2, xfailed=1, xpassed=1, skipped=1)


def test_a_library_named_on_the_command_line_goes_before_the_files_own(
    project: pytest.Pytester, handbook_library: Path
) -> None:
    (project.path / "handbook.answers.yaml").write_text(CASES.replace("documents: handbook", "documents: nowhere"))
    result = project.runpytest_inprocess("-k", "holidays", "--answers-library", str(handbook_library))
    result.assert_outcomes(passed=1, deselected=4)


def test_a_sheet_is_collected_too(project: pytest.Pytester, handbook_library: Path) -> None:
    (project.path / "handbook.answers.yaml").unlink()
    (project.path / "sheet.answers.csv").write_text("ask,answer\nWho grants holidays?,Bruno Marsh\n")
    project.runpytest_inprocess("--answers-library", str(handbook_library)).assert_outcomes(passed=1)


def test_workers_of_xdist_share_the_library_and_the_first_process_judges_and_writes(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("-n", "2", "--answers-update", "-rA")
    result.assert_outcomes(passed=2, xfailed=1, xpassed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ["+      answer: Ada Okoro   # until 2024", "handbook.answers.yaml: gate least_coverage held: 100% (5 of 5)*"]
    )
    assert (project.path / "handbook.answers.yaml").read_text() == CASES.replace("Ivo Marsh", "Ada Okoro")
    assert [path.name for path in (project.path / ".pincite").iterdir() if path.is_dir()] == ["handbook"]
