import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from bot import Bot
from index import Library
from index.formats import make_document
from tests.conftest import SEEDS
from tests.web.conftest import Page
from web.app import create_app
from web.desk import Desk
from web.words import confidence_in_words

ANSWERED = "When was CASIP established?"
ABSTAINED = "What is the price of one CASIP battery?"
EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)"> & "quoted" \'single\' </mark></div><!-- {{ 7*7 }}'


def asked(client: TestClient, question: str) -> Response:
    return client.get("/", params={"q": question})


def check_safe(response: Response) -> Page:
    """What every page must be: under the policy, without inline script or style, and from this site alone."""
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(response.text)
    for tag, attributes in page.tags:
        assert tag not in ("style", "iframe", "object", "embed", "base")
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "action"):
            address = urlsplit(attributes.get(name) or "")
            assert (address.scheme, address.netloc) == ("", ""), attributes
    scripts = page.values("script", "src")
    assert scripts[0] == "/static/pincite.js"
    assert all(re.fullmatch(r"/static/\w+\.js", script) for script in scripts)
    assert len([tag for tag, _ in page.tags if tag == "script"]) == len(scripts)
    assert not re.search(r"<script[^>]*>[^<]", response.text)
    return page


@pytest.fixture
def first_id(bot: Bot) -> str:
    return bot.library.documents()[0].id


def test_the_first_page_has_a_box_and_names_the_sources(client: TestClient, bot: Bot) -> None:
    response = client.get("/")
    assert response.status_code == 200
    page = check_safe(response)
    assert page.values("input", "name")[0] == "q"
    assert page.values("form", "method") == ["get"]
    assert page.values("label", "for") == page.values("input", "id")
    assert len([address for address in page.values("a", "href") if address.startswith("/documents/")]) == 2
    for listed in bot.library.documents():
        assert listed.title in page.text
        assert listed.source in page.text


def test_an_answer_is_shown_in_its_sentence_with_the_span_marked(client: TestClient, bot: Bot) -> None:
    response = asked(client, ANSWERED)
    assert response.status_code == 200
    page = check_safe(response)
    answer = bot.ask(ANSWERED)
    assert answer.text is not None
    assert page.marks[0] == answer.text
    assert answer.citations[0].quote in page.text
    assert re.search(r"\d\d?%", page.text)
    assert confidence_in_words(answer.confidence) in page.text
    assert page.values("input", "value")[0] == ANSWERED
    assert answer.citations[0].url in page.values("a", "href")


def test_every_citation_link_marks_exactly_its_words(client: TestClient, bot: Bot) -> None:
    page = check_safe(asked(client, ANSWERED))
    links = [address for address in page.values("a", "href") if address.startswith("/documents/")]
    assert links
    for link in links:
        assert link.endswith("#cite")
        found = re.fullmatch(r"/documents/(\w+)\?start=(\d+)&end=(\d+)(?:&also=\d+-\d+)*#cite", link)
        assert found
        document = bot.library.document(found[1])
        assert document is not None
        target = check_safe(client.get(link))
        assert target.marks == [document.text[int(found[2]) : int(found[3])]]
        assert document.text in target.text


def test_an_abstention_is_calm_and_shows_the_nearest_passages(client: TestClient, bot: Bot) -> None:
    response = asked(client, ABSTAINED)
    assert response.status_code == 200
    page = check_safe(response)
    assert "The sources don’t say" in page.text
    assert page.marks == []
    answer = bot.ask(ABSTAINED)
    assert answer.alternatives
    for other in answer.alternatives:
        assert other.citation.exact in page.text
        assert other.citation.url in page.values("a", "href")


def test_items_of_a_list_are_listed(client: TestClient, bot: Bot) -> None:
    question = "Which government bodies does CASIP include?"
    page = check_safe(asked(client, question))
    answer = bot.ask(question)
    assert len(answer.items) >= 3
    assert "words items" in page.values("ul", "class")
    assert page.text.count("The National Energy Administration") >= 3  # heard, listed, and marked in its sentence


def follow(client: TestClient, page: Page, question: str) -> Response:
    """Send the box under an answer, as a browser does."""
    hidden = {
        attributes["name"]: attributes["value"] for tag, attributes in page.tags if attributes.get("type") == "hidden"
    }
    return client.get("/", params={**hidden, "q": question})


