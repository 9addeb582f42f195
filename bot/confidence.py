"""Confidence: evidence -> the probability that the answer is right, by a fitted logistic.

The fit is a small readable file beside the reader it was made for; `bot.calibrate` makes it.
"""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

from bot.evidence import Evidence
from index.errors import ModelError

FILE = "confidence.json"


@dataclass(frozen=True)
class Confidence:
    """p = 1 / (1 + exp(-(bias + sum of weight * feature))); `threshold` is where answers begin."""

    bias: float
    weights: tuple[float, ...]
    threshold: float

    @classmethod
    def of(cls, folder: Path) -> "Confidence":
        """Return the fit kept in a reader's folder. Raises ModelError where there is none that fits."""
        path = folder / FILE
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            weights = tuple(float(kept["weights"][field.name]) for field in fields(Evidence))
            return cls(float(kept["bias"]), weights, float(kept["threshold"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{path} is missing or does not fit this Pincite ({error!r}); make it with `python -m bot.calibrate`."
            ) from error

    def __call__(self, evidence: Evidence) -> float:
        """Return the probability, in 0 to 1, that the answer with this evidence is right."""
        z = self.bias + sum(w * x for w, x in zip(self.weights, evidence.row(), strict=True))
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0
