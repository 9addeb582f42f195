"""Statements: what a turn came to, as a clause behind "that", or what it was about where it makes none."""

import re

from bot.conversation.antecedents import Turn
from bot.conversation.frames import Frame, adverbial, frame
from bot.conversation.phrases import CLOSING, HELPING, PREPOSITIONS, is_plural, phrases

PAST = dict(
    pair.split(":")
    for pair in """
    become:became begin:began break:broke bring:brought build:built buy:bought catch:caught choose:chose come:came
    cost:cost cut:cut deal:dealt draw:drew drive:drove eat:ate fall:fell feel:felt fight:fought find:found fly:flew
    forget:forgot get:got give:gave go:went grow:grew have:had hit:hit hold:held keep:kept know:knew lead:led
    leave:left let:let lose:lost make:made mean:meant meet:met pay:paid put:put quit:quit read:read rise:rose run:ran
    say:said see:saw seek:sought sell:sold send:sent set:set shoot:shot shut:shut sing:sang sink:sank sit:sat
    sleep:slept speak:spoke spend:spent split:split spread:spread stand:stood steal:stole strike:struck swim:swam
    take:took teach:taught tell:told think:thought throw:threw understand:understood wear:wore win:won write:wrote
    admit:admitted commit:committed occur:occurred permit:permitted prefer:preferred refer:referred
    """.split()
)
"""Pasts that are not the plain form with -ed, or double a letter behind more than one syllable."""


def claim(turn: Turn) -> str:
    """Return "that CASIP was established" of a turn, or "that about CASIP" where no statement can be made of it.

    Empty where it asked about nothing that could be named.
    """
    old = frame(turn.question)
    if old is None:
        return ""
    if said := statement(old, turn.short):
        return f"that {said}"
    named = [old.subject, *(phrase.text for phrase in phrases(old.rest))]
    return next((f"that about {topic}" for topic in named if topic), "")


def statement(old: Frame, answer: str | None) -> str:
    """Return a question and its answer as a statement: "CASIP stands for ..."; empty where that is not plainly one.

    A question for a time, place, way or reason needs no answer in it. One for a thing does, in that thing's place.
    """
    if not old.subject:
        subject = _amount(old, answer) if answer else old.noun
        return " ".join(part for part in (subject, old.help, old.rest) if part) if subject else ""
    words = old.rest[len(old.subject) :].split()
    if old.copula:
        return f"{old.subject} {old.help} {answer}" if answer else ""
    verb = _verb(old, words[0]) if words else ""
    if not verb:
        return ""
    behind = " ".join(words[1:])
    if adverbial(f"{old.asks} {old.noun}") and not re.match("how much", old.asks, re.I):
        return f"{old.subject} {verb} {behind}".strip()
    return _completed(f"{old.subject} {verb}", behind, _amount(old, answer)) if answer else ""


def _amount(old: Frame, answer: str) -> str:
    """Return an answer with what it counts: "450" of "How many people" as "450 people"."""
    counts = re.match("how", old.asks, re.I) and old.noun and old.noun.lower() not in answer.lower()
    return f"{answer} {old.noun}" if counts and not re.search(r"[^\W\d_]{3}$", answer) else answer


def _completed(clause: str, behind: str, thing: str) -> str:
    """Return a clause that lacks `thing`, with it; `behind` follows the verb. Empty where its place is not plain."""
    words = behind.split()
    if not words or words[-1] in PREPOSITIONS or re.fullmatch(r"to [a-z]+", behind):
        return " ".join((clause, *words, thing))
    return f"{clause} {thing} {behind}" if words[0] in PREPOSITIONS and not re.match("to [a-z]", behind) else ""


def _verb(old: Frame, verb: str) -> str:
    """Return the verb of a question as a statement has it: "does ... stand" as "stands". Empty where it is none."""
    helping = old.help.lower()
    if helping not in ("do", "does", "did"):
        return f"{old.help} {verb}"
    if not re.fullmatch(r"[a-z]{2,}", verb) or verb in CLOSING | PREPOSITIONS | {*HELPING} - {"have"}:
        return ""
    if helping == "did":
        return PAST.get(verb) or _regular_past(verb)
    return verb if helping == "do" or is_plural(old.subject) else _third_person(verb)


def _third_person(verb: str) -> str:
    if verb == "have":
        return "has"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if re.fullmatch(r"[^aeiou]+[aeiou][^aeiouwxy]", verb) else f"{verb}ed"
