"""Features: the numbers that confidence is fitted on, as a person reads them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.evidence import GAP_LIMIT, LONGEST
from web import words


@dataclass(frozen=True, slots=True)
class Feature:
    """What a field of Evidence is called, what its value `says`, and the `unit` it is measured in."""

    name: str
    says: Callable[[float], str]
    unit: str


def _margin(value: float) -> str:
    if value > 0:
        return "The reader finds these words likelier than “not in here”."
    return "The reader finds “not in here” likelier than these words."


def _gap(value: float) -> str:
    if value >= GAP_LIMIT:
        return "No other answer comes anywhere near."
    if value < 0:
        return "Another answer is ahead of it."
    return "It is well ahead of the next answer." if value >= 3 else "Another answer is close behind."


def _coverage(value: float) -> str:
    if value >= 0.995:
        return "All of the question's words stand around it."
    return f"{words.percent(value)} of the question's words stand around it, those spelled alike counted in part."


def _agreement(value: float) -> str:
    if value < 1:
        return "No other document says the same."
    return "Another document says the same." if value < 2 else "Two or more other documents say the same."


def _nearness(value: float) -> str:
    # Under 0.3 are 6 of 100 right answers and 12 of 100 others: it tells little of a short question.
    if value >= 0.6:
        return "Question and passage are close in meaning."
    return f"Question and passage are {'somewhat' if value >= 0.3 else 'not'} close in meaning."


def _rank(value: float) -> str:
    if value <= 0:
        return "Its passage is the first that was found."
    return f"Its passage is number {round(math.exp(value))} of those that were found."


def _length(value: float) -> str:
    count = round(math.exp(value))
    if count >= LONGEST:
        return f"It has {LONGEST} words or more."
    return "It is a single word." if count == 1 else f"It has {count} words."


FEATURES: Mapping[str, Feature] = {
    "margin": Feature("The reader's choice", _margin, "logits over “not in here”"),
    "gap": Feature("The lead", _gap, "logits over the next answer"),
    "coverage": Feature("The question's words", _coverage, "share of them, 0 to 1"),
    "agreement": Feature("Agreement", _agreement, "further documents, 2 at most"),
    "nearness": Feature("Nearness in meaning", _nearness, "cosine of question and passage"),
    "rank": Feature("Where it was found", _rank, "natural logarithm of the passage's rank"),
    "length": Feature("Its length", _length, "natural logarithm of its words"),
}
"""One for each field of Evidence, by its name."""

EFFECTS = (
    (1.0, "speaks strongly for it"),
    (0.3, "speaks for it"),
    (-0.3, "hardly counts"),
    (-1.0, "speaks against it"),
)


def effect_in_words(effect: float) -> str:
    """Return what log-odds of this size do to an answer."""
    return next((said for least, said in EFFECTS if effect >= least), "speaks strongly against it")
