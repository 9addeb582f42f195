"""Evidence: what speaks for and against the best answer, as the few numbers confidence is fitted on."""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache

from bot.question import Question
from bot.ranking import Group
from index.lexical import STOP_WORDS
from index.sentences import sentence_around

GAP_LIMIT = 15.0
ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of one answer, in the order the fit keeps them.

    `margin`: logits between the answer and the null score of its passage. `gap`: logits between it
    and the next different answer, at most GAP_LIMIT. `coverage`: 0 to 1, how much of the question's
    words stand around the answer in its sentence. `agreement`: further documents that say the same.
    """

    margin: float
    gap: float
    coverage: float
    agreement: float

    def row(self) -> tuple[float, ...]:
        """Return the features as numbers."""
        return tuple(float(value) for value in astuple(self))


def weigh(question: Question, groups: Sequence[Group]) -> Evidence:
    """Return the evidence for the first of `groups`, which are not empty."""
    best = groups[0].best
    gap = min(GAP_LIMIT, best.strength - groups[1].best.strength) if len(groups) > 1 else GAP_LIMIT
    documents = {candidate.span.document_id for candidate in groups[0].candidates}
    text = best.reading.document.text
    start, end = sentence_around(text, best.span.start, best.span.end)
    around = text[start : best.span.start] + " " + text[best.span.end : end]
    return Evidence(best.span.score, gap, coverage(question.text, around), min(2, len(documents) - 1))


def coverage(question: str, text: str) -> float:
    """Return how much of the question's words `text` has, 0 to 1; words spelled alike count in part."""
    wanted = [word for word in _words(question) if word not in STOP_WORDS]
    if not wanted:
        return 0.0
    there = set(_words(text))
    return sum(max((_alike(word, other) for other in there), default=0.0) for word in wanted) / len(wanted)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> float:
    """Return Dice's coefficient of two words' letter trigrams, 0 below ALIKE (Dice, 1945)."""
    if one == other:
        return 1.0
    first, second = _trigrams(one), _trigrams(other)
    share = 2 * len(first & second) / (len(first) + len(second))
    return share if share >= ALIKE else 0.0


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}
