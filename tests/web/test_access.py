"""PINCITE_API_KEY: who has it may read, and nobody else."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from web.app import create_app
from web.desk import Desk
from web.settings import LOOPBACK, Settings

KEY = "schlüssel-42:x"
SETTINGS = Settings(api_key=KEY, webhooks={"team": {"kind": "mattermost", "token": "t"}})
CLOSED = ["/", "/?q=When", "/documents/x", "/api/documents/x", "/openapi.json", "/nowhere", "/static", "/healthz/",
          "//static/x", "/webhook", "/slack"]  # fmt: skip


def basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


@pytest.fixture
def locked(desk: Desk) -> Iterator[TestClient]:
    app = create_app(SETTINGS, lambda: desk, LOOPBACK | {"testserver"})
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_is_read_without_the_key(locked: TestClient, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        response = locked.request(method, path)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith(("Basic ", "Bearer "))
        assert "content-security-policy" in response.headers


def test_health_and_style_are_open(locked: TestClient) -> None:
    for path in ("/healthz", "/readyz", "/static/pincite.css", "/static/icon.svg"):
        assert locked.get(path).status_code == 200
    assert locked.get("/static/../api/documents/x").status_code in (401, 404)
    assert locked.get("/static/%2e%2e/settings.py").status_code == 404


def test_chat_tools_have_tokens_of_their_own(locked: TestClient) -> None:
    assert locked.post("/webhook/team", json={"token": "t", "command": "/p", "text": "help"}).status_code == 200
    assert locked.post("/webhook/other").status_code == 404


@pytest.mark.parametrize(
    "authorization",
    [f"Bearer {KEY}", f"bearer  {KEY}", basic("", KEY), basic("anna", KEY), basic("x", KEY).replace("Basic", "BASIC")],
)
def test_the_key_opens_as_bearer_and_as_the_password_of_any_name(locked: TestClient, authorization: str) -> None:
    headers = {"authorization": authorization.encode()}
    assert locked.get("/", headers=headers).status_code == 200
    answer = locked.post("/api/ask", json={"question": "When was CASIP established?"}, headers=headers)
    assert answer.status_code == 200
    assert locked.get("/openapi.json", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", KEY, "Bearer", "Bearer ", "Bearer wrong", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Token {KEY}", "Basic",
     "Basic !!!", "Basic =", basic(KEY, ""), basic(KEY, "wrong"), f"Basic {b64encode(KEY.encode()).decode()}",
     "Basic é", f"Basic {KEY}", "\xff"],
)  # fmt: skip
def test_anything_else_does_not(locked: TestClient, authorization: str) -> None:
    assert locked.get("/", headers={"authorization": authorization.encode()}).status_code == 401


def test_a_browser_is_made_to_ask_and_a_program_gets_a_problem(locked: TestClient) -> None:
    page = locked.get("/")
    assert page.headers["www-authenticate"] == 'Basic realm="Pincite", charset="UTF-8"'
    assert page.headers["content-type"].startswith("text/html")
    problem = locked.post("/api/ask", json={"question": "Who?"})
    assert problem.headers["www-authenticate"] == 'Bearer realm="Pincite"'
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 401
    assert KEY not in page.text + problem.text


def test_webhooks_are_reached_by_any_name_and_pages_by_their_own(locked: TestClient) -> None:
    elsewhere = {"host": "pincite.example", "authorization": f"Bearer {KEY}".encode()}
    assert locked.get("/", headers=elsewhere).status_code == 421
    assert locked.post("/webhook/team", json={"token": "wrong"}, headers={"host": "pincite.example"}).status_code == 401


def test_without_a_key_everything_is_open(client: TestClient) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"authorization": "Bearer x"}).status_code == 200
