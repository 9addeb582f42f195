import json
from pathlib import Path

import pytest

from bot.expected import read_suite
from web.cli import main


@pytest.fixture
def seeded(command_line: Path, seeds_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, with a copy of the seeds as what is asked."""
    monkeypatch.setenv("PINCITE_SEEDS", str(seeds_copy))
    return command_line


@pytest.mark.usefixtures("models")
def test_the_seeds_suggest_cases_that_hold(seeded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest"]) == 0
    told = capsys.readouterr()
    assert "2 documents" in told.err
    assert "take out what nobody would ask" in told.err
    path = seeded / "suggested.answers.yaml"
    path.write_text(told.out, encoding="utf-8")
    suite = read_suite(path)
    assert suite.cases
    assert all(case.expect.quote and case.expect.documents and case.expect.answers for case in suite.cases)
    assert main(["check", str(path)]) == 0, capsys.readouterr().out


def test_they_are_written_into_a_new_file_only(seeded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("new.answers.yaml", "new.csv"):
        assert main(["suggest", "--out", name, "--limit", "1"]) == 0
        assert "1 cases written" in capsys.readouterr().err.replace("1 case written", "1 cases written")
        assert len(read_suite(seeded / name).cases) == 1
    assert main(["suggest", "--out", "new.csv"]) == 2
    assert "such a file already" in capsys.readouterr().err


def test_programs_get_json(seeded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["documents"] == 2
    assert found["made"] >= found["asked"] >= len(found["suggestions"]) > 0
    for one in found["suggestions"]:
        assert one["answer"] == one["place"]["exact"]
        assert one["answer"] in one["place"]["quote"]


def test_bad_use_is_said(seeded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--limit", "0"], ["--limit", "x"], ["--least", "2"]):
        with pytest.raises(SystemExit) as ended:
            main(["suggest", *wrong])
        assert ended.value.code == 2
    assert main(["suggest", "--library", "none"]) == 3
    assert "There is no library" in capsys.readouterr().err
