"""Makers: what a pattern found in a sentence -> the question that it answers."""

import re
from collections.abc import Callable

from bot.expected.english import EMPTY, HAPPENS, JOINING, OF_THINGS, PEOPLE, POINTING, TAKES

SUBJECT = "\0"
"""Where the subject of the sentence stands in a question."""

Made = tuple[str, str]
"""A question without its mark, and the group of the match that answers it."""
Maker = Callable[[re.Match[str]], Made | None]


def says(question: str, group: str = "a") -> Maker:
    """Return what asks `question`, its groups filled in from the match."""

    def make(match: re.Match[str]) -> Made | None:
        filled = {name: text for name, text in match.groupdict().items() if text is not None}
        return question.format(**filled | {"s": SUBJECT}), group

    return make


def definition(match: re.Match[str]) -> Made | None:
    """Ask who somebody or what something is."""
    head = re.split(r" (?:of|for|at|in|who|that|which|to|with|from|on|used|based|by)\b|,", match["a"])[0]
    be = match.groupdict().get("be") or "is"
    vague = set(match["a"].lower().split()) & (POINTING - JOINING) or re.search(
        r"trademark|\bthe \w+['’]s\b", match["a"]
    )
    if vague or not re.search(r"[a-z]{3}", head) or set(head.lower().split()[1:2]) & EMPTY - {"main", "new"}:
        return None
    person = PEOPLE.search(head) is not None
    if person and not match["s"][0].isupper():
        return None
    return f"{'Who' if person else 'What'} {be} {SUBJECT}", "a"


def by(match: re.Match[str]) -> Made:
    """Ask who did it: "X was built by Y" -> "Who built X?"."""
    return f"Who {match['v'].replace('written', 'wrote')} {SUBJECT}", "a"


def did(verbs: dict[str, str]) -> Maker:
    """Return what asks when something happened: "X opened in 1990" -> "When did X open?"."""

    def make(match: re.Match[str]) -> Made:
        return f"When did {SUBJECT} {verbs[match['v']]}{match.groupdict().get('o') or ''}", "a"

    return make


def superlative(match: re.Match[str]) -> Made:
    """Ask which one it is: "X is the largest island of Y" -> "What is the largest island of Y?"."""
    return f"{'Who' if PEOPLE.search(match['p']) else 'What'} {match['be']} {match['p']}", "a"


def lasting(match: re.Match[str]) -> Made | None:
    """Ask how long something lasts or takes."""
    if match["v"].startswith("t") and not match["s"].startswith(("The ", "the ")):
        return None
    past, verb = match["v"] in ("lasted", "took"), "last" if match["v"].startswith("last") else "take"
    return f"How long {'did' if past else 'does'} {SUBJECT} {verb}", "a"


def takes(match: re.Match[str]) -> Made | None:
    """Ask what something contains, means or depends on."""
    vague = match["v"] in OF_THINGS and match["s"][:4] not in ("The ", "the ")
    if vague or set(match["a"].lower().split()[:3]) & POINTING:
        return None
    return f"What does {SUBJECT} {TAKES[match['v']]}", "a"


def when(match: re.Match[str]) -> Made:
    """Ask when: "X opens at nine" -> "When does X open?", "days expire on" -> "When do days expire?"."""
    verb = match["v"]
    return f"When does {SUBJECT} {HAPPENS[verb]}" if verb in HAPPENS else f"When do {SUBJECT} {verb}", "a"


HAVE = {
    "has": "does {s} have", "have": "do {s} have", "had": "did {s} have", "contains": "does {s} contain",
    "contain": "do {s} contain", "includes": "does {s} include", "employs": "does {s} employ",
    "employed": "did {s} employ", "comprises": "does {s} comprise", "serves": "does {s} serve",
    "supports": "does {s} support", "requires": "does {s} require", "offers": "does {s} offer",
    "publishes": "does {s} publish", "operates": "does {s} operate", "owns": "does {s} own",
    "produces": "does {s} produce", "uses": "does {s} use", "provides": "does {s} provide",
    "covers": "does {s} cover", "won": "did {s} win", "produced": "did {s} produce", "scored": "did {s} score",
}  # fmt: skip


def many(match: re.Match[str]) -> Made | None:
    """Ask how many: "Toyota has 1,300 patents" -> "How many patents does Toyota have?"."""
    number, noun = match["a"].rsplit(" ", 1)[-1].lower(), match["n"]
    last = noun.split(" of ")[0].split()[-1]
    if number in ("one", "1") or last.endswith(("ss", "us", "is")) or set(noun.split()) & (POINTING | EMPTY):
        return None
    return f"How many {noun} {HAVE[match['v']].format(s=SUBJECT)}", "a"


def because(match: re.Match[str]) -> Made:
    """Ask why."""
    return f"Why {match['be']} {SUBJECT} {match['p']}", "a"
