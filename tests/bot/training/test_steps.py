"""Weights in steps: coarse where the answers feel it least, and what rounding does is made good."""

import copy
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions
from torch import nn

from bot import Reader
from bot.squad import Example
from bot.training import export as exporting
from bot.training.__main__ import main
from bot.training.export import FILE, calibration, quantise, step_sizes
from bot.training.model import SpanModel
from bot.training.steps import COARSEST, Batches, coarsen, felt, layers, sizes

HELD_STEPS = 127


def in_steps(weight: torch.Tensor) -> bool:
    """Whether each row is small multiples of one number."""
    gaps = nn.functional.pad(weight.detach().abs(), (1, 0)).sort(1).values.diff(dim=1)
    size = torch.where(gaps < 1e-7, torch.inf, gaps).amin(1, keepdim=True)
    steps = weight.detach() / size
    return bool((steps - steps.round()).abs().max() < 0.02 and steps.abs().max() <= HELD_STEPS + 0.5)


@pytest.fixture
def model(tiny: Path) -> SpanModel:
    return SpanModel(tiny).eval()


@pytest.fixture
def batches(model: SpanModel, tiny: Path, examples: list[Example]) -> Batches:
    return calibration(Reader(tiny).tokenizer, model, examples)


def moved(model: SpanModel, other: SpanModel, batches: Batches) -> float:
    """Return how far the answers of one model are from the other's: the mean of KL divergences."""
    with torch.inference_mode():
        pairs = [
            (a.log_softmax(-1), b.log_softmax(-1)) for x in batches for a, b in zip(model(x), other(x), strict=True)
        ]
    return float(torch.stack([(a.exp() * (a - b)).sum(-1).mean() for a, b in pairs]).mean())


def plainly(model: SpanModel, step: float) -> SpanModel:
    found = copy.deepcopy(model)
    with torch.no_grad():
        for layer in layers(found).values():
            size = step * layer.weight.square().mean(1, keepdim=True).sqrt()
            layer.weight.copy_((layer.weight / size).round() * size)
    return found


def test_answers_move_less_than_by_plain_rounding(model: SpanModel, batches: Batches) -> None:
    found = copy.deepcopy(model)
    coarsen(found, batches, 0.5)
    with torch.no_grad():  # words alike: what is compared is the layers
        model.inner.base_model.embeddings.load_state_dict(found.inner.base_model.embeddings.state_dict())
    assert moved(model, found, batches) < moved(model, plainly(model, 0.5), batches) / 2
    for name, layer in layers(found).items():
        assert in_steps(layer.weight), name
        assert torch.equal(layer.bias, layers(model)[name].bias)
    head = found.inner.qa_outputs.weight
    assert torch.equal(head, model.inner.qa_outputs.weight)


def test_dropout_is_off_while_a_model_is_rounded(model: SpanModel, batches: Batches) -> None:
    learning = copy.deepcopy(model).train()
    coarsen(model, batches)
    coarsen(learning, batches)
    assert learning.training
    for (name, layer), other in zip(layers(model).items(), layers(learning).values(), strict=True):
        assert torch.equal(layer.weight, other.weight), name


def test_what_answers_feel_more_is_rounded_more_finely(model: SpanModel, batches: Batches) -> None:
    with torch.no_grad():
        layers(model)["inner.bert.encoder.layer.1.output.dense"].weight[3] = 0.02
        model.inner.qa_outputs.weight[:, 3] *= 100
    linear = layers(model)
    met = felt(copy.deepcopy(model), batches)
    gradient = met["inner.bert.encoder.layer.1.output.dense"].gradient
    assert gradient[3] == gradient.max()
    found = sizes(linear, met, 0.4)
    assert found["inner.bert.encoder.layer.1.output.dense"].argmin() == 3
    shares = {name: size / linear[name].weight.square().mean(1).sqrt() for name, size in found.items()}
    assert all((share <= COARSEST + 1e-4).all() for share in shares.values())
    count = sum(layer.weight.numel() for layer in linear.values())
    mean = sum(shares[name].detach().log().mean() * layer.weight.numel() for name, layer in linear.items()) / count
    assert mean.exp() == pytest.approx(0.4, rel=0.01)


