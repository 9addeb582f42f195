"""Questions are changed as people would type them, and negatives do not answer."""

import random

from bot.training import augment
from bot.training.config import TrainConfig
from bot.training.rows import row_of
from tests.bot.training.conftest import example

NEVER = {"unmarked": 0.0, "mistyped": 0.0, "keywords": 0.0, "lower": 0.0}
QUESTION = "When was the old Mill at Tarn restored?"


def typed(**shares: float) -> str:
    return augment.typed(QUESTION, random.Random(1), TrainConfig(**(NEVER | shares)))  # type: ignore[arg-type]


def test_questions_are_typed_in_each_style() -> None:
    assert typed() == QUESTION
    assert typed(unmarked=1) == QUESTION[:-1]
    assert typed(lower=1) == QUESTION.lower()
    assert typed(keywords=1) == "old Mill Tarn restored"
    assert augment.typed("Who was it?", random.Random(1), TrainConfig(**(NEVER | {"keywords": 1}))) == "Who was it?"  # type: ignore[arg-type]


def test_a_mistyped_question_has_one_word_wrong_and_names_stay() -> None:
    for seed in range(20):
        words = augment.mistyped(QUESTION + " surely", random.Random(seed)).split()
        changed = [(a, b) for a, b in zip((QUESTION + " surely").split(), words, strict=True) if a != b]
        assert len(changed) <= 1
        assert "Tarn" in words
    assert augment.mistyped("Who?", random.Random(0)) == "Who?"


def test_the_answering_sentence_is_left_out_where_the_answer_stands_nowhere_else() -> None:
    filler = "There is much more to say about the mill, its wheels, its stones and all its millers. " * 3
    row = row_of(example("Who?", f"{filler}It was Agnes Fell. They left.", "Agnes Fell"))
    found = augment.without_answer(row)
    assert found is not None
    assert not found.answered
    assert found.passage == f"{filler}They left."
    assert augment.without_answer(row_of(example("Who?", f"{filler}It was Fell. Fell left.", "Fell"))) is None
    assert augment.without_answer(row_of(example("Who?", "It was Fell. They left.", "Fell"))) is None


def test_a_name_in_the_question_is_exchanged_for_one_the_passage_lacks() -> None:
    row = row_of(example("Who owned the mill at Tarn?", "Agnes Fell owned the mill at Tarn.", "Agnes Fell"))
    found = augment.swapped(row, {False: ["Hull"], True: []}, random.Random(0))
    assert found is not None
    assert (found.question, found.answered) == ("Who owned the mill at Hull?", False)
    assert augment.swapped(row, {False: ["Tarn"], True: []}, random.Random(0)) is None
    assert augment.swapped(row, {False: [], True: []}, random.Random(0)) is None
    year = row_of(example("Who owned it in 1742?", "Agnes Fell owned it in 1742.", "Agnes Fell"))
    assert augment.swapped(year, {False: [], True: ["7"]}, random.Random(0)) is None
    assert augment.swapped(year, {False: [], True: ["1801"]}, random.Random(0)) is not None


def test_names_of_questions_leave_out_first_words() -> None:
    assert augment.names_of(["Who met Agnes Fell in 1742?"]) == {False: ["Agnes Fell"], True: ["1742"]}


def test_a_list_becomes_a_question_answered_by_all_of_it() -> None:
    row = augment.list_row("There are lakes such as Como, Garda and Iseo. They are deep.", random.Random(0))
    assert row is not None
    ((start, _),), ((end, _),) = row.starts, row.ends
    assert row.passage[start:end] == "Como, Garda and Iseo"
    assert "lakes" in row.question
    assert augment.list_row("There is a lake.", random.Random(0)) is None
