"""The nearest passages are read at any rate; others where these do not answer, or where others say the same."""

from bot import question as questions
from bot.reader import Reader
from bot.reading_on import NEAREST, read_on
from tests.bot.test_second import hits

ANSWER = "The old bridge at Tarn was opened by Agnes Fell in 1901."
OTHERS = [
    "The mill was sold to the council.",
    "The ferry is painted blue.",
    "The road was paved with stone.",
    "The station has two platforms.",
    "The church stands on a hill.",
    "The school has a large hall.",
]


def ranks_read(*texts: str) -> list[int]:
    question = questions.read("Who opened the old bridge at Tarn?")
    return [reading.rank for reading in read_on(Reader(), question, hits(texts))]


def test_others_are_not_read_where_the_nearest_answer() -> None:
    assert ranks_read(ANSWER, *OTHERS) == list(range(1, NEAREST + 1))
    assert ranks_read(*OTHERS[: NEAREST - 1], ANSWER, *OTHERS) == list(range(1, NEAREST + 1))


def test_all_are_read_where_the_nearest_do_not_answer() -> None:
    assert ranks_read(*OTHERS) == list(range(1, len(OTHERS) + 1))
    assert ranks_read(*OTHERS, ANSWER) == list(range(1, len(OTHERS) + 2))


def test_what_holds_the_same_words_is_read_too() -> None:
    same = "Mrs Agnes Fell's opening of the old bridge at Tarn drew a crowd."
    less = "A statue of Agnes stands there."
    assert ranks_read(ANSWER, *OTHERS[:3], OTHERS[3], same, less) == [1, 2, 3, 4, 6]


def test_nothing_found_is_nothing_read() -> None:
    assert ranks_read() == []
