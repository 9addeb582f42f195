"""Bot: a question in, an Answer out. Only the wiring; each step lives in its own room."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot import question as questions
from bot.answer import Alternative, Answer, Citation, Reason
from bot.confidence import Confidence
from bot.conversation import Turn, choose
from bot.evidence import weigh
from bot.language import check
from bot.lists import items
from bot.question import Question
from bot.ranking import Candidate, Group, rank
from bot.reader import Reader
from bot.reading import Reading
from bot.reading_on import read_on
from index.filter import EVERYTHING, Filter
from index.lexical import content_words
from index.library import Library
from index.search import Search

TOP_K = 8
ALTERNATIVE_SHARE = 0.5
"""Another answer is shown where its confidence is at least this share of the best one's."""
MAX_ALTERNATIVES = 3
UNRELATED = 0.1
"""Cosine below which a passage that shares no word with the question has nothing to do with it."""


class Bot:
    """Answers questions from one library with one reader. Safe to ask from several threads."""

    def __init__(
        self, library: Library, reader: Reader, confidence: Confidence, min_confidence: float | None = None
    ) -> None:
        """Join the parts; `min_confidence` replaces the threshold at which few enough answers were wrong."""
        self.library = library
        self.search = Search(library)
        self.reader = reader
        self.confidence = confidence
        self.threshold = confidence.threshold() if min_confidence is None else min_confidence

    def warm(self) -> None:
        """Load the models, so that the first question is as fast as the next."""
        self.library.embedder.encode(["warm"])
        self.reader.load()

    def ask(self, text: str, top_k: int = TOP_K, turns: Sequence[Turn] = (), within: Filter = EVERYTHING) -> Answer:
        """Return the answer to `text`, or an abstention. Raises QuestionError where it cannot be asked.

        After `turns`, oldest first, a follow-up is read as a question that stands alone: the answer's. All that it
        cites, and what else it shows, is from documents `within` the filter.
        """
        question = questions.read(text)
        check(question.text, self.reader.language)
        return choose(question.text, turns, partial(self.ask_alone, top_k=top_k, within=within))

    def ask_alone(self, text: str, top_k: int = TOP_K, within: Filter = EVERYTHING) -> Answer:
        """Return the answer to `text`, which stands alone."""
        question = questions.read(text)
        return self.decide(question, self.read(question, top_k, within))

    def read(self, question: Question, top_k: int, within: Filter = EVERYTHING) -> list[Reading]:
        """Return what the reader makes of the nearest passages `within` the filter, from one state of all.

        Of `top_k` that are retrieved, as many are read as it takes.
        """
        with self.library.reading():
            hits = self.search(question.text, top_k, within=within)
            found = [(hit, document) for hit in hits if (document := self.library.document(hit.passage.document_id))]
        return read_on(self.reader, question, [(rank, *one) for rank, one in enumerate(found, 1)])

    def decide(self, question: Question, readings: Sequence[Reading]) -> Answer:
        """Return the answer that `readings` of the nearest passages give."""
        near = tuple(_passage(reading) for reading in readings[:MAX_ALTERNATIVES])
        if not readings:
            empty = self.library.count()[0] == 0
            return Answer(question.text, 0.0, reason=Reason.EMPTY_LIBRARY if empty else Reason.NO_MATCH)
        if not content_words(question.text) or not any(_related(reading) for reading in readings):
            return Answer(question.text, 0.0, alternatives=near, reason=Reason.NO_MATCH)
        groups = rank(question, readings)
        if not groups:
            return Answer(question.text, 0.0, alternatives=near, reason=Reason.NO_SPAN)
        confidence = self.confidence(weigh(groups))
        if groups[0].best.span.score <= 0:
            return Answer(question.text, confidence, alternatives=near, reason=Reason.NO_SPAN)
        if confidence < self.threshold:
            return Answer(question.text, confidence, alternatives=near, reason=Reason.LOW_CONFIDENCE)
        return self._answer(question, groups, confidence)

    def _answer(self, question: Question, groups: Sequence[Group], confidence: float) -> Answer:
        citations = tuple(_citation(candidate) for candidate in groups[0].candidates)
        others = []
        for number, group in enumerate(groups[1:], 1):
            if group.best.span.score <= 0:
                continue
            # As if it were the best: its own margin and words, and no lead over the one above it.
            evidence = replace(weigh(groups[number:]), gap=group.best.strength - groups[0].best.strength)
            likelihood = min(confidence, self.confidence(evidence))
            if likelihood >= ALTERNATIVE_SHARE * confidence:
                others.append(Alternative(_citation(group.best), likelihood))
            if len(others) == MAX_ALTERNATIVES:
                break
        first = citations[0]
        return Answer(
            question.text,
            confidence,
            citations,
            tuple(items(first.document.text, first.start, first.end)),
            tuple(others),
        )


def _related(reading: Reading) -> bool:
    return reading.hit.lexical_rank is not None or (reading.hit.cosine or 0.0) >= UNRELATED


def _citation(candidate: Candidate) -> Citation:
    return Citation(candidate.reading.document, candidate.span.start, candidate.span.end)


def _passage(reading: Reading) -> Alternative:
    passage = reading.hit.passage
    return Alternative(Citation(reading.document, passage.start, passage.end))
