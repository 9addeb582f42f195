"""Question: what a person typed, made safe to search with, and the kind of answer it wants."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.shapes import NUMBER_WORDS
from index.document import normalise
from index.errors import QuestionError

MAX_CHARACTERS = 1000


class Kind(StrEnum):
    """The kind of answer a question wants, as far as its words tell."""

    PERSON = "person"
    NAME = "name"
    TIME = "time"
    QUANTITY = "quantity"
    REASON = "reason"
    EMAIL = "email"
    PHONE = "phone"
    WEB = "web"
    OTHER = "other"


ONE = (
    r"company|firm|publication|newspaper|magazine|agency|organi[sz]ation|university|institution|country|city|brand"
    r"|automaker|carmaker|manufacturer|team|person|actor|author|journalist"
)

KINDS = (
    (Kind.EMAIL, r"e-?mails?(?: address(?:es)?)?(?: of\b| is\b| for\b|\W*$)"),
    (Kind.PHONE, r"(?:tele)?phone(?: number)?\b|fax number\b|extension\b"),
    (Kind.WEB, r"(?:website|web site|web address|url|homepage)\b"),
    (Kind.QUANTITY, r"how (?:many|much|long|old|far|tall|big|large|often|high|deep|fast|heavy|wide)\b"),
    (
        Kind.QUANTITY,
        r"(?:what|which)(?: is| was| are| were|'?s)?(?: the)? (?:\w+ )?"
        r"(?:percentage|percent|number|amount|price|cost|share|total|population|fee|salary|maximum|minimum)\b",
    ),
    (
        Kind.TIME,
        r"when\b|(?:what|which) (?:year|date|day|month|time|century|decade)\b"
        r"|what (?:is|was) the (?:\w+ )?(?:date|year)\b|(?:published|publication) (?:date|on)\b|since when\b",
    ),
    (Kind.PERSON, r"who(?:se|m)?(?:'?s)?\b"),
    (
        Kind.NAME,
        rf"(?:what|which) (?:\w+ )?(?:(?:{ONE})s?|companies|countries|cities|agencies|universities|people)\b",
    ),
    (Kind.REASON, r"why\b|what (?:is|was) the reason\b|for what reason\b"),
    (Kind.OTHER, r"(?:what|which|how)\b"),
)
"""What each kind is asked with. Of several in one question the first to stand there counts."""

ADDRESSES = (Kind.EMAIL, Kind.PHONE, Kind.WEB)
"""Kinds that are named by a noun, wherever in the question it stands."""

PLURAL = re.compile(
    r"\b(?:what|which|name|list|give|who|whose)(?: all)?(?: of)?(?: the)?"
    rf"(?! (?:\w+ )?(?:{ONE})\b)(?: \w+(?:-\w+)*){{0,3}}? ?"
    r"(?:are|were|(?!does\b|this\b|has\b)\w{3,}[^aious\W]s|companies|countries|cities|agencies|people|bodies|members)\b"
    r"|\b(?:list|names of|name the|members)\b"
)
AUTHORSHIP = re.compile(
    r"\b(?:wrote|writes|written|author(?:s|ed)?|writer|journalist|reporter|byline|by-line|publish(?:e[drs]|es)?"
    r"|publication date|posted|dated)\b",
    re.I,
)


ABOUT_DOCUMENTS = re.compile(
    rf"{AUTHORSHIP.pattern}"
    r"|\b(?:articles?|pieces?|story|stories|posts?|pages?|documents?|texts?"
    r"|press releases?|news|date|day|name)\b",
    re.I,
)
"""The words a question uses of a document itself rather than of what it is about."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as Pincite asks it. Make one with `read`.

    `kind` is the kind of answer wanted; `plural` whether several things are; `authorship` whether
    the question is about who wrote or published a document, or when.
    """

    text: str
    kind: Kind
    plural: bool
    authorship: bool


def read(text: str) -> Question:
    """Return `text` as a Question: NFC, control characters and runs of blanks as single blanks.

    Raises QuestionError where nothing is left to ask, or where it is longer than
    MAX_CHARACTERS: that is a document rather than a question.
    """
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in normalise(text))
    text = " ".join(text.split())
    if not re.search(r"\w", text):
        raise QuestionError("The question is empty. Type a question in words.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Ask one thing at a time."
        )
    return Question(text, kind_of(text), PLURAL.search(text.lower()) is not None, AUTHORSHIP.search(text) is not None)


def kind_of(text: str) -> Kind:
    """Return the kind of the question word that comes first in `text`, or of the address it asks for."""
    text = text.lower().replace("’", "'")
    found = [
        (kind not in ADDRESSES, match.start(), order, kind)
        for order, (kind, pattern) in enumerate(KINDS)
        if (match := re.search(rf"\b(?:{pattern})", text))
    ]
    return min(found)[3] if found else Kind.OTHER


AMOUNTS = frozenset(NUMBER_WORDS) | frozenset(
    """
    hundreds thousands millions billions dozens halves quarters double triple twice once several few many single
    majority minority all none no
    """.split()
)
TIME_WORDS = frozenset(
    """
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday today yesterday tomorrow morning afternoon evening night midnight noon spring
    summer autumn fall winter year years month months week weeks day days hour hours minute minutes century
    centuries decade ago before after during until since when daily weekly monthly annually yearly immediately era
    period christmas easter
    """.split()
)


LOOKS = {
    Kind.EMAIL: re.compile(r"\S@\S"),
    Kind.PHONE: re.compile(r"\d\W?\d\W?\d"),
    Kind.WEB: re.compile(r"\w\.\w{2}|://"),
    Kind.PERSON: re.compile(r"\b[A-Z]|^(?:a|an|the|his|her|their) "),
    Kind.NAME: re.compile(r"^(?:[Tt]he )?[A-Z\d](?!.{120})"),
    Kind.QUANTITY: re.compile(rf"\d|fold\b|\b(?:{'|'.join(sorted(AMOUNTS))})\b", re.I),
    Kind.TIME: re.compile(rf"\d|\b(?:{'|'.join(sorted(TIME_WORDS))})\b", re.I),
}
"""What an answer of a kind looks like; kinds that are not here can look like anything."""


def fits(question: Question, text: str) -> bool:
    """Tell whether `text` may be of the kind that `question` wants."""
    look = LOOKS.get(question.kind)
    return look is None or look.search(text) is not None
