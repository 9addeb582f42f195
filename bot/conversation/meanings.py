"""Meanings: what a follow-up may mean after the turns before it, and choosing among the meanings."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answer import Answer
from bot.conversation.antecedents import Turn
from bot.conversation.followups import fragment, resolved
from bot.conversation.frames import plain
from bot.conversation.phrases import Sort, phrases
from bot.question import MAX_CHARACTERS
from bot.ranking import essence

MOST = 4
"""Meanings of one follow-up, at most, the one that it stands alone among them."""
ASKED = 3
"""Meanings that are read, at most."""
SURE = 0.5
"""Confidence from which a meaning is taken without reading those behind it."""
STEP = 2.0
"""Log-odds by which each meaning is likelier beforehand than the next. From 1.5 to 2.5 all do as well."""
LOOSE = 1.0
"""Log-odds by which a question that may stand alone is likelier to do so."""
SAME_DOCUMENT = 0.4
"""Log-odds that speak for an answer from the document of the turn before."""
REPEATED = 2.0
"""Log-odds that speak against an answer that was given before."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question that a follow-up may stand for; `prior` is how likely before it is read, in log-odds."""

    question: str
    prior: float


def meanings(question: str, turns: Sequence[Turn]) -> tuple[Meaning, ...]:
    """Return what `question` may mean after `turns`, oldest first; that it stands alone comes first, at most MOST.

    Only that where it needs nothing from the turns.
    """
    alone = Meaning(question, 0.0)
    asked = plain(question)
    if not turns or not asked:
        return (alone,)
    found, loose = resolved(question, turns)
    distinct = [text for text in dict.fromkeys(found) if len(text) <= MAX_CHARACTERS and plain(text) != asked]
    if not distinct:
        return (alone,)
    others = tuple(Meaning(text, -STEP * number - LOOSE * loose) for number, text in enumerate(distinct[: MOST - 1]))
    named = any(phrase.sort in (Sort.NAME, Sort.PERSON) for phrase in phrases(asked)) and not fragment(asked)
    return Meaning(question, 0.0 if loose else -STEP * len(others) if named else -math.inf), *others


def choose(question: str, turns: Sequence[Turn], ask: Callable[[str], Answer]) -> Answer:
    """Return the answer to the likeliest meaning of `question` after `turns`; `ask` answers a meaning.

    At most ASKED are asked, one where it plainly stands alone or the first is answered with confidence.
    """
    possible = [meaning for meaning in meanings(question, turns) if meaning.prior > -math.inf]
    candidates = sorted(possible, key=lambda meaning: -meaning.prior)
    best: tuple[float, Answer] | None = None
    for meaning in candidates[:ASKED]:
        answer = ask(meaning.question)
        repeated = _repeats(answer, turns)
        likely = meaning.prior + _odds(answer, turns) - (REPEATED if repeated else 0.0)
        if best is None or likely > best[0]:
            best = likely, answer
        if answer.answered and answer.confidence >= SURE and not repeated:
            break
    assert best is not None
    return best[1]


def _odds(answer: Answer, turns: Sequence[Turn]) -> float:
    confidence = min(max(answer.confidence, 0.01), 0.99)
    odds = math.log(confidence / (1 - confidence))
    if turns and answer.citations and answer.citations[0].document.id == turns[-1].document_id:
        odds += SAME_DOCUMENT
    return odds


def _repeats(answer: Answer, turns: Sequence[Turn]) -> bool:
    """Tell whether an answer says what was answered just before."""
    if answer.text is None or not turns or turns[-1].answer is None:
        return False
    return essence(answer.text) == essence(turns[-1].answer)
