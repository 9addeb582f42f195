"""`pincite ask` says why, and writes what can be taken away."""

import json
from pathlib import Path

import pytest

from bot import Bot
from tests.index.light import LightEmbedder
from tests.web.proof.conftest import OPENED, UNSAID
from tests.web.proof.test_pack import Pack
from web.cli import main
from web.proof.receipt import Receipt


@pytest.fixture
def own(bridges: Bot, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments that name the library of the bridges."""
    monkeypatch.setattr("index.writer.Embedder", LightEmbedder)
    return ["--library", str(bridges.library.folder)]


def test_ask_writes_a_pack_and_a_receipt_that_verify_proves(
    own: list[str], bridges: Bot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for question, status in ((OPENED, 0), (UNSAID, 1)):
        page, receipt = tmp_path / "a.html", tmp_path / "a.json"
        assert main(["ask", question, *own, "--pack", str(page), "--receipt", str(receipt)]) == status
        made = Receipt.model_validate_json(receipt.read_text(encoding="utf-8"))
        assert made.text == bridges.ask(question).text
        assert Receipt.model_validate_json(Pack(page.read_text(encoding="utf-8")).receipt) == made
        for path in (page, receipt):
            assert main(["verify", str(path), *own]) == 0
    assert "Traceback" not in "".join(capsys.readouterr())


def test_ask_says_why_in_words_and_in_json(own: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", OPENED, *own, "--why"]) == 0
    out = capsys.readouterr().out
    for words in ("Why this answer", "What spoke for and against it", "Passages read", "by meaning"):
        assert words in out
    assert main(["ask", UNSAID, *own, "--why"]) == 1
    assert "Why no answer" in capsys.readouterr().out
    assert main(["ask", OPENED, *own, "--why", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["why"]["text"], body["why"]["confidence"]) == (body["text"], body["confidence"])


def test_what_cannot_be_written_is_said(own: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", OPENED, *own, "--receipt", str(tmp_path / "nowhere" / "a.json")]) == 3
    assert "cannot be written" in capsys.readouterr().err
