"""What comes to /slack that is not as it should be gets the status that says so, and never 500."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Bot
from tests.web.chat.slack import payloads
from tests.web.chat.slack.conftest import SECRET, Start, Workspace, signed
from web.app import MAX_SLACK_BYTES, create_app
from web.chat.slack.workspace import STARTING
from web.desk import Desk
from web.settings import Settings

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PATHS = {"/slack/commands": FORM, "/slack/events": JSON, "/slack/actions": FORM}
QUESTION = "When was CASIP established?"


def good(path: str) -> bytes:
    if path == "/slack/events":
        return json.dumps(payloads.event(payloads.mention(QUESTION))).encode()
    if path == "/slack/commands":
        return payloads.form(payloads.command(QUESTION, "https://hooks.slack.test/x")).encode()
    element = {"type": "button", "action_id": "pincite_good", "value": "x"}
    return payloads.interaction(payloads.press(element, "below:x", "https://hooks.slack.test/x")).encode()


def test_a_slack_that_is_not_set_up_says_which_setting_is_missing(desk: Desk) -> None:
    with TestClient(create_app(Settings(), opener=lambda: desk)) as client:
        for path, kind in PATHS.items():
            response = client.post(path, content=good(path), headers={"content-type": kind, **signed(good(path))})
            assert response.status_code == 404
            assert response.headers["content-type"] == "application/problem+json"
            assert "PINCITE_SLACK_SIGNING_SECRET" in response.json()["detail"]


@pytest.mark.parametrize("path", PATHS)
def test_an_unsigned_or_badly_signed_request_is_refused(path: str, workspace: Workspace) -> None:
    body = good(path)
    right = signed(body)
    wrong = [
        {},
        {"X-Slack-Signature": right["X-Slack-Signature"]},
        {"X-Slack-Request-Timestamp": right["X-Slack-Request-Timestamp"]},
        signed(body, secret="another"),
        signed(body + b" "),
        signed(body, at=time.time() - 303),
        signed(body, at=time.time() + 303),
        right | {"X-Slack-Request-Timestamp": "soon"},
        right | {"X-Slack-Request-Timestamp": "-1"},
        right | {"X-Slack-Request-Timestamp": "9" * 5000},
        right | {"X-Slack-Request-Timestamp": str(int(time.time()) + 1)},
        right | {"X-Slack-Signature": "v0="},
        right | {"X-Slack-Signature": right["X-Slack-Signature"].upper()},
        right | {"X-Slack-Signature": right["X-Slack-Signature"].removeprefix("v0=")},
    ]
    for headers in wrong:
        response = workspace.client.post(path, content=body, headers={"content-type": PATHS[path], **headers})
        assert response.status_code == 401, headers
        assert response.headers["content-type"] == "application/problem+json"
    raw = [(name.encode(), value.encode()) for name, value in right.items()]
    junk = [(b"X-Slack-Request-Timestamp", raw[0][1]), (b"X-Slack-Signature", b"v0=\xe9\xff"), (b"content-type", b"x")]
    assert workspace.client.post(path, content=body, headers=junk).status_code == 401
    workspace.idle()
    assert workspace.slack.calls == []


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_no_utf_8_is_refused(path: str, workspace: Workspace) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64}
    assert workspace.client.post(path, content=b"\xff\xfe", headers=headers).status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_cut_short_is_refused(path: str, workspace: Workspace) -> None:
    body = good(path)
    response = workspace.client.post(path, content=body[:-9], headers={"content-type": PATHS[path], **signed(body)})
    assert response.status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_up_to_a_megabyte_is_read_and_a_larger_one_is_not(path: str, workspace: Workspace) -> None:
    large = b"x" * (MAX_SLACK_BYTES + 1)
    assert workspace.send(path, large, PATHS[path]).status_code == 413
    chunked = (large[at : at + 65536] for at in range(0, len(large), 65536))
    response = workspace.client.post(path, content=chunked, headers={"content-type": PATHS[path], **signed(large)})
    assert response.status_code == 413
    padding = b" " * 500_000 if path == "/slack/events" else b"&more=" + b"x" * 500_000
    assert workspace.send(path, good(path) + padding, PATHS[path]).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/slack/events", FORM, "payload=%7B%7D", 415),
        ("/slack/events", "text/plain", "{}", 415),
        ("/slack/commands", JSON, "{}", 415),
        ("/slack/actions", JSON, '{"type": "block_actions"}', 415),
        ("/slack/events", JSON, "", 400),
        ("/slack/events", JSON, "payload=%7B%7D", 400),
        ("/slack/events", JSON, '{"type": "event_callback", "event": {"text": "Wh', 400),
        ("/slack/events", JSON, "[]", 400),
        ("/slack/events", JSON, "null", 400),
        ("/slack/events", JSON, "[" * 100_000, 400),
        ("/slack/events", JSON, "9" * 10_000, 400),
        ("/slack/actions", FORM, "", 400),
        ("/slack/actions", FORM, "payload=", 400),
        ("/slack/actions", FORM, "payload=%5B%5D", 400),
        ("/slack/actions", FORM, "payload=%7B%22type%22", 400),
        ("/slack/actions", FORM, '{"type": "block_actions"}', 400),
        ("/slack/commands", FORM, "&".join(f"f{n}=1" for n in range(101)), 400),
    ],
)
def test_what_is_signed_and_makes_no_sense_is_refused(
    path: str, kind: str, body: str, status: int, workspace: Workspace
) -> None:
    response = workspace.send(path, body, kind)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/slack/events", JSON, "{}"),
        ("/slack/events", JSON, '{"type": "event_callback"}'),
        ("/slack/events", JSON, '{"type": "event_callback", "event": [], "authorizations": "x", "event_id": 7}'),
        ("/slack/events", JSON, '{"type": "event_callback", "event": {"type": "message", "text": 1, "ts": {}}}'),
        ("/slack/events", JSON, '{"type": "app_rate_limited", "minute_rate_limited": 1518467820}'),
        ("/slack/events", JSON, '{"type": "url_verification"}'),
        ("/slack/events", "application/json; charset=utf-8", '{"type": "else"}'),
        ("/slack/commands", FORM, ""),
        ("/slack/commands", FORM, "text=When"),
        ("/slack/actions", FORM, "payload=%7B%7D"),
        ("/slack/actions", FORM, urlencode({"payload": '{"type": "view_submission"}'})),
        ("/slack/actions", FORM, urlencode({"payload": '{"type": "block_actions", "actions": [7]}'})),
        ("/slack/actions", FORM, urlencode({"payload": '{"type":"block_actions","actions":[{"action_id":"other"}]}'})),
        ("/slack/actions", FORM,
         urlencode({"payload": '{"type":"block_actions","actions":[{"action_id":"pincite_good"}]}'})),
    ],
)  # fmt: skip
def test_what_is_signed_and_is_nothing_to_answer_is_acknowledged(
    path: str, kind: str, body: str, workspace: Workspace
) -> None:
    assert workspace.send(path, body, kind).status_code == 200
    workspace.idle()
    assert workspace.slack.calls == []


def test_the_address_is_verified_by_its_challenge_but_signed(workspace: Workspace) -> None:
    body = json.dumps(payloads.url_verification())
    response = workspace.send("/slack/events", body, JSON)
    assert response.json() == {"challenge": payloads.url_verification()["challenge"]}
    assert workspace.client.post("/slack/events", content=body, headers={"content-type": JSON}).status_code == 401


def test_the_check_of_the_certificate_is_answered(workspace: Workspace) -> None:
    body = {"token": "gIkuvaNzQIHg97ATvDxqgjtO", "ssl_check": "1"}
    for response in (
        workspace.client.post("/slack/commands", data=body),
        workspace.client.get("/slack/commands", params=body),
        workspace.send("/slack/commands", payloads.form(body), FORM),
    ):
        assert response.status_code == 200
        assert response.content == b""
    assert workspace.client.get("/slack/commands").status_code == 401
    assert workspace.client.post("/slack/commands", data={"ssl_check": "0"}).status_code == 401


@pytest.mark.parametrize("path", [*PATHS, "/webhook/team"])
def test_a_body_that_ends_because_whoever_sends_it_hung_up_is_no_failure(path: str, workspace: Workspace) -> None:
    came = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[dict] = []

    async def receive() -> dict:
        return next(came, {"type": "http.disconnect"})

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [(b"host", b"localhost"), (b"content-length", b"9")], "http_version": "1.1",
             "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1), "root_path": ""}  # fmt: skip
    with ThreadPoolExecutor(1) as thread:  # of its own: Playwright's loop may run in this one
        thread.submit(lambda: asyncio.run(workspace.client.app(scope, receive, send))).result()  # type: ignore[arg-type]
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] in ([], [400])


def test_half_a_character_is_no_failure(workspace: Workspace) -> None:
    body = json.dumps(payloads.event(payloads.mention("When was \ud800 CASIP established?")))
    assert "\\ud800" in body
    assert workspace.send("/slack/events", body, JSON).status_code == 200
    workspace.answers(1)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_no_signed_json_is_a_failure(data: st.DataObject, workspace: Workspace) -> None:
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    junk = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))
    payload = payloads.event(payloads.message(QUESTION))
    where = data.draw(st.sampled_from([payload, payload["event"]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(junk)
    assert workspace.send("/slack/events", json.dumps(payload), JSON).status_code == 200
    element = {"type": "button", "action_id": "pincite_good", "value": "x"}
    press = payloads.press(element, "below:x", workspace.slack.response_url("x"))
    press[data.draw(st.sampled_from(sorted(press)))] = data.draw(junk)
    assert workspace.send("/slack/actions", payloads.interaction(press), FORM).status_code == 200


def test_slack_comes_by_any_name_and_others_do_not(workspace: Workspace) -> None:
    body = good("/slack/events")
    elsewhere = {"host": "tunnel.example"}
    response = workspace.send("/slack/events", body, JSON, **elsewhere)
    assert response.status_code == 200
    assert workspace.client.get("/healthz", headers=elsewhere).status_code == 421


def test_an_event_that_cannot_be_kept_is_not_acknowledged(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    workspace = start()
    workspace.client.app.state.slack.inbox().connection.execute("DROP TABLE inbox")  # type: ignore[attr-defined]
    response = workspace.send("/slack/events", good("/slack/events"), JSON)
    assert response.status_code == 503
    assert "could not be kept" in caplog.text


def test_no_secret_is_ever_written_down(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    workspace = start(slack_bot_token="xoxb-very-secret")
    workspace.event(payloads.mention(QUESTION))
    workspace.answers(1)
    workspace.send("/slack/events", b"", JSON, **{"X-Slack-Signature": "v0=" + "0" * 64})
    for secret in (SECRET, "xoxb-very-secret"):
        assert secret not in caplog.text
    assert SECRET not in repr(Settings(slack_signing_secret=SECRET))


def test_an_acknowledgement_does_not_wait_for_the_models(start: Start, bot: Bot) -> None:
    import threading

    loaded = threading.Event()
    workspace = start(opened=loaded.wait)
    assert workspace.event(payloads.mention(QUESTION)).status_code == 200
    assert workspace.command(QUESTION).json()["text"] == STARTING
    assert workspace.slack.calls == []
    loaded.set()
    workspace.answers(1)
    workspace.responses(1)
