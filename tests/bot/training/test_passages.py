"""Rows are cut as Pincite cuts documents, and bare sentences are given a home."""

import random

from bot.training.config import TrainConfig
from bot.training.passages import Homes, housed, served, similar
from bot.training.rows import Row, row_of
from index.formats import make_document
from index.passage import LIMIT, split
from tests.bot.training.conftest import example

LONG = " ".join(f"Sentence number {number} says nothing of interest to anybody who asks." for number in range(40))
PLAIN = TrainConfig(headed=0, joined=0)


def words(row: Row) -> set[str]:
    return {row.passage[start:end] for start, _ in row.starts for end, _ in row.ends if start < end}


def test_a_long_context_is_cut_to_the_passage_that_answers() -> None:
    text = f"{LONG} It was Agnes Fell. {LONG}"
    row = served(row_of(example("Who?", text, "Agnes Fell")), random.Random(0), PLAIN)
    assert row is not None
    assert words(row) == {"Agnes Fell"}
    document = make_document(text, source="t", title=" ")
    assert row.passage in {document.text[piece.start : piece.end] for piece in split(document)}
    assert len(row.passage) <= LIMIT


def test_unanswerable_rows_get_any_passage_of_their_context() -> None:
    row = row_of(example("Who?", LONG))
    found = [served(row, random.Random(seed), PLAIN) for seed in range(8)]
    assert len({one.passage for one in found if one}) > 1


def test_passages_begin_with_headings_and_run_on_from_others() -> None:
    row = row_of(example("Who?", "It was Agnes Fell.", "Agnes Fell", title="The_Fells"))
    headed = served(row, random.Random(0), TrainConfig(headed=1, joined=0))
    assert headed is not None
    assert headed.passage == "The Fells\n\nIt was Agnes Fell."
    assert words(headed) == {"Agnes Fell"}
    joined = [served(row, random.Random(seed), TrainConfig(headed=0, joined=1), ["More text."]) for seed in range(8)]
    assert {one.passage for one in joined if one} == {
        "It was Agnes Fell.\n\nMore text.",
        "More text.\n\nIt was Agnes Fell.",
    }
    assert all(one and words(one) == {"Agnes Fell"} for one in joined)
    answering = served(row, random.Random(0), TrainConfig(headed=0, joined=1), ["Agnes Fell again."])
    assert answering is not None
    assert "again" not in answering.passage, "a neighbour that answers too would be marked wrong"


def test_a_bare_sentence_goes_home_or_among_its_like() -> None:
    sentence = "It was Agnes Fell."
    row = Row("Who?", sentence, ((7, 1.0),), ((17, 1.0),), ("Agnes Fell",), weak=True)
    homes = Homes.of([row], [f"One. {sentence} Two."])
    home = housed(row, homes, random.Random(0))
    assert home.passage == f"One. {sentence} Two."
    assert words(home) == {"Agnes Fell"}
    away = Homes({}, {sentence: ["It was Tom.", "Agnes Fell came.", "It was Ines."]})
    for seed in range(5):
        found = housed(row, away, random.Random(seed))
        assert words(found) == {"Agnes Fell"}
        assert found.passage != sentence
        assert "came" not in found.passage


def test_similar_texts_share_words() -> None:
    found = similar(
        ["a red bridge in Hull"], ["the bridge in Hull is red", "a mill", "corn", "a red bridge in Hull"], 1
    )
    assert found["a red bridge in Hull"] == ["the bridge in Hull is red"]
