import json
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Bot
from index import Embedder, LibraryError
from web.app import MAX_BODY_BYTES, create_app
from web.chat.webhooks import REMEMBERED, Seen, conversation
from web.desk import Desk
from web.settings import Settings
from web.words import confidence_in_words, percent

ANSWERED = "When was CASIP established?"
ABSTAINED = "What is the price of one CASIP battery?"
ROOT = "https://pincite.example"
SETTINGS = Settings(
    public_url=f"{ROOT}/",
    webhooks={
        "team-a": {"kind": "mattermost", "token": "mm-token"},
        "rocket": {"kind": "rocketchat", "token": "rc-token"},
    },
)
SLASH = {"token": "mm-token", "command": "/pincite", "text": ANSWERED, "channel_id": "c1", "channel_name": "town",
         "user_id": "u1", "user_name": "ann", "team_id": "t", "team_domain": "d", "trigger_id": "x", "root_id": "",
         "response_url": "https://chat.example/hooks/commands/y"}  # fmt: skip
OUTGOING = {"token": "mm-token", "text": f"pincite {ANSWERED}", "trigger_word": "pincite", "channel_id": "c1",
            "channel_name": "town", "user_id": "u1", "user_name": "ann", "team_id": "t", "team_domain": "d",
            "post_id": "p1", "timestamp": 1790000000000, "file_ids": ""}  # fmt: skip
ROCKET = {"token": "rc-token", "bot": False, "trigger_word": "pincite", "channel_id": "GENERAL",
          "channel_name": "general", "message_id": "m1", "timestamp": "2026-11-22T10:00:00.000Z", "user_id": "u1",
          "user_name": "ann", "text": f"pincite {ANSWERED}", "siteUrl": "https://chat.example"}  # fmt: skip


@pytest.fixture
def chat(desk: Desk) -> Iterator[TestClient]:
    """A running service over the seeds, with an integration of each kind and nothing seen yet."""
    app = create_app(SETTINGS, lambda: desk)
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


def form(client: TestClient, fields: dict, name: str = "team-a", **headers: str) -> Response:
    body = urlencode({key: str(value) for key, value in fields.items()})
    return client.post(
        f"/webhook/{name}", content=body, headers={"content-type": "application/x-www-form-urlencoded", **headers}
    )


def check(response: Response) -> dict:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    said = response.json()
    assert isinstance(said, dict)
    return said


def test_a_mattermost_command_is_answered_for_its_sender(chat: TestClient, bot: Bot) -> None:
    said = check(form(chat, SLASH))
    assert said["response_type"] == "ephemeral"
    assert "**January 2024**" in said["text"]
    assert "(1) [" in said["text"]
    assert f"]({ROOT}/documents/" in said["text"]
    confidence = bot.ask(ANSWERED).confidence
    assert f"{percent(confidence)} {confidence_in_words(confidence)}" in said["text"]
    assert said["text"].startswith(f"You asked: {ANSWERED}\n\n> ")


def test_a_mattermost_message_is_commented_on_from_a_form_and_from_json(chat: TestClient) -> None:
    for said in (check(form(chat, OUTGOING)), check(chat.post("/webhook/team-a", json={**OUTGOING, "post_id": "p2"}))):
        assert said["response_type"] == "comment"
        assert "**January 2024**" in said["text"]


def test_a_rocketchat_message_is_answered_in_its_thread(chat: TestClient) -> None:
    said = check(chat.post("/webhook/rocket", json=ROCKET))
    assert set(said) == {"text", "tmid", "attachments", "parseUrls"}
    assert "**January 2024**" in said["text"]
    assert said["tmid"] == "m1"
    assert said["attachments"][0]["title_link"].startswith(f"{ROOT}/documents/")


def test_a_command_may_bring_its_token_in_the_header_alone(chat: TestClient) -> None:
    fields = {name: value for name, value in SLASH.items() if name != "token"}
    assert "January 2024" in check(form(chat, fields, authorization="Token mm-token"))["text"]
    assert form(chat, fields, authorization="Token other").status_code == 401
    assert form(chat, fields, authorization="Bearer mm-token").status_code == 401


def test_who_called_is_told_why_there_is_no_answer_and_what_came_nearest(chat: TestClient) -> None:
    for said in (
        check(form(chat, {**SLASH, "text": ABSTAINED})),
        check(form(chat, {**OUTGOING, "text": f"pincite {ABSTAINED}"})),
        check(chat.post("/webhook/rocket", json={**ROCKET, "text": f"pincite {ABSTAINED}"})),
    ):
        assert "**The sources don't say.** " in said["text"]
        assert "Nearest passage:" in said["text"]


