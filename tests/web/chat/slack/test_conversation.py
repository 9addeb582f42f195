"""Whole flows, as people meet them: what is asked in Slack, and what is seen there afterwards."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import Bot
from bot.journal import Journal
from tests.web.chat.slack import payloads
from tests.web.chat.slack.conftest import SITE, Start, Workspace
from tests.web.chat.slack.payloads import ADA, BEN, DIRECT, GENERAL
from web.chat.slack.inbox import FILE, REPLY_SECONDS
from web.chat.slack.replies import HELP, help_text
from web.chat.slack.workspace import LOOKING
from web.chat.smalltalk import READY, WELCOME
from web.desk import Desk
from web.words import confidence_in_words

Ask = Callable[..., dict[str, Any]]

QUESTION = "When was CASIP established?"
PATENTS = "How many battery patents does Toyota have?"
UNKNOWN = "What is the price of one CASIP battery?"


def words(blocks: list[dict[str, Any]]) -> str:
    """All that is written in a message, as one text."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(value["text"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(blocks)
    return "\n".join(found)


def bold(blocks: list[dict[str, Any]]) -> list[str]:
    return [
        run["text"]
        for block in blocks if block["type"] == "rich_text"
        for element in block["elements"]
        for run in element["elements"] if run.get("style", {}).get("bold")
    ]  # fmt: skip


def said_of(workspace: Workspace) -> list[str]:
    """Return the answer to QUESTION and what else is shown beside it."""
    answer = workspace.desk.bot.ask(QUESTION)
    assert answer.text == "January 2024"
    return [answer.text, *(one.citation.exact for one in answer.alternatives)]


def test_a_mention_is_answered_in_its_thread_with_the_quote_and_a_link(workspace: Workspace) -> None:
    inner = payloads.mention(QUESTION)
    workspace.event(inner)
    (answer,) = workspace.answers(1)
    assert (answer["channel"], answer["thread_ts"]) == (GENERAL, inner["ts"])
    assert bold(answer["blocks"]) == said_of(workspace)
    expected = workspace.desk.bot.ask(QUESTION)
    assert confidence_in_words(expected.confidence) in words(answer["blocks"])
    citation = expected.citations[0]
    assert SITE + citation.url in json.dumps(answer["blocks"])
    assert "January 2024" in answer["text"]
    assert SITE + citation.url.replace("&", "&amp;") in answer["text"] or SITE + citation.url in answer["text"]
    assert answer["unfurl_links"] is False
    assert set(payloads.buttons(answer["blocks"])) == {"pincite_good", "pincite_bad", "pincite_person"}
    assert workspace.slack.tokens == {"xoxb-test"}


def test_a_message_has_eyes_while_its_question_is_worked_on_and_none_after(workspace: Workspace) -> None:
    inner = payloads.mention(QUESTION)
    workspace.event(inner)
    workspace.answers(1)
    methods = [name for name, _ in workspace.slack.calls]
    assert methods == ["reactions.add", "chat.postMessage", "reactions.remove"]
    assert workspace.slack.said("reactions.add")[0] == {"channel": GENERAL, "timestamp": inner["ts"], "name": "eyes"}


def test_a_direct_message_is_answered_beside_it_and_in_a_thread_inside_it(workspace: Workspace) -> None:
    workspace.event(payloads.direct(QUESTION))
    (answer,) = workspace.answers(1)
    assert answer["channel"] == DIRECT
    assert "thread_ts" not in answer
    workspace.event(payloads.direct(QUESTION, thread_ts="1700000001.000100"))
    assert workspace.answers(2)[1]["thread_ts"] == "1700000001.000100"


@pytest.mark.parametrize("ask", [payloads.mention, payloads.direct])
def test_whoever_asks_is_told_that_the_sources_do_not_say(ask: Ask, workspace: Workspace) -> None:
    workspace.event(ask(UNKNOWN))
    (answer,) = workspace.answers(1)
    said = words(answer["blocks"])
    assert "The sources don't say." in said
    assert "Nearest passage" in said
    assert SITE + "/documents/" in json.dumps(answer["blocks"])
    assert bold(answer["blocks"]) == []
    assert "The sources don't say." in answer["text"]
    passage = workspace.desk.bot.ask(UNKNOWN).alternatives[0].citation.exact
    assert " ".join(passage.split())[:60].replace("&", "&amp;") in answer["text"]


