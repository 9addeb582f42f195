"""The model while it is trained: loading, what is learnt and what stays, dropout that costs little, the loss."""

import inspect
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from bot.reader import Logits
from bot.training.encode import Batch, by_length, padded
from bot.windows import Window
from index.errors import ModelError

EVALUATED_TOKENS = 4096
"""Padded tokens of a batch that is only read."""
COPIED = ("tokenizer.json", "tokenizer_config.json", "reader.json")


class SpanModel(nn.Module):
    """A transformers model for extractive question answering, one shape of call for all kinds."""

    def __init__(self, folder: Path) -> None:
        """Load it in float32. An encoder without a span head gets a new one. Raises ModelError.

        Dropout of attention is switched off: without it, attention needs no matrix of its own.
        """
        super().__init__()
        from transformers import AutoModelForQuestionAnswering
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            self.inner: Any = AutoModelForQuestionAnswering.from_pretrained(
                folder, local_files_only=True, dtype=torch.float32, attention_probs_dropout_prob=0.0
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder} holds no model that transformers can load ({error}).") from error
        self.folder = folder
        self.padding = int(self.inner.config.pad_token_id or 0)
        self._takes = set(inspect.signature(self.inner.forward).parameters)

    def forward(self, given: Mapping[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return start and end logits, float32 [rows, tokens]."""
        out = self.inner(**{name: value for name, value in given.items() if name in self._takes})
        return out.start_logits.float(), out.end_logits.float()

    def save(self, folder: Path) -> None:
        """Write weights in half precision, configuration and tokeniser, as Pincite and transformers load them."""
        folder.mkdir(parents=True, exist_ok=True)
        half = {name: value.half() for name, value in self.inner.state_dict().items()}
        self.inner.save_pretrained(folder, state_dict=half)
        for name in COPIED:
            if (self.folder / name).is_file() and folder != self.folder:
                shutil.copy(self.folder / name, folder / name)

    def prepare(self, frozen_layers: int) -> dict[str, nn.Parameter]:
        """Freeze embeddings and the lowest layers, make dropout cheap, and return what is trained by name."""
        encoder = self.inner.base_model
        still = [encoder.embeddings, *encoder.encoder.layer[:frozen_layers]]
        bias = getattr(encoder.encoder, "relative_attention_bias", None)
        for module in [*still, *([bias] if bias is not None else [])]:
            module.requires_grad_(False)
        for module in still:
            for part in module.modules():
                if isinstance(part, nn.Dropout):
                    part.p = 0.0
        for module in list(self.modules()):
            for name, part in module.named_children():
                if isinstance(part, nn.Dropout) and part.p:
                    setattr(module, name, TapeDropout(part.p))
        return {name: value for name, value in self.named_parameters() if value.requires_grad}


class TapeDropout(nn.Module):
    """Dropout whose mask is a random slice of one long mask drawn beforehand.

    torch's own takes 18 ms for [4096, 384] on two processors, this one 1 ms, and it regularises as well.
    """

    LENGTH = 1 << 24
    tapes: dict[float, torch.Tensor] = {}  # noqa: RUF012

    def __init__(self, share: float) -> None:
        """Drop `share` of the values."""
        super().__init__()
        self.share = share
        if share not in self.tapes:
            drawn = torch.rand(self.LENGTH, generator=torch.Generator().manual_seed(0))
            self.tapes[share] = (drawn >= share).float() / (1 - share)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` with some values zero and the others scaled up, while training."""
        count = x.numel()
        if not self.training or self.share == 0 or count >= self.LENGTH:
            return x
        at = int(torch.randint(self.LENGTH - count, (1,)))
        return x * self.tapes[self.share][at : at + count].view_as(x)


def span_loss(logits: tuple[torch.Tensor, torch.Tensor], batch: Batch) -> torch.Tensor:
    """Return the cross entropy of the targets, the mean over rows, starts and ends; padding cannot be chosen."""
    padding = batch.inputs["attention_mask"] == 0
    total = torch.zeros(())
    for given, targets in zip(logits, (batch.starts, batch.ends), strict=True):
        likely = given.masked_fill(padding, -1e4).log_softmax(-1)
        total = total - (targets * likely).sum(-1).mean() / 2
    return total


@torch.inference_mode()
def logits_of(model: SpanModel, rows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
    """Return the start and end logits of each window, float32 [its tokens], as `bot.reader.Reader` does."""
    found: dict[int, tuple[Logits, Logits]] = {}
    with evaluating(model):
        for part in by_length(rows, EVALUATED_TOKENS):
            starts, ends = (both.numpy() for both in model(padded([rows[number] for number in part], model.padding)))
            for start, end, number in zip(starts, ends, part, strict=True):
                length = len(rows[number].tokens)
                found[number] = np.array(start[:length]), np.array(end[:length])
    return [found[number] for number in range(len(rows))]


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Switch dropout off inside."""
    was = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was)
