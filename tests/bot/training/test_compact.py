"""A deep model is read as the first one is, and what makes it small changes as little as can be."""

import gzip
import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from bot import Reader
from bot.reader import SECOND
from bot.squad import Example
from bot.training import export as exporting
from bot.training.__main__ import _reads, main
from bot.training.compact import Apart, AsFirst, logits_one_by_one, set_apart
from bot.training.encode import padded
from bot.training.export import calibration
from bot.training.model import SpanModel, logits_of
from bot.training.steps import coarsen
from bot.windows import tokens_of, windows
from index import ModelError
from tests.bot.training.conftest import rows_of


def wrapped(folder: Path, tokenizer: Tokenizer) -> AsFirst:
    return AsFirst(SpanModel(folder), Reader(folder).tokenizer, tokenizer)


def test_a_deep_model_reads_the_windows_of_the_first_as_its_own(
    deep: Path, tokenizer: Tokenizer, examples: list[Example]
) -> None:
    own = Reader(deep).tokenizer
    wanted = logits_of(SpanModel(deep), rows_of(own, examples))
    found = logits_one_by_one(wrapped(deep, tokenizer), rows_of(tokenizer, examples))
    for row, (start, end), (own_start, own_end) in zip(rows_of(tokenizer, examples), found, wanted, strict=True):
        assert len(start) == len(row.tokens) == len(own_start) - 1
        doubled = row.first
        assert start == pytest.approx([*own_start[:doubled], *own_start[doubled + 1 :]], abs=1e-5)
        assert end == pytest.approx([*own_end[:doubled], *own_end[doubled + 1 :]], abs=1e-5)


def test_another_vocabulary_is_refused(deep: Path, tokenizer: Tokenizer) -> None:
    kept = json.loads((deep / "tokenizer.json").read_text())
    kept["model"]["vocab"]["house"], kept["model"]["vocab"]["bridge"] = (
        kept["model"]["vocab"]["bridge"],
        kept["model"]["vocab"]["house"],
    )
    (deep / "tokenizer.json").write_text(json.dumps(kept))
    with pytest.raises(ModelError, match="vocabulary"):
        wrapped(deep, tokenizer)


def test_channels_apart_change_nothing_and_leave_the_rest_small(deep: Path, tokenizer: Tokenizer) -> None:
    who = [Example("who?", "Ann Lee lives here.", ())]
    model, rows, own = wrapped(deep, tokenizer), rows_of(tokenizer, who), rows_of(Reader(deep).tokenizer, who)
    body = model.model.inner.base_model.encoder.layer[1]
    with torch.no_grad():
        body.intermediate.dense.weight[7] *= 400
    before = logits_one_by_one(model, rows)
    assert set_apart(model.model, [padded(own, 1)]) >= 1
    assert isinstance(body.output.dense, Apart)
    assert 7 in body.output.dense.channels
    for (start, end), (was_start, was_end) in zip(logits_one_by_one(model, rows), before, strict=True):
        assert start == pytest.approx(was_start, abs=1e-4)
        assert end == pytest.approx(was_end, abs=1e-4)


@pytest.mark.parametrize("kind", ["tiny", "deep"])
def test_the_second_model_is_exported_beside_the_first(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = request.getfixturevalue(kind), tmp_path / "out"
    first = request.getfixturevalue("tiny")
    assert main(["export", str(first), str(file), "--out", str(out)]) == 0
    assert not Reader(out).looks_twice
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "MOST_LOST", 1.0)  # random weights have no words they stand by
        assert main(["export", str(folder), str(file), "--out", str(out), "--second", "--shown", str(file)]) == 0
    assert "channels apart" in capsys.readouterr().out
    reader = Reader(out)
    assert reader.looks_twice
    rows = windows(reader.tokenizer, tokens_of(reader.tokenizer, "who?"), "Ann Lee lives here.", 0, 19)
    ((start, _),) = reader.again(rows, reader(rows))
    assert len(start) == len(rows[0].tokens)
    ((measured, _),) = _reads(out)(rows)
    assert measured.tolist() == start.tolist(), "it is measured as it is served"
    raw = gzip.decompress((out / SECOND).read_bytes())
    assert (out / SECOND).stat().st_size < 0.55 * len(raw), "coarse weights compress well"


def test_nothing_is_written_where_the_second_model_loses_too_much(
    tiny: Path, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", str(tiny), str(file), "--out", str(out)]) == 0
    monkeypatch.setattr(exporting, "MOST_BYTES", 1000)
    assert main(["export", str(tiny), str(file), "--out", str(out), "--second", "--shown", str(file)]) == 3
    assert "bytes" in capsys.readouterr().err
    assert not (out / SECOND).exists()


def test_distances_of_tokens_stay_whole(deep: Path, examples: list[Example]) -> None:
    model = SpanModel(deep)
    kept = model.inner.base_model.encoder.relative_attention_bias.weight.detach().clone()
    words = model.inner.base_model.embeddings.word_embeddings.weight.detach().clone()
    coarsen(model, calibration(Reader(deep).tokenizer, model, examples))
    assert torch.equal(model.inner.base_model.encoder.relative_attention_bias.weight, kept)
    assert not torch.equal(model.inner.base_model.embeddings.word_embeddings.weight, words)


def test_a_second_model_needs_questions_that_show_how_to_round_it(
    tiny: Path, tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tiny), str(file), "--out", str(tmp_path), "--second"]) == 3
    assert "--shown" in capsys.readouterr().err
