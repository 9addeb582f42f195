"""Export: a trained folder -> an int8 ONNX file beside its tokeniser, verified against torch."""

import json
import shutil
import tempfile
import warnings
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from bot.reader import SECOND, OnnxRuntime, Pair, Reader
from bot.spans import decode
from bot.squad import Example
from bot.training.compact import AsFirst, logits_one_by_one, set_apart
from bot.training.encode import by_length, padded
from bot.training.measure import measure
from bot.training.model import COPIED, SpanModel, logits_of
from bot.training.steps import STEP, Batches, coarsen
from bot.windows import Window, inputs, tokens_of, windows
from index.errors import ModelError

FILE = "reader.int8.onnx.gz"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
CHECKED = 500
"""Passages on which the export is compared with torch."""
CALIBRATED = 240
"""Passages that show how large the inputs of layers are, and how they go together."""
FLOAT_TOLERANCE = 1e-3
"""Logits by which the float32 export may differ from torch: the order of sums is all that changes."""
CALIBRATED_TOKENS = 1500
"""Padded tokens of a batch of them."""
MOST_LOST = 0.005
"""F1 that int8 may cost."""
MOST_BYTES = 70_000_000
NARROW = 64
"""Inputs or outputs below which a product is not worth int8."""
MOST_PARTS = 8
"""Steps that the smallest weight of a column may be from zero."""


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
    _to_onnx(_Logits(model), padded([row, row], model.padding), {0: "batch", 1: "tokens"}, target)


def _to_onnx(model: nn.Module, given: Mapping[str, torch.Tensor], axes: Mapping[int, str], target: Path) -> None:
    with warnings.catch_warnings():  # the exporter warns of its own future
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            tuple(given[name] for name in INPUTS),
            str(target),
            input_names=list(INPUTS),
            output_names=["start", "end"],
            dynamic_axes={name: dict(axes) for name in (*INPUTS, "start", "end")},
            opset_version=17,
            dynamo=False,
        )


def quantise(source: Path, target: Path, *, coarse: bool = False) -> None:
    """Write the model with dynamic int8 products, a scale for each channel: one for each matrix costs 2 F1 more.

    `coarse` weights, made by `bot.training.compact`, are kept as the steps they are, and narrow products in float32.
    """
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = target.with_suffix(".ready.onnx")
    quant_pre_process(str(source), str(ready), skip_symbolic_shape=True)
    whole = onnx.load(str(ready)) if coarse else onnx.ModelProto()
    weights = {one.name: onnx.numpy_helper.to_array(one) for one in whole.graph.initializer}
    narrow = [
        node.name
        for node in whole.graph.node
        if node.op_type == "MatMul" and min(weights.get(node.input[1], np.empty((NARROW, NARROW))).shape) < NARROW
    ]
    logging.disable(logging.WARNING)
    quantize_dynamic(str(ready), str(target), per_channel=True, weight_type=QuantType.QInt8, nodes_to_exclude=narrow)
    logging.disable(logging.NOTSET)
    ready.unlink()
    if coarse:
        made = onnx.load(str(target))
        _keep_steps(weights, {one.name: one for one in made.graph.initializer})
        onnx.save(made, str(target))


def _keep_steps(weights: Mapping[str, np.ndarray], made: Mapping[str, Any]) -> None:
    """Let each weight of `made` be its steps from zero: stretched to the whole range, they compress badly."""
    from onnx.numpy_helper import from_array, to_array

    for name, weight in weights.items():
        ints, scale, zero = (made.get(f"{name}_{what}") for what in ("quantized", "scale", "zero_point"))
        if ints is None or scale is None or zero is None:
            continue
        shape = to_array(scale).shape
        sizes = step_sizes(weight if shape and shape[0] > 1 else weight.reshape(-1, 1))
        told, middle = np.isfinite(sizes), 128 if to_array(ints).dtype == np.uint8 else 0
        steps = np.round(weight / np.where(told, sizes, 1)) + middle
        for old, new in ((ints, steps), (scale, sizes), (zero, middle)):
            was = to_array(old)
            old.CopyFrom(from_array(np.where(told, new, was).astype(was.dtype).reshape(was.shape), old.name))


def step_sizes(weight: np.ndarray) -> np.ndarray:
    """Return the size of a step for each column of `weight`, float32 [columns]; infinite where it has no steps.

    All weights of a column are small multiples of it, though none need be one step from zero: where rounding met
    weights that were in larger steps before, few are.
    """
    least = np.where(weight == 0, np.inf, np.abs(weight)).min(axis=0)
    sizes = np.full(weight.shape[1], np.inf, np.float32)
    sizes[np.isinf(least)] = 1  # zeros alone
    for parts in range(1, MOST_PARTS + 1):
        left = np.flatnonzero(np.isinf(sizes))
        steps = weight[:, left] * (parts / least[left])
        fits = (np.abs(steps).max(axis=0, initial=0) <= 127) & (np.abs(steps - np.round(steps)).max(axis=0) <= 0.01)
        sizes[left[fits]] = least[left[fits]] / parts
    return sizes


