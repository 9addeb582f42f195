"""Desk: where every face asks. One question in; the answer out, kept in the journal."""

import logging
import secrets
import time
from dataclasses import dataclass, replace

from bot import Answer, Bot
from bot import question as questions
from bot.conversation import Turn
from bot.gaps import Gaps
from bot.journal import Journal
from bot.pipeline import TOP_K
from index import EVERYTHING, Filter, LibraryError
from web.conversations import Conversations
from web.suggested import Suggested

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as a face shows it.

    `asked` is the question as it was typed, blanks aside, `answer.question` as it was read. `id` names it for votes;
    None where nothing is stored. `conversation` is what the next question names to follow on this one. All that the
    answer shows is from documents `within` the filter.
    """

    answer: Answer
    asked: str
    id: str | None
    conversation: str
    took_ms: int
    within: Filter = EVERYTHING


class Desk:
    """A Bot with its journal. Safe to use from several threads."""

    def __init__(self, bot: Bot, journal: Journal) -> None:
        """Join the two."""
        self.bot = bot
        self.journal = journal
        self.gaps = Gaps(journal, bot.library.embedder)
        self.conversations = Conversations(journal)
        self.suggested = Suggested(bot)

    def ask(
        self,
        question: str,
        *,
        face: str,
        conversation: str | None = None,
        top_k: int = TOP_K,
        within: Filter | None = None,
        overheard: bool = False,
    ) -> Told:
        """Answer `question`, asked at `face` ("page", "api", "cli", "slack", ...). Raises QuestionError.

        With the `conversation` of an earlier answer it may be a follow-up on that, and is asked within the same filter
        unless it has one of its own (EVERYTHING lifts it). What was `overheard`, put to nobody in particular, is kept
        only where the documents answer it: the rest is talk among people, and no question that the documents owe an
        answer to.
        """
        began = time.perf_counter()
        asked = questions.read(question).text
        turns, before = self._before(conversation, asked) if conversation else ((), EVERYTHING)
        within = before if within is None else within
        conversation = conversation or secrets.token_hex(8)
        answer = self.bot.ask(asked, top_k, turns, within)
        took_ms = round((time.perf_counter() - began) * 1000)
        if overheard and not answer.answered:
            return Told(answer, asked, None, conversation, took_ms, within)
        self.conversations.add(conversation, asked, turns, Turn.of(answer), within)
        told = Told(answer, asked, None, conversation, took_ms, within)
        return replace(told, id=self._record(told, face))

    def again(self, question: str, entry_id: str) -> Told | None:
        """Answer a question that is kept under `entry_id` once more, without keeping it twice.

        Returns None where it is not kept, or is another question.
        """
        began = time.perf_counter()
        entry = self.journal.entry(entry_id)
        if entry is None or entry.question != questions.read(question).text:
            return None
        answer = self.bot.ask(entry.resolved or entry.question, within=entry.within)
        took_ms = round((time.perf_counter() - began) * 1000)
        return Told(answer, entry.question, entry.id, entry.conversation, took_ms, entry.within)

    def _before(self, conversation: str, asked: str) -> tuple[tuple[Turn, ...], Filter]:
        """Return what was said before, and within what. An answer is worth having without that: failing is logged."""
        try:
            return self.conversations.before(conversation, asked), self.conversations.within(conversation)
        except LibraryError as error:
            log.warning("A conversation could not be read: %s", error)
            return (), EVERYTHING

    def _record(self, told: Told, face: str) -> str | None:
        """Keep the question. An answer is worth more than its record: one that cannot be kept is logged."""
        try:
            return self.journal.record(
                told.answer,
                asked=told.asked,
                face=face,
                conversation=told.conversation,
                took_ms=told.took_ms,
                within=told.within,
            )
        except LibraryError as error:
            log.warning("A question could not be kept: %s", error)
            return None
