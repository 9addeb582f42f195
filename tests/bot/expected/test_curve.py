import math
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from bot.expected import Reply, Status, Verdict
from bot.expected.curve import curve, interval, propose, upper_bound
from bot.expected.picture import picture
from bot.expected.place import Place

PLACE = Place("id", "t", "s", "0", 0, 1, "x", "", "", "x", None, None)


def verdict(confidence: float, right: bool, *, place: Place | None = PLACE) -> Verdict:
    reply = Reply("q", True, "x", confidence, None, place, 1, right, 1.0)
    worse = Reply("other wording", True, "x", 1.0, None, place, 1, False, 1.0)
    return Verdict("q", 1, True, (), Status.PASSED, None, (reply, worse))


def cases(right: int, wrong: int) -> list[Verdict]:
    """Right ones from confidence 0.9 down, the wrong ones below 0.3."""
    return [verdict(0.9 - number / 10_000, True) for number in range(right)] + [
        verdict(0.2 - number / 10_000, False) for number in range(wrong)
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400).flatmap(lambda shown: st.tuples(st.integers(0, shown), st.just(shown))))
def test_the_interval_is_clopper_and_pearsons(counts: tuple[int, int]) -> None:
    wrong, shown = counts
    exact = binomtest(wrong, shown).proportion_ci(0.95, "exact")
    assert interval(wrong, shown) == pytest.approx((exact.low, exact.high), abs=1e-6)


def test_a_curve_counts_first_wordings_from_the_strictest_threshold() -> None:
    points = curve([verdict(0.9, True), verdict(0.5, False), verdict(0.5, True), verdict(0.1, False, place=None)])
    assert [(one.threshold, one.shown, one.wrong, one.asked) for one in points] == [(0.9, 1, 0, 4), (0.5, 3, 1, 4)]
    assert (points[1].coverage, points[1].risk) == (0.75, pytest.approx(1 / 3))
    assert curve([]) == []


def test_a_threshold_is_proposed_that_leaves_the_wrong_ones_out() -> None:
    points = curve(cases(300, 100))
    found = propose(points, 0.05)
    assert found.point is not None
    assert found.point.threshold > 0.2 - 0.01
    doubt = 0.05 / math.ceil(math.log2(len(points) + 1))
    assert upper_bound(found.point.wrong, found.point.shown, doubt) <= 0.05
    assert "at most 5% of the answers are wrong, as surely as 95%" in found.words


def test_too_few_cases_promise_nothing_and_it_says_how_many_it_takes() -> None:
    found = propose(curve(cases(20, 5)), 0.05)
    assert found.point is None
    assert (
        "25 cases with some words found are too few to promise a wrong-answer rate of at most 5%: it takes 90"
        in found.words
    )
    assert "1 of 21 answers" in found.words
    assert "promises nothing" in found.words


def test_no_answers_are_too_few() -> None:
    assert propose([], 0.05).words.startswith("0 cases with some words found are too few")


def test_many_wrong_ones_among_the_surest_promise_nothing() -> None:
    found = propose(curve([verdict(0.9 - n / 10_000, n % 2 == 0) for n in range(400)]), 0.05)
    assert found.point is None
    assert found.words.startswith("No threshold keeps wrong answers to 5% of these 400 cases")


def test_the_picture_is_svg_and_says_what_it_shows() -> None:
    root = ElementTree.fromstring(picture(curve(cases(50, 20)), 0.05))
    assert root.tag.endswith("svg")
    text = "".join(root.itertext())
    assert "What showing fewer answers saves" in text
    assert "of 70 wrong" in text
    assert ElementTree.fromstring(picture([], 0.05)).tag.endswith("svg")
