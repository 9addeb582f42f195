import pytest
from fastapi.testclient import TestClient

from tests.web.test_api import check_problem
from web.app import create_app
from web.desk import Desk

HERE = "http://testserver"

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver:3000"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Origin": "https://evil.example"},
    {"Origin": "http://testserver:3000"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "testserver"},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
    {"Sec-Fetch-Site": "none"},
    {"Origin": HERE},
    {"Origin": "HTTP://TestServer"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_what_another_sites_page_sends_changes_nothing(client: TestClient, desk: Desk, headers: dict[str, str]) -> None:
    told = desk.ask("When was CASIP established?", face="page")
    assert told.id is not None
    before = desk.journal.count()
    for path, form in (
        ("/votes", {"id": told.id, "good": "false"}),
        ("/questions/delete", {"all": "yes"}),
        ("/api/votes", {"id": told.id, "good": "false"}),
        ("/api/ask", {"question": "Who?"}),
        ("/nowhere", {}),
    ):
        response = client.post(path, data=form, headers=headers)
        assert response.status_code == 403, path
        assert "content-security-policy" in response.headers
    assert desk.journal.count() == before
    assert desk.journal.vote_of(told.id, "page") is None


@pytest.mark.parametrize("headers", OWN)
def test_own_pages_and_programs_may(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/ask", json={"question": "Who wrote the article?"}, headers=headers).status_code == 200


def test_the_refusal_is_a_problem_for_programs_and_a_page_for_people(client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert "Pincite's own" in check_problem(client.post("/api/ask", json={}, headers=headers), 403)
    assert "Not from here" in client.post("/votes", headers=headers).text


def test_reading_is_free_and_other_methods_are_not(client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://chat.example"}
    assert client.get("/", headers=headers).status_code == 200, "a link from a chat"
    assert client.head("/", headers=headers).status_code == 200
    for method in ("PUT", "PATCH", "DELETE", "POST", "BREW"):
        assert client.request(method, "/api/ask", headers=headers).status_code == 403, method


@pytest.mark.parametrize(
    ("path", "free"),
    [("/slack/events", True), ("/webhook/team", True), ("/slackers", False), ("/webhooks", False), ("/x/slack", False)],
)
def test_services_that_sign_what_they_post_are_let_through(client: TestClient, path: str, free: bool) -> None:
    status = client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code
    assert (status != 403) is free


def test_while_loading_it_is_refused_as_well(desk: Desk) -> None:
    client = TestClient(create_app(opener=lambda: desk))
    assert client.post("/votes", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/votes").status_code == 503
