"""Scores are those of SQuAD's script and of the papers they are from, worked by hand."""

import numpy as np
import pytest

from bot.scores import (
    area_under_curve,
    best_scores,
    coverage_at_risk,
    expected_calibration_error,
    reliability,
    risk_by_coverage,
    token_f1,
)


@pytest.mark.parametrize(
    ("answer", "reference", "f1"),
    [("the Tarn", "Tarn.", 1.0), ("Agnes Fell", "Fell", 2 / 3), ("Tom", "Fell", 0.0), ("", "", 1.0), ("", "Fell", 0.0)],
)
def test_token_f1_is_squads(answer: str, reference: str, f1: float) -> None:
    assert token_f1(answer, reference) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("answer", "references", "scores"),
    [
        ("the Fell", ["Agnes Fell", "Fell"], (1.0, 1.0)),
        ("", ["Fell"], (0.0, 0.0)),
        ("", [], (1.0, 1.0)),
        ("Fell", [], (0.0, 0.0)),
        ("", ["the"], (1.0, 1.0)),  # an article alone counts as no answer, as in the script
    ],
)
def test_the_best_reference_counts_and_without_any_the_empty_text(
    answer: str, references: list[str], scores: tuple[float, float]
) -> None:
    assert best_scores(answer, references) == scores


def test_the_calibration_error_is_the_mean_gap_over_bins() -> None:
    assert expected_calibration_error(np.array([0.95, 0.95]), np.array([True, True])) == pytest.approx(0.05)
    assert expected_calibration_error(np.array([0.95, 0.05]), np.array([False, True])) == pytest.approx(0.95)
    assert expected_calibration_error(np.array([1.0, 0.55, 0.55]), np.array([True, True, False])) == pytest.approx(
        0.1 / 3
    )


def test_bins_hold_mean_confidence_share_right_and_count() -> None:
    found = reliability(np.array([0.12, 0.18, 1.0]), np.array([True, False, True]))
    assert found == [(pytest.approx(0.15), 0.5, 2), (1.0, 1.0, 1)]


def test_the_area_under_the_curve_counts_pairs_in_order_and_ties_by_half() -> None:
    assert area_under_curve([0.9, 0.8, 0.1], [True, True, False]) == 1.0
    assert area_under_curve([0.1, 0.8, 0.9], [True, True, False]) == 0.0
    assert area_under_curve([0.5, 0.5, 0.7, 0.2], [True, False, True, False]) == pytest.approx(3.5 / 4)
    assert area_under_curve([0.5, 0.6], [True, True]) is None


def test_coverage_at_risk_takes_answers_of_one_confidence_together() -> None:
    confidence, right = np.array([0.9, 0.8, 0.8, 0.1]), np.array([True, True, False, False])
    assert risk_by_coverage(confidence, right) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert coverage_at_risk(confidence, right, 0.1) == 0.25
    assert coverage_at_risk(confidence, right, 0.34) == 0.75
    assert coverage_at_risk(np.array([0.9]), np.array([False]), 0.1) == 0.0
