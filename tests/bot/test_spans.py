"""Logits become spans without a model in sight."""

import numpy as np
import pytest

from bot.spans import CANDIDATES, MAX_SPAN_TOKENS, Span, decode, null_score
from bot.windows import Window


def window(count: int, first: int = 3) -> Window:
    """Return a window over `count` tokens of two characters and a blank each, from character 10."""
    offsets = np.array([[10 + 3 * i, 12 + 3 * i] for i in range(count)], np.int64).reshape(-1, 2)
    return Window(np.zeros(first + count + 1, np.int64), first, offsets)


def logits(row: Window, **peaks: float) -> np.ndarray:
    values = np.zeros(len(row.tokens), np.float32)
    for name, value in peaks.items():
        values[row.first + int(name.removeprefix("t"))] = value
    return values


def test_the_best_start_and_end_in_order_win() -> None:
    row = window(6)
    best = decode(row, logits(row, t1=5, t4=2), logits(row, t0=9, t2=4))[0]
    # The end at token 0 is likelier, but only with a start at or before it.
    assert best == (10, 12, 9.0) or best == (13, 18, 9.0)
    assert decode(row, logits(row, t1=5, t4=2), logits(row, t0=3, t2=4))[0] == (13, 18, 9.0)


def test_question_and_marks_are_never_part_of_a_span() -> None:
    row = window(4)
    start = logits(row, t2=1)
    start[: row.first] = 50
    end = logits(row, t2=1)
    end[-1] = 50
    assert decode(row, start, end)[0][:2] == (16, 18)


def test_spans_are_at_most_so_many_tokens_long() -> None:
    row = window(MAX_SPAN_TOKENS + 20)
    last = MAX_SPAN_TOKENS + 10
    found = decode(row, logits(row, t0=9), logits(row, **{f"t{last}": 9}))
    assert len(found) == CANDIDATES
    assert all(end - start < 3 * MAX_SPAN_TOKENS for start, end, _ in found)


def test_a_window_without_passage_has_no_spans() -> None:
    row = window(0)
    assert decode(row, np.zeros(4, np.float32), np.zeros(4, np.float32)) == []


def test_the_null_score_is_that_of_the_first_token() -> None:
    assert null_score(np.array([2, 9], np.float32), np.array([3, 9], np.float32)) == 5


def test_a_span_has_a_length() -> None:
    with pytest.raises(ValueError, match="length"):
        Span("d", 4, 4, 0.0)
