"""A teacher's labels are kept by characters, so that another tokeniser can learn from them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from bot import Reader
from bot.reader import Logits
from bot.training.labels import Read, label, read, write
from bot.training.rows import Row
from bot.windows import Window
from index import DocumentError

TEXT = "It was Agnes Fell, not Tom."


def sure_of(first: str, last: str, tokenizer: Tokenizer, null: float = 0.0) -> Read:
    """Return a teacher that finds the tokens `first` to `last` e**8 times as likely as each other one."""

    def answers(rows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        found = []
        for row in rows:
            both = []
            for word in (first, last):
                logits = np.zeros(len(row.tokens), np.float32)
                logits[0] = null
                logits[row.tokens.tolist().index(tokenizer.token_to_id(word), row.first)] = 8
                both.append(logits)
            found.append((both[0], both[1]))
        return found

    return answers


def test_labels_are_characters_with_their_probabilities(tokenizer: Tokenizer) -> None:
    ((row, confidence),) = label(tokenizer, sure_of("agnes", "fell", tokenizer), [Row("Who?", TEXT)])
    assert [(at, round(share, 2)) for at, share in row.starts] == [(7, 1.0)]
    assert [(at, round(share, 2)) for at, share in row.ends] == [(17, 1.0)]
    assert row.texts == ("Agnes Fell",)
    assert confidence > 0.98


def test_no_answer_takes_its_share_but_not_of_a_sentence_that_is_known_to_answer(tokenizer: Tokenizer) -> None:
    teacher = sure_of("agnes", "fell", tokenizer, null=8)
    rows = [Row("Who?", TEXT), Row("Who?", TEXT, weak=True)]
    (unsure, low), (weak, high) = label(tokenizer, teacher, rows)
    assert sum(share for _, share in unsure.starts) == pytest.approx(0.5, abs=0.01)
    assert sum(share for _, share in weak.starts) == pytest.approx(1.0, abs=0.01)
    assert low == pytest.approx(0.25, abs=0.01)
    assert high > 0.98


def test_labels_are_written_and_read_again(tokenizer: Tokenizer, tmp_path: Path) -> None:
    rows = [Row("Who?", TEXT), Row("Which man was it not?", TEXT)]
    made = label(tokenizer, sure_of("agnes", "fell", tokenizer), rows)
    for name in ("labels.jsonl", "labels.jsonl.gz"):
        write(tmp_path / name, made)
        found = read(tmp_path / name)
        assert list(found) == [("Who?", TEXT), ("Which man was it not?", TEXT)]
        assert [row for row, _ in found.values()] == [row for row, _ in made]
    (tmp_path / "bad.jsonl").write_text('{"question": 3}\n')
    with pytest.raises(DocumentError, match="line 1"):
        read(tmp_path / "bad.jsonl")


def test_a_real_reader_can_teach(reader: Reader) -> None:
    ((row, confidence),) = label(
        reader.tokenizer, reader, [Row("Who opened the bridge?", "Agnes Fell opened the bridge.")]
    )
    assert row.texts == ("Agnes Fell",)
    assert 0.3 < confidence <= 1
