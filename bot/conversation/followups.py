"""Follow-ups: a question that lacks something -> the questions it may stand for, from the turns before it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.conversation.antecedents import Reference, Turn, antecedents, recased
from bot.conversation.frames import HELP, LEAD, Frame, adverbial, asked_anew, frame, joined, plain
from bot.conversation.phrases import ASKING, ORGANISATION, PREPOSITIONS, Sort, opening, phrases, sort_of
from bot.conversation.pronouns import with_names
from bot.conversation.statements import claim
from bot.conversation.swaps import ABOUT, about, parted
from bot.question import Kind, kind_of

HAPPENED = r"(?: (?:happen|take place|occur|start|begin|end)(?:ed|ing)?| exactly| again| for| so)*"
EVENT = re.compile(rf"^(?P<asks>.+?)(?: {HELP})? (?P<it>that|this|it|so){HAPPENED}$", re.I)
WHO_IS = re.compile(
    r"^(?:who|what)(?: exactly)? (?:is|was|are|were) (?P<it>he|she|it|they|that|this|those|these)$", re.I
)
SAID = re.compile(r"^(?P<head>(?:who|which|what|whose)\b.*) (?:that|this|so)$", re.I)
SAYS_WHO = re.compile(r"^(?:says who|according to (?:who|whom|what|which source))$", re.I)
MISSING = re.compile(rf"^(?P<asks>how many|how much|which)(?: of (?:them|those|these))?(?= {HELP}\b)", re.I)
BARE = re.compile(r"what$", re.I)
COUNTING = re.compile(r"(?:which|whose|how many)(?: ones?)?$", re.I)
"""Question words that need a noun."""
CHAT = re.compile(
    r"(?:thanks?(?: you)?|yes|yeah|no|nope|great|cool|nice|good|perfect|right|sure|wow|hello|hi|hey|please|sorry|bye)\b"
    r"|(?:tell|show) me(?: more)?$",
    re.I,
)
"""What people say to be polite."""
FRAGMENT = 3
"""Words up to which a phrase that nothing joins to what was said may be a follow-up all the same."""


def resolved(question: str, turns: Sequence[Turn]) -> tuple[list[str], bool]:
    """Return the questions that `question` may stand for after `turns`, the likeliest first.

    None where it needs nothing from them. The second value tells whether it may as well stand alone.
    """
    turns = [replace(turn, question=recased(turn.question, (turn,))) for turn in turns]
    asked = recased(plain(question), turns)
    joins = LEAD.match(question.strip()) is not None
    if not turns or not asked or CHAT.match(asked):
        return [], True
    if match := ABOUT.match(asked):
        return about(match["what"], turns), False
    for rule in RULES:
        if found := rule(asked, turns):
            return found, False
    if owner := re.fullmatch(r"(.+)['’]s", asked):
        return about(owner[1], turns), False
    if _phrase(asked) and (joins or len(asked.split()) <= FRAGMENT):
        return about(asked, turns), not joins
    return _of_the_topic(asked, turns), True


def fragment(asked: str) -> bool:
    """Tell whether `asked`, plain, only names something to ask about: "what about BYD", "for books", "BYD's"."""
    return ABOUT.match(asked) is not None or re.search(r"['’]s$", asked) is not None or _phrase(asked)


def who_it_is(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Read "who is that?" as asking who or what was the answer, or was counted."""
    match, last = WHO_IS.match(asked), turns[-1]
    old = frame(last.question)
    if match is None:
        return []
    if old and old.noun and kind_of(last.question) is Kind.QUANTITY:
        return asked_anew(old, Frame("which", old.noun, "", ""), None)
    return [joined(asked[: match.start("it")] + last.short)] if last.short else []


