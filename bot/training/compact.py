"""Compact: a deep model made to read the first reader's windows, and to bear small weights and int8 products."""

from collections.abc import Callable, Sequence

import torch
from tokenizers import Tokenizer
from torch import nn

from bot.reader import Pair
from bot.training.encode import padded
from bot.training.model import SpanModel, evaluating
from bot.training.steps import Batches, layers
from bot.windows import Window, frame
from index.errors import ModelError

APART = 3.0
"""An input channel goes apart where its largest value is so many times that of all but one channel in a hundred."""


class AsFirst(nn.Module):
    """A deep span model that takes and gives what the first reader does, one row at a time.

    Its vocabulary must be the first one's, moved by a constant, and its pairs framed by single tokens, of which
    the one between may be doubled: so have MPNet and RoBERTa's kin that kept BERT's vocabulary.
    """

    def __init__(self, model: SpanModel, own: Tokenizer, first: Tokenizer) -> None:
        """Wrap `model`, whose tokeniser is `own`. Raises ModelError where the two do not match."""
        super().__init__()
        self.model = model
        words = {word: number for word, number in first.get_vocab().items() if word.isalpha()}
        known = own.get_vocab()
        moved = {known[word] - number for word, number in words.items() if word in known}
        before, between, after = frame(own)
        if len(moved) != 1 or not words.keys() <= known.keys():
            raise ModelError(f"{model.folder} has another vocabulary than the first reader, which cuts its windows.")
        if (len(before), len(after)) != (1, 1) or len(between) not in (1, 2):
            raise ModelError(f"{model.folder} frames question and passage in a way that is not known.")
        self.shift, self.doubled = moved.pop(), len(between) - 1
        self.before, self.between, self.after = before[0], between[0], after[0]

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return start and end logits, float32 [1, tokens], for int64 [1, tokens] of the first reader's."""
        at, first = torch.arange(ids.shape[1]), (types == 0).sum()
        longer = torch.arange(ids.shape[1] + self.doubled)
        last = longer == ids.shape[1] + self.doubled - 1
        between = (longer == first - 1) | (longer == first - 1 + self.doubled)
        tokens = ids[0, longer - self.doubled * (longer >= first)] + self.shift
        tokens = torch.where(longer == 0, self.before, torch.where(between, self.between, tokens))
        tokens = torch.where(last, self.after, tokens)[None]
        start, end = self.model({"input_ids": tokens, "attention_mask": torch.ones_like(tokens) * mask[:, :1]})
        kept = at + self.doubled * (at >= first)
        return start[:, kept], end[:, kept]


@torch.inference_mode()
def logits_one_by_one(model: AsFirst, rows: Sequence[Window]) -> list[Pair]:
    """Return the logits of each window, float32 [its tokens], as `bot.reader.Reader` does."""
    found = []
    with evaluating(model):
        for row in rows:
            given = padded([row], 0)
            start, end = model(given["input_ids"], given["attention_mask"], given["token_type_ids"])
            found.append((start[0].numpy().copy(), end[0].numpy().copy()))
    return found


class Apart(nn.Module):
    """A linear layer whose few large inputs are multiplied in float32 (Dettmers et al., 2022).

    int8 has one scale for all inputs, and a single channel of 95 among others of 3 would leave these nothing.
    """

    def __init__(self, linear: nn.Linear, channels: torch.Tensor) -> None:
        """Take `channels`, int64 [few], out of `linear`."""
        super().__init__()
        self.rest = linear
        kept = torch.ones(linear.in_features)
        kept[channels] = 0
        self.channels, self.kept = nn.Buffer(channels), nn.Buffer(kept)
        self.few = nn.Buffer(linear.weight[:, channels].t().clone())
        linear.weight.mul_(kept)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the linear layer does."""
        few: torch.Tensor = x[..., self.channels] @ self.few
        return self.rest(x * self.kept) + few  # type: ignore[no-any-return]


@torch.no_grad()
def set_apart(model: nn.Module, batches: Batches) -> int:
    """Take the large input channels of each linear layer apart, as `batches` show them; return how many."""
    largest: dict[str, torch.Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[torch.Tensor, ...]], None]:
        def seen(_: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            most = given[0][batch["attention_mask"] == 1].abs().amax(0)
            largest[name] = torch.maximum(largest.get(name, most), most)

        return seen

    linear = layers(model)
    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in linear.items()]
    with evaluating(model):
        for batch in batches:
            model(batch)
    for hook in hooks:
        hook.remove()
    count = 0
    for name, layer in linear.items():
        channels = (largest[name] > APART * largest[name].quantile(0.99)).nonzero()[:, 0]
        if len(channels):
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, Apart(layer, channels))
            count += len(channels)
    return count
