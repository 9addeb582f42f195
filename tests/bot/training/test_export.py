"""What is exported is what was trained, or nothing is."""

import json
from pathlib import Path

import pytest
import torch

from bot import Reader
from bot.squad import Example
from bot.training import export as exporting
from bot.training.__main__ import main
from bot.training.average import average
from bot.training.model import SpanModel, logits_of
from bot.windows import tokens_of, windows
from index import ModelError


def test_an_export_reads_as_torch_does(tiny: Path, tmp_path: Path, examples: list[Example]) -> None:
    found = exporting.export(tiny, tmp_path / "out", examples, print)
    assert found["float32_differs_by"] < 1e-4  # type: ignore[operator]
    assert json.loads((tmp_path / "out" / "export.json").read_text()) == found
    reader, model = Reader(tmp_path / "out"), SpanModel(tiny)
    assert reader.language == "en"
    rows = windows(reader.tokenizer, tokens_of(reader.tokenizer, "who?"), "Ann Lee lives here.", 0, 19)
    ((start, _),), ((wanted, _),) = reader(rows), logits_of(model, rows)
    assert abs(start - wanted).max() < 0.1


def test_nothing_is_written_where_int8_costs_too_much_or_the_file_is_too_large(
    tiny: Path, tmp_path: Path, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_BYTES", 1000)
    with pytest.raises(ModelError, match="bytes"):
        exporting.export(tiny, tmp_path / "out", examples, print)
    assert not (tmp_path / "out").exists()


def test_the_average_is_the_mean_of_weights_of_one_form(tiny: Path, tmp_path: Path) -> None:
    other = SpanModel(tiny)
    with torch.no_grad():
        other.inner.qa_outputs.bias += 2
    other.save(tmp_path / "other")
    average([tiny, tmp_path / "other"], tmp_path / "mean")
    mean = SpanModel(tmp_path / "mean").inner.qa_outputs.bias - SpanModel(tiny).inner.qa_outputs.bias
    assert mean.tolist() == pytest.approx([1, 1])
    from transformers import BertConfig, BertForQuestionAnswering

    BertForQuestionAnswering(
        BertConfig(vocab_size=30, hidden_size=4, num_hidden_layers=1, num_attention_heads=1)
    ).save_pretrained(tmp_path / "odd")
    with pytest.raises(ModelError, match="another form"):
        average([tiny, tmp_path / "odd"], tmp_path / "mean")


def test_the_steps_are_commands(tiny: Path, tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels, run = tmp_path / "labels.jsonl", tmp_path / "run"
    assert main(["label", str(tiny), str(file), "--out", str(labels)]) == 0
    assert len(labels.read_text().splitlines()) == 24
    budget = ["--tokens", "800", "--hard-negatives", "0", "--threads", "1"]
    arguments = ["train", f"{file}=20", "--start", str(tiny), "--run", str(run), "--labels", str(labels), *budget]
    assert main(arguments) == 0
    assert main(["measure", str(run / "weights"), str(file)]) == 0
    assert '"f1"' in capsys.readouterr().out.splitlines()[-1]
    assert main(["average", str(run / "weights"), str(tiny), "--out", str(tmp_path / "mean")]) == 0
    assert main(["export", str(tmp_path / "mean"), str(file), "--out", str(tmp_path / "out")]) == 0
    assert main(["measure", str(tmp_path / "nothing"), str(file)]) == 3
    assert "training:" in capsys.readouterr().err
