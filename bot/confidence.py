"""Confidence: evidence -> the probability that the answer is right, by a fitted logistic; and from where to answer.

The fit is a small readable file beside the reader it was made for; `bot.calibrate` makes it.
"""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

from bot.evidence import Evidence
from index.errors import ModelError

FILE = "confidence.json"
MOST_WRONG = 0.18
"""Share of wrong answers, among those shown, that is put up with unless the settings say otherwise.

It is much: with the packaged reader 0.1 would show half of the answers. An answer comes with its quote, so a wrong one
costs a glance, and hiding a right one costs the answer.
"""

Shown = tuple[float, float, float]
"""A threshold, the share of questions that are answered at it, and the share of wrong answers among these."""


@dataclass(frozen=True)
class Confidence:
    """p = 1 / (1 + exp(-(bias + sum of weight * feature))).

    `shown` is what thresholds were measured to give on questions that the fit had not seen and whose answer
    the documents hold, from the least threshold to the highest.
    """

    bias: float
    weights: tuple[float, ...]
    shown: tuple[Shown, ...] = ()

    @classmethod
    def of(cls, folder: Path) -> "Confidence":
        """Return the fit kept in a reader's folder. Raises ModelError where there is none that fits."""
        path = folder / FILE
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            weights = tuple(float(kept["weights"][field.name]) for field in fields(Evidence))
            shown = tuple((float(at), float(share), float(wrong)) for at, share, wrong in kept["shown"])
            return cls(float(kept["bias"]), weights, tuple(sorted(shown)))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{path} is missing or does not fit this Pincite ({error!r}); make it with `python -m bot.calibrate`."
            ) from error

    def threshold(self, most_wrong: float = MOST_WRONG) -> float:
        """Return the least confidence from which on at most the share `most_wrong` of answers shown was wrong.

        Where no threshold was measured to reach that, the highest that was measured; 0 where none was.
        """
        reached = [at for at, _, wrong in self.shown if wrong <= most_wrong]
        return min(reached) if reached else max((at for at, _, _ in self.shown), default=0.0)

    def __call__(self, evidence: Evidence) -> float:
        """Return the probability, in 0 to 1, that the answer with this evidence is right."""
        z = self.bias + sum(w * x for w, x in zip(self.weights, evidence.row(), strict=True))
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0
