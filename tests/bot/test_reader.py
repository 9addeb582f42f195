"""The reader's folder is checked, and either runtime gives logits a token."""

import shutil
import weakref
from pathlib import Path

import numpy as np
import pytest

from bot.reader import PACKAGED, Pair, Reader, Remembering
from bot.windows import Tokens, Window, inputs, tokens_of, windows
from index import ModelError


class Counting:
    """A runtime that counts how often it ran, and fails where it is told to."""

    def __init__(self) -> None:
        self.ran = 0
        self.error: Exception | None = None

    def __call__(self, row: dict[str, Tokens]) -> Pair:
        self.ran += 1
        if self.error:
            raise self.error
        logits = row["input_ids"][0].astype(np.float32)
        return logits, -logits


def row(*tokens: int, first: int = 1) -> dict[str, Tokens]:
    return inputs(Window(np.array(tokens, np.int64), first, np.zeros((0, 2), np.int64)))


def test_a_window_that_was_read_is_not_read_again() -> None:
    counting = Counting()
    remembering = Remembering(counting, 2)
    for _ in range(3):
        start, end = remembering(row(1, 2, 3))
        assert start.tolist() == [1, 2, 3]
        assert end.tolist() == [-1, -2, -3]
    assert counting.ran == 1
    with pytest.raises(ValueError, match="read-only"):
        start[0] = 7
    remembering(row(1, 2, 4))
    remembering(row(1, 2, 3, first=2))  # the same tokens, of which more are the question's
    assert counting.ran == 3
    remembering(row(1, 2, 3, first=2))
    assert counting.ran == 3
    assert remembering(row(1, 2, 3))[0].tolist() == [1, 2, 3]
    assert counting.ran == 4, "the third last of two"


def test_a_reader_that_is_done_with_is_freed_at_once() -> None:
    counting = Counting()
    remembering = Remembering(counting, 2)
    remembering(row(1, 2))
    gone = weakref.ref(counting)
    del remembering, counting
    assert gone() is None


def test_a_window_that_could_not_be_read_is_tried_again() -> None:
    counting = Counting()
    remembering = Remembering(counting, 2)
    counting.error = RuntimeError("no memory")
    with pytest.raises(RuntimeError, match="no memory"):
        remembering(row(1, 2))
    counting.error = None
    assert remembering(row(1, 2))[0].tolist() == [1, 2]


def test_both_models_remember(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    rows = [Window(np.arange(1000, 1000 + length), 3, np.zeros((0, 2), np.int64)) for length in (9, 17)]
    first = reader(rows)
    both = reader.again(rows, first)

    for remembering in (reader._runtime, reader._deeper):
        monkeypatch.setattr(remembering.runtime, "_session", None)  # type: ignore[union-attr]
    for wanted, given in ((first, reader(rows)), (both, reader.again(rows, first))):
        for pair, other in zip(wanted, given, strict=True):
            assert [one.tolist() for one in pair] == [one.tolist() for one in other]


def test_logits_come_for_every_token_in_order() -> None:
    reader = Reader(remembered=0)
    asked = tokens_of(reader.tokenizer, "Who opened it?")
    texts = ["Agnes Fell opened it.", "It was opened, some say, by Tom.", "x"]
    rows = [windows(reader.tokenizer, asked, text, 0, len(text))[0] for text in texts]
    together = reader(rows)
    assert [len(start) for start, _ in together] == [len(row.tokens) for row in rows]
    for row, (start, end) in zip(rows, together, strict=True):
        ((alone_start, alone_end),) = reader([row])
        assert alone_start.tolist() == start.tolist()
        assert alone_end.tolist() == end.tolist()


def test_truncation_and_padding_of_the_tokeniser_file_are_switched_off(reader: Reader) -> None:
    assert len(reader.tokenizer.encode("word " * 700).ids) > 700


def test_the_packaged_reader_reads_english_and_is_small_enough(reader: Reader) -> None:
    assert reader.language == "en"
    assert sum(path.stat().st_size for path in PACKAGED.iterdir()) < 70_000_000


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        _ = Reader(tmp_path).tokenizer
    shutil.copy(PACKAGED / "tokenizer.json", tmp_path)
    with pytest.raises(ModelError, match="span model"):
        Reader(tmp_path).load()
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="ONNX"):
        Reader(tmp_path).load()
    assert Reader(tmp_path).language is None
    (tmp_path / "reader.json").write_text("[")
    with pytest.raises(ModelError, match=r"reader\.json"):
        _ = Reader(tmp_path).language


def test_transformers_weights_can_replace_the_export(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForQuestionAnswering

    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertForQuestionAnswering(config).save_pretrained(tmp_path)
    shutil.copy(PACKAGED / "tokenizer.json", tmp_path)
    reader = Reader(tmp_path, threads=1)
    (row,) = windows(reader.tokenizer, tokens_of(reader.tokenizer, "who?"), "Ann Lee.", 0, 8)
    ((start, end),) = reader([row])
    assert len(start) == len(end) == len(row.tokens)
