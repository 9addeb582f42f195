"""What was exported can be trained on: unpacked weights read as the export does."""

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from bot import Reader
from bot.reader import PACKAGED, SECOND, OnnxRuntime, Remembering
from bot.squad import Example
from bot.training import export as exporting
from bot.training.__main__ import main
from bot.training.compact import AsFirst, logits_one_by_one
from bot.training.model import SpanModel, logits_of
from bot.training.unpack import unpack
from bot.windows import inputs, tokens_of, windows
from index import ModelError
from tests.bot.training.conftest import rows_of
from tests.conftest import SEEDS


def parameters(folder: Path) -> dict[str, torch.Tensor]:
    return {name: value.detach() for name, value in SpanModel(folder).inner.named_parameters()}


def blank(folder: Path, out: Path) -> Path:
    """Write a model of the same form that knows nothing of the other's weights."""
    model = SpanModel(folder)
    with torch.no_grad():
        for value in model.parameters():
            value.normal_()
    model.save(out)
    return out


@pytest.mark.parametrize("rounded", [False, True])
def test_weights_come_back_as_the_export_has_them(
    rounded: bool, tiny: Path, tmp_path: Path, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_LOST", 1.0)  # random weights have no words they stand by
    exporting.export(tiny, tmp_path / "out", examples, print, shown=examples if rounded else ())
    found = unpack(tmp_path / "out", blank(tiny, tmp_path / "blank"), tmp_path / "again")
    was, now = parameters(tiny), parameters(tmp_path / "again")
    assert found == {"taken": len(was), "kept": 0}
    if not rounded:
        for name, value in was.items():
            step = float(value.abs().max()) / 127
            assert float((value - now[name]).abs().max()) <= step + 1e-3, name
    reader = Reader(tmp_path / "out")
    rows = rows_of(reader.tokenizer, examples)
    for (start, end), (wanted_start, wanted_end) in zip(
        reader(rows), logits_of(SpanModel(tmp_path / "again"), rows), strict=True
    ):
        assert abs(start - wanted_start).max() < 0.05
        assert abs(end - wanted_end).max() < 0.05
    assert (tmp_path / "again" / "reader.json").is_file(), "it says what language it reads"


def test_channels_apart_go_back_into_their_layer_and_frozen_layers_stay_the_bases(
    deep: Path, tiny: Path, tmp_path: Path, file: Path, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = SpanModel(deep)
    with torch.no_grad():
        model.inner.base_model.encoder.layer[1].intermediate.dense.weight[7] *= 400
        model.inner.base_model.encoder.layer[1].output.dense.weight[:, 7] *= 3
        model.inner.base_model.encoder.layer[0].output.LayerNorm.weight[5] = 60  # large for query, key and value alike
    model.save(tmp_path / "large")
    out = tmp_path / "out"
    monkeypatch.setattr(exporting, "MOST_LOST", 1.0)
    assert main(["export", str(tiny), str(file), "--out", str(out)]) == 0
    arguments = ["export", str(tmp_path / "large"), str(file), "--out", str(out), "--second", "--shown", str(file)]
    assert main([*arguments, "--step", "0.05"]) == 0
    base = blank(deep, tmp_path / "blank")
    again = ["unpack", str(out), "--base", str(base), "--second"]
    assert main([*again, "--out", str(tmp_path / "whole")]) == 0
    assert main([*again, "--frozen-layers", "1", "--out", str(tmp_path / "upper")]) == 0

    was, kept = parameters(tmp_path / "large"), parameters(base)
    whole, upper = parameters(tmp_path / "whole"), parameters(tmp_path / "upper")
    upper_layer = "mpnet.encoder.layer.1."
    for name, channel in (("output.dense", 7), *((f"attention.attn.{part}", 5) for part in "qkv")):
        column, own = (each[f"{upper_layer}{name}.weight"][:, channel].numpy() for each in (whole, was))
        assert column == pytest.approx(own, abs=1e-3), f"{name} was apart, unrounded"
    for name, value in upper.items():
        lower = any(part in name for part in ("embeddings", "layer.0.", "relative_attention_bias"))
        assert torch.equal(value, kept[name] if lower else whole[name]), name

    tokenizer, reader = Reader(deep).tokenizer, Reader(out)
    rows = rows_of(reader.tokenizer, examples)
    served = [reader._deeper(inputs(row)) for row in rows]  # type: ignore[misc]
    unpacked = logits_one_by_one(AsFirst(SpanModel(tmp_path / "whole"), tokenizer, reader.tokenizer), rows)
    for (start, _), (wanted, _) in zip(served, unpacked, strict=True):
        assert np.corrcoef(start, wanted)[0, 1] > 0.99


def test_the_packaged_reader_unpacks_onto_the_embedder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unpack", str(PACKAGED), "--out", str(tmp_path / "out")]) == 0
    assert "103 parameters taken" in capsys.readouterr().out
    reader, model = Reader(PACKAGED), SpanModel(tmp_path / "out")
    rows = windows(reader.tokenizer, tokens_of(reader.tokenizer, "Who lives here?"), "Ann Lee lives here.", 0, 19)
    ((start, _),), ((wanted, _),) = reader(rows), logits_of(model, rows)
    assert abs(start - wanted).max() < 0.5
    assert start.argmax() == wanted.argmax()


def test_int8_products_of_the_packaged_readers_do_not_overflow(deep: Path, tmp_path: Path) -> None:
    """On processors without VNNI they did: the deeper model's best start was another in a quarter of windows."""
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    base = tmp_path / "base"
    MPNetForQuestionAnswering(MPNetConfig(max_position_embeddings=514)).half().save_pretrained(base)
    found = unpack(PACKAGED, base, tmp_path / "float", second=True)
    assert found["kept"] == 0
    reader = Reader(PACKAGED)
    assert isinstance(reader._deeper, Remembering)
    assert isinstance(reader._deeper.runtime, OnnxRuntime)
    options = reader._deeper.runtime._session.get_session_options()
    assert options.get_session_config_entry("session.x64quantprecision") == "1", "seen where there is VNNI too"
    model = AsFirst(SpanModel(tmp_path / "float"), Reader(deep).tokenizer, reader.tokenizer)
    rows = [
        window
        for path in sorted(SEEDS.glob("*.txt"))
        for asked in ("When was CASIP established?", "How many patents does Toyota have?")
        for window in windows(reader.tokenizer, tokens_of(reader.tokenizer, asked), path.read_text("utf-8"), 0, 1200)
    ]
    served = [reader._deeper(inputs(row)) for row in rows]  # type: ignore[misc]
    differs = [
        [float(abs(one - other).max()) for one, other in zip(*pairs, strict=True)]
        for pairs in zip(served, logits_one_by_one(model, rows), strict=True)
    ]
    assert len(rows) == 4
    assert np.median(differs) < 1, "logits of [-10, 10]; overflowing products differ by 2.4"


def test_what_does_not_fit_is_refused_and_nothing_is_written(
    tiny: Path, tmp_path: Path, examples: list[Example], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(ModelError, match="name the model it was made of"):
        unpack(PACKAGED, tiny, out)
    with pytest.raises(ModelError, match="no export of a first reader"):
        unpack(tiny, tiny, out)
    exporting.export(tiny, tmp_path / "small", examples, print)
    with pytest.raises(ModelError, match="no export of a deeper reader"):
        unpack(tmp_path / "small", tiny, out, second=True)
    whole = (PACKAGED / SECOND).read_bytes()
    for damaged in (b"no gzip", gzip.compress(b"no model"), whole[:9000], whole[:500] + b"####" + whole[504:9000]):
        (tmp_path / "small" / SECOND).write_bytes(damaged)
        with pytest.raises(ModelError, match="no ONNX file"):
            unpack(tmp_path / "small", tiny, out, second=True)
    assert main(["unpack", str(PACKAGED), "--second", "--out", str(out)]) == 3
    assert "--base" in capsys.readouterr().err
    assert not out.exists()
