"""The reader's folder is checked, and either runtime gives logits a token."""

import shutil
from pathlib import Path

import pytest

from bot.reader import PACKAGED, Reader
from bot.windows import tokens_of, windows
from index import ModelError


def test_logits_come_for_every_token_in_order(reader: Reader) -> None:
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