def test_a_message_with_a_file_and_a_reply_sent_to_the_channel_too_are_answered(workspace: Workspace) -> None:
    workspace.event(payloads.direct(QUESTION, subtype="file_share", files=[{"id": "F1"}]))
    root = payloads.mention(QUESTION)
    workspace.event(root)
    workspace.answers(2)
    workspace.event(
        payloads.message(PATENTS, subtype="thread_broadcast", thread_ts=root["ts"], root={"ts": root["ts"]})
    )
    assert workspace.answers(3)[2]["thread_ts"] == root["ts"]


@pytest.mark.parametrize("text", ["", "help", "  HELP "])
@pytest.mark.parametrize("ask", [payloads.mention, payloads.direct])
def test_whoever_asks_nothing_is_told_how_to(text: str, ask: Ask, workspace: Workspace) -> None:
    workspace.event(ask(text))
    (answer,) = workspace.answers(1)
    assert answer["text"] == help_text(person=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [("hi", HELP), ("Hello there 👋", HELP), ("thanks!", WELCOME), ("thank you", WELCOME), ("ok", READY)],
)
@pytest.mark.parametrize("ask", [payloads.mention, payloads.direct])
def test_who_is_polite_gets_a_short_line_and_no_search(text: str, said: str, ask: Ask, start: Start) -> None:
    workspace = start(slack_channels=GENERAL)
    workspace.event(ask(text))
    workspace.event(payloads.message(text))
    (answer,) = workspace.answers(1)
    assert answer["text"] == said
    assert workspace.command(text).json()["text"] == said
    assert workspace.desk.journal.count() == 0


def test_a_question_that_cannot_be_asked_is_told_so(workspace: Workspace) -> None:
    workspace.event(payloads.mention("?!"))
    workspace.event(payloads.direct("x" * 1500))
    first, second = sorted(answer["text"] for answer in workspace.answers(2))
    assert "The question has 1,500 characters" in second or "The question has 1,500 characters" in first
    assert "The question is empty." in first + second


def test_a_thread_is_followed_without_a_mention_but_only_with_a_citation(workspace: Workspace) -> None:
    root = payloads.mention(QUESTION)
    workspace.event(root)
    workspace.answers(1)
    workspace.event(payloads.message("How many battery patents does Toyota have?", user=BEN, thread_ts=root["ts"]))
    assert workspace.answers(2)[1]["thread_ts"] == root["ts"]
    workspace.event(payloads.message("Thanks, lunch at one?", user=BEN, thread_ts=root["ts"]))
    workspace.event(payloads.message(UNKNOWN, user=BEN, thread_ts=root["ts"]))
    workspace.answers(2)
    assert len(workspace.slack.said("reactions.add")) == 1, "nor does it show that it listened"
    asked = {entry.question for entry in workspace.desk.journal.entries()}
    assert UNKNOWN not in asked, "talk among people is not kept"


def test_a_follow_up_shows_the_question_that_it_was_read_as(workspace: Workspace) -> None:
    root = payloads.mention(QUESTION)
    workspace.event(root)
    workspace.answers(1)
    workspace.event(payloads.mention("and what does it stand for?", thread_ts=root["ts"]))
    said = words(workspace.answers(2)[1]["blocks"])
    assert "CASIP" in said.partition("Read as: ")[2].partition("\n")[0]
    assert "You asked" not in said, "others read it too"


def test_a_thread_that_pincite_is_not_in_is_left_alone(workspace: Workspace) -> None:
    workspace.event(payloads.message(QUESTION, thread_ts="1700000002.000100"))
    workspace.event(payloads.message(QUESTION))
    workspace.idle()
    assert workspace.slack.calls == []


