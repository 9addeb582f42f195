"""What goes wrong behind the back of whoever asked: it is tried again, or they are told."""

import threading
import time
from pathlib import Path

import pytest

from bot import Bot
from bot.journal import Journal
from index import LibraryError
from tests.web.chat.slack import payloads
from tests.web.chat.slack.conftest import Start, Workspace
from tests.web.chat.slack.payloads import ADA, GENERAL
from tests.web.chat.slack.slack_server import FakeSlack
from web.chat.slack import worker
from web.chat.slack.answers import FAILED
from web.desk import Desk, Told
from web.service import NotReadyError

QUESTION = "When was CASIP established?"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)


@pytest.mark.parametrize(
    "failure",
    [
        (500, {"ok": False, "error": "internal_error"}, {}),
        (503, {}, {}),
        (200, {"ok": False, "error": "service_unavailable"}, {}),
        (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}),
    ],
)
def test_what_slack_fails_at_is_tried_again(failure: tuple, slack: FakeSlack, workspace: Workspace) -> None:
    slack.failures["chat.postMessage"] = [failure]
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(1)
    slack.failures["response"] = [failure]
    workspace.command(QUESTION)
    workspace.responses(1)


def test_what_slack_did_without_saying_so_is_not_done_again(slack: FakeSlack, workspace: Workspace) -> None:
    slack.failures["chat.postMessage"] = [(500, {"done": True}, {}), (500, {"done": True}, {})]
    workspace.event(payloads.mention("What else?"))
    workspace.event(payloads.mention(QUESTION))
    workspace.event(payloads.direct(QUESTION))
    workspace.answers(3)
    assert slack.said("conversations.replies") or slack.said("conversations.history")


def test_a_broken_connection_is_no_reason_to_answer_twice_or_never(slack: FakeSlack, workspace: Workspace) -> None:
    slack.losing = True
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(1)
    assert slack.lost == 1
    assert slack.said("conversations.replies")


