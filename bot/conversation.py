"""Conversation: what a follow-up may mean after the turns before it, and choosing among the meanings.

No language model: a follow-up is known by what it lacks (a name behind its pronoun, a verb, a noun), which
is put in from the turns before. Each question that results is asked, and the reader's confidence decides.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answer import Answer
from bot.antecedents import REFERENCES, Reference, Turn, antecedents
from bot.frames import LEAD, Frame, asked_anew, frame, joined, plain
from bot.phrases import HELPING, PREPOSITIONS, Phrase, Sort, phrases, possessive, sort_of
from bot.question import AUTHORSHIP, MAX_CHARACTERS
from bot.ranking import essence
from index.lexical import content_words

MOST = 4
"""Meanings of one follow-up, at most, the one that it stands alone among them."""
ASKED = 3
"""Meanings that are read, at most."""
SURE = 0.5
"""Confidence from which a meaning is taken without reading those behind it."""
STEP = 1.5
"""Log-odds by which each meaning is likelier beforehand than the next."""
SAME_DOCUMENT = 0.4
"""Log-odds that speak for an answer from the document of the turn before."""
REPEATED = 2.0
"""Log-odds that speak against an answer that was given before."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question that a follow-up may stand for; `prior` is how likely before it is read, in log-odds."""

    question: str
    prior: float


HAPPENED = r"(?: (?:happen|take place|occur|start|begin|end)(?:ed|ing)?| (?:exactly|again|for|so))*"
EVENT = re.compile(rf"^(?P<asks>.*?)(?: (?:is|was|were|are|did|does|has|will))? (?:that|this|it|so){HAPPENED}$", re.I)
"""Asks of what was just answered: "when was that", "why is that", "where did it happen"."""
WHO_IS = re.compile(r"^(?:who|what)(?: exactly)? (?:is|was|are|were) (?P<it>he|she|it|they|that|this|those|these)$", re.I)
ABOUT = re.compile(r"^(?:what|how) about (?P<what>.+)$", re.I)
SAID = re.compile(r"^(?P<head>.*\b(?!is|was|did|does|do|about|of|in|by|for|to)\w+) (?:that|this|so)$", re.I)
"""Asks who or what said, showed or did what was just answered: "who said that"."""
POINTED = re.compile(
    r"\b(?:this|that|these|those) (?=[a-z]+\b(?<!is)(?<!was)(?<!are)(?<!were)(?<!did)(?<!does))[a-z]+", re.I
)
"""A demonstrative with its noun: "that company"."""
MISSING = re.compile(rf"^(?P<asks>how many|how much|which)(?: of (?:them|those|these))? (?={'|'.join(HELPING)})\b", re.I)


def meanings(question: str, turns: Sequence[Turn]) -> tuple[Meaning, ...]:
    """Return what `question` may mean after `turns`, oldest first; that it stands alone comes first, at most MOST.

    Only that where it needs nothing from the turns.
    """
    alone = Meaning(question, 0.0)
    asked = plain(question)
    if not turns or not asked:
        return (alone,)
    found, loose = _resolved(question, asked, turns)
    distinct = [text for text in dict.fromkeys(found) if len(text) <= MAX_CHARACTERS and plain(text) != asked]
    if not distinct:
        return (alone,)
    others = tuple(Meaning(text, -STEP * (number + loose)) for number, text in enumerate(distinct[: MOST - 1]))
    return Meaning(question, 0.0 if loose else -STEP * len(others)), *others


def _resolved(question: str, asked: str, turns: Sequence[Turn]) -> tuple[list[str], bool]:
    """Return the questions that `question` may stand for, and whether it may as well stand alone."""
    last = turns[-1]
    old, new = frame(last.question), frame(asked)
    joins = LEAD.match(question.strip()) is not None
    if match := ABOUT.match(asked):
        return _about(match["what"], turns), False
    if match := WHO_IS.match(asked):
        answer = _naming(last)
        if answer:
            return [asked[: match.start("it")] + answer + "?"], False
    if (match := EVENT.match(asked)) and old and (event := frame(match["asks"])) and not event.help and not event.rest:
        return asked_anew(old, event, last.answer), False
    if new and not new.help and not _verb(new.rest) and old:
        return asked_anew(old, Frame(new.asks, f"{new.noun} {new.rest}".strip(), "", ""), last.answer), False
    if not new and _phrase(asked) and (joins or len(asked.split()) <= 3):
        return _about(asked, turns), not joins
    if new and (match := MISSING.match(asked)) and (noun := _counted(last)):
        return [joined(new.asks, noun, asked[match.end() :])], False
    if match := SAID.match(asked):
        return [f"{match['head']} that {statement}?" for statement in _statements(last)], False
    if found := _with_names(asked, turns):
        return found, False
    return _of_the_topic(asked, turns), not joins


def _naming(turn: Turn) -> str | None:
    return turn.answer if turn.answer and len(turn.answer.split()) <= 8 and "\n" not in turn.answer else None


def _verb(text: str) -> bool:
    """Tell whether something follows the question words that is no noun."""
    return bool(text) and not _phrase(text)


def _phrase(text: str) -> bool:
    """Tell whether `text` is one noun phrase, with or without a preposition before it."""
    first, _, rest = text.partition(" ")
    body = rest if first.lower() in PREPOSITIONS and rest else text
    found = phrases(f"of {body}")
    return bool(found) and found[0].start == 3 and found[0].text == body


