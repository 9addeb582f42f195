"""Socket Mode with slack_bolt's own client, against a server of one's own: the same questions, the same answers."""

import base64
import hashlib
import importlib.util
import json
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.chat.slack import payloads
from tests.web.chat.slack.conftest import Start, Workspace
from tests.web.chat.slack.slack_server import FakeSlack
from web.chat.slack.workspace import LOOKING
from web.settings import SettingsError

QUESTION = "When was CASIP established?"


class SocketServer:
    """Slack's end of one WebSocket (RFC 6455): it sends envelopes, and remembers how they are acknowledged."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}/link"
        self.acknowledged: list[dict[str, Any]] = []
        self.connected = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def send(self, kind: str, payload: dict[str, Any]) -> str:
        assert self.connected.wait(20)
        envelope = f"envelope-{len(self.acknowledged)}-{kind}"
        accepts = kind != "events_api"
        body = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": accepts}
        self._frame(0x1, json.dumps(body).encode())
        return envelope

    def close(self) -> None:
        self.listener.close()
        if self.connected.is_set():
            self.peer.close()

    def _run(self) -> None:
        try:
            self.peer, _ = self.listener.accept()
        except OSError:
            return
        self.stream = self.peer.makefile("rb")
        key = b""
        while (line := self.stream.readline().strip()) != b"":
            if line.lower().startswith(b"sec-websocket-key:"):
                key = line.split(b":")[1].strip()
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        self.peer.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self._frame(0x1, b'{"type": "hello", "num_connections": 1}')
        self.connected.set()
        try:
            while True:
                self._receive()
        except (OSError, struct.error, ValueError):
            return

    def _receive(self) -> None:
        first, second = struct.unpack("!BB", self.stream.read(2))
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self.stream.read(2))
        mask = self.stream.read(4)
        content = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self.stream.read(length)))
        if first & 0xF == 0x9:
            self._frame(0xA, content)
        elif first & 0xF == 0x1:
            self.acknowledged.append(json.loads(content))

    def _frame(self, opcode: int, content: bytes) -> None:
        size = len(content)
        head = struct.pack("!BB", 0x80 | opcode, size) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 126, size)
        self.peer.sendall(head + content)


@pytest.fixture
def link(slack: FakeSlack) -> Iterator[SocketServer]:
    server = SocketServer()
    slack.socket_url = server.url
    yield server
    server.close()


@pytest.fixture
def connected(start: Start, link: SocketServer) -> Workspace:
    workspace = start(slack_signing_secret=None, slack_app_token="xapp-test", slack_person="C0HELP")
    assert link.connected.wait(20)
    return workspace


def test_a_mention_is_acknowledged_and_answered(connected: Workspace, link: SocketServer, slack: FakeSlack) -> None:
    event = payloads.event(payloads.mention(QUESTION))
    first = link.send("events_api", event)
    connected.answers(1)
    second = link.send("events_api", event)
    slack.wait(lambda: len(link.acknowledged) == 2)
    assert [one["envelope_id"] for one in link.acknowledged] == [first, second]
    connected.answers(1)
    assert "xapp-test" in slack.tokens
    assert slack.said("auth.test") == []


def test_a_command_and_its_buttons_work_the_same(connected: Workspace, link: SocketServer, slack: FakeSlack) -> None:
    link.send("slash_commands", payloads.command(QUESTION, slack.response_url("command")))
    ((_, answer),) = connected.responses(1)
    assert link.acknowledged[0]["payload"] == {"response_type": "ephemeral", "text": LOOKING}
    element, block_id = payloads.buttons(answer["blocks"])["pincite_share"]
    link.send("interactive", payloads.press(element, block_id, slack.response_url("press")))
    responses = connected.responses(3)
    assert responses[1][1]["response_type"] == "in_channel"
    slack.wait(lambda: len(link.acknowledged) == 2)


def test_bots_are_ignored_there_too(connected: Workspace, link: SocketServer, slack: FakeSlack) -> None:
    link.send("events_api", payloads.event(payloads.from_bot(QUESTION)))
    link.send("interactive", {"type": "shortcut", "callback_id": "x"})
    slack.wait(lambda: len(link.acknowledged) == 2)
    connected.idle()
    assert {name for name, _ in slack.calls} == {"apps.connections.open"}


def test_what_cannot_be_kept_is_not_acknowledged(connected: Workspace, link: SocketServer, slack: FakeSlack) -> None:
    connected.client.app.state.slack.inbox().connection.execute("DROP TABLE inbox")  # type: ignore[attr-defined]
    link.send("events_api", payloads.event(payloads.mention(QUESTION)))
    link.send("events_api", payloads.event(payloads.from_bot(QUESTION)))
    slack.wait(lambda: link.acknowledged)
    assert len(link.acknowledged) == 1


def test_a_token_that_is_refused_is_logged_and_the_page_works(
    start: Start, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.failures["apps.connections.open"] = [(200, {"ok": False, "error": "invalid_auth"}, {})]
    workspace = start(slack_signing_secret=None, slack_app_token="xapp-wrong")
    slack.wait(lambda: "invalid_auth" in caplog.text)
    assert workspace.client.get("/healthz", headers={"host": "localhost"}).status_code == 200
    assert "xapp-wrong" not in caplog.text


def test_without_a_signing_secret_the_addresses_stay_closed(connected: Workspace) -> None:
    assert connected.client.post("/slack/events", content=b"{}").status_code == 404


def test_without_slack_bolt_it_says_what_to_install(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "slack_bolt" else find(name))
    with pytest.raises(SettingsError, match=r"pip install 'pincite\[slack\]'"):
        start(slack_app_token="xapp-test")
