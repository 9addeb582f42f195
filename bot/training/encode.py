"""Encoding: rows -> windows with targets on tokens -> batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from bot.training.rows import Row, Targets
from bot.windows import Tokens, Window, tokens_of, windows

Places = list[tuple[int, float]]
"""Pairs of a token's position in a window and its probability; together 1. Position 0 is "no answer"."""


@dataclass(frozen=True, slots=True)
class Item:
    """A window and where its answer starts and ends."""

    window: Window
    starts: Places
    ends: Places

    @property
    def length(self) -> int:
        """Its tokens."""
        return len(self.window.tokens)


def encode(tokenizer: Tokenizer, row: Row) -> list[Item]:
    """Return the windows that serving would cut of a row, each with its targets."""
    asked = tokens_of(tokenizer, row.question)
    return [_item(window, row) for window in windows(tokenizer, asked, row.passage, 0, len(row.passage))]


def _item(window: Window, row: Row) -> Item:
    starts = _placed(window, row.starts, end=False)
    ends = _placed(window, row.ends, end=True)
    reached, wanted = (
        min(sum(p for _, p in places) for places in pair) for pair in ((starts, ends), (row.starts, row.ends))
    )
    if reached < wanted / 2:  # the window cuts the answer: half an answer is none
        starts, ends = [], []
    return Item(window, _with_null(starts), _with_null(ends))


def _placed(window: Window, targets: Targets, *, end: bool) -> Places:
    """Return the tokens that hold the characters of `targets`; those outside the window are left out."""
    offsets = window.offsets
    found = []
    for at, share in targets:
        token = int(np.searchsorted(offsets[:, 1], at, side="left" if end else "right"))
        if token < len(offsets) and (offsets[token, 0] < at if end else at >= offsets[0, 0] or token > 0):
            found.append((window.first + token, share))
    return found


def _with_null(places: Places) -> Places:
    null = 1 - sum(share for _, share in places)
    return [(0, null), *places] if null > 1e-6 else places


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors [rows, tokens]: `inputs` of the model, int64, and target distributions, float32."""

    inputs: dict[str, torch.Tensor]
    starts: torch.Tensor
    ends: torch.Tensor

    @property
    def tokens(self) -> int:
        """Its tokens, padding not counted."""
        return int(self.inputs["attention_mask"].sum())


def padded(rows: Sequence[Window], padding: int) -> dict[str, torch.Tensor]:
    """Return the inputs of windows as one batch, int64 [rows, tokens of the longest]."""
    shape = len(rows), max(len(row.tokens) for row in rows)
    ids, mask, types = np.full(shape, padding), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for number, row in enumerate(rows):
        length = len(row.tokens)
        ids[number, :length] = row.tokens
        mask[number, :length] = 1
        types[number, row.first : length] = 1
    arrays: dict[str, Tokens] = {"input_ids": ids.astype(np.int64), "attention_mask": mask, "token_type_ids": types}
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def collate(items: Sequence[Item], padding: int) -> Batch:
    """Return the items as one batch."""
    inputs = padded([item.window for item in items], padding)
    starts, ends = torch.zeros(inputs["input_ids"].shape), torch.zeros(inputs["input_ids"].shape)
    for number, item in enumerate(items):
        for targets, places in ((starts, item.starts), (ends, item.ends)):
            for token, share in places:
                targets[number, token] += share
    return Batch(inputs, starts, ends)


def batches(items: Sequence[Item], tokens: int, rng: random.Random) -> list[list[Item]]:
    """Return batches of items of like length, each of at most `tokens` padded tokens, in random order."""
    found: list[list[Item]] = [[]]
    for item in sorted(items, key=lambda item: (item.length, rng.random())):
        if found[-1] and (len(found[-1]) + 1) * item.length > tokens:
            found.append([])
        found[-1].append(item)
    rng.shuffle(found)
    return [batch for batch in found if batch]


def by_length(rows: Sequence[Window], tokens: int) -> Iterator[list[int]]:
    """Yield the numbers of windows of like length, in batches of at most `tokens` padded tokens."""
    part: list[int] = []
    for number in sorted(range(len(rows)), key=lambda number: len(rows[number].tokens)):
        if part and (len(part) + 1) * len(rows[number].tokens) > tokens:
            yield part
            part = []
        part.append(number)
    if part:
        yield part
