import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from bot import Alternative, Answer, Bot, Citation, Confidence, Reader, Reason
from bot.journal import Journal
from index import Document, Library
from index.formats import make_document
from tests.web.conftest import Page
from tests.web.test_api import check_problem
from tests.web.test_pages import EVIL, check_safe
from web import asked as export
from web.app import create_app
from web.asked import COLUMNS
from web.desk import Desk

GATE = make_document("The gate opens at nine. It closes at five.", source="gate.txt")
FENCE = make_document("The fence is green. The fence is high.", source="fence.txt", title="On fences")
NOW = datetime.now(UTC)


@pytest.fixture
def journal(library: Library) -> Journal:
    library.add_documents([GATE, FENCE])
    return Journal(library.folder, days=365)


@pytest.fixture
def site(library: Library, reader: Reader, journal: Journal) -> Iterator[TestClient]:
    """A running service over two documents, with a journal to fill."""
    bot = Bot(library, reader, Confidence.of(reader.folder))
    app = create_app(opener=lambda: Desk(bot, journal))
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


def keep(
    journal: Journal, question: str, place: tuple[Document, int, int] | None = None, *, ago: int = 0, face: str = "page"
) -> str:
    """Keep a question, answered at `place` or not at all, asked `ago` minutes before now."""
    told = (
        Answer(question, 0.9, (Citation(*place),))
        if place
        else Answer(question, 0.1, alternatives=(Alternative(Citation(GATE, 0, 23)),), reason=Reason.NO_SPAN)
    )
    at = NOW - timedelta(minutes=ago)
    entry_id = journal.record(told, asked=question, face=face, conversation="c", took_ms=7, at=at)
    assert entry_id is not None
    return entry_id


NINE, FIVE, GREEN = (GATE, 18, 22), (GATE, 37, 41), (FENCE, 13, 18)


@pytest.fixture
def some(journal: Journal) -> None:
    """Five topics: two without an answer, one called wrong, two answered."""
    keep(journal, "Who built the gate?", ago=1)
    keep(journal, "What does the gate weigh?", ago=2, face="slack")
    keep(journal, "What does the gate weigh?", ago=3)
    journal.vote(keep(journal, "When does the gate close?", NINE, ago=4), "page", good=False)
    keep(journal, "When does the gate open?", NINE, ago=5)
    keep(journal, "What time does the gate open?", NINE, ago=6)
    keep(journal, "What colour is the fence?", GREEN, ago=7)


def headings(page: Page, html: str) -> list[str]:
    return re.findall(r"<h2 id=\"t-\w+\">(.*?)</h2>", html)


def listed(site: TestClient, **params: object) -> dict:
    response = site.get("/api/questions", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    return dict(response.json())


@pytest.mark.usefixtures("some")
def test_the_page_lists_gaps_first(site: TestClient) -> None:
    response = site.get("/questions")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    page = check_safe(response)
    assert headings(page, response.text) == [
        "What does the gate weigh?",
        "Who built the gate?",
        "When does the gate close?",
        "When does the gate open?",
        "What colour is the fence?",
    ]
    assert "Not answered" in page.text
    assert "asked twice" in page.text
    assert "in Slack (1)" in page.text
    assert "The gate opens at nine." in page.text, "the passage that came nearest"
    assert "1 said it is wrong" in page.text
    assert f"/documents/{GATE.id}?start=18&end=22#cite" in page.values("a", "href")
    assert "Asked in 2 ways" in page.text
    assert "7 questions are stored. Each is kept for 365 days" in page.text
    assert "PINCITE_KEEP_DAYS" in page.text
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


@pytest.mark.usefixtures("some")
def test_the_service_lists_the_same(site: TestClient) -> None:
    body = listed(site)
    assert (body["stored"], body["keep_days"], body["pending"], body["found"], body["pages"]) == (7, 365, 0, 5, 1)
    assert body["counts"] == {"unanswered": 2, "voted_down": 1, "answered": 2}
    weigh, _, close, open_, _ = body["topics"]
    assert (weigh["status"], weigh["times"], weigh["faces"]) == ("unanswered", 2, {"page": 1, "slack": 1})
    assert (weigh["answer"], weigh["reason"], weigh["place"]) == (None, "no_span", None)
    assert [place["exact"] for place in weigh["near"]] == ["The gate opens at nine."]
    assert (close["status"], close["bad"]) == ("voted_down", 1)
    assert (open_["answer"], open_["confidence"], open_["place"]["state"]) == ("nine", 0.9, "there")
    assert open_["place"]["url"] == f"/documents/{GATE.id}?start=18&end=22#cite"
    assert [wording["question"] for wording in open_["wordings"]] == [
        "When does the gate open?",
        "What time does the gate open?",
    ]
    assert datetime.fromisoformat(open_["first_asked"]) < datetime.fromisoformat(open_["last_asked"])


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(("show", "count"), [("all", 5), ("unanswered", 2), ("voted_down", 1), ("answered", 2)])
def test_filters_show_a_part(site: TestClient, show: str, count: int) -> None:
    body = listed(site, show=show)
    assert (body["found"], len(body["topics"])) == (count, count)
    assert body["counts"] == {"unanswered": 2, "voted_down": 1, "answered": 2}, "of all, whatever is shown"
    response = site.get("/questions", params={"show": show})
    page = check_safe(response)
    assert len(headings(page, response.text)) == count
    current = [given["href"] for tag, given in page.tags if tag == "a" and given.get("aria-current") == "true"]
    assert current == ["/questions" if show == "all" else f"/questions?show={show}"]


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("q", "count"),
    [
        ("fence", 1),
        ("GATE", 4),
        ("gate weigh", 1),
        ("green", 1),
        ("what time", 1),
        ("%", 0),
        ("' OR 1=1", 0),
        ("  ", 5),
    ],
)
def test_words_find_questions_and_answers(site: TestClient, q: str, count: int) -> None:
    assert listed(site, q=q)["found"] == count
    response = site.get("/questions", params={"q": q})
    page = check_safe(response)
    assert len(headings(page, response.text)) == count
    assert ("No question is like that" in page.text) is (count == 0)


