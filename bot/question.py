"""Question: what a person typed, made safe to search with, and the kind of answer it wants."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from index.document import normalise
from index.errors import QuestionError

MAX_CHARACTERS = 1000


class Kind(StrEnum):
    """The kind of answer a question wants, as far as its words tell."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    QUANTITY = "quantity"
    REASON = "reason"
    MANNER = "manner"
    OTHER = "other"


KINDS = (
    (Kind.QUANTITY, r"how (?:many|much|long|old|far|tall|big|large|often|high|deep|fast|heavy|wide)\b"),
    (Kind.QUANTITY, r"(?:what|which)(?: is| was| are| were|'?s)?(?: the)? (?:\w+ )?"
                    r"(?:percentage|percent|number|amount|price|cost|share|total|size|population|fee|limit|maximum|minimum)\b"),
    (Kind.TIME, r"wh?en\b|(?:what|which) (?:year|date|day|month|time|century|decade)\b|what is the date|(?:published|publication) (?:date|on)\b|\bsince when\b"),
    (Kind.PERSON, r"who(?:se|m)?(?:'?s)?\b"),
    (Kind.PLACE, r"where(?:'?s)?\b|(?:what|which) (?:city|country|place|town|state|location)\b"),
    (Kind.REASON, r"why\b|what (?:is|was) the reason\b|for what reason\b"),
    (Kind.MANNER, r"how\b"),
)  # fmt: skip

PLURAL = re.compile(
    r"\b(?:what|which|name|list|give|who|whose)(?: all)?(?: of)?(?: the)?(?: \w+(?:-\w+)*){0,3}? ?"
    r"(?:are|were|do|have|\w{3,}[^aious\W]s|companies|countries|cities|agencies|people|bodies|members)\b"
    r"|\b(?:list|names of|name the|members)\b"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as Pincite asks it. Make one with `read`."""

    text: str
    kind: Kind
    plural: bool


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
    return Question(text, kind_of(text), PLURAL.search(text.lower()) is not None)


def kind_of(text: str) -> Kind:
    """Return the kind of the question word that comes first in `text`."""
    text = text.lower().replace("’", "'")
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(KINDS)
        if (match := re.search(rf"\b(?:{pattern})", text))
    ]
    return min(found)[2] if found else Kind.OTHER


NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions "
    "billion billions trillion dozen dozens half third quarter quarters double triple twice once twofold threefold tenfold "
    "several few many couple no none single majority minority all"
).split()
TIME_WORDS = (
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday today yesterday tomorrow morning afternoon evening night midnight noon spring summer "
    "autumn fall winter year years month months week weeks day days hour hours minute minutes century centuries decade "
    "ago before after during until since when daily weekly monthly annually yearly immediately era period christmas easter"
).split()


def fits(question: Question, text: str) -> int:
    """Tell whether `text` is of the kind that `question` wants: 1 yes, -1 no, 0 where it cannot tell."""
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    number = re.search(r"\d", text) is not None
    if question.kind is Kind.QUANTITY:
        return 1 if number or words & set(NUMBER_WORDS) or "-fold" in text else -1
    if question.kind is Kind.TIME:
        return 1 if number or words & set(TIME_WORDS) else -1
    if question.kind is Kind.PERSON:
        return 1 if re.search(r"\b[A-Z]", text) and not re.fullmatch(r"[\d\W]+", text) else -1
    return 0
