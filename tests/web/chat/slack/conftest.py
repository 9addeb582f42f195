"""A running Pincite beside a Slack of one's own, and requests that are signed as Slack signs them."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from slack_sdk.signature import SignatureVerifier

from bot import Bot
from bot.journal import Journal
from tests.web.chat.slack import payloads
from tests.web.chat.slack.slack_server import FakeSlack, running
from web.app import create_app
from web.desk import Desk
from web.settings import Settings

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SITE = "https://pincite.example"


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}


class Workspace:
    """People who write in a workspace that Pincite is in."""

    def __init__(self, client: TestClient, slack: FakeSlack, desk: Desk, folder: Path) -> None:
        self.client = client
        self.slack = slack
        self.desk = desk
        self.folder = folder

    def send(self, path: str, body: str | bytes, kind: str, **headers: str) -> httpx.Response:
        content = body.encode() if isinstance(body, str) else body
        return self.client.post(path, content=content, headers={"content-type": kind, **signed(content), **headers})

    def event(self, inner: dict[str, Any], event_id: str | None = None) -> httpx.Response:
        return self.payload(payloads.event(inner, event_id))

    def payload(self, payload: dict[str, Any]) -> httpx.Response:
        response = self.send("/slack/events", json.dumps(payload), "application/json")
        assert response.status_code == 200
        return response

    def command(self, text: str, name: str = "command", **more: str) -> httpx.Response:
        fields = payloads.command(text, self.slack.response_url(name), **more)
        response = self.send("/slack/commands", payloads.form(fields), "application/x-www-form-urlencoded")
        assert response.status_code == 200
        return response

    def press(self, action: str, blocks: list[dict[str, Any]], name: str = "press", **more: object) -> None:
        element, block_id = payloads.buttons(blocks)[action]
        payload = payloads.press(element, block_id, self.slack.response_url(name), **more)
        body = payloads.interaction(payload)
        assert self.send("/slack/actions", body, "application/x-www-form-urlencoded").status_code == 200

    def answers(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many replies in channels, and return them."""
        self.slack.wait(lambda: len(self.slack.answers()) >= count)
        self.idle()
        found = self.slack.answers()
        assert len(found) == count
        return found

    def responses(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Wait for so many answers at response_urls, and return them."""
        self.slack.wait(lambda: len(self.slack.responses) >= count)
        self.idle()
        assert len(self.slack.responses) == count
        return self.slack.responses

    def idle(self) -> None:
        """Wait until nothing is left to do."""
        inbox = self.client.app.state.slack.inbox()  # type: ignore[attr-defined]
        waiting = "SELECT count(*) FROM inbox WHERE state IN ('new', 'posting')"
        self.slack.wait(lambda: inbox.connection.execute(waiting).fetchone()[0] == 0)
        time.sleep(0.05)  # the reaction comes off after that


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running() as slack:
        yield slack


Start = Callable[..., Workspace]


@pytest.fixture
def start(bot: Bot, slack: FakeSlack, tmp_path: Path) -> Iterator[Start]:
    """Starts a Pincite over the seeds with the settings given; all of them share one inbox, as after a restart."""
    clients = []

    def started(desk: Desk | None = None, opened: Callable[[], object] = lambda: None, **settings: object) -> Workspace:
        desk = desk or Desk(bot, Journal(tmp_path / "library", days=365))

        def opener() -> Desk:
            opened()
            return desk

        given = {
            "slack_signing_secret": SECRET,
            "slack_bot_token": "xoxb-test",
            "slack_api_url": slack.api_url,
            "public_url": SITE,
            "library": tmp_path / "library",
        } | settings
        client = TestClient(create_app(Settings(**given), opener=opener, hosts=frozenset({"localhost"})))
        client.__enter__()
        clients.append(client)
        return Workspace(client, slack, desk, tmp_path / "library")

    yield started
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def workspace(start: Start) -> Workspace:
    return start(slack_person="C0HELP")
