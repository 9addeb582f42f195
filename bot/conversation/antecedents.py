"""Antecedents: what the pronouns of a follow-up may stand for, from the turns before it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.answer import Answer
from bot.conversation.frames import frame, plain
from bot.conversation.phrases import PRONOUNS, Phrase, Sort, is_plural, ordinary, phrases, sort_of
from bot.question import AUTHORSHIP, Kind, kind_of

LONGEST = 10
"""Words beyond which an answer is put into no question."""

RUN = re.compile(r"[A-Z][\w&-]*(?: [A-Z][\w&-]*)*")
"""Capitalised words in a row."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, as it stood alone, and what it was answered with.

    `answer` is None on an abstention, and `quote` and `title`, the answer's sentence and the title of its
    document, are empty.
    """

    question: str
    answer: str | None = None
    quote: str = ""
    document_id: str = ""
    title: str = ""

    @property
    def short(self) -> str | None:
        """The answer where a question can carry it."""
        fits = self.answer is not None and len(self.answer.split()) <= LONGEST and "\n" not in self.answer
        return self.answer if fits else None

    @classmethod
    def of(cls, answer: Answer) -> "Turn":
        """Return the turn that ended in `answer`."""
        if not answer.citations:
            return cls(answer.question)
        first = answer.citations[0]
        return cls(answer.question, first.exact, first.quote, first.document.id, first.document.title)


def recased(text: str, turns: Sequence[Turn]) -> str:
    """Return `text` with the names that were typed in small letters as the sources spell them.

    Only words that are a name by themselves or with one more: "Platform" at the end of a long one is none.
    """
    said = " ".join(f"{turn.quote} {turn.answer or ''} {turn.title}" for turn in turns)
    small = set(re.findall(r"\b[a-z][\w&-]*", said))
    names = {}
    for run in RUN.findall(said):
        words = run.split()
        names.update({word.lower(): word for word in words if len(words) <= 2 or word.isupper()})
    names = {lower: word for lower, word in names.items() if lower not in small and ordinary(lower)}
    return re.sub(r"\b[a-z][\w&-]*", lambda match: names.get(match.group(), match.group()), text)


class Reference(Enum):
    """What a pronoun can stand for."""

    THING = "thing"
    SEVERAL = "several"
    PERSON = "person"
    PLACE = "place"
    TIME = "time"


def antecedents(reference: Reference, turns: Sequence[Turn], about_documents: bool = False) -> list[str]:
    """Return what `reference` may stand for, the likeliest first, each once; the last turn comes first.

    `about_documents`: the follow-up speaks of who wrote or published something.
    """
    find = {
        Reference.THING: _things,
        Reference.SEVERAL: _several,
        Reference.PERSON: _persons,
        Reference.PLACE: _places,
        Reference.TIME: _times,
    }[reference]
    said = (text for turn in reversed(turns) for text in find(turn))
    found = [text for text in dict.fromkeys(said) if not set(re.findall(r"\w+", text.lower())) & PRONOUNS]
    if about_documents:
        found.sort(key=lambda text: AUTHORSHIP.search(text) is None and not _names_document(text))
    return found


def _names_document(text: str) -> bool:
    return re.search(r"\b(?:article|piece|story|report|post|book|paper|document|film|movie)\b", text, re.I) is not None


def _named(turn: Turn) -> str | None:
    """Return the answer where it is a name."""
    return turn.short if turn.short and sort_of(turn.short) in (Sort.NAME, Sort.PERSON) else None


def _asks_for_a_name(turn: Turn) -> bool:
    """Tell whether the question asks for somebody or something with a name, so that its answer is what comes next."""
    parts = frame(turn.question)
    which = parts is not None and re.match(r"which|what", parts.asks, re.I) is not None and bool(parts.noun)
    return which or kind_of(turn.question) in (Kind.PERSON, Kind.NAME)


def _topics(turn: Turn) -> list[Phrase]:
    """Return the phrases of the question that it is about: its own question words' noun left out."""
    parts = frame(turn.question)
    text = plain(turn.question)
    found = phrases(text)
    if parts is None:
        return found
    head = len(parts.asks) + (1 + len(parts.noun) if parts.noun else 0)
    inside = [phrase for phrase in found if phrase.start >= head] + _of_the_noun(parts.noun)
    whole = [one for one in inside if not any(one.start == other.start and one.end < other.end for other in inside)]
    owners = [one for one in inside if re.match(r"['’]s? ", text[one.end :])]
    return sorted({*whole, *owners}, key=lambda phrase: (_of_another(phrase), phrase.start))