def test_a_channel_that_is_listened_to_is_answered_only_with_a_citation(start: Start) -> None:
    workspace = start(slack_channels=f"{GENERAL}, C0OTHER")
    inner = payloads.message(QUESTION)
    workspace.event(payloads.message(UNKNOWN))
    workspace.event(inner)
    workspace.event(payloads.message(QUESTION, channel="C0QUIET"))
    workspace.event(payloads.message("?!"))
    workspace.event(payloads.message("help"))
    (answer,) = workspace.answers(1)
    assert answer["thread_ts"] == inner["ts"]
    assert workspace.slack.said("reactions.add") == []


@pytest.mark.parametrize(
    "inner",
    [payloads.edited(QUESTION), payloads.from_bot(QUESTION), payloads.from_old_bot(QUESTION), payloads.join(),
     payloads.deleted(), payloads.mention(QUESTION, user=payloads.ME), payloads.direct(QUESTION, user="USLACKBOT"),
     payloads.mention(QUESTION, edited={"user": ADA, "ts": "1"}), {"type": "reaction_added", "user": ADA},
     payloads.direct(QUESTION, subtype="me_message"), {}],
)  # fmt: skip
def test_bots_edits_joins_and_what_it_said_itself_are_ignored(inner: dict[str, Any], start: Start) -> None:
    workspace = start(slack_channels=GENERAL)
    workspace.event(inner)
    workspace.idle()
    assert workspace.slack.calls == []


def test_a_command_is_acknowledged_at_once_and_answered_to_the_asker_alone(workspace: Workspace) -> None:
    said = workspace.command(QUESTION).json()
    assert said == {"response_type": "ephemeral", "text": LOOKING}
    ((name, answer),) = workspace.responses(1)
    assert name == "command"
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", True)
    assert bold(answer["blocks"]) == said_of(workspace)
    assert f"You asked: *{QUESTION}*" in words(answer["blocks"])
    assert set(payloads.buttons(answer["blocks"])) == {
        "pincite_good", "pincite_bad", "pincite_person", "pincite_share", "pincite_keep",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "  ", "help", "Help"])
def test_a_command_without_a_question_explains(text: str, workspace: Workspace) -> None:
    assert workspace.command(text).json() == {"response_type": "ephemeral", "text": help_text(person=True)}
    workspace.idle()
    assert workspace.slack.calls == []


def test_share_posts_the_answer_for_everybody_and_says_who_asked(workspace: Workspace) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    workspace.press("pincite_share", answer["blocks"])
    workspace.press("pincite_share", answer["blocks"])
    _, (name, shared), (_, left) = workspace.responses(3)
    assert name == "press"
    assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
    assert f"<@{ADA}> asked: *{QUESTION}*" in words(shared["blocks"])
    assert bold(shared["blocks"]) == said_of(workspace)
    assert shared["text"].startswith(f"<@{ADA}> asked: {QUESTION} — “January 2024” (")
    assert set(payloads.buttons(shared["blocks"])) == {"pincite_good", "pincite_bad", "pincite_person"}
    assert (left["response_type"], left["replace_original"]) == ("ephemeral", True)
    assert "pincite_share" not in payloads.buttons(left["blocks"])
    assert "Shared with the channel." in words(left["blocks"])


def test_keep_sends_the_answer_as_a_message_and_leaves_it_to_be_shared(workspace: Workspace) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    workspace.press("pincite_keep", answer["blocks"])
    workspace.responses(2)
    (kept,) = workspace.slack.messages
    assert kept["channel"] == f"D{ADA}"
    assert bold(kept["blocks"]) == said_of(workspace)
    assert "pincite_share" not in payloads.buttons(kept["blocks"])
    assert kept["text"].startswith(f"You asked: {QUESTION} — “January 2024” (")
    left = workspace.slack.responses[1][1]
    assert "pincite_share" in payloads.buttons(left["blocks"])
    assert "pincite_keep" not in payloads.buttons(left["blocks"])
    workspace.press("pincite_share", left["blocks"], name="later")
    workspace.responses(4)


