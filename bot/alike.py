"""Alike: which questions ask the same thing.

Sentence embeddings alone put "patents of Toyota" beside "patents of Nissan". So two questions are the
same where their vectors are near each other and nothing that decides a question differs: the names and
numbers in it, the kind of answer it wants, "not", and words that are opposites.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from bot.question import Kind, kind_of
from index.embed import Vectors
from index.lexical import STOP_WORDS

SAME = 0.80
"""Cosine of all-MiniLM-L6-v2 at which questions are taken to ask the same, nothing speaking against it.

Chosen on the first half of tests/data/same_questions.json for few wrong joins (one hides a gap, while a
missed one costs a line), and checked on the second half.
"""
SURELY = 0.90
"""Cosine at which "what" may ask for the same as "when", "who" or "where"."""
BLOCK = 512
"""Rows of the matrix of cosines that are held at once: 20 MB with 10,000 questions."""
SHOUTED = 0.6
"""Share of capitalised words above which capitals say nothing about names."""

OPPOSITES = """
    open close, opens closes, opening closing, opened closed, start end, starts ends, started ended, begin end,
    begins ends, join leave, first last, earliest latest, maximum minimum, max min, most least, most fewest,
    more less, more fewer, highest lowest, high low, largest smallest, biggest smallest, longest shortest, long short,
    best worst, strongest weakest, before after, above below, inside outside, internal external, increase decrease,
    rise fall, positive negative, direct inverse, buy sell, win lose, arrive depart, arrival departure, import export,
    imports exports, upload download, enable disable, add remove, install uninstall, hire fire, income expenses,
    assets liabilities, advantages disadvantages, pros cons
"""
WORD = re.compile(r"\w+(?:[-.&]\w+)*")
ASKS = re.compile(r"\b(what|which|who\w*|when|where|why|how)\b", re.I)
NEGATED = re.compile(r"\b(?:not|never|without|except|cannot)\b|n['’]t\b", re.I)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What decides a question beside its names. `kind` is "" where no word tells what is wanted."""

    kind: str
    negated: bool
    words: frozenset[str]


def group(texts: Sequence[str], vectors: Vectors) -> list[list[int]]:
    """Return the places in `texts` of those that ask the same, together: a partition, by first place.

    `vectors` are the unit vectors of `texts`, [len(texts), 384]. The first text of a group leads it; a text
    joins the first leader that asks the same. What comes out depends on the order of `texts`, so sort them.
    """
    wanted = cache(lambda place: _wanted(texts[place]))  # few questions are near any other
    buckets: dict[frozenset[str], list[int]] = {}
    for place, named in enumerate(names(texts)):
        buckets.setdefault(named, []).append(place)
    return sorted(found for bucket in buckets.values() for found in _group(bucket, vectors[bucket], wanted))


def _group(places: list[int], vectors: Vectors, wanted: Callable[[int], Wanted]) -> list[list[int]]:
    found: list[list[int]] = []
    taken = np.zeros(len(places), bool)
    for first in range(0, len(places), BLOCK):
        leaders = first + np.flatnonzero(~taken[first : first + BLOCK])
        cosines = vectors[leaders] @ vectors[first:].T
        for leader, row in zip(leaders.tolist(), cosines, strict=True):
            if taken[leader]:
                continue
            taken[leader] = True
            near = np.flatnonzero((row >= SAME) & ~taken[first:])
            same = [
                first + other
                for other in near.tolist()
                if _compatible(wanted(places[leader]), wanted(places[first + other]), sure=bool(row[other] >= SURELY))
            ]
            taken[same] = True
            found.append([places[leader], *(places[other] for other in same)])
    return found


def _wanted(text: str) -> Wanted:
    kind: str = kind_of(text)
    if kind == Kind.OTHER:
        asks = ASKS.search(text)
        kind = {"which": "what"}.get(word := asks[1].lower(), word) if asks else ""
    return Wanted(kind, NEGATED.search(text) is not None, frozenset(WORD.findall(text.casefold())))


def _compatible(one: Wanted, other: Wanted, *, sure: bool) -> bool:
    kinds = {one.kind, other.kind}
    if one.negated != other.negated or (len(kinds) == 2 and "" not in kinds and not (sure and "what" in kinds)):
        return False
    theirs = other.words - one.words
    return not any(OPPOSITE.get(word, frozenset()) & theirs for word in one.words - other.words)


def names(texts: Sequence[str]) -> list[frozenset[str]]:
    """Return the names and numbers in each text, in lower case.

    A name is a word that stands capitalised in at least half of the places where a capital means
    something, in any of `texts`: so "toyota", typed in a hurry, is the Toyota of others.
    """
    seen: Counter[str] = Counter()
    capitalised: Counter[str] = Counter()
    split = [WORD.findall(re.sub(r"['’]s\b|(?<=\d),(?=\d{3})", "", text)) for text in texts]
    for words in split:
        if _shouts(words):
            continue
        for place, word in enumerate(words):
            capital = word[0].isupper()
            if place or not capital:
                seen[word.casefold()] += 1
                capitalised[word.casefold()] += capital
    known = {word for word, count in capitalised.items() if 2 * count >= seen[word] and count} - STOP_WORDS
    return [
        frozenset(word for word in map(str.casefold, words) if word in known or any(map(str.isdigit, word)))
        for words in split
    ]


def _shouts(words: Sequence[str]) -> bool:
    """Tell whether a text is written in capitals, or Like a Title."""
    telling = [word for word in words if word.casefold() not in STOP_WORDS]
    return len(telling) > 2 and sum(word[0].isupper() for word in telling) > SHOUTED * len(telling)


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pair in OPPOSITES.split(","):
        one, other = pair.split()
        for word, against in ((one, other), (other, one)):
            found[word] = found.get(word, frozenset()) | {against}
    return found


OPPOSITE = _opposites()
