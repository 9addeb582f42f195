"""Coverage: how much of a question's words stand around a span."""

import re
from functools import lru_cache

from bot.question import ABOUT_DOCUMENTS
from index.lexical import STOP_WORDS, content_words
from index.sentences import sentence_around

ALIKE = 0.4
"""Words less alike than this have nothing to do with each other."""
OPENING = 5000
"""Characters of a document that show what it is about."""


def coverage_around(question: str, text: str, start: int, end: int) -> float:
    """Return the coverage of `question` by the sentence text[start:end] stands in, itself left out."""
    first, last = sentence_around(text, start, end)
    return coverage(question, text[first:start] + " " + text[end:last])


def coverage_by_document(question: str, title: str, text: str) -> float:
    """Return the coverage of what `question` says of a document whose by-line answers it.

    "Who wrote the article on bridges?" is answered by a line without any of its words: what has to
    be there is the bridges, anywhere in the article.
    """
    about = ABOUT_DOCUMENTS.sub(" ", question)
    return coverage(about, f"{title} {text[:OPENING]}") if content_words(about) else 1.0


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
