"""Windows: a question and a passage as the token rows a span model reads.

Training and serving cut windows with this one function, so that what is learnt is what is read.
Only this module and `spans` know token positions; everything outside speaks of characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Tokens = NDArray[np.int64]

MAX_TOKENS = 384
"""Tokens of a window, question and marks included. The model was made for 512 at most."""
STRIDE = 128
"""Tokens two windows of one passage share, so that a span cut by one is whole in the other."""
MAX_QUESTION_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Window:
    """One row for the model. `tokens`: [CLS] question [SEP] passage piece [SEP], or as the tokeniser frames a pair.

    `first` is the position of the piece's first token; `offsets`, int64 [pieces, 2], are each
    piece token's characters in the document, end exclusive.
    """

    tokens: Tokens
    first: int
    offsets: Tokens


def tokens_of(tokenizer: Tokenizer, question: str) -> list[int]:
    """Return the tokens of `question`, at most MAX_QUESTION_TOKENS."""
    asked: list[int] = tokenizer.encode(question, add_special_tokens=False).ids
    return asked[:MAX_QUESTION_TOKENS]


def windows(tokenizer: Tokenizer, asked: Sequence[int], text: str, start: int, end: int) -> list[Window]:
    """Return the windows over text[start:end] for a question's tokens, as many as its length needs."""
    ids, offsets = _encoded(tokenizer, text[start:end])
    offsets = offsets + start
    before, between, after = frame(tokenizer)
    room = MAX_TOKENS - len(asked) - len(before) - len(between) - len(after)
    found = []
    for low in range(0, max(1, len(ids) - STRIDE), room - STRIDE):
        high = min(low + room, len(ids))
        tokens = np.concatenate([before, asked, between, ids[low:high], after]).astype(np.int64)
        found.append(Window(tokens, len(before) + len(asked) + len(between), offsets[low:high]))
        if high == len(ids):
            break
    return found


@lru_cache(maxsize=8)
def frame(tokenizer: Tokenizer) -> tuple[list[int], list[int], list[int]]:
    """Return the special tokens before a question, between it and its passage, and after, as a pair has them."""
    pair = tokenizer.encode("a", "a")
    asked, told = pair.sequence_ids.index(0), pair.sequence_ids.index(1)
    last = len(pair.ids) - pair.sequence_ids[::-1].index(1)
    return pair.ids[:asked], pair.ids[pair.sequence_ids.index(None, asked) : told], pair.ids[last:]


@lru_cache(maxsize=4096)
def _encoded(tokenizer: Tokenizer, text: str) -> tuple[Tokens, Tokens]:
    """Return the token ids of `text`, int64 [n], and their characters in it, int64 [n, 2].

    Kept for the passages read last: cutting them anew was a tenth of a question's time.
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return np.array(encoding.ids, np.int64), np.array(encoding.offsets, np.int64).reshape(-1, 2)


def inputs(row: Window) -> dict[str, Tokens]:
    """Return the model's inputs for one window, each int64 [1, its tokens]."""
    length = len(row.tokens)
    return {
        "input_ids": row.tokens[None, :],
        "attention_mask": np.ones((1, length), np.int64),
        "token_type_ids": (np.arange(length) >= row.first).astype(np.int64)[None, :],
    }
