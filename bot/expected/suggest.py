"""Suggest: documents -> cases that a person may accept: questions that they answer themselves, and surely.

A question is made of a sentence by rules, and kept where asking it brings the words back from that very sentence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise, zip_longest

import numpy as np

from bot.alike import group
from bot.answer import Answer, Citation
from bot.expected.case import Case, Expect, Quote
from bot.expected.proposals import proposals
from bot.expected.words import normalised
from bot.pipeline import Bot
from index.document import Document
from index.embed import Vectors
from index.errors import QuestionError
from index.sentences import Range, blocks, sentences

LEAST = 0.5
"""Confidence, at least, with which a suggested question is answered, where nothing else is asked for."""
LIMIT = 50
SHORT = 6
"""Words up to which what a question was made for is short: its answer must have most of them, and few others."""
SHARE = 0.5
LEAST_SHARE = 0.25
"""Share of the words of an answer that a question was made for, and of those in it, where they are more than that."""
ASKED = re.compile(r"(?:\d+[.)] |Q[:.] )?((?:What|Who|When|Where|Why|How|Which)\b(?! [Aa]bout)[^?\n:;]{8,110}\?)$")
"""A heading, or a line of its own, that is a question already: as in a list of frequent questions."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question made of a document: `start` and `end` are the words that answer it, `within` where they stand."""

    question: str
    document: Document
    start: int
    end: int
    within: Range
    rule: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that its document answers. `place` is the answer, given with `confidence`."""

    question: str
    place: Citation
    confidence: float
    rule: str

    @property
    def case(self) -> Case:
        """The case that a file of expected answers holds for it."""
        quote = Quote(" ".join(self.place.quote.split()))
        expect = Expect(
            answers=(" ".join(self.place.exact.split()),), documents=(self.place.document.source,), quote=quote
        )
        return Case(self.question, self.question, expect)


@dataclass
class Suggestions:
    """What was found, best first, and how much was looked at for it."""

    documents: int = 0
    sentences: int = 0
    made: int = 0
    asked: int = 0
    kept: list[Suggestion] = field(default_factory=list)


def suggest(bot: Bot, limit: int = LIMIT, least: float = LEAST) -> Suggestions:
    """Return at most `limit` suggestions from the documents of `bot`, spread over them.

    Documents take turns; in each the questions of the surest rules are asked first.
    """
    found = Suggestions()
    queues = []
    for listed in bot.library.documents():
        document = bot.library.document(listed.id)
        if document is None:
            continue
        made = candidates(document)
        found.documents += 1
        found.sentences += sum(1 for _ in _sentences(document))
        found.made += len(made)
        queues.append(iter(made))
    turns: Counter[str] = Counter()
    ranked: list[tuple[int, Suggestion]] = []
    known = _Known(bot)
    while queues and len(ranked) < limit:
        for queue in list(queues):
            suggestion = _next(bot, queue, known, found, max(least, bot.threshold))
            if suggestion is None:
                queues.remove(queue)
                continue
            document_id = suggestion.place.document.id
            ranked.append((turns[document_id], suggestion))
            turns[document_id] += 1
            if len(ranked) == limit:
                break
    ranked.sort(key=lambda one: (one[0], -one[1].confidence))
    found.kept = [suggestion for _, suggestion in ranked]
    return found


def _next(bot: Bot, queue: Iterator[Candidate], known: "_Known", found: Suggestions, least: float) -> Suggestion | None:
    """Ask the questions of one document until one is to be kept; None where there is none any more."""
    for candidate in queue:
        if known.has(candidate.question):
            continue
        found.asked += 1
        suggestion = confirmed(bot, candidate, least)
        if suggestion:
            known.add(candidate.question)
            return suggestion
    return None


def confirmed(bot: Bot, candidate: Candidate, least: float = LEAST) -> Suggestion | None:
    """Ask the question; return it where its own sentence answers it, as sure as `least`, with its own words."""
    try:
        answer = bot.ask(candidate.question)
    except QuestionError:
        return None
    if answer.confidence < least or not _comes_back(answer, candidate):
        return None
    return Suggestion(candidate.question, answer.citations[0], answer.confidence, candidate.rule)


def _comes_back(answer: Answer, candidate: Candidate) -> bool:
    if not answer.answered:
        return False
    place, (start, end) = answer.citations[0], candidate.within
    if place.document.id != candidate.document.id or not (start <= place.start and place.end <= end):
        return False
    said = Counter(normalised(place.exact))
    made = Counter(normalised(candidate.document.text[candidate.start : candidate.end]))
    shared = (said & made).total()
    if candidate.rule == "initials":
        return said == made
    if made.total() <= SHORT:
        return shared > SHARE * made.total() and said.total() <= made.total() + SHORT // 2
    return shared >= SHARE * said.total() and shared >= LEAST_SHARE * made.total()


def candidates(document: Document) -> list[Candidate]:
    """Return the questions made of `document`, the surest rule's first, and of one rule in the order of the text."""
    names = _names(document)
    found = list(_asked_already(document))
    for start, end in _sentences(document):
        for one in proposals(document.text[start:end], names):
            found.append(Candidate(one.question, document, start + one.start, start + one.end, (start, end), one.rule))
    once = {candidate.question.casefold(): candidate for candidate in reversed(found)}
    by_rule: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in found:
        if once[candidate.question.casefold()] is candidate:
            by_rule[candidate.rule].append(candidate)
    # a rule's first question, then the next rule's: no document is asked about dates alone
    return [one for one in chain.from_iterable(zip_longest(*by_rule.values())) if one]


