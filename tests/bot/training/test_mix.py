"""A pass mixes rows, negatives and lists, and is the same for the same seed."""

from pathlib import Path

from bot.squad import Example
from bot.training.config import TrainConfig
from bot.training.mining import mine
from bot.training.mix import Group, Pool, labelled, one_pass, only_labelled
from bot.training.passages import Homes
from bot.training.rows import Row, row_of
from index import Embedder

SURE = Row("Who?", "It was Agnes Fell.", ((7, 0.9),), ((17, 0.9),), ("Agnes Fell",))


def test_negatives_are_passages_that_the_retriever_finds_elsewhere(
    examples: list[Example], embedder: Embedder, tmp_path: Path
) -> None:
    long = " It stands on ten pillars in the river, and a toll is taken of all who cross it on market days and feasts."
    rows = [row_of(Example(one.question, one.context + long, one.answers, one.title)) for one in examples]
    said: list[str] = []
    found = mine(rows, 8, 1, tmp_path / "negatives.json", embedder, said.append)
    assert len(found) == 8
    own = {row.question: row for row in rows}
    for question, passages in found.items():
        assert all(passage != own[question].passage for passage in passages)
        assert all(text not in passage for passage in passages for text in own[question].texts)
    assert any(found.values())
    assert mine(rows, 8, 1, tmp_path / "negatives.json", embedder, said.append) == found
    assert len(said) == 1, "the second time they are read from the file"


def test_a_pass_is_the_same_for_the_same_seed_and_another_for_another(examples: list[Example]) -> None:
    rows = [row_of(one) for one in examples]
    negatives = {row.question: ["A passage that says nothing of it."] for row in rows if row.answered}
    pool = Pool([Group(rows)], negatives, Homes({}, {}), sorted({row.passage for row in rows}))
    config = TrainConfig(hard_negatives=0.5, swapped=0.5, without_answer=0.0)
    first = one_pass(pool, config, 0)
    assert first == one_pass(pool, config, 0)
    assert first != one_pass(pool, config, 1)
    assert sum(row.answered for row in first) == 16
    assert sum(row.passage == "A passage that says nothing of it." for row in first) == 8
    assert len(first) > 24 + 8


def test_a_pass_draws_some_of_a_large_file(examples: list[Example]) -> None:
    rows = [row_of(one) for one in examples]
    config = TrainConfig(hard_negatives=0, swapped=0, without_answer=0, lists=0)
    pool = Pool([Group(rows, 5), Group(rows[:3])], {}, Homes({}, {}), sorted({row.passage for row in rows}))
    assert [len(one_pass(pool, config, number)) for number in range(3)] == [8, 8, 8]
    assert one_pass(pool, config, 0)[:5] != one_pass(pool, config, 1)[:5]


def test_labels_are_blended_in_and_alone_where_nobody_answered() -> None:
    config = TrainConfig(soft_share=0.5, weak_confidence=0.5)
    gold = Row("Who?", "It was Agnes Fell.", ((13, 1.0),), ((17, 1.0),), ("Fell",))
    weak = Row("Who?", "It was Agnes Fell.", weak=True)
    key = ("Who?", "It was Agnes Fell.")
    blended, sure = labelled([gold, weak], {key: (SURE, 0.8)}, config)
    assert dict(blended.starts) == {7: 0.45, 13: 0.5}
    assert (sure.starts, sure.weak) == (SURE.starts, True)
    assert labelled([gold, weak], {key: (SURE, 0.4)}, config) == [blended], "the teacher is not sure of the weak one"
    assert labelled([gold, weak], {}, config) == [gold]


def test_what_only_the_teacher_has_a_say_on_is_learnt_from_too() -> None:
    gold = Row("Who?", "It was Agnes Fell.", ((13, 1.0),), ((17, 1.0),), ("Fell",))
    altered = Row("Who wasn't?", "It was Agnes Fell.", ((7, 0.1),), ((17, 0.1),))
    marked = {("Who?", "It was Agnes Fell."): (SURE, 0.8), ("Who wasn't?", "It was Agnes Fell."): (altered, 0.1)}
    assert only_labelled([gold], marked) == [altered]
    assert not altered.answered, "it rather does not answer"
