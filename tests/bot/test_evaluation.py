"""Evaluation asks end to end, and its summary is the contract's."""

from collections.abc import Callable

import pytest

from bot import Bot, Confidence, Reader
from bot.evaluation import Asked, Evaluation, ask_closed, ask_open
from bot.squad import Example, Reference
from index import Embedder, Library

MILL = "The mill at Tarn was built by Agnes Fell in 1742. It has two wheels."
BRIDGE = "The bridge at Hull was opened by Tom Reed. It is made of stone."
KEYS = ["n", "em", "f1", "has_answer", "no_answer", "auc_answerable", "ece", "coverage_at_risk"]


def example(question: str, context: str, *answers: str) -> Example:
    return Example(question, context, tuple(Reference(text, context.index(text)) for text in answers))


EXAMPLES = [
    example("Who opened the bridge at Hull?", BRIDGE, "Tom Reed"),
    example("Who built the mill at Tarn?", MILL, "Agnes Fell"),
    example("Who opened the bridge at Hull?", MILL),
    example("¿Quién construyó el molino de la ciudad de Tarn y en qué año lo hizo?", MILL, "Agnes Fell"),
]


@pytest.fixture(scope="module")
def make_bot(reader: Reader) -> Callable[[Library], Bot]:
    return lambda library: Bot(library, reader, Confidence.of(reader.folder))


def test_closed_asks_the_questions_own_context_alone(make_bot: Callable[[Library], Bot], embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    asked = ask_closed(EXAMPLES, make_bot, embedder, lambda done, of: told.append((done, of)))
    assert [one.example for one in asked] == EXAMPLES
    assert [one.best for one in asked[:2]] == ["Tom Reed", "Agnes Fell"]
    assert asked[0].shown == "Tom Reed"
    assert "Tom Reed" not in asked[2].best
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_cannot_be_asked_is_an_abstention(make_bot: Callable[[Library], Bot], embedder: Embedder) -> None:
    (asked,) = ask_closed([EXAMPLES[3]], make_bot, embedder)
    assert asked == Asked(EXAMPLES[3], "", "", 0.0, None)


def test_open_searches_all_contexts_and_knows_where_the_answer_was(
    make_bot: Callable[[Library], Bot], embedder: Embedder
) -> None:
    asked = ask_open(EXAMPLES[:3], make_bot, embedder)
    assert [one.place for one in asked] == [1, 1, None]
    assert asked[2].best == "Tom Reed", "the other context answers it"
    summary = Evaluation(asked, searched=True).summary()
    assert list(summary) == [*KEYS, "recall_at_1", "recall_at_5", "recall_at_10"]
    assert summary["recall_at_1"] == 1.0


def asked(shown: str, best: str, confidence: float, *answers: str, place: int | None = None) -> Asked:
    return Asked(example("Who?", MILL, *answers), shown, best, confidence, None, place)


def test_the_summary_counts_as_squads_script_does() -> None:
    evaluation = Evaluation(
        [
            asked("Agnes Fell", "Agnes Fell", 0.9, "Agnes Fell"),
            asked("Fell", "Fell", 0.8, "Agnes Fell", "1742"),
            asked("", "1742", 0.2, "1742"),
            asked("", "Tarn", 0.1),
            asked("Tarn", "Tarn", 0.7),
        ],
        searched=False,
    )
    assert evaluation.summary() == {
        "n": 5,
        "em": 0.4,
        "f1": pytest.approx((1 + 2 / 3 + 0 + 1 + 0) / 5, abs=1e-4),
        "has_answer": {"n": 3, "em": pytest.approx(1 / 3, abs=1e-4), "f1": pytest.approx(5 / 9, abs=1e-4)},
        "no_answer": {"n": 2, "accuracy": 0.5},
        "auc_answerable": pytest.approx(5 / 6, abs=1e-4),
        "ece": pytest.approx((0.1 + 0.2 + 0.8 + 0.1 + 0.7) / 5),
        "coverage_at_risk": {"0.05": 0.4, "0.1": 0.4},
    }
    assert evaluation.unshown() == (pytest.approx(2 / 3, abs=1e-4), pytest.approx(8 / 9, abs=1e-4))


def test_numbers_without_anything_to_take_them_of_are_none() -> None:
    summary = Evaluation([asked("Fell", "Fell", 0.8, "Fell")], searched=False).summary()
    assert (summary["no_answer"], summary["auc_answerable"]) == ({"n": 0, "accuracy": None}, None)


def test_recall_counts_places_among_the_answerable() -> None:
    places = (1, 4, 9, None)
    every = [asked("", "", 0.0, "Fell", place=place) for place in places] + [asked("", "", 0.0)]
    summary = Evaluation(every, searched=True).summary()
    assert [summary[f"recall_at_{depth}"] for depth in (1, 5, 10)] == [0.25, 0.5, 0.75]
