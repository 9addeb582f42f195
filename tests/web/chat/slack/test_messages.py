from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.chat.slack import payloads
from tests.web.chat.slack.payloads import ADA, DIRECT, GENERAL, ME
from web.chat.slack import messages
from web.chat.slack.markup import typed
from web.chat.slack.messages import Action, Asked, Ignored, Pressed, Why

QUESTION = "When was CASIP established?"


def read(inner: dict, listened: frozenset[str] = frozenset()) -> Asked | Ignored:
    return messages.event(payloads.event(inner, "Ev1"), listened)


def test_a_mention_is_a_question_without_the_mention() -> None:
    asked = read(payloads.mention(QUESTION, at="7.1"))
    assert asked == Asked("Ev1", "T0TEAM", GENERAL, ADA, QUESTION, Why.ADDRESSED, "7.1")
    assert isinstance(asked, Asked)
    assert (asked.place, asked.reply_thread) == (f"{GENERAL}/7.1", "7.1")


def test_the_message_of_a_mention_is_the_same_question() -> None:
    inner = payloads.mention(QUESTION, at="7.1")
    other = read(inner | {"type": "message", "channel_type": "channel"})
    assert other == read(inner)


def test_a_message_that_mentions_somebody_else_is_nobodys_question() -> None:
    assert read(payloads.message(f"<@U0BEN> {QUESTION}")) == Ignored("nobody asked Pincite")
    assert read(payloads.message(f"<@{ME}X> {QUESTION}")) == Ignored("nobody asked Pincite")


def test_without_authorizations_a_mention_is_still_one() -> None:
    payload = payloads.event(payloads.mention(QUESTION))
    del payload["authorizations"]
    asked = messages.event(payload)
    assert isinstance(asked, Asked)
    assert asked.text == QUESTION


def test_a_direct_message_is_answered_beside_it() -> None:
    asked = read(payloads.direct(QUESTION))
    assert isinstance(asked, Asked)
    assert (asked.channel, asked.direct, asked.reply_thread, asked.why) == (DIRECT, True, "", Why.ADDRESSED)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message", "message_changed", "bot_message"])
def test_of_the_subtypes_two_are_people_asking(subtype: str) -> None:
    asked = read(payloads.direct(QUESTION, subtype=subtype))
    assert isinstance(asked, Asked) == (subtype in ("file_share", "thread_broadcast"))


def test_why_a_message_in_a_channel_is_answered() -> None:
    inner = payloads.message(QUESTION, at="7.2")
    listened = read(inner, frozenset({GENERAL}))
    thread = read(inner | {"thread_ts": "7.1"}, frozenset({GENERAL}))
    root = read(inner | {"thread_ts": "7.2"})
    assert isinstance(listened, Asked)
    assert isinstance(thread, Asked)
    assert (listened.why, thread.why) == (Why.LISTENED, Why.THREAD)
    assert root == Ignored("nobody asked Pincite")


def test_conversations_are_threads_and_direct_channels_and_ones_own_commands() -> None:
    root = read(payloads.mention(QUESTION, at="7.1"))
    follow = read(payloads.message(QUESTION, at="7.2", thread_ts="7.1"))
    other = read(payloads.mention(QUESTION, at="7.3"))
    assert isinstance(root, Asked)
    assert isinstance(follow, Asked)
    assert isinstance(other, Asked)
    assert root.conversation == follow.conversation != other.conversation
    first, second = (read(payloads.direct(QUESTION)) for _ in range(2))
    assert isinstance(first, Asked)
    assert isinstance(second, Asked)
    assert first.conversation == second.conversation
    command = messages.command(payloads.command(QUESTION, "https://hooks.slack.test/x"))
    assert isinstance(command, Asked)
    assert command.conversation != replace(command, user="U0BEN").conversation
    assert command.conversation.replace("-", "").isalnum()
    assert len(command.conversation) <= 64


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (f"<@{ME}> {QUESTION}", QUESTION),
        (f"Hey <@{ME}|pincite>, when?", "Hey , when?"),
        ("Does <@U0BEN|ben> know &lt;b&gt; &amp;amp; c?", "Does @ben know <b> &amp; c?"),
        ("Ask <@U0BEN> about it", "Ask about it"),
        ("in <#C0GENERAL|general> and <#C0X>", "in #general and C0X"),
        ("see <https://a.example/x?a=1&amp;b=2|the page> or <https://b.example>", "see the page or https://b.example"),
        ("mail <mailto:ada@a.example|ada@a.example>", "mail ada@a.example"),
        ("<!here> <!subteam^S1|@team> when?", "@team when?"),
        ("a < b and c > d", "a < b and c > d"),
        ("two\nlines\tand  blanks ", "two lines and blanks"),
    ],
)
def test_slacks_markup_is_read_as_a_person_typed_it(raw: str, meant: str) -> None:
    assert typed(raw, ME) == meant


@given(st.text())
def test_what_a_person_types_comes_back_whole(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert typed(escaped, ME) == " ".join(text.split())


def test_a_button_names_the_answer_it_stands_below() -> None:
    element = {"type": "button", "action_id": "pincite_good", "value": "0123"}
    shown = {"text": "x", "blocks": [{"type": "divider"}], "thread_ts": "7.1"}
    press = messages.pressed(payloads.press(element, "below:Ev1", "https://hooks.slack.test/x", shown=shown))
    assert isinstance(press, Pressed)
    assert (press.action, press.value, press.reply) == (Action.GOOD, "0123", "Ev1")
    assert (press.thread, press.blocks, press.text) == ("7.1", [{"type": "divider"}], "x")
    alone = messages.pressed(payloads.press(element, "below:Ev1", "https://hooks.slack.test/x"))
    assert isinstance(alone, Pressed)
    assert alone.blocks is None
