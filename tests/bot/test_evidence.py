"""What speaks for an answer is read off the groups that were ranked."""

import math

import pytest

from bot.evidence import GAP_LIMIT, LONGEST, weigh
from bot.ranking import Candidate, Group
from bot.reading import Reading
from bot.spans import Span
from index.formats import make_document
from index.passage import Passage
from index.search import Hit


def group(words: int, rank: int, strength: float = 5.0) -> Group:
    """Return the group of one answer of so many words, from the passage of that rank."""
    text = "word " * words + "and more."
    document = make_document(text, source=f"{rank}.txt", title="T")
    hit = Hit(Passage(document.id, 0, len(text)), 0.0, None, rank, 0.5)
    span = Span(document.id, 0, len("word " * words) - 1, 7.0)
    return Group((Candidate(span, Reading(hit, rank, document, 0.0, (span,)), strength, 0.25),))


def test_rank_and_length_are_natural_logarithms() -> None:
    found = weigh([group(words=3, rank=4)])
    assert (found.rank, found.length) == pytest.approx((math.log(4), math.log(3)))
    assert (weigh([group(1, 1)]).rank, weigh([group(1, 1)]).length) == (0.0, 0.0)


def test_words_beyond_the_longest_make_no_difference() -> None:
    assert weigh([group(LONGEST + 20, 1)]).length == weigh([group(LONGEST, 1)]).length == math.log(LONGEST)
    assert weigh([group(LONGEST - 1, 1)]).length < math.log(LONGEST)


def test_the_gap_is_the_lead_over_the_next_answer_at_most_its_limit() -> None:
    assert weigh([group(1, 1, 5.0), group(2, 2, 3.5)]).gap == 1.5
    assert weigh([group(1, 1, 50.0), group(2, 2, 3.5)]).gap == GAP_LIMIT
    assert weigh([group(1, 1)]).gap == GAP_LIMIT


def test_the_row_holds_the_features_in_the_order_of_the_fit() -> None:
    found = weigh([group(2, 3)])
    assert found.row() == (7.0, GAP_LIMIT, 0.25, 0.0, 0.5, math.log(3), math.log(2))