def test_pages_part_a_long_list_and_keep_what_was_looked_for(site: TestClient, journal: Journal) -> None:
    for number in range(45):
        keep(journal, f"What is part number {number:03} of the gate?", ago=number)
    seen = []
    address = "/questions?q=gate"
    for number in (1, 2, 3):
        response = site.get(address)
        page = check_safe(response)
        seen += headings(page, response.text)
        assert f"Page {number} of 3" in page.text
        following = [given["href"] for tag, given in page.tags if tag == "a" and given.get("rel") == "next"]
        address = str(following[0]) if following else ""
    assert address == ""
    assert seen == [f"What is part number {number:03} of the gate?" for number in range(45)]
    assert listed(site, page=99)["page"] == 3, "the last one there is"
    assert len(listed(site, per_page=100)["topics"]) == 45


@pytest.mark.parametrize("params", [{"show": "x"}, {"page": 0}, {"page": "x"}, {"per_page": 101}, {"q": "x" * 1001}])
def test_what_cannot_be_listed_is_a_problem(site: TestClient, params: dict[str, object]) -> None:
    check_problem(site.get("/api/questions", params=params), 422)  # type: ignore[arg-type]
    if "per_page" not in params:
        response = site.get("/questions", params=params)  # type: ignore[arg-type]
        assert response.status_code == 422
        check_safe(response)


def test_an_empty_list_says_what_will_stand_there(site: TestClient) -> None:
    page = check_safe(site.get("/questions"))
    assert "Nothing yet" in page.text
    assert "come first" in page.text
    assert "/questions/delete" not in page.values("a", "href")
    assert listed(site)["topics"] == []


@pytest.mark.usefixtures("some")
def test_a_document_that_changed_or_is_gone_is_said_so(site: TestClient, library: Library) -> None:
    library.add_documents([make_document("The gate opens at ten now.", source="gate.txt")])
    library.remove([FENCE.id])
    states = {topic["question"]: topic["place"] for topic in listed(site, show="answered")["topics"]}
    changed, gone = states["When does the gate open?"], states["What colour is the fence?"]
    assert (changed["state"], changed["url"]) == ("changed", f"/documents/{GATE.id}")
    assert (gone["state"], gone["url"]) == ("gone", None)
    page = check_safe(site.get("/questions"))
    assert "The document has changed since" in page.text
    assert "not in the library any more" in page.text
    for address in page.values("a", "href"):
        if address.startswith("/documents/"):
            assert site.get(address).status_code == 200


def test_markup_in_questions_stays_text(site: TestClient, journal: Journal) -> None:
    keep(journal, EVIL)
    for address in ("/questions", "/questions/delete?topic=" + listed(site)["topics"][0]["id"]):
        page = check_safe(site.get(address))
        assert not {"img", "b"} & {tag for tag, _ in page.tags}
        assert EVIL in page.text
    page = check_safe(site.get("/questions", params={"q": EVIL}))
    assert EVIL in page.values("input", "value")


