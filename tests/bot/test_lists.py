"""An answer of several things names its parts as offsets."""

import pytest

from bot.lists import LONGEST, bulleted, items

CASES = [
    ("Tesla, BMW, Toyota, Kia, and Ford", ["Tesla", "BMW", "Toyota", "Kia", "Ford"]),
    ("BYD and NIO", ["BYD", "NIO"]),
    ("a lamp\n- two ropes\n- a map", ["a lamp", "two ropes", "a map"]),
    ("salt, pepper and oil", ["salt", "pepper", "oil"]),
    ("the War Office; the Treasury; the Home Office", ["the War Office", "the Treasury", "the Home Office"]),
    ("Japan or Michigan", ["Japan", "Michigan"]),
]


@pytest.mark.parametrize(("answer", "parts"), CASES)
def test_the_parts_of_a_list(answer: str, parts: list[str]) -> None:
    text = f"They had:\n- {answer}\n\nThat is all." if "\n" in answer else f"They had {answer}, among others."
    start = text.index(answer)
    assert [text[first:last] for first, last in items(text, start, start + len(answer))] == parts


@pytest.mark.parametrize(
    "answer",
    [
        "January 2024",
        "February 19, 2024",
        "Ouyang Minggao",
        "research and development",
        "1,300",
        "Acme, the city’s new consortium",
        "Ann and Bob, to advance the development of bridges, and more",
        "Acme and Dale supply batteries to numerous makers",
        "Editor, The Mill, Dale Press",
    ],
)
def test_what_is_no_list_has_no_parts(answer: str) -> None:
    assert items(answer, 0, len(answer)) == []


def test_a_list_without_end_is_no_answer_and_costs_nothing() -> None:
    row = "- a thing\n"
    assert len(bulleted(row * LONGEST, 500)) == LONGEST
    assert bulleted(row * (LONGEST + 1), 500) == []
    assert bulleted(row * 200_000, 1_000_000) == []
