from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import Answer, Citation
from bot.conversation import Turn
from bot.journal import Journal
from index.formats import make_document
from web.conversations import KEPT, TURNS, Conversations

DOCUMENT = make_document("The gate opens at nine. It closes at five.", source="gate.txt")
ANSWER = Answer("When does the gate open?", 0.9, (Citation(DOCUMENT, 18, 22),))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, days=30)


def say(conversations: Conversations, *questions: str, conversation: str = "c") -> None:
    for question in questions:
        conversations.add(conversation, question, conversations.before(conversation, question), Turn(question))


def before(conversations: Conversations, asked: str, conversation: str = "c") -> list[str]:
    return [turn.question for turn in conversations.before(conversation, asked)]


def test_a_question_follows_the_last_turns_of_its_own_conversation(journal: Journal) -> None:
    conversations = Conversations(journal)
    say(conversations, *(str(number) for number in range(TURNS + 3)))
    assert before(conversations, "and?") == [str(number) for number in range(3, TURNS + 3)]
    assert before(conversations, "and?", "another") == []


def test_the_same_question_at_once_again_follows_what_it_did_the_first_time(journal: Journal) -> None:
    conversations = Conversations(journal)
    say(conversations, "Who leads it?", "since when?", "since when?")
    assert before(conversations, "since when?") == ["Who leads it?"]
    assert before(conversations, "why?") == ["Who leads it?", "since when?"]


def test_the_conversations_of_longest_ago_leave_memory_first(journal: Journal) -> None:
    conversations = Conversations(journal)
    for number in range(KEPT + 1):
        say(conversations, "Who leads it?", conversation=str(number))
    assert before(conversations, "why?", "0") == []
    assert before(conversations, "why?", "1") == before(conversations, "why?", str(KEPT)) == ["Who leads it?"]


def test_what_memory_does_not_know_comes_from_the_journal(journal: Journal) -> None:
    now = datetime.now(UTC)
    for minute, asked in enumerate(["when does it open?", "and again?", "and again?"]):
        at = now + timedelta(minutes=minute)
        journal.record(ANSWER, asked=asked, face="api", conversation="c", took_ms=1, at=at)
    turn = Turn("When does the gate open?", "nine", "The gate opens at nine.", DOCUMENT.id, DOCUMENT.title)
    conversations = Conversations(journal)
    assert conversations.before("c", "why?") == (turn, turn)
    assert conversations.before("c", "and again?") == (turn,)
    conversations.add("c", "why?", conversations.before("c", "why?"), Turn("Why?"))
    assert conversations.before("c", "so?") == (turn, turn, Turn("Why?"))
