"""Phrases: the things a text names, found by the shape of English alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from bot.question import TIME_WORDS
from bot.shapes import DATE

HELPING = "is are was were am be do does did has have had will would can could shall should may might must".split()
ASKING = "who whom whose what which when where why how".split()
PREPOSITIONS = frozenset(
    """
    of in on at by for with from to into onto over under about around after before during since until till against
    between among through across per via like than as within without toward towards upon near behind beyond
    """.split()
)
PRONOUNS = frozenset(
    """
    i me my you your he him his she her hers it its they them their theirs we us our ours there then this that these
    those himself herself itself themselves someone anyone everyone something anything one ones
    """.split()
)
DETERMINERS = frozenset("the a an its his her their our my your each every any some all both no".split())
CLOSING = frozenset(
    """
    and or but so nor if because while not also too else ever exactly already still yet just been being born many much
    more less most fewer least best better worst only up out off away down long far often
    """.split()
)
VERBS = frozenset(
    """
    add agree aim announce appear ask bear become begin belong bring build buy call carry cause change choose claim
    come compare compete connect consist contain contribute cost cover create cut deal defend depend describe
    develop die direct do earn employ end enter exist expect explain face fail fall feel fight fill find focus
    follow form found gain get give go grow happen hate have help hold hope include increase invent invest involve
    join keep know last launch lead learn leave let like list live look lose love make manage manufacture mean meet
    move name need occur offer open operate own pass pay plan play portray prepare produce protect provide publish
    reach read receive refer release remain represent require rise run say secure see seek seem sell send serve set
    show sign sit speak spend stand start state stay stop study succeed suggest summon supply support surge take
    talk teach tell think travel try turn understand use visit wait walk want warn win work write
    """.split()
)
"""Common verbs by which a phrase ends, in their plain form. Others are known by their ending (-ed, -ing)."""
PASTS = frozenset(
    """
    became began bought brought built came chose cut dealt died drew fell felt fought found gave gone got grew had
    held kept knew known led left lost made meant met paid ran read rose said sat saw seen sent set shown sold spent
    spoke stood taken taught thought told took understood went won wore worn written wrote
    """.split()
)

TOKEN = re.compile(r"(?:[A-Z]\.)+|[^\W_]+(?:[-‑.,’'&/][^\W_]+)*%?|[^\w\s]")
POSSESSIVE = re.compile(r"['’]s?$")
ORGANISATION = re.compile(
    r"\b(?:agency|alliance|association|bank|battery|board|bureau|club|committee|company|corp|corporation|council|court"
    r"|department|foundation|fund|government|group|inc|institute|league|ltd|magazine|ministry|motors|museum|news"
    r"|office|organi[sz]ation|party|platform|press|research|school|society|technology|technologies|times|union"
    r"|university)\b",
    re.I,
)


MOST = 24
"""Phrases of a question that are looked at; a person's has fewer."""
PARTS = 5
"""Simple phrases that a compound one is made of, at most: "A, B, C, D and E"."""


