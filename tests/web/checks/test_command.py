import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from bot.expected import read_suite
from tests.conftest import CHECKOUT
from web.cli import main

GOOD = """\
documents: handbook
cases:
  - ask: Who grants holidays?
    also: Who are holidays granted by?
    expect: {answer: Bruno Marsh, under: Holidays}
  - ask: What does the dog eat?
    expect: {abstain: true}
"""


@pytest.fixture(autouse=True)
def quiet(models: None, folder: Path) -> Path:
    (folder / "good.answers.yaml").write_text(GOOD)
    (folder / "bad.answers.yaml").write_text(GOOD.replace("Bruno", "Clara"))
    return folder


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return out, err


def test_a_file_that_holds_ends_with_0_and_a_line_a_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "good.answers.yaml"]) == 0
    out, err = said(capsys)
    lines = out.splitlines()
    assert lines[0].startswith("✓ Who grants holidays?")
    assert "Bruno Marsh (" in lines[0]
    assert lines[0].endswith("2 wordings")
    assert lines[1].startswith("✓ What does the dog eat?")
    assert lines[2] == "good.answers.yaml: 2 passed"
    assert "2 of 2 with an answer were answered; 0 of 2 answers were wrong" in lines[3]
    assert err == ""


def test_a_case_that_fails_ends_with_1_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "good.answers.yaml", "bad.answers.yaml"]) == 1
    out, _ = said(capsys)
    assert "    the source changed: The words are not in any of 2 documents.\n" in out
    assert "      expected  [Clara Marsh]\n" in out
    assert "bad.answers.yaml: 1 passed, 1 failed" in out


def test_a_missed_gate_ends_with_1(quiet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = GOOD.replace("Bruno", "Clara").replace("Holidays}", "Holidays}\n    xfail: known")
    (quiet / "gate.answers.yaml").write_text("gates: {most_wrong: 0.1}\n" + known)
    assert main(["check", "gate.answers.yaml"]) == 1
    assert "most_wrong missed: 100% (2 of 2); wanted at most 10%" in said(capsys)[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.answers.yaml"], "none.answers.yaml:1: cannot be read"),
        (["mistake.answers.yaml"], "mistake.answers.yaml:3: 'anwser' is no key of `expect`. Did you mean 'answer'?"),
        (["good.answers.yaml", "bad.answers.yaml", "--export", "x.csv"], "One file is exported at a time"),
        (["good.answers.yaml", "--export", "bad.answers.yaml"], "already"),
    ],
)
def test_bad_files_end_with_2_before_anything_is_loaded(
    quiet: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.checks.command.Bots", None)
    (quiet / "mistake.answers.yaml").write_text("cases:\n  - ask: Who?\n    expect: {anwser: x}\n")
    assert main(["check", *arguments]) == 2
    out, err = said(capsys)
    assert out == ""
    assert err.startswith("pincite: ")
    assert words in err


@pytest.mark.parametrize("arguments", [[], ["x.yaml", "--wrong", "5"], ["x.yaml", "--wrong", "few"]])
def test_bad_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])
    assert ended.value.code == 2
    assert said(capsys)[1].startswith("usage: pincite check")


def test_documents_that_are_missing_end_with_3(quiet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quiet / "x.answers.yaml").write_text(GOOD.replace("documents: handbook", "documents: nowhere"))
    assert main(["check", "x.answers.yaml"]) == 3
    assert "nowhere: there is no such folder" in said(capsys)[1]
    assert not (quiet / ".pincite").exists()


def test_a_library_that_a_file_misspells_is_a_mistake_in_its_line(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (quiet / "x.answers.yaml").write_text("# ours\n" + GOOD.replace("documents: handbook", "library: nowhere"))
    assert main(["check", "x.answers.yaml"]) == 2
    assert "x.answers.yaml:2: There is no library in nowhere" in said(capsys)[1]


def test_a_report_that_cannot_be_written_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "good.answers.yaml", "--junit", "no/where.xml"]) == 3
    assert "no/where.xml cannot be written" in said(capsys)[1]


def test_json_holds_all_that_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "good.answers.yaml", "bad.answers.yaml", "--json", "--curve"]) == 1
    body = json.loads(said(capsys)[0])
    assert list(body) == ["passed", "suites", "curve", "proposal"]
    assert body["passed"] is False
    good, bad = body["suites"]
    assert list(good) == ["file", "threshold", "gates", "cases", "counts", "measured"]
    assert good["counts"]["passed"] == 2
    assert good["cases"][0]["replies"][1]["question"] == "Who are holidays granted by?"
    assert good["cases"][0]["replies"][0]["place"]["exact"] == "Bruno Marsh"
    assert bad["cases"][0]["findings"][0]["cause"] == "source_changed"
    assert body["proposal"]["point"] is None
    assert "too few" in body["proposal"]["words"]


def test_reports_are_written_for_other_programs(quiet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--junit", "r.xml", "--markdown", "r.md", "--curve", "--wrong", "0.2"]
    assert main(["check", "bad.answers.yaml", *arguments]) == 1
    assert "too few to promise a wrong-answer rate of at most 20%" in said(capsys)[0]
    assert ElementTree.fromstring((quiet / "r.xml").read_text()).get("failures") == "1"
    assert "![Wrong answers against coverage](r.svg)" in (quiet / "r.md").read_text()
    assert ElementTree.fromstring((quiet / "r.svg").read_text()).tag.endswith("svg")


def test_update_writes_what_is_answered_now(quiet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "bad.answers.yaml", "--update"]) == 1
    assert "+    expect: {answer: Bruno Marsh, under: Holidays}" in said(capsys)[1]
    assert main(["check", "bad.answers.yaml"]) == 0


def test_a_library_on_the_command_line_goes_first_and_a_sheet_needs_one(
    quiet: Path, handbook_library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (quiet / "x.answers.yaml").write_text(GOOD.replace("documents: handbook", "documents: nowhere"))
    assert main(["check", "x.answers.yaml", "--export", "x.csv"]) == 0
    assert "gates and the place of the documents are not in it" in said(capsys)[1]
    assert main(["check", "x.answers.yaml", "x.csv", "--library", str(handbook_library)]) == 0
    assert read_suite(quiet / "x.csv").cases[0].also == ("Who are holidays granted by?",)


def test_models_are_loaded_once_for_all_files(quiet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.checks import bots

    made: list[str] = []
    embedder, reader = bots.Embedder, bots.Reader
    monkeypatch.setattr(bots, "Embedder", lambda: (made.append("embedder"), embedder())[1])
    monkeypatch.setattr(bots, "Reader", lambda *given: (made.append("reader"), reader(*given))[1])
    (quiet / "other").mkdir()
    (quiet / "other" / "dogs.md").write_text("The dog eats rice.")
    (quiet / "other.answers.yaml").write_text(
        "documents: other\ncases: [{ask: Who grants holidays?, expect: {abstain: true}}]"
    )
    assert main(["check", "good.answers.yaml", "other.answers.yaml"]) == 0
    assert sorted(made) == ["embedder", "reader"]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "--schema"])
    assert ended.value.code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(said(capsys)[0]))


def test_the_bench_of_checks_runs() -> None:
    command = [sys.executable, "-m", "web.bench_checks", "--cases", "3", "--passages", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert "20 passages indexed" in done.stdout
    assert "cases a second" in done.stdout
