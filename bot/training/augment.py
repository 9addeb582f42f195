"""Augmentation: questions as people type them, and questions that are not answered although their words are there."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.training.config import TrainConfig
from bot.training.passages import spans_of
from bot.training.rows import Row, lacks
from index.lexical import STOP_WORDS

NAME = re.compile(r"\b(?:[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*|\d[\d,.]*\d|\d)\b")
"""A name, or a number in digits; at the start of a question any first word looks like one."""
LEAST_WORDS = 30
"""Passages cut shorter than this by leaving the answer out are too easy to tell."""


def typed(question: str, rng: random.Random, config: TrainConfig) -> str:
    """Return `question` as somebody might type it: unmarked, as keywords, mistyped, in lower case, or as it is."""
    if rng.random() < config.lower:
        question = question.lower()
    roll = rng.random()
    for share, change in ((config.unmarked, _unmarked), (config.keywords, _keywords)):
        if roll < share:
            return change(question)
        roll -= share
    return mistyped(question, rng) if roll < config.mistyped else question


def _unmarked(question: str) -> str:
    return question.rstrip("? .")


def _keywords(question: str) -> str:
    kept = [word for word in _unmarked(question).split() if word.casefold() not in STOP_WORDS]
    return " ".join(kept) if len(kept) >= 3 else question


def mistyped(question: str, rng: random.Random) -> str:
    """Return `question` with two letters of one longer word exchanged, or one dropped or doubled."""
    words = question.split(" ")
    long = [number for number, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not long:
        return question
    number = rng.choice(long)
    word = words[number]
    at = rng.randrange(1, len(word) - 1)
    middle = rng.choice((word[at + 1] + word[at] + word[at + 2 :], word[at + 1 :], word[at] + word[at:]))
    return " ".join([*words[:number], word[:at] + middle, *words[number + 1 :]])


def without_answer(row: Row) -> Row | None:
    """Return the row over its passage less the sentences that answer; None where the answer stands elsewhere too."""
    start, end = row.reach
    kept = [row.passage[a:b] for a, b in spans_of(row.passage) if b <= start or a >= end]
    passage = " ".join(kept)
    if len(passage.split()) < LEAST_WORDS or not lacks(passage, row.texts):
        return None
    return row.unanswered(passage)


def swapped(row: Row, names: Mapping[bool, Sequence[str]], rng: random.Random) -> Row | None:
    """Return the row asking about another name or number, of which the passage says nothing.

    `names` holds names (False) and numbers (True) of other questions. None where the question shares none
    with its passage: then the exchange would change nothing that can be seen.
    """
    found = [match for match in NAME.finditer(row.question, 1) if match.group() in row.passage]
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    others = names[old[0].isdigit()]
    new = rng.choice(others) if others else old
    if len(new) != len(old) and old.isdigit():  # a year for a year
        return None
    if not lacks(row.passage, (new,)):
        return None
    question = row.question[: match.start()] + new + row.question[match.end() :]
    return replace(row.unanswered(row.passage), question=question)


def names_of(questions: Sequence[str]) -> dict[bool, list[str]]:
    """Return the names (False) and the numbers (True) in questions, their first words left out."""
    found: dict[bool, list[str]] = {False: [], True: []}
    for question in questions:
        for match in NAME.finditer(question, 1):
            found[match.group()[0].isdigit()].append(match.group())
    return found


LIST = re.compile(
    r"\b((?:[a-z]+ )?[a-z]{4,}s),? (?:such as|including|like|include|included|are|were) "
    r"((?:(?:the )?[\w'’-]+(?: [\w'’-]+){0,3}, ){1,5}(?:(?:the )?[\w'’-]+(?: [\w'’-]+){0,2} )?(?:and|or) "
    r"(?:the )?[\w'’-]+(?: [A-Z][\w'’-]+){0,2})(?=[.;)]|, )"
)
ASKED = (
    "What are examples of {}?",
    "Which {} are mentioned?",
    "What {} are named?",
    "Name some {}.",
    "What {} are there?",
)


def list_row(passage: str, rng: random.Random) -> Row | None:
    """Return a question made of the one list in `passage` ("lakes such as A, B and C"); None without one."""
    found = list(LIST.finditer(passage))
    if len(found) != 1:
        return None
    words, items = found[0].group(1).split(), found[0].group(2)
    kind = " ".join(words[1:] if words[0] in STOP_WORDS | {"other", "many"} else words)
    start, end = found[0].span(2)
    return Row(rng.choice(ASKED).format(kind), passage, ((start, 1.0),), ((end, 1.0),), (items,))