class Sort(StrEnum):
    """What sort of thing a phrase names, as far as its letters tell."""

    PERSON = "person"
    NAME = "name"
    TIME = "time"
    NUMBER = "number"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase, text[start:end], in the offsets of the text it was found in."""

    text: str
    start: int
    end: int

    @property
    def sort(self) -> Sort:
        """What sort of thing it names."""
        return sort_of(self.text)

    @property
    def plural(self) -> bool:
        """Whether it names several things."""
        return is_plural(self.text)


def sort_of(text: str) -> Sort:
    """Return the sort of thing that a phrase or an answer names."""
    words = [word for word in re.findall(r"[^\s,]+", text) if word.lower() not in DETERMINERS]
    if not words:
        return Sort.THING
    if DATE.fullmatch(text) or all(_tells_time(word.lower()) for word in words):
        return Sort.TIME
    if text[0].isdigit():
        return Sort.NUMBER
    named = [word for word in words if word[0].isupper()]
    if not named:
        return Sort.THING
    whole = all(word[0].isupper() or word in ("de", "van", "von", "da", "der", "bin", "al") for word in words)
    spelt = [word for word in words if len(word) > 2 and not word.isupper()]
    if whole and 2 <= len(words) <= 4 and len(spelt) >= 2 and not ORGANISATION.search(text):
        return Sort.PERSON
    return Sort.NAME


def _tells_time(word: str) -> bool:
    year = re.fullmatch(r"(?:1\d|20)\d\d", word) is not None
    return year or word in TIME_WORDS or word.removesuffix("s") in TIME_WORDS


def is_plural(text: str) -> bool:
    """Tell whether a phrase or an answer names several things."""
    if re.search(r"\band\b|, ", text):
        return True
    head = re.split(r" (?:of|about|for|in) ", text)[0].split()[-1:] or [""]
    return re.fullmatch(r"[a-z][\w-]*[^\Wsui]s|people|men|women|children", head[0]) is not None


def possessive(text: str) -> str:
    """Return a phrase as the owner of what follows."""
    return f"{text}'" if is_plural(text) and text.endswith("s") else f"{text}'s"


def phrases(text: str) -> list[Phrase]:
    """Return the noun phrases of a question in their order; a compound one ahead of its parts."""
    simple = [_trimmed(text, one) for one in islice(_simple(text), MOST)]
    found: list[Phrase] = []
    for number, one in enumerate(simple):
        end = one.end
        for following in simple[number + 1 : number + PARTS]:
            if not re.fullmatch(_between(text[one.start : end]), text[end : following.start]):
                break
            end = following.end
            found.append(Phrase(text[one.start : end], one.start, end))
        found.append(one)
        owner = re.match(r"((?:[A-Z][\w&.-]*\s)*[A-Z][\w&.-]*)['’]s? \w", one.text)
        if owner:
            found.append(Phrase(owner.group(1), one.start, one.start + owner.end(1)))
    return sorted(set(found), key=lambda phrase: (phrase.start, -phrase.end))


def opening(text: str, before: str = "of") -> str:
    """Return the longest phrase at the head of `text`, which goes on a sentence; empty where there is none.

    `before` is the word that it goes on from: behind "does", the verb is no part of the phrase.
    """
    found = phrases(f"{before} {text}")
    return found[0].text if found and found[0].start == len(before) + 1 else ""


def _between(phrase: str) -> str:
    """Return the pattern of what may join `phrase` to the next one."""
    if re.match(r"(?:the|an?) [a-z]", phrase):
        return r" (?:of|about|on|for|by) "
    return r" (?:and|&) |, (?:and )?| of " if phrase[0].isupper() else r" of "


DO = re.compile(r"\b(?:do|does|did|will|would|can|could|should|may|might|must) $", re.I)
"""What stands right before a subject whose verb comes later in its plain form."""


def _trimmed(text: str, phrase: Phrase) -> Phrase:
    """Return a subject phrase without the verb or adjective behind it, where no list of verbs could tell.

    "does the X200 weigh": behind "does" some word has to be the verb. "is Acme profitable": a name is over
    where small letters begin, unless a plural follows ("Chinese companies").
    """
    words = phrase.text.split()
    before, last = text[max(0, phrase.start - 10) : phrase.start], words[-1]
    if len(words) < 2 or not last.islower() or words[-2].lower() in DETERMINERS:
        return phrase
    follows = text[phrase.end :].strip(" ?").partition(" ")[0].lower()
    verb = DO.search(before) and (not follows or follows in PREPOSITIONS | DETERMINERS | CLOSING | PRONOUNS)
    helped = re.search(rf"\b(?:{'|'.join(HELPING)}) $", before, re.I)
    named = helped and words[0][0].isupper() and not re.search(r"['’]", phrase.text) and not is_plural(phrase.text)
    if not verb and not named:
        return phrase
    end = phrase.end - len(last) - 1
    shorter = Phrase(text[phrase.start : end], phrase.start, end)
    return _trimmed(text, shorter) if named else shorter


def _simple(text: str) -> Iterator[Phrase]:
    """Yield the runs of words that no verb, preposition or mark parts."""
    start = end = -1
    content = article = subject = False
    for token in TOKEN.finditer(text):
        word, lower = token.group(), token.group().lower()
        opens = lower in DETERMINERS
        capital = word[0].isupper() and token.start() > 0
        ends = not word[0].isalnum() or lower in PRONOUNS or (not capital and _builds(lower))
        if not ends and not capital and _verb(lower):
            fresh = start >= 0 and not content
            inside = start >= 0 and (
                (subject and lower.endswith("ing")) or (article and not subject and lower in VERBS)
            )
            ends = not fresh and not inside
        if start >= 0 and (opens or ends or text[end : token.start()].strip()):
            if content:
                yield _phrase(text, start, end)
            start, content = -1, False
        if opens or not ends:
            if start < 0:
                start, article = token.start(), opens
                subject = DO.search(text[max(0, start - 10) : start]) is not None
            end = token.end()
            content = content or not opens
    if start >= 0 and content:
        yield _phrase(text, start, end)


def _phrase(text: str, start: int, end: int) -> Phrase:
    """Return text[start:end] without the possessive ending of its last word."""
    words = POSSESSIVE.sub("", text[start:end])
    return Phrase(words, start, start + len(words))


def _builds(lower: str) -> bool:
    """Tell whether a small word builds the sentence rather than names something."""
    return lower in PREPOSITIONS or lower in CLOSING or lower in ASKING or lower in HELPING


def _verb(lower: str) -> bool:
    """Tell whether a small word looks like a verb."""
    stems = {lower, lower.removesuffix("s"), lower.removesuffix("es"), re.sub(r"ies$", "y", lower)}
    return bool(stems & VERBS) or lower in PASTS or re.fullmatch(r"\w{2,}(?:ed|ing|ly)", lower) is not None


def ordinary(word: str) -> bool:
    """Tell whether a word in small letters may be a noun: no verb, and none of the words that build a sentence."""
    lower = word.lower()
    return word.isalpha() and lower not in PRONOUNS | DETERMINERS and not _builds(lower) and not _verb(lower)
