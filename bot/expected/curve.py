"""Curve: risk against coverage, measured on expected answers, and the threshold for a wanted wrong-answer rate.

Only the first wording of each case counts: other wordings of it are no independent questions, and the
intervals and promises here hold for independent ones.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.expected.case import Gates
from bot.expected.verdict import Verdict

CONFIDENCE = 0.95
"""How sure an interval or a promise is."""
WRONG = 0.05
"""The wrong-answer rate that a threshold is proposed for where nobody names one."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives: of `asked` questions, `shown` answers, `wrong` of them wrong.

    `least` and `most` bound the wrong-answer rate, 0 to 1, with CONFIDENCE (Clopper and Pearson, 1934).
    """

    threshold: float
    asked: int
    shown: int
    wrong: int
    least: float
    most: float

    @property
    def coverage(self) -> float:
        """The share of the questions, 0 to 1, whose answer is shown."""
        return self.shown / self.asked

    @property
    def risk(self) -> float:
        """The share of the answers shown, 0 to 1, that are wrong."""
        return self.wrong / self.shown


@dataclass(frozen=True, slots=True)
class Proposal:
    """The threshold for a wrong-answer rate of at most `wanted`, and what it promises, in plain words.

    `point` is what it gives; None where there are too few cases to promise any, or too many wrong among them.
    """

    wanted: float
    point: Point | None
    words: str


def curve(verdicts: Sequence[Verdict]) -> list[Point]:
    """Return what every threshold there can be gives, from the strictest; empty where nothing was answered."""
    first = [verdict.replies[0] for verdict in verdicts if verdict.replies]
    best = sorted(((one.confidence, one.right) for one in first if one.place), reverse=True)
    points = []
    wrong = 0
    for shown, (confidence, right) in enumerate(best, 1):
        wrong += not right
        if shown == len(best) or best[shown][0] < confidence:  # a threshold cannot part equal ones
            points.append(Point(confidence, len(first), shown, wrong, *interval(wrong, shown)))
    return points


def rate_wanted(gates: Iterable[Gates]) -> float:
    """Return the wrong-answer rate, 0 to 1, that a threshold is wanted for: the strictest gate's, or WRONG."""
    return min((one.most_wrong for one in gates if one.most_wrong), default=WRONG)


def propose(points: Sequence[Point], wanted: float) -> Proposal:
    """Return the threshold whose wrong-answer rate is at most `wanted` (0 to 1), as surely as CONFIDENCE.

    Looking at many thresholds finds one that is good by luck, so the doubt is shared out among those looked at:
    a binary search looks at log2 of them ("selection with guaranteed risk", Geifman and El-Yaniv, NeurIPS 2017).
    """
    looks = max(1, math.ceil(math.log2(len(points) + 1)))
    doubt = (1 - CONFIDENCE) / looks
    low, high, best = 0, len(points) - 1, None
    while low <= high:
        middle = (low + high) // 2
        if upper_bound(points[middle].wrong, points[middle].shown, doubt) <= wanted:
            best, low = points[middle], middle + 1
        else:
            high = middle - 1
    return Proposal(wanted, best, _words(points, wanted, best, doubt))


def _words(points: Sequence[Point], wanted: float, best: Point | None, doubt: float) -> str:
    rate = f"{100 * wanted:.3g}%"
    if best is not None:
        return (
            f"From confidence {best.threshold:.2f} on, at most {rate} of the answers are wrong, as surely as "
            f"{100 * CONFIDENCE:.0f}%, for questions like these: {best.wrong} of {best.shown} were, and "
            f"{100 * best.coverage:.0f}% of the questions are answered."
        )
    needed = math.ceil(math.log(doubt) / math.log(1 - wanted)) if 0 < wanted < 1 else 0
    shown = points[-1].shown if points else 0
    if shown < needed or not needed:
        said = f"{shown} cases with some words found are too few to promise a wrong-answer rate of at most {rate}" + (
            f": it takes {needed} without a wrong one among them, and more with some." if needed else "."
        )
    else:
        said = (
            f"No threshold keeps wrong answers to {rate} of these {shown} cases as surely as {100 * CONFIDENCE:.0f}%."
        )
    seen = [point for point in points if point.risk <= wanted]
    if seen:
        said += (
            f" In these cases, {seen[-1].wrong} of {seen[-1].shown} answers from confidence "
            f"{seen[-1].threshold:.2f} on were wrong, which promises nothing about others."
        )
    return said


def interval(wrong: int, shown: int) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) bounds of a rate, 0 to 1, with CONFIDENCE, from `wrong` of `shown`."""
    doubt = (1 - CONFIDENCE) / 2
    return 1 - upper_bound(shown - wrong, shown, doubt), upper_bound(wrong, shown, doubt)


def upper_bound(wrong: int, shown: int, doubt: float) -> float:
    """Return the rate, 0 to 1, above which `wrong` or fewer of `shown` would be less likely than `doubt`."""
    if wrong >= shown:
        return 1.0
    low, high = wrong / shown, 1.0
    for _ in range(50):  # halves down to 1e-15
        middle = (low + high) / 2
        if _at_most(wrong, shown, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, shown: int, rate: float) -> float:
    """Return the probability of `wrong` or fewer of `shown` at a rate strictly between 0 and 1."""
    logs = (
        math.lgamma(shown + 1) - math.lgamma(k + 1) - math.lgamma(shown - k + 1)
        + k * math.log(rate) + (shown - k) * math.log1p(-rate)
        for k in range(wrong + 1)
    )  # fmt: skip
    return math.fsum(map(math.exp, logs))
