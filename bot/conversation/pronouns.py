"""Pronouns: finding one that nothing in its own question explains, and putting a name in its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.antecedents import Reference, Turn, antecedents
from bot.conversation.frames import plain
from bot.conversation.phrases import (
    CLOSING,
    HELPING,
    ORGANISATION,
    PREPOSITIONS,
    PRONOUNS,
    Phrase,
    Sort,
    is_plural,
    ordinary,
    phrases,
    possessive,
)
from bot.question import AUTHORSHIP, TIME_WORDS

REFERENCES = {
    word: reference
    for reference, words in {
        Reference.THING: "it its itself this that",
        Reference.SEVERAL: "they them their theirs themselves these those",
        Reference.PERSON: "he him his himself she her hers herself",
        Reference.PLACE: "there",
    }.items()
    for word in words.split()
}
OWNERS = frozenset("its their his".split())
PERSONS = frozenset("man woman person guy lady author writer actor actress director professor founder".split())
EXPLAINS = {
    Reference.THING: (Sort.NAME,),
    Reference.SEVERAL: (Sort.NAME, Sort.PERSON),
    Reference.PERSON: (Sort.NAME, Sort.PERSON),
}
"""The sorts of phrases of the same question that a pronoun behind them stands for."""


MOST = 4
"""Names that are put in a pronoun's place, at most."""


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun, or a demonstrative with its noun, at text[start:end].

    `owner` where what follows belongs to it. `noun` of a demonstrative that names a part or trait: "that film".
    """

    start: int
    end: int
    reference: Reference
    owner: bool = False
    noun: str = ""


def find(text: str) -> Pronoun | None:
    """Return the first pronoun of `text` that nothing earlier in it explains, or None."""
    named = phrases(text)
    for match in re.finditer(r"\b\w+\b", text):
        word = match.group().lower()
        reference = REFERENCES.get(word)
        if reference is None:
            continue
        before = text[: match.start()].strip().rpartition(" ")[2].lower()
        after = text[match.end() :].strip()
        if word in ("this", "that", "these", "those") and re.match(r"\w", after):
            if pointed := _pointed(text, match.start(), match.end(), before):
                return pointed
            if before not in HELPING and after.partition(" ")[0].lower() not in HELPING:
                continue
        if word == "there" and (before in HELPING or after.partition(" ")[0].lower() in HELPING):
            continue
        if any(_explains(phrase, reference, text[phrase.end : match.start()]) for phrase in named):
            continue
        owner = word in OWNERS or (word == "her" and ordinary(after.partition(" ")[0]))
        return Pronoun(match.start(), match.end(), reference, owner)
    return None


def _explains(phrase: Phrase, reference: Reference, between: str) -> bool:
    """Tell whether a pronoun stands for a phrase that `between` parts it from; before it, if that has a word."""
    if not between:
        return False
    return (
        phrase.sort in EXPLAINS.get(reference, ())
        or re.search(r",| (?:and|but|if|when|because|that) ", between) is not None
    )


def _pointed(text: str, start: int, end: int, before: str) -> Pronoun | None:
    """Return the demonstrative at text[start:end] with its noun ("that company"), unless it opens a clause."""
    noun = re.match(r" ([a-z-]+)\b ?(\w*)", text[end:])
    if noun is None or not ordinary(noun[1]):
        return None
    closed = not noun[2] or noun[2].lower() in {*HELPING, *PREPOSITIONS, *CLOSING, *PRONOUNS}
    if not closed and before not in HELPING:
        return None
    word = noun[1].removesuffix("s")
    reference = Reference.SEVERAL if is_plural(noun[1]) else Reference.THING
    reference = Reference.TIME if word in TIME_WORDS else Reference.PERSON if word in PERSONS else reference
    trait = reference in (Reference.THING, Reference.SEVERAL) and not ORGANISATION.search(noun[1])
    return Pronoun(start, end + 1 + len(noun[1]), reference, noun=noun[1] if trait else "")


def with_names(text: str, turns: Sequence[Turn]) -> list[str]:
    """Return `text` with what its first pronoun may stand for in its place, the likeliest first.

    Later pronouns get the likeliest only. Nothing where it has none, or nothing was said that it can stand for.
    """
    text = plain(text)
    pronoun = find(text)
    if pronoun is None:
        return []
    ways = [_put(text, pronoun, name) for name in _stands_for(pronoun, text, turns)]
    return [_rest_put(way, turns) for way in ways]


def _rest_put(text: str, turns: Sequence[Turn]) -> str:
    pronoun = find(text)
    names = _stands_for(pronoun, text, turns) if pronoun else []
    names = [name for name in names if name.lower() not in text.lower()]
    return _put(text, pronoun, names[0]) if pronoun and names else text


def _stands_for(pronoun: Pronoun, text: str, turns: Sequence[Turn]) -> list[str]:
    return antecedents(pronoun.reference, turns, about_documents=AUTHORSHIP.search(text) is not None)[:MOST]


def _put(text: str, pronoun: Pronoun, name: str) -> str:
    if pronoun.reference is Reference.PLACE and name.partition(" ")[0].lower() not in PREPOSITIONS:
        name = f"in {name}"
    if pronoun.noun:
        name = f"the {pronoun.noun} of {name}"
    return text[: pronoun.start] + (possessive(name) if pronoun.owner else name) + text[pronoun.end :]
