"""Desk: where every face asks. One question in; the answer out, kept in the journal."""

import logging
import secrets
import time
from dataclasses import dataclass

from bot import Answer, Bot
from bot import question as questions
from bot.conversation import Turn
from bot.gaps import Gaps
from bot.journal import Journal
from bot.pipeline import TOP_K
from index import LibraryError
from web.conversations import Conversations
from web.suggested import Suggested

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as a face shows it.

    `asked` is the question as it was typed, blanks aside, `answer.question` as it was read. `id` names it for votes;
    None where nothing is stored. `conversation` is what the next question names to follow on this one.
    """

    answer: Answer
    asked: str
    id: str | None
    conversation: str
    took_ms: int


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
        overheard: bool = False,
    ) -> Told:
        """Answer `question`, asked at `face` ("page", "api", "cli", "slack", ...). Raises QuestionError.

        With the `conversation` of an earlier answer it may be a follow-up on that. What was `overheard`, put to
        nobody in particular, is kept only where the documents answer it: the rest is talk among people, and no
        question that the documents owe an answer to.
        """
        began = time.perf_counter()
        asked = questions.read(question).text
        turns = self._turns(conversation, asked) if conversation else ()
        conversation = conversation or secrets.token_hex(8)
        answer = self.bot.ask(asked, top_k, turns)
        took_ms = round((time.perf_counter() - began) * 1000)
        if overheard and not answer.answered:
            return Told(answer, asked, None, conversation, took_ms)
        self.conversations.add(conversation, asked, turns, Turn.of(answer))
        entry_id = self._record(answer, asked, face, conversation, took_ms)
        return Told(answer, asked, entry_id, conversation, took_ms)

    def again(self, question: str, entry_id: str) -> Told | None:
        """Answer a question that is kept under `entry_id` once more, without keeping it twice.

        Returns None where it is not kept, or is another question.
        """
        began = time.perf_counter()
        entry = self.journal.entry(entry_id)
        if entry is None or entry.question != questions.read(question).text:
            return None
        answer = self.bot.ask(entry.resolved or entry.question)
        took_ms = round((time.perf_counter() - began) * 1000)
        return Told(answer, entry.question, entry.id, entry.conversation, took_ms)

    def _turns(self, conversation: str, asked: str) -> tuple[Turn, ...]:
        """Return what was said before. An answer is worth having without that: an unread journal is logged."""
        try:
            return self.conversations.before(conversation, asked)
        except LibraryError as error:
            log.warning("A conversation could not be read: %s", error)
            return ()

    def _record(self, answer: Answer, asked: str, face: str, conversation: str, took_ms: int) -> str | None:
        """Keep the question. An answer is worth more than its record: one that cannot be kept is logged."""
        try:
            return self.journal.record(answer, asked=asked, face=face, conversation=conversation, took_ms=took_ms)
        except LibraryError as error:
            log.warning("A question could not be kept: %s", error)
            return None
