"""The scorecard's faces: `pincite eval`, and numbers compared with their record."""

import json
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from bot.reader import PACKAGED
from web import quality
from web.cli import main
from web.quality import worse

CONTEXT = "The mill at Tarn was built by Agnes Fell in 1742. It has two wheels."
ROWS = [
    {"question": "Who built the mill at Tarn?", "context": CONTEXT, "answers": [{"text": "Agnes Fell", "start": 30}]},
    {"question": "Who sold the mill at Tarn?", "context": CONTEXT, "answers": []},
]


@pytest.fixture
def questions(command_line: Path) -> Path:
    file = command_line / "mill.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return file


def test_eval_prints_the_contracts_numbers_and_nothing_else(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(questions), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    closed = json.loads(out)
    assert list(closed) == [
        "n", "em", "f1", "has_answer", "no_answer", "auc_answerable", "ece", "coverage_at_risk",
    ]  # fmt: skip
    assert {key: list(closed[key]) for key in ("has_answer", "no_answer", "coverage_at_risk")} == {
        "has_answer": ["n", "em", "f1"],
        "no_answer": ["n", "accuracy"],
        "coverage_at_risk": ["0.05", "0.1"],
    }
    assert (closed["n"], closed["has_answer"]["em"]) == (2, 1.0)
    assert main(["eval", str(questions), "--open", "--json"]) == 0
    opened = json.loads(capsys.readouterr().out)
    assert set(opened) - set(closed) == {"recall_at_1", "recall_at_5", "recall_at_10"}


def test_eval_prints_a_table_and_writes_plots(
    questions: Path, command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(questions), "--open", "--plots", "plots"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["n"] == 2, "programs get the numbers without --json too"
    assert "all 2 questions" in err
    assert "recall at 10" in err
    for name in ("reliability.svg", "risk-coverage.svg"):
        assert f"plot: plots/{name}" in err
        ElementTree.parse(command_line / "plots" / name)


def test_files_without_questions_and_folders_that_are_files_are_named(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "none.json"]) == 3
    assert "none.json" in capsys.readouterr().err
    assert main(["eval", str(questions), "--plots", str(questions)]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_a_number_is_worse_when_it_falls_or_is_gone_and_an_error_when_it_rises() -> None:
    before = {"n": 9, "f1": 0.8, "has_answer": {"n": 5, "em": 0.7}, "auc_answerable": None, "ece": 0.03}
    assert worse(before, before, 0.01) == []
    assert worse(before, before | {"n": 3, "f1": 0.795, "ece": 0.0}, 0.01) == []
    fallen = before | {"f1": 0.78, "has_answer": {"n": 5}, "ece": 0.05}
    assert worse(before, fallen, 0.01) == [
        "f1: 0.8000 recorded, 0.7800 today",
        "has_answer.em: 0.7000 recorded, nothing today",
        "ece: 0.0300 recorded, 0.0500 today",
    ]


def test_quality_is_recorded_with_its_reader_and_compared_from_then_on(
    questions: Path, command_line: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(PACKAGED, command_line / "reader")
    record = folder / "quality.json"
    record.unlink(missing_ok=True)
    monkeypatch.setenv("PINCITE_READER", str(folder))
    assert quality.main([str(questions)]) == 3
    assert "make it with --record" in capsys.readouterr().err
    assert quality.main([str(questions), "--record", "--docs", "docs"]) == 0
    assert (command_line / "docs" / "reliability.svg").is_file()
    kept = json.loads(record.read_text())
    assert set(kept["runs"]) == {"mill", "open"}
    assert quality.main([str(questions)]) == 0
    assert "no number is worse" in capsys.readouterr().out
    kept["runs"]["open"]["recall_at_1"] = 1.5
    kept["runs"]["gone"] = {"f1": 0.5}
    record.write_text(json.dumps(kept))
    assert quality.main([str(questions)]) == 1
    out = capsys.readouterr().out
    assert "WORSE  open recall_at_1: 1.5000 recorded, 1.0000 today" in out
    assert "WORSE  gone: not measured today" in out
