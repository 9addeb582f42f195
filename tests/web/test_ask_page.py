"""The page people ask on in all its states, without models; `test_pages` asks the real ones."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot import Answer
from tests.web.conftest import Page
from tests.web.said import AGREED, AGREEING_PLACES, DIFFERING, SAID, place, said_desk
from tests.web.said import HARBOUR as DOCUMENT
from tests.web.test_pages import check_safe
from web.app import create_app
from web.board import Board
from web.templating import HERE


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(opener=lambda: said_desk(tmp_path))
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


def asked(client: TestClient, question: str) -> Page:
    return check_safe(client.get("/", params={"q": question}))


def with_class(page: Page, tag: str, name: str) -> list[dict[str, str | None]]:
    return [given for found, given in page.tags if found == tag and name in (given.get("class") or "").split()]


def test_each_place_has_a_number_that_opens_it_and_tells_its_context(client: TestClient) -> None:
    page = asked(client, AGREED)
    numbers = with_class(page, "a", "cite")
    assert [given["href"] for given in numbers] == [one.url for one in Board.of(SAID[AGREED]).places]
    assert numbers[2]["aria-label"] == "Source 3: Letters"
    ids = page.values("div", "id")
    assert all(given["aria-describedby"] in ids for given in numbers)
    assert "It was a wet year." in page.text, "the sentence before the quote"
    assert "3 sources" not in page.text
    assert "2 sources agree" in page.text
    assert "2 May 1996" in page.text
    assert page.marks[0] == "1987"


def test_sources_that_agree_are_one_answer(client: TestClient) -> None:
    page = asked(client, AGREED)
    assert not with_class(page, "ul", "board")
    assert "The sources differ" not in page.text


def test_sources_that_differ_stand_side_by_side_with_their_dates(client: TestClient) -> None:
    page = asked(client, DIFFERING)
    assert "The sources differ" in page.text
    assert "The likeliest answer" in page.text
    assert len(with_class(page, "ul", "board")) == 1
    assert [given["href"] for given in with_class(page, "a", "cite")][-1] == Board.of(SAID[DIFFERING]).others[0].url
    for words in ("2 May 1996", "2011", "A history of societies", "60%"):
        assert words in page.text
    ids = [value for tag, given in page.tags if (value := given.get("id"))]
    assert len(ids) == len(set(ids))


def test_what_is_announced_is_the_answer_or_that_there_is_none(client: TestClient) -> None:
    said = asked(client, AGREED).values("section", "data-heard")
    assert said == ["Answer: 1987. 93%, very confident. 2 sources agree."]
    (nothing,) = asked(client, "Who kept the keys?").values("section", "data-heard")
    assert nothing.startswith("The sources don’t say. ")


def test_the_first_page_suggests_questions_that_are_answered(tmp_path: Path) -> None:
    question = "When was the Zebra Society founded?"
    desk = said_desk(tmp_path, {question: Answer(question, 0.9, AGREEING_PLACES[:1])})
    with TestClient(create_app(opener=lambda: desk)) as client:
        client.app.state.service.wait(60)  # type: ignore[attr-defined]
        assert not with_class(check_safe(client.get("/")), "section", "try"), "titles until there are some"
        desk.suggested.wait(30)
        page = check_safe(client.get("/"))
        assert "/?q=When+was+the+Zebra+Society+founded%3F" in page.values("a", "href")
    desk.suggested.start()
    assert not desk.suggested._thread or not desk.suggested._thread.is_alive(), "a server that ended asks no more"


def test_a_long_answer_is_set_smaller(tmp_path: Path) -> None:
    long = place(DOCUMENT, DOCUMENT.text[15:140])
    with TestClient(create_app(opener=lambda: said_desk(tmp_path, {"What?": Answer("What?", 0.9, (long,))}))) as client:
        client.app.state.service.wait(60)  # type: ignore[attr-defined]
        assert with_class(asked(client, "What?"), "h1", "long")


def test_while_loading_the_first_page_comes_and_a_question_can_be_asked_again(tmp_path: Path) -> None:
    client = TestClient(create_app(opener=lambda: said_desk(tmp_path)))  # not entered: it never begins to load
    assert "being opened" in check_safe(client.get("/")).text
    page = asked(client, AGREED)
    assert "/?q=When+was+the+Zebra+Society+founded%3F" in page.values("a", "href"), "the way to ask again by hand"
    assert "/static/ask.js" in page.values("script", "src"), "and it is asked again in place"


def test_the_first_page_weighs_little(client: TestClient) -> None:
    files = [
        client.get("/").content,
        *(
            (HERE / "static" / name).read_bytes()
            for name in (
                "pincite.css",
                "icon.svg",
                "pincite.js",
                "ask.js",
                "beside.js",
                "peek.js",
                "recent.js",
                "votes.js",
            )
        ),
    ]
    assert sum(len(gzip.compress(file)) for file in files) < 60_000