def test_a_follow_up_is_read_in_its_conversation_and_says_as_what(client: TestClient) -> None:
    first = check_safe(asked(client, ANSWERED))
    page = check_safe(follow(client, first, "and what does it stand for?"))
    assert "Read as: What does CASIP stand for?" in page.text
    assert "and what does it stand for?" in page.text
    assert page.marks[0] == "China All-Solid-State Battery Collaborative Innovation Platform"
    alone = check_safe(client.get(next(link for link in page.values("a", "href") if link.startswith("/?q="))))
    assert alone.marks == page.marks, "the resolved question gives the same where it is asked alone"
    assert "Read as" not in alone.text
    assert page.values("input", "value")[0] == alone.values("input", "value")[0] == "What does CASIP stand for?"
    third = check_safe(follow(client, page, "Which automakers does it include?"))
    assert "Read as: Which automakers does CASIP include?" in third.text


def test_an_answer_is_followed_up_in_its_own_conversation_and_a_new_question_begins_another(client: TestClient) -> None:
    first, second = (check_safe(asked(client, ANSWERED)) for _ in range(2))
    own = [
        [given["value"] for _, given in page.tags if given.get("name") == "conversation"] for page in (first, second)
    ]
    assert own[0]
    assert own[0] != own[1]
    assert "Read as" not in check_safe(asked(client, "and what does it stand for?")).text


def test_an_abstention_may_be_followed_up_too(client: TestClient) -> None:
    page = check_safe(follow(client, check_safe(asked(client, "Who leads CASIP?")), "when was it established?"))
    assert "Read as: When was CASIP established?" in page.text


def test_markup_in_a_follow_up_stays_text(client: TestClient) -> None:
    page = check_safe(follow(client, check_safe(asked(client, EVIL)), f"what about it {EVIL}"))
    assert not {"img", "b"} & {tag for tag, _ in page.tags}


@pytest.mark.parametrize("conversation", ["", "a b", "x" * 65, "<b>"])
def test_a_conversation_that_is_no_name_is_a_message(client: TestClient, conversation: str) -> None:
    response = client.get("/", params={"q": ANSWERED, "conversation": conversation})
    assert response.status_code == 422
    check_safe(response)


def test_an_empty_library_says_so(own: TestClient) -> None:
    page = check_safe(asked(own, ANSWERED))
    assert "no documents here yet" in page.text
    assert check_safe(own.get("/")).values("input", "name")[0] == "q"


@pytest.mark.parametrize("question", ["", "   ", "?!", "\0\x01"])
def test_an_empty_question_is_a_message_beside_the_box(client: TestClient, question: str) -> None:
    response = asked(client, question)
    assert response.status_code == 422
    assert "The question is empty" in check_safe(response).text


def test_a_question_that_is_too_long_is_a_message(client: TestClient) -> None:
    response = asked(client, "why " * 2_500)
    assert response.status_code == 422
    assert "at most 1,000" in check_safe(response).text


@pytest.mark.parametrize(
    "question", [EVIL, f"When was CASIP established? {EVIL}", '"><b>bold', "{{ config }} {% raw %}"]
)
def test_markup_in_a_question_stays_text(client: TestClient, question: str) -> None:
    response = asked(client, question)
    assert response.status_code in (200, 422)
    page = check_safe(response)
    assert page.values("input", "value")[:1] == [question]
    assert not {"img", "b"} & {tag for tag, _ in page.tags}


