"""BM25: a question -> an FTS5 expression that can only be words."""

import re

from index.filter import EVERYTHING, Filter
from index.library import Library

STOP_WORDS = frozenset(
    """
    a about an and any are as at be been being but by can could did do does doing for from had has have having he
    her his how i if in into is it its itself me my no not of on or our she should so some such than that the their
    them then there these they this those to too was we were what when where which while who whom whose why will
    with would you your whats whos wheres s t
    """.split()
)

WORD = re.compile(r"\w+")


def content_words(question: str) -> list[str]:
    """Return the words of `question` that say what it is about, each once, in lower case."""
    return [word for word in _words(question) if word not in STOP_WORDS]


def _words(question: str) -> list[str]:
    return list(dict.fromkeys(WORD.findall(question.casefold().replace("\0", " "))))


def expression(question: str) -> str:
    """Return `question` as an FTS5 expression: its words, each quoted, any of which may match.

    Quoting leaves none of FTS5's operators (NEAR, *, -, parentheses) a meaning. Stop words are
    dropped unless there is nothing else. An empty string where the question has no words.
    """
    words = content_words(question) or _words(question)
    return " OR ".join(f'"{word}"' for word in words)


def search(library: Library, question: str, limit: int, within: Filter = EVERYTHING) -> list[int]:
    """Return the row ids of the passages `within` the filter that share words with `question`, best first."""
    words = expression(question)
    return library.match(words, limit, within) if words else []
