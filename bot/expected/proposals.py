"""Proposals: a sentence -> questions that it answers, by rules of English, each with the words that answer it.

A rule would rather make no question than one that nobody would ask: what the documents do not answer is thrown
away later, but nothing mends bad English.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.expected.english import EMPTY, OPENERS, POINTING
from bot.expected.makers import SUBJECT
from bot.expected.patterns import BARE, RULES

SHORTEST, LONGEST = 20, 320
"""Characters of a sentence that questions are made of."""
MOST_WORDS = 16
"""Words of a question, at most."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that a sentence answers: `start` and `end` are where in the sentence, `rule` what made it."""

    question: str
    start: int
    end: int
    rule: str


def proposals(sentence: str, names: Collection[str] = ()) -> Iterator[Proposal]:
    """Yield the questions that `sentence` answers, the surest rules first.

    `names` are words known to be names where they open a sentence: "Toyota has" rather than "Tickets have".
    """
    flat, places = _flattened(sentence)
    if not _plain(flat):
        return
    for short, start, end in _initials(flat):
        yield Proposal(f"What does {short} stand for?", places[start], places[end - 1] + 1, "initials")
    for rule in RULES:
        match = rule.pattern.match(flat)
        made = rule.make(match) if match else None
        if match is None or made is None:
            continue
        question, group = made
        subject = match.groupdict().get("s")
        if subject and not _stands_alone(subject, names, bare=rule.name in BARE):
            continue
        if subject:
            question = question.replace(SUBJECT, _inside(subject, names), 1)
        start, end = match.span(group)
        if end > start and _natural(question):
            yield Proposal(f"{question}?", places[start], places[end - 1] + 1, rule.name)


def _flattened(sentence: str) -> tuple[str, list[int]]:
    """Return `sentence` with runs of blanks as single ones, and where each character of that stood."""
    kept = [
        (" " if character.isspace() else character, place)
        for place, character in enumerate(sentence)
        if not character.isspace() or (place and not sentence[place - 1].isspace())
    ]
    return "".join(character for character, _ in kept), [place for _, place in kept]


def _plain(flat: str) -> bool:
    """Tell whether a text is one whole sentence of prose: no list, code, dialogue or table."""
    if not SHORTEST <= len(flat) <= LONGEST or not flat[0].isupper() or flat.rstrip()[-1] != ".":
        return False
    if re.search(r"[|{}<>\[\]\\=*~^#@\0]|://|\.\.|--|[?!:]\s|[“\"].*[“\"].*[“\"]", flat):
        return False
    letters = sum(character.isalpha() or character == " " for character in flat)
    return letters > 0.75 * len(flat) and flat.count("(") == flat.count(")") and len(flat.split()) >= 4


def _stands_alone(subject: str, names: Collection[str], *, bare: bool) -> bool:
    """Tell whether what a question asks about is named in full."""
    words = subject.split()
    low = [word.lower() for word in words]
    if set(low) & POINTING or len(words) > 8 or low[-1].endswith(("'s", "’s")):
        return False
    if low[0] in ("the", "a", "an"):
        vague = any(word.endswith(("ly", "est")) for word in low[1:3])
        return not set(low[1:]) & EMPTY and not vague
    if low[0] in OPENERS or low[0] in EMPTY or (low[0].endswith("ly") and words[0] not in names):
        return False
    return _named(words[0], names) or (len(words) > 1 and words[1][0].isupper()) or (bare and low[-1].endswith("s"))


def _named(word: str, names: Collection[str]) -> bool:
    return word in names or any(character.isupper() or character.isdigit() for character in word[1:])


def _inside(subject: str, names: Collection[str]) -> str:
    """Return a subject as it is written inside a sentence."""
    first, _, rest = subject.partition(" ")
    keeps = _named(first, names) or (rest[:1].isupper() and first not in ("The", "A", "An"))
    return subject if keeps else f"{first.lower()}{' ' if rest else ''}{rest}"


def _natural(question: str) -> bool:
    words = question.split()
    low = [word.lower().strip(",.’'") for word in words]
    return (
        3 <= len(words) <= MOST_WORDS
        and not set(re.sub(r"\b(are|were) there\b", r"\1", " ".join(low[1:])).split()) & POINTING
        and not re.search(r"[,;:()\"“”‘]|\.$|\b[\d.]+$|\.\w$", question)
        and not any(one == other for one, other in pairwise(low))
    )


IN_BRACKETS = re.compile(r"[”\"]? \(([A-Z][A-Za-z]{0,6}[A-Z])s?\)")
SMALL = frozenset({"of", "and", "for", "the", "in", "on", "to", "de"})


def _initials(flat: str) -> Iterator[tuple[str, int, int]]:
    """Yield abbreviations in brackets, and where in `flat` the words stand that they are the initials of."""
    for match in IN_BRACKETS.finditer(flat):
        run: list[re.Match[str]] = []
        after = match.start()
        for word in reversed(list(re.finditer(r"[^\W_]+(?:['’]\w+)?", flat[: match.start()]))):
            if not (word[0][0].isupper() or word[0] in SMALL) or flat[word.end() : after] not in ("", " ", "-"):
                break
            run.insert(0, word)
            after = word.start()
            if _begins(match[1].lower(), run):
                yield match[1], run[0].start(), run[-1].end()
                break


def _begins(letters: str, run: list[re.Match[str]]) -> bool:
    """Tell whether a run of words begins with the first of `letters`, and has the others in their order."""
    initials = [word[0][0].lower() for word in run]
    return len(run) > 1 and run[0][0] not in SMALL and initials[0] == letters[0] and _in_order(letters, initials)


def _in_order(letters: str, initials: list[str]) -> bool:
    """Tell whether `letters` are among `initials`, in their order."""
    rest = iter(initials)
    return all(letter in rest for letter in letters)
