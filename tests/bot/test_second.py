"""The deeper model reads what leads, until what leads was read by both."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot import question as questions
from bot.ranking import rank
from bot.reader import DEEPER_COUNTS, SECOND, Pair, Reader
from bot.reading import Found, Reading, read_passages
from bot.second import LOOKS, look_again
from bot.windows import Tokens
from index import ModelError
from index.formats import make_document
from index.passage import Passage
from index.search import Hit

TEXTS = [
    "The old bridge was opened by Agnes Fell in 1901.",
    "The new bridge was opened by Tom Reed in 1950.",
    "The mill was sold to Ines Moor.",
    "The ferry was run by Carl Dane.",
    "The road was paved by Ruth Hale.",
]


class Denies:
    """A deeper model that finds no answer in passages with certain words; others it finds sure to have one."""

    def __init__(self, reader: Reader, *words: str) -> None:
        self.ids = [reader.tokenizer.encode(word, add_special_tokens=False).ids[0] for word in words]
        self.read = 0

    def __call__(self, row: dict[str, Tokens]) -> Pair:
        self.read += 1
        tokens = row["input_ids"][0]
        logits = np.zeros(len(tokens), np.float32)
        logits[0] = 60 if any(word in tokens for word in self.ids) else -60
        return logits, logits


def hits(texts: Sequence[str] = TEXTS) -> list[Found]:
    found = []
    for place, text in enumerate(texts, 1):
        document = make_document(text, source=f"{place}.txt", title=f"T{place}")
        passage = Passage(document.id, 0, len(document.text))
        found.append((place, Hit(passage, 0.0, None, place, 0.5), document))
    return found


def looked(monkeypatch: pytest.MonkeyPatch, *denied: str) -> tuple[list[Reading], list[Reading], Denies]:
    reader = Reader()
    deeper = Denies(reader, *denied)
    monkeypatch.setattr(reader, "_deeper", deeper)
    question = questions.read("Who opened the old bridge?")
    first = read_passages(reader, question, hits())
    return first, look_again(reader, question, first), deeper


def test_what_leads_is_read_twice_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    first, both, deeper = looked(monkeypatch)
    assert deeper.read == 1
    assert [reading.rank for reading in both] == [1, 2, 3, 4, 5]
    assert [reading.first is not None for reading in both] == [True, False, False, False, False]
    assert both[0].first is first[0]
    assert both[1:] == first[1:]
    (span, *_), (before, *_) = both[0].spans, first[0].spans
    assert (span.start, span.end) == (before.start, before.end)
    mean = (before.score + DEEPER_COUNTS * 120) / (1 + DEEPER_COUNTS)
    assert span.score == pytest.approx(mean), "the mean of both models' margins"


def test_what_takes_the_lead_gets_its_own_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    first, both, deeper = looked(monkeypatch, "1901")
    question = questions.read("Who opened the old bridge?")
    assert rank(question, first)[0].best.reading.rank == 1
    assert deeper.read > 1
    leading = rank(question, both)[0].best.reading
    assert leading.rank > 1
    assert leading.first


def test_looks_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    _, both, deeper = looked(monkeypatch, "by", "to")
    assert deeper.read == LOOKS == sum(reading.first is not None for reading in both)


def test_looks_are_limited_for_a_question_however_often_it_is_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    deeper = Denies(reader, "by", "to")
    monkeypatch.setattr(reader, "_deeper", deeper)
    question = questions.read("Who opened the old bridge?")
    found = hits()
    once = look_again(reader, question, read_passages(reader, question, found[:2]))
    twice = look_again(reader, question, [*once, *read_passages(reader, question, found[2:])])
    assert deeper.read == LOOKS == sum(reading.first is not None for reading in twice)
    assert [reading.rank for reading in twice] == [1, 2, 3, 4, 5]


def test_a_reader_without_a_deeper_model_looks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    monkeypatch.setattr(reader, "_deeper", None)
    question = questions.read("Who opened the old bridge?")
    first = read_passages(reader, question, hits())
    assert look_again(reader, question, first) == first
    assert not reader.looks_twice


def test_a_deeper_model_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    (tmp_path / SECOND).write_bytes(b"not gzip")
    with pytest.raises(ModelError, match="second"):
        _ = Reader(tmp_path).looks_twice