def test_markup_in_a_document_stays_text(own: TestClient, library: Library) -> None:
    text = f"{EVIL}\n\nThe Zebra Society was founded in <b>1987</b> by <i>José</i> & friends. {EVIL}\n"
    document = make_document(text, source=f"{EVIL}.txt", title=EVIL)
    library.add_documents([document])
    for response in (
        own.get("/"),
        asked(own, "When was the Zebra Society founded?"),
        own.get(f"/documents/{document.id}"),
    ):
        assert response.status_code == 200
        page = check_safe(response)
        assert not {"img", "b", "i"} & {tag for tag, _ in page.tags}
        assert EVIL in page.text
    start = text.index("<b>1987")
    page = check_safe(own.get(f"/documents/{document.id}?start={start}&end={start + 11}"))
    assert page.marks == ["<b>1987</b>"]
    assert document.text in page.text


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 family and 🇨🇳 flag",
        "e\u0301\u0302 combining\r\nand newlines\rof all kinds",
        "עברית and العربية \u202eoverride\u202c",
        "\n\n  leading blanks\n",
        "x",
        "&amp; &lt; &#0; <!-- -->",
        "\ufeffmark \u2028 separators \u00a0",
    ],
)
def test_any_span_is_marked_exactly(text: str, own: TestClient, library: Library) -> None:
    document = make_document(text, source="a.txt")
    library.add_documents([document])
    length = len(document.text)
    for start, end in {(0, 1), (0, length), (length - 1, length), (length // 3, length // 3 + 1)}:
        page = check_safe(own.get(f"/documents/{document.id}?start={start}&end={end}"))
        assert page.marks == [document.text[start:end]]
        assert document.text in page.text
        assert f"characters {start}–{end}" in page.text


def test_characters_that_html_forbids_keep_their_place(own: TestClient, library: Library) -> None:
    document = make_document("one\0two\x1bthree \x85 four", source="a.txt")
    library.add_documents([document])
    page = check_safe(own.get(f"/documents/{document.id}?start=3&end=8"))
    assert page.marks == ["\ufffdtwo\ufffd"]


def test_a_source_without_a_place_is_shown_whole(client: TestClient, bot: Bot, first_id: str) -> None:
    page = check_safe(client.get(f"/documents/{first_id}"))
    document = bot.library.document(first_id)
    assert document is not None
    assert page.marks == []
    assert document.text in page.text
    assert document.sha256 in page.text
    assert document.text == (SEEDS / Path(document.source).name).read_text()


@pytest.mark.parametrize(
    "place",
    ["start=5&end=5", "start=9&end=4", "start=0&end=999999", "start=0", "end=4", "start=-1&end=4", "start=a&end=b",
     "start=1.5&end=2", "start=&end=", f"start=0&end={10**30}", "start=0&end=%00", "start=9e9&end=1"],
)  # fmt: skip
def test_a_place_that_is_none_is_a_message(client: TestClient, first_id: str, place: str) -> None:
    response = client.get(f"/documents/{first_id}?{place}")
    assert response.status_code == 422
    page = check_safe(response)
    assert page.marks == []
    assert page.values("input", "name")[0] == "q", "the way on"


@pytest.mark.parametrize("name", ["nope", "%00", "%ff", "%3Cscript%3Ealert(1)", "a" * 64])
def test_an_unknown_document_is_a_page_that_says_so(client: TestClient, name: str) -> None:
    response = client.get(f"/documents/{name}")
    assert response.status_code == 404
    assert "There is no such document" in check_safe(response).text


def test_an_address_with_nothing_behind_it_is_a_page(client: TestClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "There is nothing at this address" in check_safe(response).text


def test_another_method_is_a_page(client: TestClient) -> None:
    response = client.post("/")
    assert response.status_code == 405
    check_safe(response)


def test_while_loading_a_page_says_so_and_comes_back(desk: Desk) -> None:
    client = TestClient(create_app(opener=lambda: desk))  # not entered: it never begins to load
    response = asked(client, ANSWERED)
    assert response.status_code == 503
    assert "still loading" in check_safe(response).text
    assert int(response.headers["refresh"]) > 0
    assert client.get("/").status_code == 200, "the box is there at once"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pincite.css", "text/css"),
        ("pincite.js", "javascript"),
        ("ask.js", "javascript"),
        ("beside.js", "javascript"),
        ("peek.js", "javascript"),
        ("recent.js", "javascript"),
        ("votes.js", "javascript"),
        ("source.css", "text/css"),
        ("source.js", "javascript"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_assets_come_from_here_and_name_no_other_place(client: TestClient, name: str, kind: str) -> None:
    response = client.get(f"/static/{name}")
    assert response.status_code == 200
    assert kind in response.headers["content-type"]
    assert "content-security-policy" in response.headers
    assert "http" not in response.text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/docs", "/redoc"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("address", ["/", "/healthz", "/readyz"])
def test_monitors_may_ask_for_the_head_alone(client: TestClient, address: str) -> None:
    response = client.head(address)
    assert response.status_code == 200
    assert response.content == b""
