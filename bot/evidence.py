"""Evidence: what speaks for and against the best answer, as the few numbers confidence is fitted on."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from bot.ranking import Group

GAP_LIMIT = 15.0
LONGEST = 40
"""Words of an answer beyond which more make no difference."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of one answer, in the order the fit keeps them.

    `margin`: logits between the answer and the null score of its passage. `gap`: logits between it
    and the next different answer, at most GAP_LIMIT. `coverage`: 0 to 1, how much of the question's
    words stand around the answer in its sentence. `agreement`: further documents that say the same, at most 2.
    `nearness`: cosine of question and passage. `rank`: natural logarithm of the passage's rank. `length`: that of
    the answer's words, of which LONGEST count at most.
    """

    margin: float
    gap: float
    coverage: float
    agreement: float
    nearness: float
    rank: float
    length: float

    def row(self) -> tuple[float, ...]:
        """Return the features as numbers."""
        return tuple(float(value) for value in astuple(self))


def weigh(groups: Sequence[Group]) -> Evidence:
    """Return the evidence for the first of `groups`, which are not empty."""
    best = groups[0].best
    gap = min(GAP_LIMIT, best.strength - groups[1].best.strength) if len(groups) > 1 else GAP_LIMIT
    documents = {candidate.span.document_id for candidate in groups[0].candidates}
    nearness = best.reading.hit.cosine or 0.0
    length = math.log(max(1, min(LONGEST, len(best.text.split()))))
    agreement = min(2, len(documents) - 1)
    return Evidence(best.span.score, gap, best.coverage, agreement, nearness, math.log(best.reading.rank), length)