def export(
    folder: Path,
    out: Path,
    examples: Sequence[Example],
    say: Callable[[str], None],
    *,
    shown: Sequence[Example] = (),
    step: float = STEP,
) -> dict[str, object]:
    """Write the int8 reader of the model in `folder` into `out`, and return what the checks found.

    With `shown` questions its weights are rounded to steps (see `bot.training.steps`), so that it compresses well.
    Raises ModelError, and writes nothing, where the float32 export differs from torch, int8 costs more than
    MOST_LOST of F1 on `examples`, or the file is larger than MOST_BYTES.
    """
    model, tokenizer = SpanModel(folder), Reader(folder).tokenizer
    rows = [_windows(tokenizer, one)[0] for one in examples[:CHECKED]]
    with tempfile.TemporaryDirectory() as place:
        whole, small = Path(place, "float", "reader.onnx"), Path(place, "int8", "reader.onnx")
        for path in (whole, small):
            path.parent.mkdir()
            shutil.copy(folder / "tokenizer.json", path.parent)
        to_onnx(model, whole)
        exact, wanted = Reader(whole.parent), logits_of(model, rows)
        floats = exact(rows)
        if shown:
            coarsen(model, calibration(tokenizer, model, shown), step)
            to_onnx(model, whole)
        quantise(whole, small, coarse=bool(shown))
        content = compressed(small.read_bytes())
        say(f"exported, {len(content) / 1e6:.1f} MB; comparing on {len(rows)} passages")
        quick = Reader(small.parent)
        ints = quick(rows)
        found: dict[str, object] = {
            "float32_differs_by": round(_distance(wanted, floats), 6),
            "int8_same_span": round(_same(rows, wanted, ints), 4),
            "bytes": len(content),
        }
        scores = {name: measure(tokenizer, read, examples)["f1"] for name, read in (("f1", exact), ("f1_int8", quick))}
        found |= scores
        _check(found)
        out.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            if (folder / name).is_file():
                shutil.copy(folder / name, out / name)
        (out / FILE).write_bytes(content)
    (out / "export.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def export_second(
    folder: Path,
    out: Path,
    examples: Sequence[Example],
    shown: Sequence[Example],
    say: Callable[[str], None],
    *,
    step: float = STEP,
) -> dict[str, object]:
    """Write the model in `folder` into `out` as the deeper one beside the first reader, and return what checks found.

    It takes and gives what the first does; large inputs of its layers go apart and its weights are coarse, as `shown`
    questions tell (see `bot.training.compact` and `.steps`). Raises ModelError as `export` does.
    """
    tokenizer, own = Reader(out).tokenizer, Reader(folder).tokenizer
    model = AsFirst(SpanModel(folder), own, tokenizer)
    chosen = examples[:: max(1, len(examples) // CHECKED)][:CHECKED]
    rows = [row for one in chosen for row in _windows(tokenizer, one)]
    wanted = logits_one_by_one(model, rows)
    say(f"{len(rows)} windows read in float32")

    batches = calibration(own, model.model, shown)
    apart = set_apart(model.model, batches)
    coarsen(model.model, batches, step)
    say(f"{apart} channels apart, weights rounded")
    with tempfile.TemporaryDirectory() as place:
        whole, small = Path(place, "float.onnx"), Path(place, "int8.onnx")
        _to_onnx(model, padded(rows[:1], 0), {1: "tokens"}, whole)
        quantise(whole, small, coarse=True)
        content = compressed(small.read_bytes())
        exact, quick = (OnnxRuntime(path, torch.get_num_threads()) for path in (whole, small))
        rounded, floats = logits_one_by_one(model, rows), [exact(inputs(row)) for row in rows]
        ints = [quick(inputs(row)) for row in rows]
    found: dict[str, object] = {
        "float32_differs_by": round(_distance(rounded, floats), 6),
        "int8_same_span": round(_same(rows, wanted, ints), 4),
        "bytes": len(content),
        "f1": measure(tokenizer, lambda _: wanted, chosen)["f1"],
        "f1_int8": measure(tokenizer, lambda _: ints, chosen)["f1"],
    }
    say(json.dumps(found))
    _check(found)
    (out / SECOND).write_bytes(content)
    return found


def calibration(tokenizer: Tokenizer, model: SpanModel, shown: Sequence[Example]) -> Batches:
    """Return the first windows of CALIBRATED of the `shown` questions in batches, as the model's `tokenizer` cuts."""
    rows = [_windows(tokenizer, one)[0] for one in shown[:: max(1, len(shown) // CALIBRATED)][:CALIBRATED]]
    return [padded([rows[number] for number in part], model.padding) for part in by_length(rows, CALIBRATED_TOKENS)]


def compressed(content: bytes) -> bytes:
    """Return `content` gzipped. Weights repeat nothing, so looking for what repeats would only cost: an eighth here."""
    coder = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16, 9, zlib.Z_HUFFMAN_ONLY)
    return coder.compress(content) + coder.flush()


def _windows(tokenizer: Tokenizer, example: Example) -> list[Window]:
    return windows(tokenizer, tokens_of(tokenizer, example.question), example.context, 0, len(example.context))


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
