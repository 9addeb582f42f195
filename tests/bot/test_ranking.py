"""Candidates that say the same are one answer; what stands in a by-line is known."""

import pytest

from bot.question import read
from bot.ranking import essence
from bot.reading import in_byline


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("January 2024", "in January 2024"),
        ("Jan 2024", "January 2024"),
        ("six", "6"),
        ("1,300", "1300"),
        ("The Board", "the board."),
        ("the Trade Office (TO)", "Trade Office"),
        ("SNE Research’s", "SNE Research"),
    ],
)
def test_answers_that_say_the_same(one: str, other: str) -> None:
    assert essence(one) == essence(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("January 2024", "January 2023"),
        ("BYD", "BYD and NIO"),
        ("50%", "50"),
        ("more than 100", "less than 100"),
        ("six", "seven"),
    ],
)
def test_answers_that_differ(one: str, other: str) -> None:
    assert essence(one) != essence(other)


TEXT = "Sponsored\n\nAnn B. Lee, Editor, The Mill\n\nMarch 3, 2021\n\nTom Reed ran the mill until March 3, 2020."


@pytest.mark.parametrize(
    ("question", "words", "there"),
    [
        ("Who wrote this article?", "Ann B. Lee", True),
        ("Who wrote this article?", "Tom Reed", False),
        ("Who ran the mill?", "Ann B. Lee", False),
        ("When was it published?", "March 3, 2021", True),
        ("When was it published?", "March 3, 2020", False),
        ("Which company published it?", "The Mill", True),
        ("Which company ran it?", "The Mill", False),
    ],
)
def test_a_byline_counts_only_for_questions_of_authorship(question: str, words: str, there: bool) -> None:
    start = TEXT.index(words)
    assert in_byline(read(question), TEXT, start, start + len(words)) is there
