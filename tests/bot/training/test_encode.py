"""Windows for training are those of serving, with targets on the tokens that hold the answer's characters."""

import random

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from bot.training.encode import Item, batches, by_length, collate, encode
from bot.training.rows import Row, row_of
from bot.windows import tokens_of, windows
from tests.bot.training.conftest import example


def marked(item: Item, text: str) -> list[tuple[str, float]]:
    offsets = item.window.offsets - 0
    first = item.window.first
    return [
        (text[offsets[start - first, 0] : offsets[end - first, 1]], share)
        for (start, share), (end, _) in zip(item.starts, item.ends, strict=True)
        if start
    ]


def test_the_answers_tokens_are_the_targets(tokenizer: Tokenizer) -> None:
    row = row_of(example("Who opened it?", "The bridge was opened by Agnes Fell.", "Agnes Fell"))
    (item,) = encode(tokenizer, row)
    (served,) = windows(tokenizer, tokens_of(tokenizer, row.question), row.passage, 0, len(row.passage))
    assert item.window.tokens.tolist() == served.tokens.tolist()
    assert marked(item, row.passage) == [("Agnes Fell", 1.0)]


def test_what_is_missing_of_one_is_no_answer(tokenizer: Tokenizer) -> None:
    (none,) = encode(tokenizer, Row("Who?", "It was Agnes Fell."))
    assert none.starts == none.ends == [(0, 1.0)]
    (half,) = encode(tokenizer, Row("Who?", "It was Agnes Fell.", ((7, 0.6),), ((17, 0.6),)))
    assert [share for _, share in half.starts] == pytest.approx([0.4, 0.6])
    assert half.starts[0][0] == 0


def test_a_window_that_does_not_hold_the_answer_has_none(tokenizer: Tokenizer) -> None:
    text = "It was Agnes Fell. " + "Nothing more is known of it. " * 120
    first, *others = encode(tokenizer, row_of(example("Who?", text, "Agnes Fell")))
    assert marked(first, text) == [("Agnes Fell", 1.0)]
    assert others
    assert all(item.starts == item.ends == [(0, 1.0)] for item in others)


def test_batches_hold_items_of_like_length_and_are_the_same_for_the_same_seed(tokenizer: Tokenizer) -> None:
    rows = [row_of(example("Who?", "It was Agnes Fell. " + "So. " * number, "Fell")) for number in range(30)]
    items = [item for row in rows for item in encode(tokenizer, row)]
    one, other = (batches(items, 200, random.Random(5)) for _ in range(2))
    assert [[item.length for item in batch] for batch in one] == [[item.length for item in batch] for batch in other]
    assert sorted(item.length for batch in one for item in batch) == sorted(item.length for item in items)
    assert all(len(batch) * max(item.length for item in batch) <= 200 for batch in one)
    assert {number for part in by_length([item.window for item in items], 200) for number in part} == set(range(30))


def test_a_batch_is_padded_and_its_targets_sum_to_one(tokenizer: Tokenizer) -> None:
    short = encode(tokenizer, row_of(example("Who?", "It was Agnes Fell.", "Fell")))
    long = encode(tokenizer, Row("Who?", "It was Agnes Fell, who lived at the mill."))
    batch = collate(short + long, 0)
    assert batch.tokens == short[0].length + long[0].length
    assert torch.equal(batch.starts.sum(1), torch.ones(2))
    ids = batch.inputs["input_ids"][0]
    assert ids[: short[0].length].tolist() == short[0].window.tokens.tolist()
    assert not ids[short[0].length :].any()
    assert np.array_equal(batch.inputs["token_type_ids"][0].nonzero().flatten()[0], short[0].window.first)
