"""Confidence is a fitted probability kept in a readable file."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot import Confidence
from bot.confidence import MOST_WRONG
from bot.coverage import coverage
from bot.evidence import Evidence
from bot.reader import PACKAGED
from index import ModelError

STRONG = Evidence(margin=15, gap=10, coverage=1, agreement=1, nearness=0.7, rank=0, length=0.7)
WEAK = Evidence(margin=1, gap=0, coverage=0, agreement=0, nearness=0.1, rank=2, length=3)
NONE = replace(WEAK, margin=0.0)
COUNT = len(fields(Evidence))


def test_the_packaged_fit_trusts_strong_evidence_more() -> None:
    fit = Confidence.of(PACKAGED)
    assert 0 < fit(WEAK) < fit.threshold() < fit(STRONG) < 1


def test_evidence_however_extreme_gives_a_probability() -> None:
    fit = Confidence(0.0, (1e6,) * COUNT)
    assert fit(replace(NONE, margin=1e6)) == 1.0
    assert fit(replace(NONE, margin=-1e6)) == 0.0


def test_the_threshold_is_the_least_that_keeps_wrong_answers_as_few_as_wanted() -> None:
    fit = Confidence(0.0, (), ((0.2, 1.0, 0.4), (0.5, 0.6, 0.1), (0.6, 0.5, 0.12), (0.9, 0.1, 0.02)))
    assert fit.threshold(0.4) == 0.2
    assert fit.threshold(0.1) == 0.5
    assert fit.threshold() == fit.threshold(MOST_WRONG) == 0.5
    assert fit.threshold(0.05) == 0.9
    assert fit.threshold(0.0) == 0.9, "where none reaches it, the strictest that was measured"
    assert Confidence(0.0, ()).threshold() == 0.0


@pytest.mark.parametrize("content", [None, "{", "{}", '{"bias": 0, "weights": {"margin": 1}, "shown": []}'])
def test_a_fit_that_is_missing_or_of_another_pincite_says_how_to_make_one(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "confidence.json").write_text(content)
    with pytest.raises(ModelError, match=r"bot\.calibrate"):
        Confidence.of(tmp_path)


def test_the_fit_says_what_it_was_made_of() -> None:
    kept = json.loads((PACKAGED / "confidence.json").read_text())
    assert kept["fitted_on"]["questions"] > 900
    assert kept["fitted_on"]["passages"] == "retrieved, not handed"


def test_coverage_is_the_share_of_the_questions_words_around_the_answer() -> None:
    assert coverage("Who opened the bridge?", "the bridge was opened by") == 1
    assert coverage("Who painted the bridge?", "the bridge was opened by") == 0.5
    assert 0.6 < coverage("who opend the bridges", "the bridge was opened by") < 1
    assert coverage("who is it?", "anything") == 0
