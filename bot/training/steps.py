"""Steps: weights as small multiples of a size for each row, coarse where the answers feel it least."""

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import nn

from bot.training.model import evaluating

STEP = 0.37
"""Distance of two weights that can be told apart, in root mean squares of their row: the geometric mean of all weights.

An int8 weight then takes about 3.7 bits when compressed: uniform steps with entropy coding lose least.
"""
WORD_STEP = 0.35
"""The same for word embeddings, all of one size."""
MOST_STEPS = 110
"""Of a weight from zero. int8 holds 127, and what is made good for others may need some."""
COARSEST = 2.0
"""Root mean squares of its row that a size may have: beyond it nearly all weights are zero."""
DAMPING = 0.01
"""Share of the mean square of a layer's inputs that is added to each one's, so that none is without."""

Batches = Sequence[Mapping[str, torch.Tensor]]
"""Inputs of a span model, with an `attention_mask`, int64 [rows, tokens]."""


@dataclass(frozen=True, slots=True)
class Felt:
    """What a linear layer met in a pass.

    `together` is the mean of x x' over its inputs x, float32 [in, in]; `gradient` the root mean square of the loss's
    gradient at its outputs, float32 [out].
    """

    together: torch.Tensor
    gradient: torch.Tensor


class _EnoughError(Exception):
    """Ends a pass through a model whose lower layers were all that was asked."""


def layers(model: nn.Module) -> dict[str, nn.Linear]:
    """Return the linear layers but the head, whose two rows are worth keeping whole."""
    return {name: part for name, part in model.named_modules() if isinstance(part, nn.Linear) and part.out_features > 2}


def felt(model: nn.Module, batches: Batches) -> dict[str, Felt]:
    """Return what the linear layers of a span model meet in `batches`.

    The loss is that of answers drawn from what the model itself makes of the questions, so squares of gradients tell
    how fast its probabilities move (the Fisher information). Only embeddings keep needing gradients.
    """
    for part in model.modules():
        for value in part.parameters(recurse=False):
            value.requires_grad_(isinstance(part, nn.Embedding))
    chance = torch.Generator().manual_seed(0)
    linear, tokens = layers(model), 0
    together = {name: torch.zeros(layer.in_features, layer.in_features) for name, layer in linear.items()}
    squares = {name: torch.zeros(layer.out_features) for name, layer in linear.items()}

    def watch(name: str) -> Callable[..., None]:
        def seen(_: nn.Module, given: tuple[torch.Tensor, ...], out: torch.Tensor) -> None:
            rows = given[0].detach()[real]
            together[name].add_(rows.t() @ rows)

            def met(gradient: torch.Tensor) -> None:
                squares[name].add_(gradient[real].square().sum(0))

            out.register_hook(met)  # type: ignore[no-untyped-call]

        return seen

    hooks = [layer.register_forward_hook(watch(name)) for name, layer in linear.items()]
    for batch in batches:
        real = batch["attention_mask"] == 1
        tokens += int(real.sum())
        loss = torch.zeros(())
        for logits in model(batch):
            likely = logits.masked_fill(~real, -1e4).log_softmax(-1)
            drawn = torch.multinomial(likely.detach().exp(), 1, generator=chance)
            loss = loss - likely.gather(1, drawn).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        model.zero_grad()
    for hook in hooks:
        hook.remove()
    return {name: Felt(together[name] / tokens, (squares[name] / tokens).sqrt()) for name in linear}


@torch.no_grad()
def sizes(linear: Mapping[str, nn.Linear], met: Mapping[str, Felt], step: float) -> dict[str, torch.Tensor]:
    """Return the size of a step for each row of each layer, float32 [out]; `step` is as STEP says.

    Of all sizes that take as many bits, these move the answers least: the error of a row is as its gradient, and as
    what rounding does to a layer's outputs once the weights after each have made it good.
    """
    wanted, most = {}, {}
    for name, layer in linear.items():
        left = (1 / _factor(met[name].together).diagonal().square()).mean()
        wanted[name] = 1 / (met[name].gradient.clamp(min=1e-12) * left.sqrt())
        most[name] = layer.weight.square().mean(1).sqrt().clamp(min=1e-8)

    def mean(scale: float) -> float:
        bits = [
            (torch.minimum(scale * wanted[name], COARSEST * most[name]) / most[name]).log().mean().item()
            * layer.weight.numel()
            for name, layer in linear.items()
        ]
        return sum(bits) / sum(layer.weight.numel() for layer in linear.values())

    low, high = 1e-15, 1e15
    for _ in range(100):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if mean(middle) > math.log(step) else (middle, high)
    return {name: torch.minimum(low * wanted[name], COARSEST * most[name]) for name in linear}


