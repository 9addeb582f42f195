import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from bot import Bot, Confidence, Reader
from bot.expected import run
from bot.expected.build import build
from bot.expected.history import History
from bot.expected.parse import parse
from bot.expected.replay import chosen, compare
from bot.journal import Journal
from index import Embedder, Library
from tests.web.test_pages import EVIL, check_safe
from web.app import create_app
from web.desk import Desk
from web.links import resolver

CASES = """\
gates: {most_wrong: 0.01}
cases:
  - {ask: Who grants holidays?, expect: {answer: Clara Vogel}}
  - {ask: When do left over days expire?, expect: {answer: 31 March}}
  - {ask: Who books tickets?, expect: {answer: Ada Okoro}}
  - {ask: What may a night in a hotel cost?, expect: {contains: euros}}
  - {ask: How many days a year are granted?, expect: {contains: days}}
  - {ask: What is paid for as well?, expect: {contains: breakfast}, xfail: not read well}
  - {ask: What does the dog eat?, expect: {abstain: true}}
"""
PATH = Path("hand.answers.yaml")


@pytest.fixture
def desk(folder: Path, embedder: Embedder, reader: Reader) -> Iterator[Desk]:
    library = Library(folder / "own", embedder)
    library.sync(folder / "handbook")
    yield Desk(Bot(library, reader, Confidence.of(reader.folder)), Journal(library.folder, days=365))
    library.close()


@pytest.fixture
def site(desk: Desk) -> Iterator[TestClient]:
    app = create_app(opener=lambda: desk)
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


def check(desk: Desk) -> None:
    report = run(build(parse(CASES, PATH), PATH), desk.bot, resolver(desk.bot.library))
    History(desk.journal).keep_check(1, [report], [PATH])


def compared(desk: Desk) -> None:
    history = History(desk.journal)
    replayed, _ = chosen([build(parse(CASES, PATH), PATH)], history.people())
    before = history.before([one.question for one in replayed])
    history.keep_diff(compare(desk.bot, replayed, before, since=history.since()), complete=True)


def edit(desk: Desk) -> None:
    """Change one document and delete the other."""
    leave = Path("handbook", "leave.md")
    leave.write_text(leave.read_text().replace("31 March", "30 June"))
    Path("handbook", "travel.md").unlink()
    desk.bot.library.sync(Path("handbook"))


def test_an_empty_page_teaches_how_to_write_the_first_file(site: TestClient) -> None:
    page = check_safe(site.get("/checks"))
    assert "Do your documents still answer?" in page.text
    example = re.search(r"documents: handbook.*?abstain: true\}", page.text, re.S)
    assert example is not None
    assert len(build(parse(example[0], PATH), PATH).cases) == 2
    assert site.get("/api/checks").json() == {"runs": [], "diff": None, "check": None}
    assert site.get("/checks/curve.svg").status_code == 404


def test_what_changed_is_shown_worst_first_with_both_quotes(site: TestClient, desk: Desk) -> None:
    check(desk)
    edit(desk)
    compared(desk)
    response = site.get("/checks")
    assert response.headers["cache-control"] == "no-store"
    page = check_safe(response)
    changed = page.text.split("Expected answers:")[0]
    assert changed.index("Vanished") < changed.index("Changed")
    assert "Days that are left over expire on 31 March." in changed
    assert "Days that are left over expire on 30 June." in changed
    assert {"31 March", "30 June"} <= set(page.marks)
    assert "The document is not in the library any more." in changed
    assert "The document has changed since" in changed
    assert any("#cite" in address for address in page.values("a", "href"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
    body = site.get("/api/checks").json()
    assert [one["worse"] for one in body["diff"]["changes"]] == [True] * len(body["diff"]["changes"])
    assert {one["kind"] for one in body["diff"]["changes"]} >= {"vanished", "changed"}


def test_the_last_check_is_shown_with_causes_gates_and_the_curve(site: TestClient, desk: Desk) -> None:
    check(desk)
    page = check_safe(site.get("/checks"))
    assert "Expected answers: failed" in page.text
    assert "The source changed" in page.text
    assert "Clara Vogel" in page.marks
    assert "most_wrong missed" in page.text
    assert "not read well" in page.text
    assert "to promise a wrong-answer rate of at most 1%" in page.text
    (picture,) = page.values("img", "src")
    response = site.get(picture)
    assert response.headers["content-type"] == "image/svg+xml"
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/=]+'", response.headers["content-security-policy"])
    assert ElementTree.fromstring(response.text).tag.endswith("svg")
    body = site.get("/api/checks").json()["check"]
    assert body["passed"] is False
    assert body["suites"][0]["counts"]["failed"] == 2
    assert body["curve"] | {"words": ""} == {"wanted": 0.01, "threshold": None, "words": "", "picture": picture}


def test_the_history_leads_to_older_diffs(site: TestClient, desk: Desk) -> None:
    compared(desk)
    edit(desk)
    compared(desk)
    compared(desk)
    runs = site.get("/api/checks").json()["runs"]
    assert [one["id"] for one in runs] == [3, 2, 1]
    page = check_safe(site.get("/checks"))
    assert "Every answer is what it was." in page.text
    assert {f"/checks?run={number}" for number in (1, 2, 3)} <= set(page.values("a", "href"))
    assert "30 June" in check_safe(site.get("/checks?run=2")).text
    assert "This was the first snapshot: 7 answers kept." in check_safe(site.get("/checks?run=1")).text
    assert site.get("/checks?run=9").status_code == 404
    assert site.get("/api/checks?run=9").status_code == 404
    assert site.get("/checks?run=x").status_code == 422


def test_nothing_that_people_or_documents_say_is_markup(site: TestClient, desk: Desk) -> None:
    Path("handbook", "evil.md").write_text(f"The evil word is {EVIL} and {EVIL} is the evil word.")
    desk.bot.library.sync(Path("handbook"))
    desk.ask(f"What is the evil word {EVIL}?", face="page")
    compared(desk)
    Path("handbook", "evil.md").unlink()
    desk.bot.library.sync(Path("handbook"))
    compared(desk)
    page = check_safe(site.get("/checks"))
    assert "script" not in {tag for tag, given in page.tags if "src" not in given}


def test_a_question_deleted_by_people_is_gone_from_the_page(site: TestClient, desk: Desk) -> None:
    desk.ask("When does the doctor's note come in?", face="page")
    edit(desk)
    Path("handbook", "leave.md").unlink()
    desk.bot.library.sync(Path("handbook"))
    compared(desk)
    assert "doctor's note come in" in site.get("/api/checks").text
    assert site.post("/questions/delete", data={"all": "yes"}).status_code == 200
    assert "doctor's note come in" not in site.get("/api/checks").text
