"""Answer packs: one file, the documents' own words, no script, whatever stands in the documents."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import Answer, Bot, Citation
from bot.answer import Alternative
from index import Document, PinciteError
from index.document import Heading
from index.formats import make_document
from tests.web.proof.conftest import OPENED, UNSAID, Asking
from web.proof import pack
from web.proof.receipt import Receipt, receipt_of
from web.words import visible


class Pack(HTMLParser):
    """A pack as a browser reads it: its marks by their id, its sources' text, its receipt, every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}
        self.texts: list[str] = []
        self.receipt = ""
        self.style = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append((tag, named))
        if tag in ("div", "mark", "pre", "style"):
            self._open.append((tag, named.get("id") or ""))
        if tag == "div":
            self.texts.append("")
        if tag == "mark" and named.get("id"):
            self.marks[named["id"] or ""] = ""

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        inside = dict(self._open)
        if "div" in inside:
            self.texts[-1] += data
        if inside.get("mark"):
            self.marks[inside["mark"]] += data
        if "pre" in inside:
            self.receipt += data
        if "style" in inside:
            self.style += data


def packed(bot: Bot, answer: Answer) -> tuple[Pack, str, Receipt]:
    receipt = receipt_of(bot, answer)
    html = pack.render(receipt, pack.documents_of(answer))
    return Pack(html), html, receipt


def check(found: Pack, html: str, receipt: Receipt, answer: Answer) -> None:
    """Hold the pack against the answer: same words, same places, nothing that could run or be fetched."""
    places = [*answer.citations, *(other.citation for other in answer.alternatives)]
    for number, place in enumerate(places, 1):
        assert found.marks.get(f"place-{number}", visible(place.exact)) == visible(place.exact)
    assert "place-1" in found.marks or not places
    whole = [document for document in pack.documents_of(answer).values() if len(document.text) <= pack.WHOLE]
    assert [visible(document.text) for document in whole] == found.texts
    assert json.loads(found.receipt) == receipt.model_dump(mode="json")
    assert {tag for tag, _ in found.tags} <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "h1", "h2", "h3",
        "p", "ol", "ul", "li", "blockquote", "mark", "a", "div", "pre", "code", "span", "details", "summary",
    }  # fmt: skip
    for tag, named in found.tags:
        assert not [name for name in named if name.startswith("on") or name in ("src", "style", "action")]
        if "href" in named:
            assert (named["href"] or "").startswith("#")
            assert f'id="{(named["href"] or "")[1:]}"' in html, tag
    assert html.startswith("<!doctype html>")
    html.encode("utf-8")


def test_an_answer_stands_in_its_sources_marked(bridges: Bot) -> None:
    answer = bridges.ask(OPENED)
    found, html, receipt = packed(bridges, answer)
    check(found, html, receipt, answer)
    assert found.marks == {"place-1": "May 1931", "place-2": "May 1931"} | dict(list(found.marks.items())[2:])
    assert "Answer pack, made on" in html
    for document in answer.documents:
        assert document.sha256 in html


def test_an_abstention_shows_what_came_nearest_and_what_was_there(bridges: Bot) -> None:
    answer = bridges.ask(UNSAID)
    found, html, receipt = packed(bridges, answer)
    check(found, html, receipt, answer)
    assert "The sources don’t say" in html
    for listed in bridges.library.documents():
        assert listed.sha256 in html