def test_where_nobody_called_only_an_answer_is_said(chat: TestClient) -> None:
    for text, message in ((ABSTAINED, "1"), ("help", "2"), ("", "3"), ("?!", "4")):
        assert check(form(chat, {**OUTGOING, "trigger_word": "", "text": text, "post_id": message})) == {}
        silent = {**ROCKET, "trigger_word": "", "text": text, "message_id": message}
        assert check(chat.post("/webhook/rocket", json=silent)) == {}
    assert (
        "January 2024" in check(form(chat, {**OUTGOING, "trigger_word": "", "text": ANSWERED, "post_id": "5"}))["text"]
    )


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP"])
def test_help_and_nothing_at_all_are_explained(chat: TestClient, text: str) -> None:
    for said in (
        check(form(chat, {**SLASH, "text": text})),
        check(form(chat, {**OUTGOING, "text": f"pincite {text}"})),
        check(chat.post("/webhook/rocket", json={**ROCKET, "text": f"pincite {text}"})),
    ):
        assert "Ask a question in plain words" in said["text"]


def test_who_is_polite_gets_a_short_line_and_no_search(chat: TestClient, desk: Desk) -> None:
    before = desk.journal.count()
    for text, said in (("hi", "Ask a question in plain words"), ("thanks!", "You're welcome."), ("ok", "whenever")):
        assert said in check(form(chat, {**SLASH, "text": text}))["text"]
        assert check(form(chat, {**OUTGOING, "trigger_word": "", "text": text, "post_id": text})) == {}
    assert desk.journal.count() == before


def test_what_cannot_be_asked_is_said(chat: TestClient) -> None:
    assert "Type a question in words" in check(form(chat, {**SLASH, "text": "?!"}))["text"]
    assert "at most 1,000 are read" in check(form(chat, {**SLASH, "text": "word " * 300}))["text"]


def test_a_message_is_answered_once(chat: TestClient) -> None:
    assert check(form(chat, OUTGOING))["text"]
    assert check(form(chat, OUTGOING)) == {}
    assert check(chat.post("/webhook/rocket", json=ROCKET))["text"]
    assert check(chat.post("/webhook/rocket", json=ROCKET)) == {}
    assert check(form(chat, SLASH))["text"]
    assert check(form(chat, SLASH))["text"], "a command may be given again"


def test_bots_and_edits_are_ignored(chat: TestClient) -> None:
    for more in ({"bot": {"i": "abc"}}, {"bot": True}, {"isEdited": True}):
        assert check(chat.post("/webhook/rocket", json={**ROCKET, **more})) == {}


def test_the_integration_decides_how_a_request_proves_itself(chat: TestClient) -> None:
    assert chat.post("/webhook/rocket", json={**ROCKET, "token": "mm-token"}).status_code == 401
    assert chat.post("/webhook/team-a", json={**OUTGOING, "token": "rc-token"}).status_code == 401
    fields = {name: value for name, value in ROCKET.items() if name != "token"}
    header = {"authorization": "Token rc-token"}
    assert chat.post("/webhook/rocket", json=fields, headers=header).status_code == 401
    assert form(chat, ROCKET, name="rocket").status_code == 415, "Rocket.Chat posts no forms"


