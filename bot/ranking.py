"""Ranking: what each passage was read to say -> answers that differ, best first."""

import math
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from bot.boundaries import mend
from bot.question import NUMBER_WORDS, Question, fits
from bot.reader import Reader
from bot.spans import Span, decode, null_score
from bot.windows import windows
from index.document import Document
from index.search import Hit

RANK_WEIGHT = 1.0
"""Logits a span loses with each e-fold of its passage's rank."""
KIND_WEIGHT = 1.5
"""Logits a span gains or loses by being of the kind of answer that was asked for, or not."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of one passage: its null score and its spans, best first."""

    hit: Hit
    rank: int
    document: Document
    null: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be the answer. `strength` is its score with what retrieval and kind add."""

    span: Span
    reading: Reading
    strength: float

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


def read_passages(reader: Reader, question: Question, hits: Sequence[tuple[Hit, Document]]) -> list[Reading]:
    """Return what `reader` makes of each hit's passage, in order; each hit comes with its document."""
    rows = [
        windows(reader.tokenizer, question.text, document.text, hit.passage.start, hit.passage.end)
        for hit, document in hits
    ]
    logits = iter(reader([row for group in rows for row in group]))
    readings = []
    for rank, ((hit, document), group) in enumerate(zip(hits, rows, strict=True), 1):
        read = [(row, *next(logits)) for row in group]
        null = min(null_score(start, end) for _, start, end in read)
        best: dict[tuple[int, int], float] = {}
        for row, start, end in read:
            for first, last, score in decode(row, start, end):
                place = mend(document.text, first, last, question)
                best[place] = max(best.get(place, -math.inf), score - null)
        spans = [
            Span(document.id, first, last, score)
            for (first, last), score in best.items()
            if document.text[first:last].strip()
        ]
        spans.sort(key=lambda span: (-span.score, span.start, span.end))
        readings.append(Reading(hit, rank, document, null, tuple(spans)))
    return readings


def rank(question: Question, readings: Sequence[Reading]) -> list[Group]:
    """Return the groups of candidates, strongest first."""
    candidates = []
    for reading in readings:
        for span in reading.spans:
            kind = fits(question, reading.document.text[span.start : span.end])
            strength = span.score - RANK_WEIGHT * math.log(reading.rank) + KIND_WEIGHT * kind
            candidates.append(Candidate(span, reading, strength))
    candidates.sort(key=lambda candidate: -candidate.strength)
    groups: list[list[Candidate]] = []
    for candidate in candidates:
        same = next((group for group in groups if says_the_same(group[0].text, candidate.text)), None)
        if any(_overlap(candidate.span, other.span) for group in groups for other in group):
            continue
        if same is None:
            groups.append([candidate])
        else:
            same.append(candidate)
    return [Group(tuple(group)) for group in groups]


def _overlap(one: Span, other: Span) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


FILLERS = frozenset("a an the in on at by of for from to and about around some its their his her".split())
DIGITS = {word: str(number) for number, word in enumerate(NUMBER_WORDS[:20], 1)}
MONTHS = {
    month[:3]: month
    for month in "january february march april may june july august september october november december".split()
}


def says_the_same(one: str, other: str) -> bool:
    """Tell whether two answers differ only in case, punctuation, articles, prepositions or spelling.

    Numbers in words equal those in digits up to twenty, short months the long ones, and a name the name
    with its abbreviation in brackets behind.
    """
    return _essence(one) == _essence(other)


def _essence(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?<=\w) \([A-Z][\w-]{1,9}\)$", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    text = re.sub(r"['’]s\b", "", text)
    words = re.sub(r"[%s“”‘’–—…]" % re.escape(string.punctuation.replace("%", "")), " ", text).split()
    words = [MONTHS.get(word, DIGITS.get(word, word)) for word in words]
    return tuple(word for word in words if word not in FILLERS) or tuple(words)