def test_word_embeddings_are_rounded_to_steps_that_int8_holds_and_places_stay_whole(
    model: SpanModel, batches: Batches
) -> None:
    embeddings = model.inner.base_model.embeddings
    words, places = embeddings.word_embeddings.weight, embeddings.position_embeddings.weight
    with torch.no_grad():
        words[3, 5] = 90
    whole, kept = words.detach().clone(), places.detach().clone()
    coarsen(model, batches)
    size = words[words != 0].abs().min()
    assert in_steps(words.detach().flatten()[None])
    assert (words - whole).abs().max() <= size / 2 + 1e-4
    assert torch.equal(places, kept)


def test_padding_is_not_looked_at(model: SpanModel, batches: Batches) -> None:
    wider = [{name: nn.functional.pad(value, (0, 7), value=0) for name, value in batch.items()} for batch in batches]
    for some, other in zip(*(felt(copy.deepcopy(model), each).values() for each in (batches, wider)), strict=True):
        assert torch.allclose(some.together, other.together, atol=1e-4)


def test_steps_are_found_where_no_weight_is_one_step_from_zero() -> None:
    columns = {
        0.5: [0, 0.5, -1.5, 2.5],
        0.25: [0.5, -0.75, 1.25, 0],  # rounded to 0.25 after they had been near to multiples of 0.5
        0.1: [-0.3, 0.7, 0.8, 0],
        1.0: [0, 0, 0, 0],
        np.inf: [0.1, 0.1234567, 0, 1],
    }
    found = step_sizes(np.array(list(columns.values()), np.float32).T)
    assert found == pytest.approx(list(columns))


def test_a_matrix_keeps_its_steps_where_one_column_has_none(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    weight = chance.integers(-9, 10, (96, 80)).astype(np.float32) * 0.01
    weight[:, 3] = chance.normal(size=96)
    weight[:, 5] = np.where(abs(weight[:, 5]) < 0.015, 0, weight[:, 5])
    plain, kept = (quantised(weight, tmp_path, coarse=coarse) for coarse in (False, True))
    assert abs(plain).max(0).min() == 127, "stretched to the whole range"
    assert abs(np.delete(kept, 3, axis=1)).max() == 9
    assert kept[:, 3].tolist() == plain[:, 3].tolist()


def quantised(weight: np.ndarray, folder: Path, *, coarse: bool) -> np.ndarray:
    """Return the int8 weights of a product with `weight`, after a look that it gives what it should."""
    path, small = folder / "product.onnx", folder / "int8.onnx"
    sizes = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size]) for name, size in SIZES.items()]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], "product")], "g", sizes[:1], sizes[1:],
        [numpy_helper.from_array(weight, "w")],
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    quantise(path, small, coarse=coarse)
    rows = np.random.default_rng(1).normal(size=(4, 96)).astype(np.float32)
    options = SessionOptions()
    options.add_session_config_entry("session.x64quantprecision", "1")
    (given,) = InferenceSession(str(small), options).run(None, {"x": rows})
    assert given == pytest.approx(rows @ weight, abs=0.25)
    return next(
        numpy_helper.to_array(one) for one in onnx.load(small).graph.initializer if one.name.endswith("quantized")
    )


SIZES = {"x": 96, "y": 80}


def test_a_first_reader_can_be_exported_in_steps(tiny: Path, file: Path, tmp_path: Path) -> None:
    whole, coarse = tmp_path / "whole", tmp_path / "coarse"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "MOST_LOST", 1.0)  # random weights have no words they stand by
        assert main(["export", str(tiny), str(file), "--out", str(whole)]) == 0
        assert main(["export", str(tiny), str(file), "--out", str(coarse), "--shown", str(file), "--step", "0.6"]) == 0
    sizes = [(folder / FILE).stat().st_size for folder in (whole, coarse)]
    assert sizes[1] < 0.7 * sizes[0]
    assert Reader(coarse).tokenizer.get_vocab_size()
