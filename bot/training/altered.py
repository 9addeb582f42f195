"""Altered questions: near misses of real ones, most of which their passages do not answer.

People wrote few such questions (SQuAD 2.0's), and a rule cannot tell which of the altered ones are still answered,
so they are made for a teacher to label: what a pupil learns from is the teacher's doubt.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.training.augment import NAME, names_of
from bot.training.passages import similar
from bot.training.rows import Row, Targets

OPPOSITES = {
    one: other
    for pair in """
        first last, most least, more fewer, largest smallest, larger smaller, highest lowest, higher lower, oldest
        newest, older younger, earliest latest, before after, above below, north south, northern southern, east west,
        eastern western, increase decrease, increased decreased, begin end, began ended, start finish, started ended,
        win lose, won lost, best worst, major minor, always never, with without, old new, early late, long short, high
        low, large small, same different, men women, male female, inside outside, allow prevent, allowed prohibited,
        accept reject, accepted rejected, support oppose, supported opposed, join leave, joined left, open close,
        opened closed, north-east south-west, include exclude, included excluded, common rare, public private
    """.split(",")
    for one, other in (pair.split(), pair.split()[::-1])
}
DENIED = {word: f"{word}n't" for word in "is was are were did does do could has have had would should".split()}
DENIED |= {"can": "can't", "will": "won't"}
WORD = re.compile(r"[A-Za-z-]+")
ODDS = 6.0
"""How many times likelier "no answer" is for an altered question than for those that a teacher has learnt from."""


def altered(rows: Sequence[Row], count: int, rng: random.Random) -> list[Row]:
    """Return `count` rows with altered questions over the passages of answered `rows`, or as many as can be made.

    A word becomes its opposite, a verb is denied, a name or number becomes another one of the same passage or of
    another question, or the question is one asked of a passage much like it. Nothing is said of the answers.
    """
    sources = [row for row in rows if row.answered and not row.weak]
    asked: dict[str, list[str]] = {}
    for row in sources:
        asked.setdefault(row.passage, []).append(row.question)
    passages = list(asked)
    chosen = rng.sample(sources, min(len(sources), count))
    near = similar(list(dict.fromkeys(row.passage for row in chosen)), passages)
    names = names_of([row.question for row in sources])
    found = []
    for row in chosen:
        others = [question for passage in near.get(row.passage, ())[:3] for question in asked[passage]]
        makers = [_opposite, _denied, _renamed, _renamed, _moved, _moved]
        rng.shuffle(makers)
        made = (make(row, names, others, rng) for make in makers)
        question = next((one for one in made if one is not None and one not in asked[row.passage]), None)
        if question is not None:
            found.append(replace(row.unanswered(row.passage), question=question, texts=()))
    return found


Names = Mapping[bool, Sequence[str]]


def shifted(row: Row, odds: float = ODDS) -> Row:
    """Return a teacher's row over an altered question, its doubt corrected for how seldom these are answered.

    Bayes' rule for another share of answered questions (Saerens, Latinne and Decaestecker, 2002).
    """

    def corrected(targets: Targets) -> Targets:
        answered = min(1.0, sum(share for _, share in targets))
        scale = 1 / (answered + odds * (1 - answered))
        return tuple((at, round(share * scale, 4)) for at, share in targets)

    return replace(row, starts=corrected(row.starts), ends=corrected(row.ends))


def _opposite(row: Row, _names: Names, _others: Sequence[str], rng: random.Random) -> str | None:
    return _replaced(row.question, OPPOSITES, rng)


def _denied(row: Row, _names: Names, _others: Sequence[str], rng: random.Random) -> str | None:
    return _replaced(row.question, DENIED, rng)


def _replaced(question: str, words: Mapping[str, str], rng: random.Random) -> str | None:
    found = [match for match in WORD.finditer(question, 1) if match.group() in words]
    if not found:
        return None
    match = rng.choice(found)
    return question[: match.start()] + words[match.group()] + question[match.end() :]


def _renamed(row: Row, names: Names, _others: Sequence[str], rng: random.Random) -> str | None:
    """Return the question about another name or number, of its own passage where there is one."""
    found = list(NAME.finditer(row.question, 1))
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    number = old[0].isdigit()
    here = [name.group() for name in NAME.finditer(row.passage) if name.group()[0].isdigit() == number]
    others = [name for name in (here if rng.random() < 0.5 else names[number]) if name not in row.question]
    return row.question[: match.start()] + rng.choice(others) + row.question[match.end() :] if others else None


def _moved(_row: Row, _names: Names, others: Sequence[str], rng: random.Random) -> str | None:
    return rng.choice(others) if others else None
