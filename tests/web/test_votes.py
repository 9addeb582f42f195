from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Page
from tests.web.test_api import ABSTAINED, ANSWERED, ask, check_problem
from tests.web.test_pages import asked, check_safe
from web.app import create_app
from web.desk import Desk


def vote(client: TestClient, **body: object) -> dict[str, object]:
    response = client.post("/api/votes", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


def pressed(page: Page) -> list[str | None]:
    return [given.get("aria-pressed") for tag, given in page.tags if tag == "button" and "aria-pressed" in given]


def test_programs_vote_and_take_it_back(client: TestClient) -> None:
    entry_id = ask(client, ANSWERED).json()["id"]
    assert vote(client, id=entry_id, good=True, voter="ada") == {"id": entry_id, "good": 1, "bad": 0}
    assert vote(client, id=entry_id, good=False, voter="ada") == {"id": entry_id, "good": 0, "bad": 1}
    assert vote(client, id=entry_id, good=False) == {"id": entry_id, "good": 0, "bad": 2}
    assert vote(client, id=entry_id, good=False) == {"id": entry_id, "good": 0, "bad": 2}, "nobody has one vote"
    assert vote(client, id=entry_id, good=None) == {"id": entry_id, "good": 0, "bad": 1}


def test_a_program_cannot_vote_in_the_name_of_the_page(client: TestClient, desk: Desk) -> None:
    entry_id = ask(client, ANSWERED).json()["id"]
    vote(client, id=entry_id, good=True, voter="page")
    assert desk.journal.vote_of(entry_id, "page") is None


@pytest.mark.parametrize(
    "body",
    [{}, {"id": "x"}, {"good": True}, {"id": "x", "good": "true"}, {"id": "x", "good": 1}, {"id": 1, "good": True},
     {"id": "x" * 65, "good": True}, {"id": "x", "good": True, "voter": ""},
     {"id": "x", "good": True, "voter": "v" * 65}],
)  # fmt: skip
def test_a_vote_that_is_none_is_refused(client: TestClient, body: dict[str, object]) -> None:
    check_problem(client.post("/api/votes", json=body), 422)


def test_a_vote_on_what_is_not_kept_is_not_found(client: TestClient) -> None:
    assert "not kept any more" in check_problem(client.post("/api/votes", json={"id": "gone", "good": True}), 404)
    response = client.post("/votes", data={"id": "gone", "good": "true"})
    assert response.status_code == 404
    assert "not kept any more" in check_safe(response).text


@pytest.mark.parametrize(("question", "choices"), [(ANSWERED, ["true", "false"]), (ABSTAINED, ["false"])])
def test_the_page_asks_what_people_think(client: TestClient, question: str, choices: list[str]) -> None:
    page = check_safe(asked(client, question))
    assert page.values("button", "value") == choices
    assert pressed(page) == ["false"] * len(choices)
    assert ("This should be answered" in page.text) is (question == ABSTAINED)


def test_a_vote_on_the_page_comes_back_to_its_answer(client: TestClient, desk: Desk) -> None:
    page = check_safe(asked(client, ANSWERED))
    (entry_id,) = [given["value"] for tag, given in page.tags if tag == "input" and given.get("name") == "id"]
    assert entry_id is not None
    before = desk.journal.count()

    def send(good: str) -> Page:
        response = client.post("/votes", data={"id": entry_id, "good": good}, follow_redirects=False)
        assert response.status_code == 303
        address = urlsplit(response.headers["location"])
        assert (address.path, address.fragment) == ("/", "vote")
        assert parse_qs(address.query) == {"q": [ANSWERED], "id": [entry_id]}
        again = check_safe(client.get(response.headers["location"]))
        assert again.marks == page.marks
        return again

    voted = send("false")
    assert pressed(voted) == ["false", "true"]
    assert voted.values("button", "value") == ["true", ""], "pressed once more, it is taken back"
    assert "Thank you" in voted.text
    assert desk.journal.vote_of(entry_id, "page") is False
    assert pressed(send("true")) == ["true", "false"]
    assert pressed(send("")) == ["false", "false"]
    assert desk.journal.vote_of(entry_id, "page") is None
    assert desk.journal.count() == before, "seeing an answer again is not asking again"


def test_a_script_stays_where_it_is(client: TestClient) -> None:
    entry_id = ask(client, ANSWERED).json()["id"]
    response = client.post("/votes", data={"id": entry_id, "good": "true"}, headers={"Accept": "application/json"})
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    "body", [b"", b"good=maybe&id=x", b"\xff\xfe", b"&".join(b"a=b" for _ in range(50)), b'{"id": "x"}', b"id=x;good=1"]
)
def test_a_form_that_is_none_is_a_message(client: TestClient, body: bytes) -> None:
    response = client.post("/votes", content=body)
    assert response.status_code in (404, 422)
    check_safe(response)


def test_an_id_that_belongs_to_another_question_is_no_short_cut(client: TestClient, desk: Desk) -> None:
    entry_id = ask(client, ANSWERED).json()["id"]
    before = desk.journal.count()
    page = check_safe(client.get("/", params={"q": ABSTAINED, "id": entry_id}))
    assert "don’t say" in page.text
    assert desk.journal.count() == before + 1
    assert entry_id not in page.values("input", "value")
    assert client.get("/", params={"q": ANSWERED, "id": "x" * 5000}).status_code == 200


def test_where_nothing_is_stored_there_is_nothing_to_vote_on(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from bot.journal import Journal

    silent = Desk(desk.bot, Journal(tmp_path_factory.mktemp("silent"), days=0))
    app = create_app(opener=lambda: silent)
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        page = check_safe(asked(client, ANSWERED))
        assert page.marks
        assert "/votes" not in page.values("form", "action")
        assert ask(client, ANSWERED).json()["id"] is None
        listed = check_safe(client.get("/questions"))
        assert "PINCITE_KEEP_DAYS" in listed.text
        assert "not kept" in listed.text