def _sentences(document: Document) -> Iterator[Range]:
    """Yield the sentences of a document outside its headings."""
    headings = set(document.heading_starts)
    for block_start, block_end in blocks(document.text):
        if not any(block_start <= start < block_end for start in headings):
            yield from sentences(document.text, block_start, block_end)


def _asked_already(document: Document) -> Iterator[Candidate]:
    """Yield the headings and lines that are questions, answered by what stands below them."""
    text = document.text
    found = list(blocks(text))
    for (start, end), (answer_start, answer_end) in pairwise(found):
        match = ASKED.match(" ".join(text[start:end].lstrip("# ").split()))
        if match and not text[answer_start:answer_end].rstrip().endswith(("?", ":")):
            yield Candidate(match[1], document, answer_start, answer_end, (answer_start, answer_end), "asked already")


def _names(document: Document) -> Collection[str]:
    """Return the words of a document that are names: capitalised inside sentences more often than not."""
    capitals: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for start, end in _sentences(document):
        for word in re.findall(r"[^\W_][\w'’-]*", document.text[start:end])[1:]:
            if word[0].isupper():
                capitals[word] += 1
            else:
                small[word] += 1
    return {word for word, count in capitals.items() if count > small[word.lower()]}


class _Known:
    """The questions kept so far, to see where a new one asks the same as one of them."""

    def __init__(self, bot: Bot) -> None:
        self._embedder = bot.library.embedder
        self._texts: list[str] = []
        self._vectors: list[Vectors] = []

    def has(self, question: str) -> bool:
        """Tell whether one of the questions asks the same."""
        texts = [*self._texts, question]
        vectors = np.array([*self._vectors, self._vector(question)])
        return any(len(places) > 1 and len(texts) - 1 in places for places in group(texts, vectors))

    def add(self, question: str) -> None:
        """Keep `question`."""
        self._texts.append(question)
        self._vectors.append(self._vector(question))

    def _vector(self, question: str) -> Vectors:
        vector: Vectors = self._embedder.encode([question])[0]
        return vector


def cases(suggestions: Sequence[Suggestion]) -> tuple[Case, ...]:
    """Return the cases of `suggestions`, in their order."""
    return tuple(suggestion.case for suggestion in suggestions)
