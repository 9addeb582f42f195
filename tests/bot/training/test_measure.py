"""The reader alone is measured as SQuAD's script does, at the best cut where some questions have no answer."""

from bot import Reader
from bot.squad import Example
from bot.training.measure import best_spans, measure
from tests.bot.training.conftest import example


def test_best_spans_are_the_contexts_own_words(reader: Reader, examples: list[Example]) -> None:
    found = best_spans(reader.tokenizer, reader, examples)
    assert all(text in one.context for (text, _), one in zip(found, examples, strict=True))
    assert found[0][0] == "Agnes Fell"
    assert found[0][1] > found[2][1], "a margin tells the answered from the unanswered"


def test_scores_are_of_the_answerable_and_the_cut_is_for_all(reader: Reader, examples: list[Example]) -> None:
    found = measure(reader.tokenizer, reader, examples)
    assert found["n"] == 24
    assert found["f1"] is not None
    assert found["f1"] > 0.6
    assert found["auc"] is not None
    assert found["f1_best"] is not None
    assert found["f1_best"] >= 1 / 3
    answered = measure(reader.tokenizer, reader, [one for one in examples if one.answers])
    assert set(answered) == {"n", "em", "f1"}
    assert measure(reader.tokenizer, reader, [example("Who?", "It was Agnes Fell.")])["f1"] is None