def test_what_the_asker_did_below_a_reply_is_shown_to_the_asker_alone(workspace: Workspace) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    for number, action in enumerate(("good", "keep", "person", "share")):
        workspace.press(f"pincite_{action}", answer["blocks"])
        workspace.responses(number + 2 if action != "share" else 6)
    shared, left = (workspace.slack.responses[at][1] for at in (4, 5))
    kept = workspace.slack.messages[0]
    for passed_on in (shared, kept):
        said = words(passed_on["blocks"])
        assert "Kept" not in said
        assert "C0HELP" not in said
        assert "👍 1" not in said
        assert set(payloads.buttons(passed_on["blocks"])) == {"pincite_good", "pincite_bad", "pincite_person"}
    said = words(left["blocks"])
    assert "Kept" in said
    assert f"<@{ADA}> asked <#C0HELP>." in said
    assert "Shared with the channel." in said
    assert set(payloads.buttons(left["blocks"])) == {"pincite_good", "pincite_bad"}
    assert payloads.buttons(left["blocks"])["pincite_good"][0]["text"]["text"] == "👍 1"


def test_an_abstention_is_shared_with_its_question(workspace: Workspace) -> None:
    workspace.command(UNKNOWN)
    ((_, answer),) = workspace.responses(1)
    workspace.press("pincite_share", answer["blocks"])
    shared = workspace.responses(3)[1][1]
    assert shared["text"].startswith(f"<@{ADA}> asked: {UNKNOWN} — The sources don't say.")


def test_a_person_can_understand_a_follow_up(workspace: Workspace) -> None:
    root = payloads.mention(QUESTION)
    workspace.event(root)
    workspace.answers(1)
    typed = "and what does it stand for?"
    workspace.event(payloads.mention(typed, thread_ts=root["ts"]))
    answer = workspace.answers(2)[1]
    workspace.press("pincite_person", answer["blocks"], shown=answer, at=answer["ts"])
    workspace.responses(1)
    asked = workspace.slack.messages[2]
    (quote,) = (block for block in asked["blocks"] if block["type"] == "rich_text")
    assert "CASIP" in words([quote])
    assert f"Typed: *{typed}*" in words(asked["blocks"])
    assert "CASIP" in asked["text"]
    assert f"(typed: {typed})" in asked["text"]


def test_votes_are_counted_shown_and_kept_without_names(workspace: Workspace) -> None:
    workspace.event(payloads.mention(QUESTION))
    (answer,) = workspace.answers(1)
    workspace.press("pincite_good", answer["blocks"], shown=answer)
    ((_, changed),) = workspace.responses(1)
    assert changed["replace_original"] is True
    labels = {action: button["text"]["text"] for action, (button, _) in payloads.buttons(changed["blocks"]).items()}
    assert labels == {"pincite_good": "👍 1", "pincite_bad": "👎", "pincite_person": "Ask a person"}
    workspace.press("pincite_bad", changed["blocks"], shown=answer | {"blocks": changed["blocks"]})
    workspace.press("pincite_good", changed["blocks"], shown=answer | {"blocks": changed["blocks"]}, user=BEN)
    last = workspace.responses(3)[2][1]
    labels = {action: button["text"]["text"] for action, (button, _) in payloads.buttons(last["blocks"]).items()}
    assert (labels["pincite_good"], labels["pincite_bad"]) == ("👍 1", "👎 1")
    (entry,) = workspace.desk.journal.entries()
    assert (entry.good, entry.bad) == (1, 1)
    voters = [row[0] for row in workspace.desk.journal.connection.execute("SELECT voter FROM votes")]
    assert len(set(voters)) == 2
    assert not any(ADA in voter or BEN in voter for voter in voters)


def test_a_vote_below_a_command_is_shown_there(workspace: Workspace) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    workspace.press("pincite_bad", answer["blocks"])
    changed = workspace.responses(2)[1][1]
    assert (changed["response_type"], changed["replace_original"]) == ("ephemeral", True)
    assert payloads.buttons(changed["blocks"])["pincite_bad"][0]["text"]["text"] == "👎 1"


def test_a_vote_on_what_is_not_kept_any_more_is_told_so(workspace: Workspace) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    workspace.desk.journal.connection.execute("DELETE FROM questions")
    workspace.press("pincite_good", answer["blocks"])
    said = workspace.responses(2)[1][1]
    assert "not kept any more" in said["text"]
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)