def _of_another(phrase: Phrase) -> bool:
    """Tell whether a phrase is a part or a trait of something, which follow-ups are rather about."""
    return re.search(r" of |['’]s? ", phrase.text) is not None


def _of_the_noun(noun: str) -> list[Phrase]:
    """Return the names in the noun of the question words: "How many members of the club", "Whose ..."."""
    return [phrase for phrase in phrases(f"of {noun}") if phrase.sort in (Sort.NAME, Sort.PERSON)] if noun else []


def _things(turn: Turn) -> Iterator[str]:
    topics = [phrase for phrase in _topics(turn) if not phrase.plural and phrase.sort is not Sort.TIME]
    answer = _named(turn)
    single = answer is not None and not is_plural(answer) and kind_of(turn.question) is not Kind.PERSON
    if answer and single and _asks_for_a_name(turn):
        yield answer
    names = [phrase.text for phrase in topics if phrase.sort is not Sort.THING]
    yield from sorted(names, key=lambda name: (sort_of(name) is Sort.PERSON, name.lower().startswith("the ")))
    if answer and single:
        yield answer
    yield from (phrase.text for phrase in topics if phrase.sort is Sort.THING)


def _several(turn: Turn) -> Iterator[str]:
    topics = _topics(turn)
    answer = _named(turn)
    parts = frame(turn.question)
    if parts and is_plural(parts.subject):
        yield parts.subject
    if answer and is_plural(answer):
        yield answer
    yield from (phrase.text for phrase in topics if phrase.plural)
    if answer and _asks_for_a_name(turn) and sort_of(answer) is Sort.NAME:
        yield answer
    yield from sorted(
        (phrase.text for phrase in topics if phrase.sort in (Sort.NAME, Sort.PERSON)),
        key=lambda name: name.lower().startswith("the "),
    )
    if answer:
        yield answer


def _persons(turn: Turn) -> Iterator[str]:
    persons = [phrase.text for phrase in _topics(turn) if phrase.sort is Sort.PERSON]
    names = [phrase.text for phrase in _topics(turn) if re.fullmatch(r"[A-Z][a-z]\w+", phrase.text)]
    asked = [name for name in persons if _who_is(turn, name)]
    answer = None if asked else _named(turn)
    yield from asked
    if answer and kind_of(turn.question) is Kind.PERSON and not re.search(r"\b[A-Z]{3,}\b", answer):
        yield answer
    yield from persons
    if answer and sort_of(answer) is Sort.PERSON:
        yield answer
    yield from names


def _who_is(turn: Turn, name: str) -> bool:
    """Tell whether the question asks who `name` is."""
    return re.fullmatch(rf"who (?:is|was) {re.escape(name)}", plain(turn.question), re.I) is not None


def _places(turn: Turn) -> Iterator[str]:
    if turn.short and re.search(r"\b(?:where|in which)\b", turn.question, re.I):
        yield turn.short
    yield from (text for text in _things(turn) if sort_of(text) is not Sort.PERSON)


def _times(turn: Turn) -> Iterator[str]:
    if turn.short and sort_of(turn.short) is Sort.TIME:
        yield turn.short
    yield from (phrase.text for phrase in _topics(turn) if phrase.sort is Sort.TIME)
