"""Export: a trained folder -> an int8 ONNX file beside its tokeniser, verified against torch."""

import json
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from bot.reader import Logits, Reader
from bot.spans import decode
from bot.squad import Example
from bot.training.encode import padded
from bot.training.measure import measure
from bot.training.model import COPIED, SpanModel, logits_of
from bot.windows import Window, tokens_of, windows
from index.errors import ModelError

FILE = "reader.int8.onnx"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
CHECKED = 500
"""Passages on which the export is compared with torch."""
FLOAT_TOLERANCE = 1e-3
"""Logits by which the float32 export may differ from torch: the order of sums is all that changes."""
MOST_LOST = 0.005
"""F1 that int8 may cost."""
MOST_BYTES = 70_000_000

Pair = tuple[Logits, Logits]


class _Logits(nn.Module):
    """The model as the exporter wants it: positional tensors in, a pair of tensors out."""

    def __init__(self, model: SpanModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.model(dict(zip(INPUTS, (ids, mask, types), strict=True)))  # type: ignore[no-any-return]


def to_onnx(model: SpanModel, target: Path) -> None:
    """Write `model` as float32 ONNX with any number of rows and tokens, outputs `start` and `end`."""
    row = Window(np.ones(17, np.int64), 1, np.zeros((0, 2), np.int64))
    given = padded([row, row], model.padding)
    axes = {name: {0: "batch", 1: "tokens"} for name in (*INPUTS, "start", "end")}
    with warnings.catch_warnings():  # the exporter warns of its own future
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(model).eval(),
            tuple(given[name] for name in INPUTS),
            str(target),
            input_names=list(INPUTS),
            output_names=["start", "end"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def quantise(source: Path, target: Path) -> None:
    """Write the model with dynamic int8 products, a scale for each channel: one for each matrix costs 2 F1 more."""
    import logging

    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = target.with_suffix(".ready.onnx")
    quant_pre_process(str(source), str(ready), skip_symbolic_shape=True)
    logging.disable(logging.WARNING)
    quantize_dynamic(str(ready), str(target), per_channel=True, weight_type=QuantType.QInt8)
    logging.disable(logging.NOTSET)
    ready.unlink()


def export(folder: Path, out: Path, examples: Sequence[Example], say: Callable[[str], None]) -> dict[str, object]:
    """Write the int8 reader of the model in `folder` into `out`, and return what the checks found.

    Raises ModelError, and writes nothing, where the float32 export differs from torch, int8 costs more than
    MOST_LOST of F1 on `examples`, or the file is larger than MOST_BYTES.
    """
    model, tokenizer = SpanModel(folder), Reader(folder).tokenizer
    rows = [
        windows(tokenizer, tokens_of(tokenizer, one.question), one.context, 0, len(one.context))[0]
        for one in examples[:CHECKED]
    ]
    with tempfile.TemporaryDirectory() as place:
        whole, small = Path(place, "float", "reader.onnx"), Path(place, "int8", FILE)
        for path in (whole, small):
            path.parent.mkdir()
            shutil.copy(folder / "tokenizer.json", path.parent)
        to_onnx(model, whole)
        quantise(whole, small)
        say(f"exported, {small.stat().st_size / 1e6:.1f} MB; comparing on {len(rows)} passages")
        exact, quick = Reader(whole.parent), Reader(small.parent)
        wanted, floats, ints = logits_of(model, rows), exact(rows), quick(rows)
        found: dict[str, object] = {
            "float32_differs_by": round(_distance(wanted, floats), 6),
            "int8_same_span": round(_same(rows, wanted, ints), 4),
            "bytes": small.stat().st_size,
        }
        scores = {name: measure(tokenizer, read, examples)["f1"] for name, read in (("f1", exact), ("f1_int8", quick))}
        found |= scores
        _check(found)
        out.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            if (folder / name).is_file():
                shutil.copy(folder / name, out / name)
        shutil.copy(small, out / FILE)
    (out / "export.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def _check(found: dict[str, object]) -> None:
    differs, size, f1, f1_int8 = (found[name] for name in ("float32_differs_by", "bytes", "f1", "f1_int8"))
    assert isinstance(differs, float)
    assert isinstance(size, int)
    if differs > FLOAT_TOLERANCE:
        raise ModelError(f"The float32 export differs from torch by {differs} logits, more than {FLOAT_TOLERANCE}.")
    if size > MOST_BYTES:
        raise ModelError(f"The int8 file has {size} bytes, more than {MOST_BYTES}: train a smaller model.")
    if isinstance(f1, float) and isinstance(f1_int8, float) and f1 - f1_int8 > MOST_LOST:
        raise ModelError(f"int8 costs {f1 - f1_int8:.4f} of F1, more than {MOST_LOST}: average more, or train on.")


def _distance(some: Sequence[Pair], others: Sequence[Pair]) -> float:
    pairs = zip(some, others, strict=True)
    return max(float(np.abs(a - b).max()) for one, other in pairs for a, b in zip(one, other, strict=True))


def _same(rows: Sequence[Window], some: Sequence[Pair], others: Sequence[Pair]) -> float:
    """Return the share of windows whose best span is the same by both logits."""
    best = [[decode(row, *logits)[0][:2] for row, logits in zip(rows, each, strict=True)] for each in (some, others)]
    return float(np.mean([one == other for one, other in zip(*best, strict=True)]))
