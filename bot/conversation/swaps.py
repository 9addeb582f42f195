"""Swaps: the last question, asked about another thing in the place of one like it."""

import re
from collections.abc import Sequence

from bot.conversation.antecedents import Reference, Turn, antecedents
from bot.conversation.frames import frame, joined, plain
from bot.conversation.phrases import PREPOSITIONS, Phrase, Sort, is_plural, phrases, sort_of
from bot.conversation.pronouns import with_names

ABOUT = re.compile(r"^(?:what about|how about|(?:the )?same for) (?P<what>.+)$", re.I)
NAMES = (Sort.NAME, Sort.PERSON)
NUMBERS = (("does", "do"), ("is", "are"), ("was", "were"), ("has", "have"))
"""Helping verbs of one and of several."""


def about(what: str, turns: Sequence[Turn]) -> list[str]:
    """Return the last question asked about `what` instead; nothing in it need be like that."""
    if owned := with_names(what, turns):
        return [joined("what is", text) for text in owned[:2]]
    preposition, thing = parted(what)
    turns = [turn for turn in turns if not ABOUT.match(plain(turn.question))] or turns
    text = turns[-1].question.strip(" ?")
    swaps = _swaps(text, thing, preposition)
    if preposition:
        return swaps or [joined(text, what)]
    if sort_of(thing) is Sort.THING:
        return _about_a_thing(thing, swaps, turns)
    earlier = (_swaps(turn.question.strip(" ?"), thing, "") for turn in reversed(turns[:-1]))
    return swaps or next(filter(None, earlier), []) or _unlike(plain(text), thing)


def _unlike(text: str, thing: str) -> list[str]:
    """Return the question `text`, which has nothing like `thing`, with that name for its subject, or in that year."""
    old = frame(text)
    if sort_of(thing) is Sort.TIME and re.search(r"\b\d{4}$", thing):
        return [joined(text, "in", thing)]
    if old is None or not old.subject or sort_of(thing) not in NAMES:
        return []
    start = len(text) - len(old.rest)
    return [joined(_swapped(text, Phrase(old.subject, start, start + len(old.subject)), thing))]


def _about_a_thing(thing: str, swaps: list[str], turns: Sequence[Turn]) -> list[str]:
    """Return what asking about `thing`, which has no name, may mean: `swaps`, or more.

    After "which members" it is a noun as they are, after "what is the policy" a case of that; otherwise it may be
    a part or a trait of what was spoken of, or a name in small letters.
    """
    text = turns[-1].question.strip(" ?")
    old = frame(text)
    article = re.match(r"(?:the|an?) ", thing) is not None
    named = _swaps(text, thing.title(), "", thing) if not article else []
    if old and old.copula and not article:
        return [joined(text, "for", thing), *swaps]
    if old and old.noun:
        noun = [joined(old.asks, re.sub(r"^the ", "", thing), old.help, old.rest)]
        return noun + named if is_plural(thing) or article else named + noun
    what = joined("what are" if is_plural(thing) else "what is", "" if article or is_plural(thing) else "the", thing)
    parts = [joined(what.rstrip("?"), "of", topic) for topic in antecedents(Reference.THING, turns)[:1]]
    return swaps or parts + (named if " " not in thing and not is_plural(thing) else [])


def _swaps(text: str, like: str, preposition: str, thing: str = "") -> list[str]:
    """Return the question `text` with `thing` (by default `like`) in the place of what `like` is most like."""
    return [joined(_swapped(text, slot, thing or like)) for slot in _slots(text, like, preposition)]


def parted(text: str) -> tuple[str, str]:
    """Return the preposition that `text` begins with, if any, and the rest."""
    first, _, rest = text.partition(" ")
    return (first.lower(), rest) if first.lower() in PREPOSITIONS and rest else ("", text)


def _swapped(text: str, slot: Phrase, thing: str) -> str:
    """Return `text` with `thing` in the place of `slot`, and the helping verb before it in the number of `thing`."""
    before = text[: slot.start]
    match = re.search(r"\b(?:do|does|is|are|was|were|has|have) $", before)
    if match:
        pair = next(pair for pair in NUMBERS if match.group().strip() in pair)
        before = f"{before[: match.start()]}{pair[is_plural(thing)]} "
    return before + thing + text[slot.end :]


def _slots(text: str, thing: str, preposition: str) -> list[Phrase]:
    """Return the phrases of a question that `thing` may stand in the place of, at most two, the most alike first."""
    found = [phrase for phrase in phrases(text) if phrase.text.lower() not in (thing.lower(), text.lower())]
    if preposition:
        found = [phrase for phrase in found if text[: phrase.start].lower().endswith(f" {preposition} ")]
    old = frame(text)
    head = len(old.asks) + len(old.noun) if old else 0
    article = re.match(r"the ", thing, re.I) is not None
    alike = NAMES if sort_of(thing) in NAMES else (sort_of(thing),)
    found = [phrase for phrase in found if phrase.sort in alike or (article and phrase.text.startswith("the "))]
    found = [phrase for phrase in found if phrase.start > head or phrase.sort is sort_of(thing)]

    def unlike(phrase: Phrase) -> tuple[bool, bool, bool]:
        other = (re.match(r"the ", phrase.text, re.I) is not None) != article
        owned = ("'" in phrase.text) != ("'" in thing)
        return phrase.sort is not sort_of(thing), owned, other

    ranked = sorted(found, key=lambda phrase: (unlike(phrase), phrase.start <= head, len(phrase.text)))
    return [phrase for phrase in ranked if unlike(phrase) == unlike(ranked[0])][:2]
