"""Altered questions are near misses that nobody answered."""

import random

import pytest

from bot.training.altered import altered, shifted
from bot.training.rows import Row, row_of
from tests.bot.training.conftest import example

ROWS = [
    row_of(
        example("Who was the first miller at Tarn?", "Agnes Fell, not Tom Reed, was the first miller.", "Agnes Fell")
    ),
    row_of(example("When did Ruth Hale leave the mill in Hull?", "Ruth Hale left the mill in 1742 for York.", "1742")),
    row_of(
        example("Which mill is the oldest one near Selby?", "The oldest mill near Selby is Fell Mill.", "Fell Mill")
    ),
]


def test_altered_questions_differ_from_all_that_were_asked_of_their_passage_and_have_no_answer() -> None:
    passages = {row.passage for row in ROWS}
    asked = {(row.question, row.passage) for row in ROWS}
    for seed in range(20):
        found = altered(ROWS, 3, random.Random(seed))
        assert found
        assert all((row.question, row.passage) not in asked and row.passage in passages for row in found)
        assert all(not row.answered and row.texts == () for row in found)


def test_each_way_of_altering_is_met() -> None:
    questions = {row.question for seed in range(60) for row in altered(ROWS, 3, random.Random(seed))}
    assert "Who was the last miller at Tarn?" in questions, "an opposite"
    assert "Who wasn't the first miller at Tarn?" in questions, "a denial"
    assert "Who was the first miller at Tom Reed?" in questions, "a name of the passage"
    assert "Who was the first miller at Hull?" in questions, "a name of another question"


def test_the_same_seed_alters_alike_and_what_has_no_answer_is_left_alone() -> None:
    assert altered(ROWS, 2, random.Random(3)) == altered(ROWS, 2, random.Random(3))
    assert altered([Row("Who?", "It was Tom.")], 1, random.Random(0)) == []
    assert altered(ROWS, 0, random.Random(0)) == []


def test_the_doubt_of_a_teacher_is_corrected_for_how_seldom_altered_questions_are_answered() -> None:
    def answered(share: float) -> float:
        row = shifted(Row("Who?", "It was Tom.", ((7, share),), ((10, share),)), odds=6)
        assert sum(p for _, p in row.starts) == sum(p for _, p in row.ends)
        return sum(p for _, p in row.starts)

    assert answered(0.5) == pytest.approx(1 / 7, abs=1e-3)
    assert answered(6 / 7) == pytest.approx(0.5, abs=1e-3)
    assert answered(1.0) == 1.0
    assert shifted(Row("Who?", "It was Tom.")).starts == ()
