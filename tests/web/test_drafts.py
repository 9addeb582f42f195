from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.expected import read_suite
from bot.expected.drafts import FILE, FILL_IN
from index import Library
from index.formats import make_document
from tests.bot.expected.conftest import LEAVE, TRAVEL
from tests.web.checks.conftest import models
from tests.web.test_pages import EVIL, check_safe
from tests.web.test_questions import journal, keep, listed, site, some
from web.cli import main

__all__ = ["journal", "models", "site", "some"]  # fixtures


def make(site: TestClient, question: str, expect: str) -> str:
    """Press a button at a topic; return the page that follows."""
    topic = next(one for one in listed(site)["topics"] if one["question"] == question)
    response = site.post("/questions/drafts", data={"topic": topic["id"], "expect": expect})
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return check_safe(response).text


@pytest.mark.usefixtures("some")
def test_every_question_has_buttons_for_what_may_be_expected_of_it(site: TestClient) -> None:
    page = check_safe(site.get("/questions"))
    buttons = [given.get("value") for tag, given in page.tags if tag == "button" and given.get("name") == "expect"]
    assert buttons == 3 * ["answer", "abstain"] + 2 * ["answered"], "three without a good answer, two with one"
    assert "/questions/drafts" in page.values("a", "href")


@pytest.mark.usefixtures("some")
def test_an_answer_becomes_a_case_that_check_can_ask(site: TestClient, library: Library) -> None:
    shown = make(site, "When does the gate open?", "answered")
    assert "A draft was made of it." in shown
    assert "The gate opens at nine." in shown
    (case,) = read_suite(library.folder / FILE).cases
    assert case.questions == ("When does the gate open?", "What time does the gate open?")
    assert case.expect.answers == ("nine",)
    assert "is a draft already" in make(site, "When does the gate open?", "answered")


@pytest.mark.usefixtures("some")
def test_what_had_no_good_answer_is_for_a_person_to_say(site: TestClient, library: Library) -> None:
    shown = make(site, "When does the gate close?", "answer")
    assert "the answer is to be filled in" in shown
    assert "# Called wrong: nine" in shown
    shown = make(site, "Who built the gate?", "abstain")
    assert "Must not be answered." in shown
    assert "# The nearest passage, in gate.txt: The gate opens at nine." in shown
    wrong, none = read_suite(library.folder / FILE).cases
    assert wrong.expect.answers == (FILL_IN,)
    assert none.expect.abstain


@pytest.mark.usefixtures("some")
def test_a_draft_is_dropped_and_the_file_saved(site: TestClient, library: Library, tmp_path: Path) -> None:
    assert site.get("/questions/drafts.answers.yaml").status_code == 404
    make(site, "Who built the gate?", "abstain")
    make(site, "What colour is the fence?", "answered")
    response = site.get("/questions/drafts.answers.yaml")
    assert response.headers["content-disposition"] == f'attachment; filename="{FILE}"'
    assert response.headers["content-type"].startswith("application/yaml")
    saved = tmp_path / FILE
    saved.write_bytes(response.content)
    assert read_suite(saved).library is None
    assert [case.ask for case in read_suite(saved).cases] == ["Who built the gate?", "What colour is the fence?"]
    shown = check_safe(site.post("/questions/drafts/drop", data={"name": "Who built the gate?"})).text
    assert "The draft was dropped." in shown
    assert "Who built the gate?" not in shown
    assert "no such draft" in check_safe(site.post("/questions/drafts/drop", data={"name": "x"})).text
    shown = check_safe(site.post("/questions/drafts/drop", data={"name": "What colour is the fence?"})).text
    assert "None yet" in shown
    assert not (library.folder / FILE).exists()


@pytest.mark.usefixtures("some")
def test_what_does_not_fit_a_question_is_refused(site: TestClient) -> None:
    topic = listed(site)["topics"][0]["id"]
    for data, status in (({"topic": topic}, 422), ({"topic": topic, "expect": "answered"}, 422), ({}, 404)):
        response = site.post("/questions/drafts", data=data)
        assert response.status_code == status
        check_safe(response)
    response = site.post("/questions/drafts", data={"topic": topic}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert "None yet" in check_safe(site.get("/questions/drafts")).text


@pytest.mark.usefixtures("some")
def test_a_file_with_mistakes_is_shown_with_them(site: TestClient, library: Library) -> None:
    (library.folder / FILE).write_text("cases:\n  - ask: x\n    expcet: {abstain: true}\n")
    for response in (
        site.get("/questions/drafts"),
        site.post("/questions/drafts/drop", data={"name": "x"}),
    ):
        shown = check_safe(response).text
        assert "The file has mistakes" in shown
        assert "Did you mean 'expect'?" in shown


def test_markup_stays_text(site: TestClient, journal: object) -> None:
    keep(journal, EVIL)  # type: ignore[arg-type]
    topic = listed(site)["topics"][0]["id"]
    page = check_safe(site.post("/questions/drafts", data={"topic": topic, "expect": "abstain"}))
    assert not {"img", "b"} & {tag for tag, _ in page.tags}
    assert EVIL in page.text


@pytest.mark.usefixtures("models")
def test_check_skips_a_draft_until_a_person_says_that_it_is_right(
    site: TestClient, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add_documents([make_document(LEAVE, source="leave.md"), make_document(TRAVEL, source="travel.md")])
    site.get("/", params={"q": "Who grants the holidays?"})
    make(site, "Who grants the holidays?", "answered")
    path = library.folder / FILE
    assert main(["check", str(path)]) == 0
    assert "1 skipped" in capsys.readouterr().out
    path.write_text("".join(line for line in path.read_text().splitlines(True) if "skip:" not in line))
    assert main(["check", str(path)]) == 0, capsys.readouterr().out
    assert "1 passed" in capsys.readouterr().out
    assert "It is asked" in check_safe(site.get("/questions/drafts")).text