def test_nothing_runs_and_nothing_is_fetched(bridges: Bot) -> None:
    found, html, _ = packed(bridges, bridges.ask(OPENED))
    (policy,) = [named["content"] for _, named in found.tags if named.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    digest = base64.b64encode(hashlib.sha256(found.style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy, "the style is let in as it stands in the page"
    assert "http" not in re.sub("http-equiv", "", html)
    assert "@import" not in found.style
    assert "url(" not in found.style


def test_headings_go_down_by_one_and_ids_are_there_once(bridges: Bot) -> None:
    for question in (OPENED, UNSAID):
        found, _, _ = packed(bridges, bridges.ask(question))
        levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))
        assert levels.count(1) == 1
        ids = [named["id"] for _, named in found.tags if "id" in named]
        assert len(ids) == len(set(ids))


def test_a_long_document_is_shown_around_its_places_with_the_offsets_said(ask_of: Asking) -> None:
    line = "Nothing of note was said on this day, and the council rose early.\n"
    text = line * 4000 + "\nThe Tarn bridge was opened in May 1931 by Agnes Fell.\n\n" + line * 2000
    document = make_document(text, source="long.txt")
    at = text.index("May 1931")
    bot = ask_of("Something else.")
    answer = Answer(OPENED, 0.9, (Citation(document, at, at + 8),))
    found, html, _ = packed(bot, answer)
    (shown,) = found.texts
    assert found.marks == {"place-1": "May 1931"}
    assert len(shown) <= pack.AROUND + 8
    said = re.search(r"Characters (\d+)–(\d+): the document is too long", html)
    assert said is not None
    assert text[int(said[1]) : int(said[2])] == shown


def test_parts_of_a_long_document_are_sections_where_those_are_short_and_never_overlap() -> None:
    body = "word " * 1000
    text = "".join(f"Section {number}\n{body}\n" for number in range(60))
    starts = [match.start() for match in re.finditer(r"Section \d+", text)]
    document = Document(
        "id", "t", "s", "text/plain", text, hashlib.sha256(text.encode()).hexdigest(),
        headings=tuple(Heading(start, start + 9, 1) for start in starts),
    )  # fmt: skip
    assert pack.ranges_around(document, [(starts[5] + 20, starts[5] + 30)]) == [(starts[5], starts[6])]
    several = pack.ranges_around(document, [(at, at + 5) for at in (starts[9] + 50, starts[2] + 50, starts[3] + 10)])
    assert several == [(starts[2], starts[4]), (starts[9], starts[10])]


def test_the_service_gives_a_pack_as_a_file(pages: TestClient, bridges: Bot) -> None:
    response = pages.get("/pack", params={"q": OPENED})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-disposition"] == (
        'attachment; filename="pincite-when-was-the-tarn-bridge-opened.html"'
    )
    assert response.headers["content-security-policy"] == pack.POLICY
    assert response.headers["cache-control"] == "no-store"
    receipt = Receipt.model_validate_json(Pack(response.text).receipt)
    assert pack.render(receipt, pack.documents_of(bridges.ask(OPENED))) == response.text
    assert pages.get("/api/questions").json()["stored"] == 0


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("When was it?", "pincite-when-was-it.html"),
        ("../../etc/passwd\r\nX: y", "pincite-etc-passwd-x-y.html"),
        ('a"; filename="b.exe', "pincite-a-filename-b-exe.html"),
        ("全固体電池?", "pincite-answer.html"),
        ("x " * 500, f"pincite-{'x-' * 29}x.html"),
    ],
)
def test_a_files_name_is_safe_whatever_was_asked(question: str, name: str) -> None:
    assert re.match(name.replace(".", r"\."), pack.name_of(question, "html"))
    assert re.fullmatch(r"pincite-[a-z0-9-]{1,60}\.html", pack.name_of(question, "html"))


TEXT = st.text(st.characters(codec=None), min_size=1, max_size=200)
NASTY = st.lists(
    st.sampled_from(
        ["</pre>", "<script>alert(1)</script>", "</style>", "<!--", "-->", "]]>", '" onload="x', "&amp;", "&lt", "\n"]
        + ["\0", "\u2028", "\u202e", "\ufeff", "\U0010ffff", "{{ 7 * 7 }}", "{% raw %}", "Tarn", "\x85", "e\u0301"]
    ),
    min_size=1,
    max_size=20,
).map("".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(TEXT | NASTY, min_size=1, max_size=3),
    question=TEXT | NASTY,
    title=TEXT,
    cuts=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 40)), min_size=1, max_size=5),
    answered=st.booleans(),
)
@example(texts=["</pre><script>x</script>\0"], question="</title>", title="<b>", cuts=[(0, 20)], answered=True)
@example(texts=["abc", "abc"], question="?", title="same", cuts=[(0, 2), (1, 2)], answered=False)
def test_whatever_stands_in_documents_is_quoted_and_never_markup(
    bridges: Bot, texts: list[str], question: str, title: str, cuts: list[tuple[int, int]], answered: bool
) -> None:
    from bot.answer import Reason
    from index.document import normalise

    try:
        documents = [
            make_document(text, source=f"{normalise(title)}-{number}", title=normalise(title))
            for number, text in enumerate(texts)
        ]
    except PinciteError:
        return
    places = []
    for number, (at, length) in enumerate(cuts):
        document = documents[number % len(documents)]
        start = at % len(document.text)
        places.append(Citation(document, start, min(len(document.text), start + length)))
    asked = normalise(question)
    if answered:
        answer = Answer(asked, 0.5, (places[0],), (), tuple(Alternative(place, 0.25) for place in places[1:]))
    else:
        answer = Answer(asked, 0.1, (), (), tuple(map(Alternative, places)), Reason.LOW_CONFIDENCE)
    found, html, receipt = packed(bridges, answer)
    check(found, html, receipt, answer)
    assert Receipt.model_validate_json(found.receipt) == receipt