def _about(what: str, turns: Sequence[Turn]) -> list[str]:
    """Return the last question asked about `what` instead: in the place of what is most like it."""
    last = turns[-1]
    named = _with_names(what, turns)
    if named:
        return [*(joined("what is", text.rstrip("?")) for text in named[:1]), *_about(named[0].rstrip("?"), turns)]
    first, _, rest = what.partition(" ")
    preposition, thing = (first.lower(), rest) if first.lower() in PREPOSITIONS and rest else ("", what)
    text = last.question.strip(" ?")
    parts = frame(text)
    ways = []
    if parts and parts.noun and sort_of(thing) is Sort.THING and not preposition:
        ways.append(joined(parts.asks, re.sub(r"^the ", "", thing), parts.help, parts.rest))
    slots = _slots(text, thing, preposition)
    ways += [joined(text[: slot.start] + thing + text[slot.end :]) for slot in slots]
    if preposition:
        ways = ways[:1] + [joined(text, what)]
    return ways


def _slots(text: str, thing: str, preposition: str) -> list[Phrase]:
    """Return the phrases of a question that `thing` may stand for, the most alike first."""
    found = [phrase for phrase in phrases(text) if phrase.text.lower() != thing.lower()]
    if preposition:
        found = [phrase for phrase in found if text[: phrase.start].lower().endswith(f" {preposition} ")]
    parts = frame(text)
    head = len(parts.asks) + len(parts.noun) if parts else 0
    sort = sort_of(thing)
    names = (Sort.NAME, Sort.PERSON)

    def unlike(phrase: Phrase) -> tuple[int, int, int]:
        same = phrase.sort is sort
        near = phrase.sort in names and sort in names
        return (0 if same else 1 if near else 2), phrase.start <= head, len(phrase.text)

    return sorted(found, key=unlike)[:2]


def _counted(turn: Turn) -> str | None:
    """Return the noun that a turn counted or had counted: "battery patents"."""
    parts = frame(turn.question)
    if parts and parts.noun and re.match("how", parts.asks, re.I):
        return parts.noun
    for phrase in phrases(turn.question):
        if match := re.match(r"[\d,.]+%? (.+)", phrase.text):
            return match[1]
    return None


def _statements(turn: Turn) -> list[str]:
    """Return what a turn came to, as a clause: its question without the question words."""
    parts = frame(turn.question)
    if parts is None:
        return []
    if not parts.help:
        return [f"{turn.answer} {parts.rest}"] if turn.answer else [parts.rest]
    subject = parts.subject
    verb = "" if parts.help.lower() in ("do", "does", "did") else parts.help
    return [" ".join(part for part in (subject, verb, parts.rest[len(subject) :].strip()) if part)]


def _with_names(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Return `asked` with what its first pronoun may stand for in its place; nothing where it has none."""
    found = _pronoun(asked)
    if found is None:
        return []
    start, end, reference, owner = found
    ways = []
    for name in antecedents(reference, turns, AUTHORSHIP.search(asked) is not None):
        put = possessive(name) if owner else name
        if reference is Reference.PLACE:
            put = name if name.split()[0].lower() in PREPOSITIONS else f"in {name}"
        ways.append(joined(asked[:start] + put + asked[end:]))
    return ways


def _of_the_topic(asked: str, turns: Sequence[Turn]) -> list[str]:
    """Return a question that names nothing with its "the film" as the film of what the turns were about."""
    found = phrases(asked)
    if any(phrase.sort is not Sort.THING for phrase in found):
        return []
    for phrase in found:
        if re.match(r"the ", phrase.text, re.I) and not re.match(r" (?:of|about|in|on|for|by|that|who|which)\b", asked[phrase.end :]):
            names = [name for name in antecedents(Reference.THING, turns) if sort_of(name) is not Sort.THING]
            return [joined(f"{asked[: phrase.end]} of {name}{asked[phrase.end :]}") for name in names[:2]]
    return []


def _pronoun(asked: str) -> tuple[int, int, Reference, bool] | None:
    """Return where the pronoun is that nothing in `asked` itself explains, its reference, and whether it owns."""
    if match := POINTED.search(asked):
        return match.start(), match.end(), Reference.THING, False
    named = [phrase.start for phrase in phrases(asked) if phrase.sort in (Sort.NAME, Sort.PERSON)]
    for match in re.finditer(r"\w+", asked):
        word = match.group().lower()
        reference = REFERENCES.get(word)
        if reference is None or any(start < match.start() for start in named):
            continue
        after = asked[match.end() :].strip().partition(" ")[0].lower()
        if word in ("that", "this", "these", "those") and after and after not in HELPING:
            continue
        if word == "there" and asked[: match.start()].strip().lower().endswith(("is", "are", "was", "were")):
            continue
        owner = word in ("its", "their", "his") or (word == "her" and bool(after) and after not in PREPOSITIONS)
        return match.start(), match.end(), reference, owner
    return None


def choose(question: str, turns: Sequence[Turn], ask: Callable[[str], Answer]) -> Answer:
    """Return the answer to the likeliest meaning of `question` after `turns`; `ask` answers a question that stands alone.

    At most ASKED are asked, one where it plainly stands alone or the first is answered with confidence.
    """
    candidates = sorted(meanings(question, turns), key=lambda meaning: -meaning.prior)
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
    """Tell whether an answer is the one that was given just before, or a word of the question itself."""
    if answer.text is None or not turns or turns[-1].answer is None:
        return False
    return essence(answer.text) == essence(turns[-1].answer)
