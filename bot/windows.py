"""Windows: a question and a passage as the token rows a span model reads.

Training and serving cut windows with this one function, so that what is learnt is what is read.
Only this module and `spans` know token positions; everything outside speaks of characters.
"""

from dataclasses import dataclass

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
    """One row for the model. `tokens` [CLS] question [SEP] passage piece [SEP].

    `first` is the position of the piece's first token; `offsets`, int64 [pieces, 2], are each
    piece token's characters in the document, end exclusive.
    """

    tokens: Tokens
    first: int
    offsets: Tokens


def windows(tokenizer: Tokenizer, question: str, text: str, start: int, end: int) -> list[Window]:
    """Return the windows over text[start:end] for `question`, as many as its length needs."""
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
    piece = tokenizer.encode(text[start:end], add_special_tokens=False)
    ids = np.array(piece.ids, np.int64)
    offsets = np.array(piece.offsets, np.int64).reshape(-1, 2) + start
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    room = MAX_TOKENS - len(asked) - 3
    found = []
    for low in range(0, max(1, len(ids) - STRIDE), room - STRIDE):
        high = min(low + room, len(ids))
        tokens = np.concatenate([[cls], asked, [sep], ids[low:high], [sep]]).astype(np.int64)
        found.append(Window(tokens, len(asked) + 2, offsets[low:high]))
        if high == len(ids):
            break
    return found


def inputs(row: Window) -> dict[str, Tokens]:
    """Return the model's inputs for one window, each int64 [1, its tokens]."""
    length = len(row.tokens)
    return {
        "input_ids": row.tokens[None, :],
        "attention_mask": np.ones((1, length), np.int64),
        "token_type_ids": (np.arange(length) >= row.first).astype(np.int64)[None, :],
    }
