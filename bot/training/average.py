"""Averaging: the mean of several models' weights, of one ancestry (Wortsman et al., 2022)."""

from collections.abc import Sequence
from pathlib import Path

import torch

from bot.training.model import SpanModel
from index.errors import ModelError


def average(folders: Sequence[Path], out: Path) -> None:
    """Write the mean of the models in `folders`. Raises ModelError where they are not of one form."""
    models = [SpanModel(folder) for folder in folders]
    values = [model.state_dict() for model in models]
    first = {name: value.shape for name, value in values[0].items()}
    for folder, other in zip(folders, values, strict=True):
        if {name: value.shape for name, value in other.items()} != first:
            raise ModelError(f"{folder} is a model of another form than {folders[0]}: there is no mean of the two.")
    mean = {
        name: torch.stack([other[name].double() for other in values]).mean(0).to(value.dtype)
        for name, value in values[0].items()
    }
    models[0].load_state_dict(mean)
    models[0].save(out)
