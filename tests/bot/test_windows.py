"""Windows cover a passage, token for token, with offsets in the document."""

from itertools import pairwise

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from bot.reader import Reader
from bot.windows import MAX_QUESTION_TOKENS, MAX_TOKENS, STRIDE, inputs, tokens_of, windows


@pytest.fixture
def tokenizer(reader: Reader) -> Tokenizer:
    return reader.tokenizer


def test_offsets_point_at_the_tokens_own_characters(tokenizer: Tokenizer) -> None:
    text = "Before. The café opened in Zürich 👩‍🔬 in 1931. After."
    asked = tokens_of(tokenizer, "when?")
    (row,) = windows(tokenizer, asked, text, 8, 47)
    pieces = [text[start:end] for start, end in row.offsets]
    assert pieces[:4] == ["The", "café", "opened", "in"]
    assert "1931" in pieces
    assert row.tokens[row.first - 1] == tokenizer.token_to_id("[SEP]")
    assert len(row.tokens) == row.first + len(row.offsets) + 1


def test_a_long_passage_is_read_in_windows_that_overlap(tokenizer: Tokenizer) -> None:
    text = " ".join(f"word{number}" for number in range(600))
    asked = tokens_of(tokenizer, "which word comes last?")
    rows = windows(tokenizer, asked, text, 0, len(text))
    assert len(rows) > 2
    assert all(len(row.tokens) <= MAX_TOKENS for row in rows)
    assert rows[0].offsets[0, 0] == 0
    assert rows[-1].offsets[-1, 1] == len(text)
    for row, following in pairwise(rows):
        shared = set(map(tuple, row.offsets)) & set(map(tuple, following.offsets))
        assert len(shared) == STRIDE


def test_a_question_never_crowds_the_passage_out(tokenizer: Tokenizer) -> None:
    asked = tokens_of(tokenizer, "why " * 900)
    assert len(asked) == MAX_QUESTION_TOKENS
    (row,) = windows(tokenizer, asked, "because", 0, 7)
    assert len(row.offsets) == 1


def test_text_without_tokens_gives_one_empty_window(tokenizer: Tokenizer) -> None:
    (row,) = windows(tokenizer, tokens_of(tokenizer, "what?"), "\0\0", 0, 2)
    assert row.offsets.shape == (0, 2)


def test_the_models_inputs_tell_question_from_passage(tokenizer: Tokenizer) -> None:
    (row,) = windows(tokenizer, tokens_of(tokenizer, "who?"), "Ann Lee.", 0, 8)
    given = inputs(row)
    assert {name: array.shape for name, array in given.items()} == dict.fromkeys(given, (1, len(row.tokens)))
    assert given["token_type_ids"][0].tolist() == [0] * row.first + [1] * (len(row.tokens) - row.first)
    assert np.all(given["attention_mask"] == 1)


def test_a_pair_is_framed_as_the_tokeniser_frames_it(reader: Reader) -> None:
    tokenizer = Tokenizer.from_str(reader.tokenizer.to_str())
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 101), ("[SEP]", 102)],
    )
    asked = tokens_of(tokenizer, "who?")
    (window,) = windows(tokenizer, asked, "Ann Lee.", 0, 8)
    pair = tokenizer.encode("who?", "Ann Lee.")
    assert window.tokens.tolist() == pair.ids
    assert window.first == pair.sequence_ids.index(1)
    assert window.offsets.tolist() == [list(place) for place in pair.offsets[window.first : -1]]