@pytest.mark.usefixtures("some")
def test_one_topic_is_deleted_after_a_question_back(site: TestClient, journal: Journal) -> None:
    topic = next(one for one in listed(site)["topics"] if one["question"] == "When does the gate open?")
    page = check_safe(site.get("/questions/delete", params={"topic": topic["id"]}))
    assert "Delete these questions?" in page.text
    assert "What time does the gate open?" in page.text
    assert journal.count() == 7, "nothing is deleted by looking"
    response = site.post("/questions/delete", data={"topic": topic["id"]})
    assert response.status_code == 200
    assert "2 questions deleted." in check_safe(response).text
    assert {entry.question for entry in journal.entries()}.isdisjoint(w["question"] for w in topic["wordings"])
    assert journal.count() == 5
    response = site.post("/questions/delete", data={"topic": topic["id"]})
    assert response.status_code == 404
    assert "look at the list again" in check_safe(response).text


@pytest.mark.usefixtures("some")
def test_everything_is_deleted_after_a_question_back(site: TestClient, journal: Journal) -> None:
    page = check_safe(site.get("/questions/delete"))
    assert "7 questions are stored" in page.text
    response = site.post("/questions/delete", data={})
    assert response.status_code == 422
    assert journal.count() == 7, "a form that says nothing deletes nothing"
    response = site.post("/questions/delete", data={"all": "yes"})
    page = check_safe(response)
    assert "7 questions deleted." in page.text
    assert "Nothing yet" in page.text
    assert journal.count() == 0


CSV_EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    "＝1",
    'say "hi", twice',
    "two\r\nlines",
    "plain",
    "naïve 電",
]


def test_the_table_holds_every_question_and_no_formula(site: TestClient, journal: Journal) -> None:
    for number, question in enumerate(CSV_EVIL):
        keep(journal, question, NINE if number % 2 else None, ago=number)
    journal.vote(journal.entries()[0].id, "ada", good=False)
    response = site.get("/api/questions.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["content-disposition"] == 'attachment; filename="pincite-questions.csv"'
    assert response.headers["cache-control"] == "no-store"
    raw = response.content.decode("utf-8")
    assert raw.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(raw, newline=""), strict=True))
    assert tuple(rows[0]) == COLUMNS
    assert [row["question"].removeprefix("'") for row in rows] == CSV_EVIL
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), row
    assert rows[0]["question"] == "'=1+1"
    assert (rows[0]["answered"], rows[0]["answer"], rows[0]["reason"], rows[0]["bad"]) == ("false", "", "no_span", "1")
    assert (rows[0]["nearest"], rows[0]["nearest_source"]) == ("The gate opens at nine.", "gate.txt")
    assert (rows[1]["answered"], rows[1]["answer"], rows[1]["start"], rows[1]["end"]) == ("true", "nine", "18", "22")
    assert (rows[1]["quote"], rows[1]["source"]) == ("The gate opens at nine.", "gate.txt")


def test_the_file_for_programs_holds_the_same_and_all_places(
    site: TestClient, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 3)
    assert site.get("/api/questions.json").json() == []
    for number in range(7):
        keep(journal, f"question {number} “電”", NINE if number % 2 else None, ago=number)
    response = site.get("/api/questions.json")
    assert response.headers["content-type"] == "application/json"
    rows = response.json()
    assert [row["question"] for row in rows] == [f"question {number} “電”" for number in range(7)]
    assert (rows[0]["near"][0]["exact"], rows[0]["place"]) == ("The gate opens at nine.", None)
    assert (rows[1]["place"]["start"], rows[1]["place"]["sha256"]) == (18, GATE.sha256)
    assert len(list(csv.reader(io.StringIO(site.get("/api/questions.csv").text, newline="")))) == 8
    described = site.get("/openapi.json").json()
    schema = described["components"]["schemas"]["EntryOut"]
    assert set(schema["properties"]) == set(rows[0])


def test_a_table_of_nothing_has_its_head(site: TestClient) -> None:
    assert site.get("/api/questions.csv").text == ",".join(COLUMNS) + "\r\n"


@pytest.mark.usefixtures("some")
def test_the_way_there_is_in_the_head_of_every_page(site: TestClient) -> None:
    for address, name in (("/", "/"), ("/questions", "/questions"), (f"/documents/{GATE.id}", None)):
        page = check_safe(site.get(address))
        current = [given["href"] for tag, given in page.tags if tag == "a" and given.get("aria-current") == "page"]
        assert current == ([name] if name else [])
        assert {"/", "/questions"} <= set(page.values("a", "href"))


def test_what_people_ask_is_there_at_once(site: TestClient) -> None:
    site.get("/", params={"q": "When does the gate open?"})
    site.post("/api/ask", json={"question": "Who painted the Mona Lisa?"})
    body = listed(site)
    assert [(topic["question"], list(topic["faces"])) for topic in body["topics"]] == [
        ("Who painted the Mona Lisa?", ["api"]),
        ("When does the gate open?", ["page"]),
    ]
