import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import alike
from bot.alike import group, names
from index import Embedder
from tests.conftest import Report

DATA = json.loads((Path(__file__).parent.parent / "data" / "same_questions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("part", "precision", "recall"), [("chosen on", 0.88, 0.78), ("checked on", 0.90, 0.63)])
def test_questions_that_ask_the_same_are_joined_and_few_others_are(
    part: str, precision: float, recall: float, embedder: Embedder, report: Report
) -> None:
    wanted = {text: number for number, texts in enumerate(DATA[part]) for text in texts}
    texts = sorted(wanted)
    found = {place: number for number, places in enumerate(group(texts, embedder.encode(texts))) for place in places}
    pairs = [
        (wanted[texts[one]] == wanted[texts[other]], found[one] == found[other])
        for one, other in itertools.combinations(range(len(texts)), 2)
    ]
    right = pairs.count((True, True))
    reached = right / (right + pairs.count((False, True))), right / (right + pairs.count((True, False)))
    report(f"Pairs that ask the same ({part}): precision {reached[0]:.2f}, recall {reached[1]:.2f}")
    assert reached[0] >= precision
    assert reached[1] >= recall


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How many patents does Toyota have?", "How many patents does Nissan have?"),
        ("How many patents does Toyota have?", "number of nissan patents"),
        ("What was revenue in 2023?", "What was revenue in 2022?"),
        ("What does error E12 mean?", "What does error E13 mean?"),
        ("When was CASIP established?", "Who established CASIP?"),
        ("When was CASIP established?", "Why was CASIP established?"),
        ("When does the canteen open?", "When does the canteen close?"),
        ("What is covered by the warranty?", "What is not covered by the warranty?"),
        ("What isn't allowed?", "What is allowed?"),
    ],
)
def test_a_name_a_number_a_question_word_or_an_opposite_keeps_questions_apart(
    one: str, other: str, embedder: Embedder
) -> None:
    texts = [one, other, "Tell me about Toyota and Nissan and CASIP"]
    assert [0, 1] not in group(texts, embedder.encode(texts))


def test_a_name_typed_in_a_hurry_is_the_name(embedder: Embedder) -> None:
    texts = ["How many patents does Toyota have?", "how many patents does toyota have", "HOW MANY PATENTS HAS TOYOTA?"]
    assert group(texts, embedder.encode(texts)) == [[0, 1, 2]]


def test_names_are_learned_from_all_questions() -> None:
    assert names(["What does Toyota's plant make?", "toyota plant", "The plant of Nissan", "Plant sizes"]) == [
        {"toyota"},
        {"toyota"},
        {"nissan"},
        set(),
    ]
    assert names(["How many of 1,300 are in E12?"]) == [{"1300", "e12"}]
    assert names(["HOW LONG IS THE NOTICE PERIOD", "How Long Is the Notice Period"]) == [set(), set()]
    assert names(["", "?", "🔋", "東京 はどこ"]) == [set()] * 4


WORDS = st.sampled_from(["Toyota", "Nissan", "when", "who", "what", "open", "close", "price", "not", "2022", "battery"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), unique=True, max_size=40)


@given(TEXTS, st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 512]))
def test_grouping_is_a_partition_whatever_is_asked(texts: list[str], seed: int, block: int) -> None:
    random = np.random.default_rng(seed)
    directions = random.normal(size=(3, 384))
    vectors = directions[random.integers(0, 3, len(texts))] + random.normal(size=(len(texts), 384)) * 0.3
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "BLOCK", block)
        groups = group(texts, vectors)
    assert sorted(place for places in groups for place in places) == list(range(len(texts)))
    assert [places[0] for places in groups] == sorted(places[0] for places in groups)
    named = names(texts)
    for places in groups:
        assert places == sorted(places), "the first leads"
        for place in places:
            assert named[place] == named[places[0]]
            assert vectors[place] @ vectors[places[0]] >= alike.SAME - 1e-5


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_the_size_of_a_block_changes_nothing(texts: list[str], seed: int) -> None:
    random = np.random.default_rng(seed)
    directions = random.normal(size=(4, 384))
    vectors = directions[random.integers(0, 4, len(texts))].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = group(texts, vectors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "BLOCK", 2)
        assert group(texts, vectors) == whole