def test_where_nothing_is_stored_there_is_nothing_to_vote_on(start: Start, bot: Bot, tmp_path: Path) -> None:
    workspace = start(desk=Desk(bot, Journal(tmp_path, days=0)))
    workspace.event(payloads.mention(QUESTION))
    (answer,) = workspace.answers(1)
    assert payloads.buttons(answer["blocks"]) == {}


def test_a_person_is_asked_with_the_question_and_the_thread(workspace: Workspace) -> None:
    workspace.event(payloads.mention(UNKNOWN))
    (answer,) = workspace.answers(1)
    workspace.press("pincite_person", answer["blocks"], shown=answer, at=answer["ts"])
    ((_, changed),) = workspace.responses(1)
    asked = workspace.slack.messages[1]
    assert asked["channel"] == "C0HELP"
    said = words(asked["blocks"])
    assert UNKNOWN in said
    assert f"<@{ADA}>" in said
    assert f"<https://team.slack.test/archives/{GENERAL}/p{answer['ts']}|this thread>" in said
    assert UNKNOWN in asked["text"]
    assert f"<@{ADA}> asked <#C0HELP>." in words(changed["blocks"])
    assert "pincite_person" not in payloads.buttons(changed["blocks"])


def test_a_user_can_be_the_person_and_is_told_the_channel_of_a_command(start: Start) -> None:
    workspace = start(slack_person="U0EXPERT")
    workspace.command(UNKNOWN)
    ((_, answer),) = workspace.responses(1)
    workspace.press("pincite_person", answer["blocks"])
    assert "<@U0EXPERT>" in words(workspace.responses(2)[1][1]["blocks"])
    (asked,) = workspace.slack.messages
    assert asked["channel"] == "DU0EXPERT"
    assert f"in <#{GENERAL}>" in asked["text"]


def test_without_a_person_there_is_no_button_for_one(start: Start) -> None:
    workspace = start()
    workspace.event(payloads.mention(UNKNOWN))
    (answer,) = workspace.answers(1)
    assert "pincite_person" not in payloads.buttons(answer["blocks"])


def test_what_was_asked_is_in_the_journal_under_one_conversation_a_thread(workspace: Workspace) -> None:
    root = payloads.mention(QUESTION)
    workspace.event(root)
    workspace.answers(1)
    workspace.event(payloads.mention("How many battery patents does Toyota have?", thread_ts=root["ts"]))
    workspace.answers(2)
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(3)
    entries = workspace.desk.journal.entries()[::-1]
    assert {entry.face for entry in entries} == {"slack"}
    first, second, third = (entry.conversation for entry in entries)
    assert first == second != third
    assert first.startswith("slack-")
    assert GENERAL not in first


def test_nothing_that_was_asked_is_left_in_the_inbox_once_it_is_answered(workspace: Workspace) -> None:
    workspace.event(payloads.mention(QUESTION))
    workspace.event(payloads.message(UNKNOWN))
    workspace.answers(1)
    inbox = workspace.client.app.state.slack.inbox()  # type: ignore[attr-defined]
    (row,) = inbox.connection.execute("SELECT state, incoming, reply FROM inbox").fetchall()
    assert row == ("done", None, None)


def test_no_word_that_was_asked_or_answered_stays_in_the_files_of_the_inbox(workspace: Workspace) -> None:
    def left() -> bytes:
        return b"".join(path.read_bytes() for path in workspace.folder.glob(f"{FILE}*"))

    workspace.event(payloads.mention(QUESTION))
    workspace.event(payloads.mention(UNKNOWN))
    workspace.answers(2)
    workspace.slack.wait(lambda: not (workspace.folder / f"{FILE}-wal").stat().st_size)
    assert b"CASIP" not in left()
    workspace.command(QUESTION)
    workspace.responses(1)
    assert b"CASIP" in left(), "the reply is there for its buttons"
    inbox = workspace.client.app.state.slack.inbox()  # type: ignore[attr-defined]
    inbox.forget(time.time() + REPLY_SECONDS + 1)
    workspace.slack.wait(lambda: not (workspace.folder / f"{FILE}-wal").stat().st_size)
    assert b"CASIP" not in left()
