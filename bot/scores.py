"""Scores: how right answers are, and how far their confidence can be believed."""

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

BINS = 10
"""Bins of equal width that confidence is compared with the share of right answers in."""


def normalised(text: str) -> list[str]:
    """Return the words of an answer as SQuAD's own script compares them."""
    text = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(?:a|an|the)\b", " ", text).split()


def token_f1(answer: str, reference: str) -> float:
    """Return SQuAD's token F1 of two answers, 0 to 1 (Rajpurkar et al., 2016)."""
    one, other = normalised(answer), normalised(reference)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def exact_match(answer: str, reference: str) -> float:
    """Return 1 where two answers are the same words to SQuAD's script, else 0."""
    return float(normalised(answer) == normalised(reference))


def best_scores(answer: str, references: Iterable[str]) -> tuple[float, float]:
    """Return (exact match, F1) of `answer`, an empty text for an abstention, as SQuAD 2.0's script does.

    The best of all references counts; without any, the right answer is the empty text.
    """
    wanted = [reference for reference in references if normalised(reference)] or [""]
    return max(exact_match(answer, one) for one in wanted), max(token_f1(answer, one) for one in wanted)


def reliability(confidence: Numbers, right: Flags, bins: int = BINS) -> list[tuple[float, float, int]]:
    """Return (mean confidence, share of right answers, how many) of each bin of equal width that is not empty."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [which == number for number in range(bins) if (which == number).any()]
    return [(float(confidence[one].mean()), float(right[one].mean()), int(one.sum())) for one in inside]


def expected_calibration_error(confidence: Numbers, right: Flags, bins: int = BINS) -> float:
    """Return the mean distance of confidence and share of right answers, each bin by its size (Guo et al., 2017)."""
    found = reliability(confidence, right, bins)
    return sum(abs(mean - share) * count for mean, share, count in found) / len(confidence)


def area_under_curve(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the probability that a positive's score is above a negative's, ties by half; None without both kinds."""
    values, flags = np.asarray(scores, np.float64), np.asarray(positive, bool)
    count, others = int(flags.sum()), int((~flags).sum())
    if not count or not others:
        return None
    _, place, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[place]
    return float((ranks[flags].sum() - count * (count + 1) / 2) / (count * others))


def risk_by_coverage(confidence: Numbers, right: Flags) -> list[tuple[float, float]]:
    """Return (coverage, risk) for every threshold there can be, from the strictest.

    Coverage is the share of all questions whose answer is shown, risk the share of those shown that
    are wrong (Geifman and El-Yaniv, 2017). Answers of one confidence are shown together.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked, wrong = confidence[order], np.cumsum(~right[order])
    shown = np.arange(1, len(ranked) + 1)
    ends = np.append(ranked[1:] != ranked[:-1], True)
    return [(float(n / len(ranked)), float(w / n)) for n, w in zip(shown[ends], wrong[ends], strict=True)]


def coverage_at_risk(confidence: Numbers, right: Flags, risk: float) -> float:
    """Return the largest coverage at which at most the share `risk` of the answers shown is wrong."""
    return max((covered for covered, wrong in risk_by_coverage(confidence, right) if wrong <= risk), default=0.0)
