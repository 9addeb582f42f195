"""A run learns, can be stopped and gone on with, and writes its log and its card."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bot import Reader
from bot.squad import Example
from bot.training.config import TrainConfig
from bot.training.encode import Item
from bot.training.loop import Run, rate, train
from bot.training.mix import Group, Pool
from bot.training.passages import Homes
from bot.training.rows import row_of
from bot.training.script import Files, run
from bot.windows import tokens_of, windows
from index import PinciteError

SMALL = TrainConfig(
    tokens=6000, rate=3e-3, batch_tokens=400, average=0.9, hard_negatives=0, swapped=0, without_answer=0, lists=0
)


def test_the_rate_warms_up_stays_and_falls_to_nothing() -> None:
    config = TrainConfig(tokens=1000, rate=1.0, warm_up=0.1, decay_from=0.5)
    assert rate(config, 0) < 0.02
    assert rate(config, 100) == rate(config, 500) == 1.0
    assert rate(config, 750) == pytest.approx(0.5)
    assert rate(config, 1000) == rate(config, 2000) == 0.0


def pool(examples: list[Example]) -> Pool:
    rows = [row_of(one) for one in examples]
    return Pool([Group(rows)], {}, Homes({}, {}), sorted({row.passage for row in rows}))


def test_a_run_that_was_stopped_goes_on_to_the_same_end(tiny: Path, tmp_path: Path, examples: list[Example]) -> None:
    said: list[str] = []
    whole = Run(tmp_path, tiny, SMALL, "d", said.append)
    assert train(whole, pool(examples))
    (tmp_path / "state.pt").unlink()

    cut = Run(tmp_path, tiny, SMALL, "d", said.append)
    real = cut.step
    asked: list[int] = []

    def step(items: list[Item]) -> None:
        real(items)
        if cut.progress.step == 5 and not asked:
            asked.append(1)
            os.kill(os.getpid(), signal.SIGTERM)

    cut.step = step  # type: ignore[method-assign]
    assert not train(cut, pool(examples))
    again = Run(tmp_path, tiny, SMALL, "d", said.append)
    assert again.progress.step == 5
    assert train(again, pool(examples))
    assert (again.progress.step, again.progress.tokens) == (whole.progress.step, whole.progress.tokens)
    for name, value in whole.average.items():
        assert torch.allclose(value, again.average[name], atol=1e-5), name
    assert whole.losses[-1] < whole.losses[0]
    assert "goes on after step 5" in said


def test_a_run_is_not_gone_on_with_on_other_data_or_settings(tiny: Path, tmp_path: Path) -> None:
    Run(tmp_path, tiny, SMALL, "d", print).checkpoint()
    with pytest.raises(PinciteError, match="--run"):
        Run(tmp_path, tiny, SMALL, "other", print)
    with pytest.raises(PinciteError, match="--run"):
        Run(tmp_path, tiny, TrainConfig(), "d", print)
    Run(tmp_path, tiny, TrainConfig(**{**SMALL.__dict__, "threads": 1}), "d", print)


def test_frozen_layers_and_embeddings_stay(tiny: Path, tmp_path: Path) -> None:
    task = Run(tmp_path, tiny, TrainConfig(frozen_layers=1), "d", print)
    assert not any("embeddings" in name or "layer.0." in name for name in task.trained)
    assert any("layer.1." in name for name in task.trained)


def test_the_script_writes_weights_a_card_and_a_log(tiny: Path, tmp_path: Path, file: Path) -> None:
    files = Files([(file, None)], measured=[file])
    assert run(files, tiny, tmp_path / "run", SMALL, "Made up for a test: CC0.")
    weights = tmp_path / "run" / "weights"
    card = (weights / "README.md").read_text()
    for words in ("Made up for a test: CC0.", "bridges.jsonl", "| 24 | all |", "seed 1", "`rate` *", "f1_best"):
        assert words in card, words
    log = (tmp_path / "run" / "log.txt").read_text()
    assert "pass 0" in log
    assert log.rstrip().endswith("done")
    reader = Reader(weights, threads=1)
    (row,) = windows(reader.tokenizer, tokens_of(reader.tokenizer, "who?"), "Ann Lee.", 0, 8)
    assert len(reader([row])[0][0]) == len(row.tokens)


@pytest.mark.parametrize("has", [{"avx2": True}, {"avx512_bf16": True}, {"amx_bf16": True, "avx512_bf16": False}])
def test_bf16_is_refused_where_the_processor_has_none(
    has: dict[str, bool], tiny: Path, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "x86_64", "avx2": True, **has})
    files, settings = Files([(file, None)]), replace(SMALL, tokens=400, bf16=True)
    if any("bf16" in name for name in has):
        assert run(files, tiny, tmp_path / "run", settings)
    else:
        with pytest.raises(PinciteError, match="leave --bf16 out"):
            run(files, tiny, tmp_path / "run", settings)
        assert not (tmp_path / "run").exists()
