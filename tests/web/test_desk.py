from pathlib import Path

import pytest

from bot import Bot, Reason
from bot.journal import FILE, Journal
from index import EVERYTHING, Filter, QuestionError
from web.desk import Desk
from web.opening import open_journal

QUESTION = "When was CASIP established?"


def test_what_is_asked_is_answered_and_kept(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, Journal(tmp_path, days=1))
    told = desk.ask(f"  {QUESTION}\n", face="page", conversation="c7")
    assert told.answer.text
    assert (told.asked, told.conversation) == (QUESTION, "c7")
    assert told.id is not None
    entry = desk.journal.entry(told.id)
    assert entry is not None
    assert (entry.question, entry.text, entry.face) == (QUESTION, told.answer.text, "page")
    assert entry.resolved is None, "spaces around a question make no other question of it"


def test_what_cannot_be_asked_is_not_kept(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, Journal(tmp_path, days=1))
    with pytest.raises(QuestionError):
        desk.ask("?", face="page")
    assert desk.journal.entries() == []


def test_a_question_that_cannot_be_kept_is_answered_all_the_same(
    bot: Bot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(tmp_path, days=1)
    journal.connection.execute("DROP TABLE questions")
    told = Desk(bot, journal).ask(QUESTION, face="page")
    assert told.answer.answered
    assert told.id is None
    assert "could not be kept" in caplog.text


FOLLOW_UP, RESOLVED = "and what does it stand for?", "What does CASIP stand for?"


def test_a_follow_up_is_kept_as_asked_and_as_read(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, Journal(tmp_path, days=1))
    desk.ask(QUESTION, face="api", conversation="c")
    told = desk.ask(FOLLOW_UP, face="api", conversation="c")
    assert (told.asked, told.answer.question) == (FOLLOW_UP, RESOLVED)
    assert told.id is not None
    entry = desk.journal.entry(told.id)
    assert entry is not None
    assert (entry.question, entry.resolved) == (FOLLOW_UP, RESOLVED)


def test_a_conversation_goes_on_after_a_restart(bot: Bot, tmp_path: Path) -> None:
    Desk(bot, Journal(tmp_path, days=1)).ask(QUESTION, face="api", conversation="c")
    again = Desk(bot, Journal(tmp_path, days=1))
    assert again.ask(FOLLOW_UP, face="api", conversation="c").answer.question == RESOLVED
    assert again.ask("Which automakers does it include?", face="api", conversation="c").answer.question == (
        "Which automakers does CASIP include?"
    )


def test_where_nothing_is_stored_memory_alone_carries_a_conversation(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, Journal(tmp_path, days=0))
    desk.ask(QUESTION, face="api", conversation="c")
    assert desk.ask(FOLLOW_UP, face="api", conversation="c").answer.question == RESOLVED
    assert (
        Desk(bot, Journal(tmp_path, days=0)).ask(FOLLOW_UP, face="api", conversation="c").answer.question == FOLLOW_UP
    )


def test_a_journal_that_cannot_be_read_keeps_nobody_from_asking(
    bot: Bot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(tmp_path, days=1)
    journal.connection.execute("DROP TABLE questions")
    assert Desk(bot, journal).ask(QUESTION, face="page", conversation="c").answer.answered
    assert "conversation could not be read" in caplog.text


def test_a_damaged_journal_is_moved_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text("no database " * 1000)
    journal = open_journal(tmp_path, days=1)
    assert journal.entries() == []
    (aside,) = tmp_path.glob(f"damaged-*-{FILE}")
    assert aside.read_text().startswith("no database")
    assert str(aside) in caplog.text


TAGGED = Filter.of(["law"])


def test_a_conversation_keeps_its_filter_until_another_is_given(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, Journal(tmp_path, days=1))
    first = desk.ask(QUESTION, face="api", conversation="c", within=TAGGED)
    assert (first.within, first.answer.reason, first.answer.alternatives) == (TAGGED, Reason.NO_MATCH, ())
    assert desk.ask(FOLLOW_UP, face="api", conversation="c").within == TAGGED
    again = Desk(bot, Journal(tmp_path, days=1))
    assert again.ask(FOLLOW_UP, face="api", conversation="c").within == TAGGED, "over a restart too"
    lifted = again.ask(QUESTION, face="api", conversation="c", within=EVERYTHING)
    assert lifted.answer.answered
    assert again.ask(QUESTION, face="api", conversation="c").within == EVERYTHING
    assert again.ask(QUESTION, face="api").within == EVERYTHING


def test_a_question_that_is_kept_is_answered_again_within_its_filter(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, Journal(tmp_path, days=1))
    told = desk.ask(QUESTION, face="page", within=TAGGED)
    assert told.id is not None
    again = desk.again(QUESTION, told.id)
    assert again is not None
    assert (again.within, again.answer.reason) == (TAGGED, Reason.NO_MATCH)
