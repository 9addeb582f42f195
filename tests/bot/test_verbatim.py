"""The first promise, for any document and any question, through every face."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import Answer, Bot, Confidence, Reader
from bot.conversation import Turn
from bot.evidence import Evidence
from bot.journal import Journal
from index import Document, Embedder, Library, PinciteError
from index.document import digest, normalise
from index.formats import make_document
from web import words
from web.app import create_app
from web.cli import main
from web.desk import Desk
from web.words import visible

ANSWER_ALL = Confidence(bias=0.0, weights=(0.0,) * len(Evidence.__slots__))

TEXT = st.text(st.characters(codec=None), min_size=1, max_size=400)
WORDS = st.lists(
    st.sampled_from(
        ["CASIP", "was", "founded", "in", "January", "2024", "by", "“the", "board”", "(and", "others),", "more than"]
        + ["naïve", "e\u0301te\u0301", "👩‍🔬", "שלום", "عربي", "全固体電池", "ไทย", "\u202eabc\u202c", "1,300", "- a"]
        + ["\r\n", "\n\n", "\0", "x" * 90]
    ),
    min_size=1,
    max_size=60,
).map(" ".join)
DOCUMENTS = st.one_of(TEXT, WORDS)
QUESTIONS = st.one_of(
    st.text(st.characters(codec=None), max_size=120),
    st.sampled_from(
        [
            "When was CASIP founded?",
            "who leads it",
            "how many patents",
            "why",
            "What is 全固体電池?",
            "list the members",
        ]
    ),
)
FOLLOW_UPS = st.sampled_from(
    ["when was that?", "and who leads it?", "what about BYD?", "where are they?", "who said that?"]
)
THOROUGH = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Marks(HTMLParser):
    """Collects what a browser would show inside <mark>, and the whole of the marked source."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marks: list[str] = []
        self.within = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark":
            self.within = True
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self.within = False

    def handle_data(self, data: str) -> None:
        if self.within:
            self.marks[-1] += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verbatim")


@pytest.fixture(scope="module")
def eager(folder: Path, embedder: Embedder, reader: Reader) -> Bot:
    """A bot that answers whenever there is any span above null, so that most examples have an answer."""
    return Bot(Library(folder, embedder), reader, ANSWER_ALL)


@pytest.fixture(scope="module")
def client(eager: Bot, folder: Path) -> Iterator[TestClient]:
    app = create_app(opener=lambda: Desk(eager, Journal(folder, days=1)))
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


def hold_only(bot: Bot, *texts: str) -> list[Document]:
    """Make the library hold documents of these texts and nothing else."""
    documents = [make_document(text, source=f"document-{number}.txt") for number, text in enumerate(texts)]
    held = [listed.id for listed in bot.library.documents()]
    stale = [document_id for document_id in held if document_id not in {document.id for document in documents}]
    bot.library.add_documents(documents)
    if stale:
        bot.library.remove(stale)
    return documents


def check(answer: Answer, texts: dict[str, str]) -> None:
    for citation in [*answer.citations, *(other.citation for other in answer.alternatives)]:
        text = texts[citation.document.id]
        assert citation.exact == text[citation.start : citation.end]
        assert citation.exact.strip()
        assert citation.document.sha256 == digest(text)
        start, end = citation.quote_range
        assert 0 <= start <= citation.start < citation.end <= end <= len(text)
        assert citation.prefix + citation.exact + citation.suffix in text
    if answer.answered:
        assert answer.text == answer.citations[0].exact
        assert not answer.text[0].isspace()
        assert not answer.text[-1].isspace()
        for start, end in answer.items:
            assert answer.citations[0].start <= start < end <= answer.citations[0].end


@THOROUGH
@given(document=DOCUMENTS, question=QUESTIONS)
@example(document="x", question="x")
@example(document="\0", question="\0?")
@example(document="\ud800 half a character", question="what is \udfff?")
@example(document="“Who (are", question="who?")
@example(document="İstanbul’da ﬁnal ﬃ ǅ", question="final?")
@example(document="- a\n- b\n- c", question="list the members")
@example(document="x" * 3000, question="how many x are there")
def test_any_answer_is_a_slice_of_its_document(eager: Bot, document: str, question: str) -> None:
    try:
        documents = hold_only(eager, document, "CASIP was founded in January 2024 by six of the ten largest makers.")
        answer = eager.ask(question)
    except PinciteError:
        return
    check(answer, {one.id: normalise(text) for one, text in zip(documents, (document, documents[1].text), strict=True)})


