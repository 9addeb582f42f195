"""Rows keep their targets on the same words whatever is done to their passage."""

from pathlib import Path

import pytest

from bot.squad import Example, Reference
from bot.training.rows import Row, blend, lacks, row_of, weak_rows
from index import DocumentError
from tests.bot.training.conftest import example


def words(row: Row) -> set[str]:
    return {row.passage[start:end] for start, _ in row.starts for end, _ in row.ends if start < end}


def test_several_peoples_answers_share_the_probability() -> None:
    row = row_of(example("Who?", "It was Agnes Fell, in 1742.", "Agnes Fell", "Fell", "Agnes Fell"))
    assert row.starts == ((7, pytest.approx(2 / 3)), (13, pytest.approx(1 / 3)))
    assert row.ends == ((17, 1.0),)
    assert row.texts == ("Agnes Fell", "Fell")
    assert row.answered


def test_numbers_take_in_what_bounds_them() -> None:
    row = row_of(example("How many?", "It has more than 12 arches.", "12"))
    assert words(row) == {"more than 12"}
    assert words(row_of(example("What is over it?", "There is a tent over stalls.", "stalls"))) == {"stalls"}


def test_an_answer_without_a_place_cannot_be_learnt_from() -> None:
    with pytest.raises(DocumentError, match="start"):
        row_of(Example("Who?", "Agnes Fell.", (Reference("Fell"),)))


def test_targets_move_with_the_passage_and_what_is_cut_off_is_no_answer() -> None:
    row = row_of(example("Who?", "One. It was Agnes Fell. Two.", "Agnes Fell"))
    assert words(row.behind("Title\n\n")) == {"Agnes Fell"}
    assert words(row.within(5, 23)) == {"Agnes Fell"}
    assert not row.within(0, 4).answered
    assert not row.unanswered("Another passage.").answered
    assert row.reach == (12, 22)


def test_targets_are_probabilities_inside_the_passage() -> None:
    with pytest.raises(ValueError, match="outside"):
        Row("q", "abc", ((9, 1.0),), ((3, 1.0),))
    with pytest.raises(ValueError, match="sum"):
        Row("q", "abc", ((0, 0.7), (1, 0.7)), ((3, 1.0),))


def test_blending_weighs_people_and_teacher() -> None:
    gold, soft = Row("q", "abcdef", ((0, 1.0),), ((3, 1.0),)), Row("q", "abcdef", ((0, 0.5), (2, 0.3)), ((3, 0.8),))
    mixed = blend(gold, soft, 0.5)
    assert dict(mixed.starts) == pytest.approx({0: 0.75, 2: 0.15})
    assert dict(mixed.ends) == pytest.approx({3: 0.9})  # the rest is "no answer"


def test_weak_rows_are_a_question_and_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "weak.jsonl"
    file.write_text('{"question": "Who?", "sentence": "It was Agnes Fell."}\n')
    assert weak_rows([file]) == [Row("Who?", "It was Agnes Fell.", weak=True)]
    file.write_text('{"question": "Who?"}\n')
    with pytest.raises(DocumentError, match="line 1"):
        weak_rows([file])


def test_a_safe_negative_has_none_of_the_wordings() -> None:
    assert lacks("It was Tom Reed.", ["Agnes Fell", "Fell"])
    assert not lacks("the FELL family", ["Agnes Fell", "Fell."])
