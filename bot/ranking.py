"""Ranking: what the passages were read to say -> answers that differ, best first."""

import math
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.coverage import coverage_around, coverage_by_document
from bot.question import Question
from bot.reading import Reading, in_byline
from bot.shapes import NUMBER_WORDS
from bot.spans import Span

RANK_WEIGHT = 1.0
"""Logits a span loses with each e-fold of its passage's rank."""
COVERAGE_WEIGHT = 2.0
"""Logits a span gains where all of the question's words stand around it."""
LEADING = 8
"""How many of the strongest candidates are looked at that closely."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be the answer. `strength` is its score with what retrieval and coverage add."""

    span: Span
    reading: Reading
    strength: float
    coverage: float = 0.0

    @property
    def text(self) -> str:
        """The span's words."""
        return self.reading.document.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that say the same, at places that do not overlap, best first."""

    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The strongest."""
        return self.candidates[0]


def rank(question: Question, readings: Sequence[Reading]) -> list[Group]:
    """Return the groups of candidates, strongest first; the LEADING ones weighed by coverage too."""
    candidates = [
        Candidate(span, reading, span.score - RANK_WEIGHT * math.log(reading.rank))
        for reading in readings
        for span in reading.spans
    ]
    candidates.sort(key=lambda candidate: -candidate.strength)
    groups: dict[tuple[str, ...], list[Candidate]] = {}
    taken: list[Span] = []
    for candidate in candidates:
        if not any(_overlap(candidate.span, span) for span in taken):
            taken.append(candidate.span)
            groups.setdefault(essence(candidate.text), []).append(candidate)
    found = list(groups.values())
    leading = [[_covered(question, best), *rest] for best, *rest in found[:LEADING]]
    leading.sort(key=lambda group: -group[0].strength)
    return [Group(tuple(group)) for group in leading + found[LEADING:]]


def _covered(question: Question, candidate: Candidate) -> Candidate:
    span, text = candidate.span, candidate.reading.document.text
    if in_byline(question, text, span.start, span.end):
        share = coverage_by_document(question.text, candidate.reading.document.title, text)
    else:
        share = coverage_around(question.text, text, span.start, span.end)
    return replace(candidate, coverage=share, strength=candidate.strength + COVERAGE_WEIGHT * share)


def _overlap(one: Span, other: Span) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


PUNCTUATION = re.compile(rf"[{re.escape(string.punctuation.replace('%', ''))}“”‘’–—…]")
FILLERS = frozenset(
    """
    a an the in on at by of for from to and about around some its their his her
    """.split()
)
DIGITS = {word: str(number) for number, word in enumerate(NUMBER_WORDS[:20], 1)}
MONTHS = {
    month[:3]: month
    for month in """
    january february march april may june july august september october november december
    """.split()
}


def essence(text: str) -> tuple[str, ...]:
    """Return what two answers that say the same share: their words without what may differ.

    Case, punctuation, articles and prepositions do not count; numbers in words equal those in digits up to
    twenty, short months the long ones, and a name the name with its abbreviation in brackets behind.
    """
    text = re.sub(r"(?<=\w) \([A-Z][\w-]{1,9}\)$", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    text = re.sub(r"['’]s\b", "", text)
    words = PUNCTUATION.sub(" ", text).split()
    words = [MONTHS.get(word, DIGITS.get(word, word)) for word in words]
    return tuple(word for word in words if word not in FILLERS) or tuple(words)