@settings(THOROUGH, max_examples=15)
@given(document=DOCUMENTS, question=QUESTIONS, follow_up=FOLLOW_UPS)
@example(document="“Who\nare” (they)\0", question="who are they", follow_up="what about it?")
def test_any_answer_to_a_follow_up_is_a_slice_too(eager: Bot, document: str, question: str, follow_up: str) -> None:
    fact = "CASIP was founded in January 2024 by six of the ten largest makers."
    try:
        documents = hold_only(eager, document, fact)
        turns: list[Turn] = []
        for asked in (question, follow_up, "and why?"):
            answer = eager.ask(asked, turns=turns)
            check(answer, {one.id: one.text for one in documents})
            turns.append(Turn.of(answer))
    except PinciteError:
        return


@THOROUGH
@given(document=DOCUMENTS, question=QUESTIONS)
@example(document="<mark>2024</mark> & \0 \x1b[31m ]]> \u2028", question="when <b>was</b> it?")
def test_json_and_pages_carry_the_same_slice(eager: Bot, client: TestClient, document: str, question: str) -> None:
    try:
        hold_only(eager, document)
    except PinciteError:
        return
    body = json.dumps({"question": question})
    response = client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 422)
    if response.status_code == 422:
        assert response.headers["content-type"] == "application/problem+json"
        return
    answer = response.json()
    for citation in answer["citations"]:
        text = client.get(f"/api/documents/{citation['document']['id']}").json()["text"]
        assert citation["exact"] == text[citation["start"] : citation["end"]]
        page = client.get(citation["url"].split("#")[0])
        assert Marks(page.text).marks == [visible(citation["exact"])]
    page = client.get("/", params={"q": answer["question"]})
    assert page.status_code == 200
    if answer["answered"]:
        assert answer["text"] == answer["citations"][0]["exact"]
        assert Marks(page.text).marks[0] == visible(answer["text"])


@settings(THOROUGH, max_examples=8)
@given(document=DOCUMENTS)
@example(document="CASIP was founded in January 2024.\0\x1b[2J :smile: [bold]x[/bold] e\u0301")
def test_the_command_line_prints_the_same_slice(
    eager: Bot, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], document: str
) -> None:
    folder = tmp_path_factory.mktemp("documents")
    try:
        content = document.encode()
    except UnicodeEncodeError:
        return
    (folder / "one.txt").write_bytes(content)
    library = str(tmp_path_factory.mktemp("library"))
    if main(["add", str(folder), "--library", library]) != 0:
        assert "Traceback" not in capsys.readouterr().err
        return
    capsys.readouterr()
    status = main(["ask", "When was CASIP founded?", "--library", library, "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert status == (0 if answer["answered"] else 1)
    text = normalise(content.decode("utf-8-sig"))
    for citation in answer["citations"] + answer["alternatives"]:
        assert citation["exact"] == text[citation["start"] : citation["end"]]
    if answer["answered"]:
        main(["ask", "When was CASIP founded?", "--library", library])
        assert words.visible(answer["text"]) in capsys.readouterr().out


def test_a_document_of_a_megabyte_is_quoted_exactly(eager: Bot) -> None:
    filler = "Nothing of note happened on that day, 👩‍🔬 as the log says.\r\n" * 8500
    fact = "The bridge at Tarn Hows was opened by Agnes Fell in May 1931."
    long = filler[: len(filler) // 2] + "\r\n\r\n" + fact + "\r\n\r\n" + "z" * 500_000 + filler[len(filler) // 2 :]
    assert len(long.encode()) > 1_000_000
    document = hold_only(eager, long)[0]
    answer = eager.ask("Who opened the bridge at Tarn Hows?")
    assert answer.text == "Agnes Fell"
    check(answer, {document.id: normalise(long)})