def coarsen(model: nn.Module, batches: Batches, step: float = STEP) -> None:
    """Round the weights of a span model to steps, so that they compress well and its answers stay, as `batches` show.

    What one weight's rounding does to a layer's outputs, the weights after it make good, as far as inputs go together
    (GPTQ: Frantar et al., 2023). Block by block, from the lowest.
    """
    with evaluating(model):
        size = sizes(layers(model), felt(copy.deepcopy(model), batches), step)
        with torch.no_grad():
            _coarsen(model, batches, size)


def _coarsen(model: nn.Module, batches: Batches, size: Mapping[str, torch.Tensor]) -> None:
    tables = [part.weight for part in model.modules() if isinstance(part, nn.Embedding)]
    words = max(tables, key=torch.Tensor.numel)  # places and distances are few and felt everywhere: they stay whole
    one = _held(WORD_STEP * words.square().mean().sqrt(), words.abs().max())
    words.copy_((words / one).round() * one)
    for _, block in groupby(layers(model).items(), lambda pair: pair[0].partition("layer.")[2].partition(".")[0]):
        linear = dict(block)
        together = _together(model, linear, batches)
        for name, layer in linear.items():
            held = _held(size[name], layer.weight.abs().amax(1))
            layer.weight.copy_(_rounded(layer.weight, together[name], held))


def _together(model: nn.Module, linear: Mapping[str, nn.Linear], batches: Batches) -> dict[str, torch.Tensor]:
    """Return the sums of x x' over the inputs x of some layers, of which none is above the last."""
    together = {name: torch.zeros(layer.in_features, layer.in_features) for name, layer in linear.items()}
    last = list(linear)[-1]

    def watch(name: str) -> Callable[[nn.Module, tuple[torch.Tensor, ...]], None]:
        def seen(_: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            rows = given[0][real]
            together[name] += rows.t() @ rows
            if name == last:
                raise _EnoughError

        return seen

    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in linear.items()]
    for batch in batches:
        real = batch["attention_mask"] == 1
        with suppress(_EnoughError):
            model(batch)
    for hook in hooks:
        hook.remove()
    return together


def _held(size: torch.Tensor, largest: torch.Tensor) -> torch.Tensor:
    """Return sizes, float32, in steps of which the largest weights still fit into int8."""
    return torch.maximum(size, largest / MOST_STEPS).clamp(min=1e-8)


def _factor(together: torch.Tensor) -> torch.Tensor:
    """Return the upper Cholesky factor of the inverse, float32 [in, in]."""
    damped = together + DAMPING * together.diagonal().mean().clamp(min=1e-8) * torch.eye(len(together))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    factor: torch.Tensor = torch.linalg.cholesky(inverse, upper=True)
    return factor


def _rounded(weight: torch.Tensor, together: torch.Tensor, size: torch.Tensor, width: int = 128) -> torch.Tensor:
    """Return `weight`, float32 [out, in], in steps of `size`, float32 [out]; `together` is the sum of x x'."""
    factor = _factor(together)
    rest, found = weight.clone(), torch.zeros_like(weight)
    for low in range(0, rest.shape[1], width):
        high = min(low + width, rest.shape[1])
        missed = torch.zeros(len(rest), high - low)
        for at in range(low, high):
            found[:, at] = (rest[:, at] / size).round().clamp(-127, 127) * size
            missed[:, at - low] = (rest[:, at] - found[:, at]) / factor[at, at]
            rest[:, at:high] -= torch.outer(missed[:, at - low], factor[at, at:high])
        rest[:, high:] -= missed @ factor[low:high, high:]
    return found