def event(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Read "when was that?" as asking when what was just said took place."""
    match, old = EVENT.match(asked), frame(turns[-1].question)
    new = frame(match["asks"]) if match else None
    if match is None or old is None or new is None or new.help or _more(new.rest):
        return []
    if not adverbial(match["asks"]):
        return []
    if match["it"] == "it" and not (kind_of(new.asks) in (Kind.TIME, Kind.REASON) or re.match("how$", new.asks, re.I)):
        return []
    ways = asked_anew(old, Frame(new.asks, f"{new.noun} {new.rest}".strip(), "", ""), turns[-1].short)
    if match["it"] != "it":
        return ways
    return ways[:1] + [joined(text) for text in with_names(asked, turns)[:1]]


def question_words(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Read "since when?" or "which ones?" as the last question with these question words.

    A bare "what?" asks for nothing in particular, and "which?" for nothing where no noun was asked about.
    """
    new, old = frame(asked), frame(turns[-1].question)
    if new is None or old is None or new.help or _more(new.rest) or BARE.match(asked):
        return []
    if COUNTING.match(asked) and not old.noun:
        return []
    return asked_anew(old, Frame(new.asks, f"{new.noun} {new.rest}".strip(), "", ""), turns[-1].short)


def missing_noun(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Read "how many does BYD have?" as counting what was counted before."""
    match = MISSING.match(asked)
    noun = _counted(turns[-1])
    return [joined(match["asks"], noun, asked[match.end() :])] if match and noun else []


def who_said(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Read "who said that?" as asking who said what was just answered, or who spoke of what it was about."""
    match = SAID.match(asked)
    new = frame(match["head"]) if match else None
    says = match and new and not new.help and match["head"].split()[-1].lower() not in PREPOSITIONS
    head = "who says" if SAYS_WHO.match(asked) else match["head"] if match and says else ""
    said = claim(turns[-1]) if head else ""
    return [joined(head, said)] if said else []


def named(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Read "when was it founded?" with the name of what it is; "its price?" asks what that is."""
    found = with_names(asked, turns)
    return [joined("what is" if _phrase(asked) else "", text) for text in found]


RULES: tuple[Callable[[str, Sequence[Turn]], list[str]], ...] = (
    who_it_is,
    event,
    question_words,
    missing_noun,
    who_said,
    named,
)
"""Each takes what was asked and the turns, and returns what it may stand for; the first that says something counts."""


def _more(text: str) -> bool:
    """Tell whether something follows the question words that is no noun."""
    return bool(text) and not _phrase(text)


def _phrase(text: str) -> bool:
    """Tell whether `text` is one noun phrase, with or without a preposition before it."""
    thing = parted(text)[1]
    return opening(thing) == thing != "" and thing.lower() not in ASKING


def _counted(turn: Turn) -> str | None:
    """Return the noun that a turn counted: "battery patents"."""
    old = frame(turn.question)
    if old and old.noun and re.match("how", old.asks, re.I):
        return old.noun
    found = (re.match(r"[\d,.]+%? (.+)", phrase.text) for phrase in phrases(turn.question))
    return next((match[1] for match in found if match), None)


def _of_the_topic(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Return a question that names nothing with "the film" in it as the film of what the turns were about."""
    found = phrases(asked)
    if any(phrase.sort is not Sort.THING for phrase in found):
        return []
    new = frame(asked)
    for phrase in found:
        more = re.match(r" (?:of|about|in|on|for|by|from|to|with|that|who|which)\b", asked[phrase.end :])
        whole = new is not None and new.copula and phrase.text == new.rest
        if more or not (whole or re.match(r"the ", phrase.text, re.I)):
            continue
        topics = [name for name in antecedents(Reference.THING, turns) if phrase.text.lower() not in name.lower()]
        names = [name for name in topics if sort_of(name) is not Sort.THING] or topics
        same = ORGANISATION.search(phrase.text) is not None
        put = [name if same else f"{phrase.text} of {name}" for name in names[:2]]
        return [joined(asked[: phrase.start] + text + asked[phrase.end :]) for text in put]
    return []