@pytest.mark.parametrize(
    "token", [None, "", "mm-tokem", "mm-token ", "MM-TOKEN", "é", "\ud800", 5, ["mm-token"], {"a": 1}, True]
)
def test_a_wrong_or_missing_token_is_refused(chat: TestClient, token: object) -> None:
    for name, fields in (("team-a", OUTGOING), ("rocket", ROCKET)):
        body = json.dumps({**fields, "token": token})
        response = chat.post(f"/webhook/{name}", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["www-authenticate"]
        assert "mm-token" not in response.text


def test_an_unknown_integration_is_not_found(chat: TestClient, client: TestClient) -> None:
    for name in ("other", "TEAM-A", "team-a/x", "%2e%2e", ""):
        assert chat.post(f"/webhook/{name}", json=OUTGOING).status_code == 404
    assert client.post("/webhook/team-a", json=OUTGOING).status_code == 404, "none are configured there"


JUNK = [
    (b"", "application/json", 400), (b"{", "application/json", 400), (b"\xff\xfe", "application/json", 400),
    (b"[" * 50_000, "application/json", 400), (b"9" * 5000, "application/json", 400), (b"[]", "application/json", 422),
    (b"null", "application/json", 422), (b'"token"', "application/json", 422), (b"{}", "application/json", 401),
    (b"\xff", "application/x-www-form-urlencoded", 400), (b"", "application/x-www-form-urlencoded", 401),
    (b"a=1&" * 300, "application/x-www-form-urlencoded", 400), (b"token=mm-token", "multipart/form-data", 415),
    (b"token=mm-token", "text/plain", 415), (b"token=mm-token", "", 415),
    (b'{"token": "mm-token"}', "application/json", 200),
    (b"token=mm-token&text=%ff%fe", "application/x-www-form-urlencoded", 200),
    (b"x" * (MAX_BODY_BYTES + 1), "text/plain", 413),
    (b'{"token": "mm-token", "text": 5}', "application/json", 422), (b"{} {}", "application/json", 400),
    (b'{"token": "mm-token", "text": "\\ud800", "channel_id": "\\udfff", "command": "/p"}', "application/json", 200),
    (b'{"token": "mm-token", "command": {}}', "application/json", 422),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "status"), JUNK)
def test_junk_is_refused_as_what_it_is(chat: TestClient, body: bytes, kind: str, status: int) -> None:
    response = chat.post("/webhook/team-a", content=body, headers={"content-type": kind})
    assert response.status_code == status, response.text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = [
    "text",
    "trigger_word",
    "command",
    "channel_id",
    "user_id",
    "post_id",
    "root_id",
    "message_id",
    "tmid",
    "bot",
    "isEdited",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["team-a", "rocket"]), fields=st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_no_body_makes_it_fail(chat: TestClient, name: str, fields: dict) -> None:
    body = json.dumps({**fields, "token": "mm-token" if name == "team-a" else "rc-token"})
    response = chat.post(f"/webhook/{name}", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        check(response)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_no_bytes_make_it_fail(chat: TestClient, body: bytes, kind: str) -> None:
    assert chat.post("/webhook/team-a", content=body, headers={"content-type": kind}).status_code in (400, 401, 422)


def test_while_the_models_load_who_calls_is_told() -> None:
    go_on = threading.Event()

    def slow() -> Desk:
        go_on.wait(60)
        raise LibraryError("There is no library.")

    app = create_app(SETTINGS, slow)
    with TestClient(app) as client:
        assert "still loading" in check(form(client, SLASH))["text"]
        assert check(form(client, {**OUTGOING, "trigger_word": ""})) == {}
        go_on.set()
        assert app.state.service.wait(60)
        assert "There is no library." in check(form(client, SLASH))["text"]


def test_a_failure_is_told_and_logged(
    chat: TestClient, desk: Desk, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(type(embedder), "encode", broken)
    said = check(form(chat, {**SLASH, "text": "Which question was never asked before?"}))
    assert said["text"] == "Pincite failed at this; its log says why."
    assert "a secret" in caplog.text
    assert "mm-token" not in caplog.text


def test_a_question_is_kept_with_its_face_and_a_conversation_that_tells_no_channel(
    chat: TestClient, desk: Desk
) -> None:
    form(chat, {**SLASH, "channel_id": "secret-channel", "root_id": "r"})
    entry = desk.journal.entries(1)[0]
    assert (entry.face, entry.question) == ("mattermost", ANSWERED)
    assert entry.conversation == conversation("team-a", ("secret-channel", "r"))
    assert "secret" not in entry.conversation
    assert (
        conversation("team-a", ("c", "r")) != conversation("team-b", ("c", "r")) != conversation("team-b", ("cr", ""))
    )


def test_what_nobody_asked_pincite_is_kept_only_with_its_answer(chat: TestClient, desk: Desk) -> None:
    form(chat, {**OUTGOING, "trigger_word": "", "text": "Nobody tell Anna what the party costs!", "post_id": "7"})
    form(chat, {**OUTGOING, "trigger_word": "", "text": ANSWERED, "post_id": "8"})
    assert "party" not in "".join(entry.question for entry in desk.journal.entries())
    assert desk.journal.entries(1)[0].question == ANSWERED


def test_messages_are_remembered_for_a_while() -> None:
    seen = Seen()
    assert [seen.before(("a", "1")), seen.before(("a", "1")), seen.before(("b", "1"))] == [False, True, False]
    for number in range(REMEMBERED):
        seen.before(("c", str(number)))
    assert not seen.before(("a", "1"))
