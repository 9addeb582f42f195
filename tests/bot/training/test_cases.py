"""Expected answers become questions that a reader can learn from, each over the passage that must answer it."""

from pathlib import Path

import pytest

from bot.squad import read_file
from bot.training.__main__ import main

SUITE = """
documents: docs
cases:
  - ask: Who opened the bridge at Tarn?
    also: [bridge tarn opened by]
    expect: {answer: Agnes Fell}
  - ask: When was it opened?
    expect: {contains: ['1901'], quote: {prefix: 'Fell in ', exact: '1901'}}
  - ask: Who sold the bridge?
    expect: {abstain: true}
  - ask: Who painted the bridge?
    expect: {answer: Nobody Known}
  - ask: Who is skipped?
    expect: {answer: Agnes Fell}
    skip: not today
"""
TEXT = "The bridge at Tarn was opened by Agnes Fell in 1901. It has twelve arches and is made of stone."


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bridge.txt").write_text(TEXT)
    path = tmp_path / "bridge.answers.yaml"
    path.write_text(SUITE)
    return path


def test_expected_answers_become_questions_in_squads_form(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.jsonl"
    assert main(["cases", str(suite), "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("4 questions")
    found = {one.question: one for one in read_file(out)}
    assert set(found) == {
        "Who opened the bridge at Tarn?",
        "bridge tarn opened by",
        "When was it opened?",
        "Who sold the bridge?",
    }
    assert [one.texts for one in found.values()] == [("Agnes Fell",), ("Agnes Fell",), ("1901",), ()]
    assert all(one.context == TEXT for one in found.values())


def test_what_cannot_be_found_is_said(suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.jsonl"
    suite.write_text("cases:\n  - ask: Who?\n    expect: {answer: Ann}\n")
    assert main(["cases", str(suite), "--out", str(out)]) == 3
    assert "--library" in capsys.readouterr().err
    assert main(["cases", str(suite), "--out", str(out), "--library", str(tmp_path / "none")]) == 3
    assert "no library" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
    suite.write_text("documents: docs\ncases:\n  - ask: Who?\n    expect: {answer: Nobody Known}\n")
    assert main(["cases", str(suite), "--out", str(out)]) == 3
    assert "pincite check" in capsys.readouterr().err
    assert not out.exists()