def test_where_slack_stays_away_it_is_given_up_and_logged(
    slack: FakeSlack, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    slack.failures["chat.postMessage"] = [(500, {"ok": False, "error": "fatal_error"}, {})] * 4
    inner = payloads.mention(QUESTION)
    workspace.event(inner)
    workspace.idle()
    slack.wait(lambda: slack.messages)
    (told,) = slack.messages
    assert told["channel"] == f"D{ADA}"
    assert f"I could not answer your question in <#{GENERAL}>." in told["text"]
    assert QUESTION in told["text"]
    assert "Given up" in caplog.text
    assert slack.reactions == set()
    workspace.event(inner)
    workspace.idle()
    assert len(slack.messages) == 1


def test_what_slack_refuses_is_told_to_the_asker(
    slack: FakeSlack, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    slack.failures["chat.postMessage"] = [(200, {"ok": False, "error": "not_in_channel"}, {})]
    workspace.event(payloads.mention(QUESTION))
    slack.wait(lambda: slack.messages)
    assert slack.messages[0]["channel"] == f"D{ADA}"
    assert "not_in_channel" in slack.messages[0]["text"]
    assert "not_in_channel" in caplog.text


def test_a_response_url_that_is_used_up_is_told_in_a_message(slack: FakeSlack, workspace: Workspace) -> None:
    slack.failures["response"] = [(404, {"ok": False, "error": "expired_url"}, {})]
    workspace.command(QUESTION)
    slack.wait(lambda: slack.messages)
    assert "expired_url" in slack.messages[0]["text"]


@pytest.mark.parametrize(("status", "said"), [(404, "(status 404)."), (200, "(status 200).")])
def test_a_page_in_place_of_slacks_answer_is_not_quoted(
    status: int, said: str, slack: FakeSlack, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    page = (status, "<!DOCTYPE html>\n<title>404 Not Found</title>", {})
    slack.failures["response"] = [page]
    workspace.command(QUESTION)
    slack.wait(lambda: slack.messages)
    assert f"Slack refused the reply {said}\n>" in slack.messages[0]["text"]
    slack.failures["chat.postMessage"] = [page]
    workspace.event(payloads.mention(QUESTION))
    slack.wait(lambda: len(slack.messages) == 2)
    assert f"Slack refused chat.postMessage {said}\n>" in slack.messages[1]["text"]
    assert "html" not in caplog.text.casefold() + slack.messages[0]["text"] + slack.messages[1]["text"]


def test_where_nobody_can_be_told_it_is_logged(
    slack: FakeSlack, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = (200, {"ok": False, "error": "account_inactive"}, {})
    slack.failures["chat.postMessage"] = [refusal, refusal]
    workspace.event(payloads.mention(QUESTION))
    workspace.idle()
    slack.wait(lambda: "could not be told either" in caplog.text)
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(1)


def test_blocks_that_slack_does_not_take_are_posted_as_text(slack: FakeSlack, workspace: Workspace) -> None:
    slack.failures["chat.postMessage"] = [(200, {"ok": False, "error": "msg_blocks_too_long"}, {})]
    workspace.event(payloads.mention(QUESTION))
    (answer,) = workspace.answers(1)
    assert "blocks" not in answer
    assert "January 2024" in answer["text"]


def test_a_reaction_that_is_refused_keeps_nobody_from_an_answer(slack: FakeSlack, workspace: Workspace) -> None:
    slack.failures["reactions.add"] = [(200, {"ok": False, "error": "missing_scope"}, {})]
    slack.failures["reactions.remove"] = [(500, {}, {})]
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(1)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), LibraryError("The library is busy.")])
def test_a_failure_at_a_question_is_told_and_the_next_one_is_answered(
    error: Exception, start: Start, bot: Bot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Desk):
        failures = [error]  # noqa: RUF012

        def ask(self, question: str, **more: object) -> Told:
            if self.failures:
                raise self.failures.pop()
            return super().ask(question, **more)  # type: ignore[arg-type]

    workspace = start(desk=Failing(bot, Journal(tmp_path, days=1)))
    workspace.event(payloads.mention(QUESTION))
    (answer,) = workspace.answers(1)
    assert answer["text"] == (FAILED if isinstance(error, RuntimeError) else "The library is busy.")
    assert str(error) in caplog.text
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(2)


def test_a_library_that_cannot_be_loaded_is_told_to_whoever_asks(start: Start) -> None:
    def broken() -> None:
        raise LibraryError("The library is damaged.")

    workspace = start(opened=broken)
    workspace.event(payloads.mention(QUESTION))
    (answer,) = workspace.answers(1)
    assert answer["text"] == "The library is damaged."
    assert isinstance(NotReadyError("x"), Exception)


def test_without_a_bot_token_commands_are_answered_and_mentions_logged(
    start: Start, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    workspace = start(slack_bot_token=None)
    workspace.command(QUESTION)
    workspace.responses(1)
    workspace.event(payloads.mention(QUESTION))
    slack.wait(lambda: "set PINCITE_SLACK_BOT_TOKEN" in caplog.text)
    workspace.idle()
    assert slack.messages == []


def test_a_button_that_fails_is_told_to_whoever_pressed_it(slack: FakeSlack, workspace: Workspace) -> None:
    workspace.event(payloads.mention("What is the price of one CASIP battery?"))
    (answer,) = workspace.answers(1)
    slack.failures["chat.postMessage"] = [(200, {"ok": False, "error": "channel_not_found"}, {})]
    workspace.press("pincite_person", answer["blocks"], shown=answer)
    ((_, said),) = workspace.responses(1)
    assert "channel_not_found" in said["text"]
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)


def test_what_was_shared_is_not_shared_again_where_only_showing_so_failed(
    slack: FakeSlack, workspace: Workspace
) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    fine, away = (200, {"ok": True, "done": True}, {}), (500, {}, {})
    slack.failures["response"] = [fine, away]
    workspace.press("pincite_share", answer["blocks"])
    responses = workspace.responses(3)
    assert [fields["response_type"] for _, fields in responses] == ["ephemeral", "in_channel", "ephemeral"]


def test_an_answer_that_is_too_old_to_share_says_so(workspace: Workspace) -> None:
    workspace.command(QUESTION)
    ((_, answer),) = workspace.responses(1)
    workspace.client.app.state.slack.inbox().forget(time.time() + 7200)  # type: ignore[attr-defined]
    workspace.press("pincite_share", answer["blocks"])
    assert "no longer at hand" in workspace.responses(2)[1][1]["text"]
    workspace.press("pincite_good", answer["blocks"])
    assert "noted" in workspace.responses(3)[2][1]["text"]


def test_what_was_waiting_is_answered_after_a_restart(start: Start, slack: FakeSlack) -> None:
    never = threading.Event()
    first = start(opened=lambda: never.wait(20))
    first.event(payloads.mention(QUESTION))
    first.client.__exit__(None, None, None)
    assert slack.messages == []
    start().answers(1)
    never.set()


def test_of_two_servers_over_one_library_each_question_is_answered_by_one(start: Start) -> None:
    first, second = start(), start()
    for number in range(6):
        inner = payloads.mention(QUESTION)
        first.event(inner, f"EvA{number}")
        second.event(inner, f"EvB{number}")
    second.answers(6)
    assert len({answer["thread_ts"] for answer in second.slack.answers()}) == 6
