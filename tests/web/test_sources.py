import re
import struct
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Document, Library
from index.document import Heading
from index.formats import make_document
from tests.index.formats.made import column, pdf
from tests.index.formats.test_pdf import NEXT, PROSE
from tests.web.light import light_app, light_library
from web.marking import PART, WHOLE, Marks, marked, parts
from web.sources import ALSO, LISTED
from web.words import visible

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120).filter(str.strip)


class Shown(HTMLParser):
    """What a page shows of a source: its text, and the words of every mark, heading and element with an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.cited = ""
        self.also: dict[int, str] = {}
        self.hits: list[str] = []
        self.headings: dict[str, str] = {}
        self.ids: list[str] = []
        self.breaks: list[tuple[int, int]] = []
        self.links: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.breaks += [(len(self.text), int(given["data-page"] or 0))] if "data-page" in given else []
        self.hits += [""] if tag == "mark" and "hit" in (given.get("class") or "").split() else []
        if tag not in ("meta", "link", "input", "br", "img"):
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, "every element is closed where it must be"

    def handle_data(self, data: str) -> None:
        for tag, attributes in self._open:
            if attributes.get("class") == "text":
                self.text += data
            if attributes.get("id") == "cite":
                self.cited += data
            for number in (attributes.get("data-also") or "").split():
                self.also[int(number)] = self.also.get(int(number), "") + data
            if tag == "mark" and "hit" in (attributes.get("class") or "").split():
                self.hits[-1] += data
            if attributes.get("role") == "heading":
                self.headings[attributes["id"] or ""] = self.headings.get(attributes["id"] or "", "") + data
            if tag == "a" and data.strip():
                self.links[attributes.get("aria-label") or data.strip()] = attributes["href"] or ""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = light_library(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    app = light_app(library)
    with TestClient(app) as client:
        assert app.state.service.wait(10)
        yield client


def added(library: Library, text: str, **more: object) -> Document:
    document = make_document(text, source="a.txt", **more)  # type: ignore[arg-type]
    library.add_documents([document])
    return document


def shown(client: TestClient, address: str) -> Shown:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return Shown(response.text)


@st.composite
def places(draw: st.DrawFn, text: str) -> tuple[int, int]:
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, len(text)))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), written=TEXT)
def test_whatever_is_marked_the_text_is_the_documents_and_the_marks_are_its_slices(
    data: st.DataObject, written: str
) -> None:
    text = make_document(written, source="a.txt").text
    spans = st.lists(places(text), max_size=4).map(tuple)
    levels = st.lists(places(text), max_size=3)
    headings = tuple(Heading(start, end, 1 + end % 6) for start, end in data.draw(levels))
    pages = tuple(sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=3))))
    document = make_document(text, source="a.txt", headings=headings, pages=pages)
    main = data.draw(st.one_of(st.none(), places(text)))
    hits = data.draw(spans)
    now = data.draw(st.integers(0, len(hits) - 1)) if hits else None
    marks = Marks(main, data.draw(spans), hits, now)
    found = Shown(marked(document, marks))

    def slice_of(place: tuple[int, int]) -> str:
        return visible(text[slice(*place)])

    assert found.text == visible(text)
    assert [found.also[number] for number in range(len(marks.also))] == [slice_of(place) for place in marks.also]
    assert slice_of(hits[now])[0] == found.cited[0] if now is not None else found.cited == slice_of(main or (0, 0))
    assert len(found.ids) == len(set(found.ids)), "an id names one element"
    assert all(re.fullmatch(r"cite|h-\d+", name) for name in found.ids), "what a pane's page may have as well"
    assert found.breaks == [(start, number) for number, start in enumerate(pages, 1)]
    for name, words in found.headings.items():
        assert text[int(name[2:]) :].startswith(words) or visible(text[int(name[2:]) :]).startswith(words)


def test_headings_are_headings_and_the_contents_lead_to_them(client: TestClient, library: Library) -> None:
    text = "Annals\n\nOf the town.\n\nHistory\n\nIt was founded in 1516."
    headings = (Heading(0, 6, 1), Heading(text.index("History"), text.index("History") + 7, 2))
    document = added(library, text, headings=headings)
    page = shown(client, f"/documents/{document.id}")
    assert page.headings == {"h-0": "Annals", "h-22": "History"}
    assert page.links["History"] == "#h-22"
    assert page.text == text


def test_further_places_are_marked_and_walked_through_in_order(client: TestClient, library: Library) -> None:
    document = added(library, "one two three four five")
    address = f"/documents/{document.id}?start=8&end=13&also=0-3&also=19-23&also=0-3&also=8-13"
    words = []
    for _ in range(4):
        page = shown(client, address)
        words.append((page.cited, sorted(page.also.values())))
        address = page.links["Next mark"]
        assert shown(client, shown(client, address).links["Previous mark"]).cited == page.cited
    assert words == [
        ("three", ["five", "one"]), ("five", ["one", "three"]), ("one", ["five", "three"]), ("three", ["five", "one"]),
    ]  # fmt: skip
    assert "Mark 2 of 3" in client.get(f"/documents/{document.id}?start=8&end=13&also=0-3&also=19-23").text


@pytest.mark.parametrize(
    "query",
    ["also=0-3", "start=0&end=3&also=3", "start=0&end=3&also=3-3", "start=0&end=3&also=0-99", "start=0&end=3&also=-1-2",
     "start=0&end=3&also=٣-٤", "start=0&end=3&also=" + "9" * 13 + "-5", f"start=0&end=3{'&also=0-1' * (ALSO + 1)}",
     "find=" + "x" * 201, "hit=0", "part=0", "part=x"],
)  # fmt: skip
def test_a_further_place_that_is_none_is_a_message(client: TestClient, library: Library, query: str) -> None:
    document = added(library, "one two three")
    assert client.get(f"/documents/{document.id}?{query}").status_code == 422


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ECOLE", ["École", "e\u0301cole".replace("e\u0301", "é"), "ecole"]),
        ("école", ["École", "école", "ecole"]),
        ("STRASSE", ["Straße", "strasse"]),
        ("der  strasse", ["der\nstrasse"]),
        ("final", ["ﬁnal"]),
        ("it's", ["it’s"]),
        ("istan", ["İstan"]),
        ("q", ["q\u0323\u0303"]),
        ("soft hyphen", ["soft hy\u00adphen"]),
        ("<b>", ["<b>"]),
        (".*", []),
        ("\u0301", []),
        ("nothing of it", []),
    ],
)
def test_what_is_found_is_marked_whatever_its_case_and_diacritics(
    client: TestClient, library: Library, words: str, found: list[str]
) -> None:
    document = added(
        library, "École, école, ecole. Straße der\nstrasse: ﬁnal it’s İstanbul <b> q\u0323\u0303 soft hy\u00adphen"
    )
    response = client.get(f"/documents/{document.id}", params={"find": words})
    page = Shown(response.text)
    assert page.hits == found
    assert page.text == document.text
    assert (f"1 of {len(found)} found" if found else "Nothing found") in response.text
    assert page.cited == (found[0] if found else "")


def test_what_is_found_is_walked_through_and_left_again(client: TestClient, library: Library) -> None:
    document = added(library, "tea and tea and TEA")
    address = f"/documents/{document.id}?start=4&end=7&find=tea"
    first = client.get(address)
    assert "2 of 3 found" in first.text, "the next one behind the place cited is looked at first"
    following = shown(client, Shown(first.text).links["Next match"])
    assert following.cited == "TEA"
    assert shown(client, following.links["Next match"]).cited == "tea"
    assert shown(client, following.links["Stop finding"]).cited == "and"


def test_a_long_document_is_shown_in_parts_that_make_up_the_whole(client: TestClient, library: Library) -> None:
    paragraphs = [f"Paragraph {number} of the annals says what was done that day." for number in range(12_000)]
    text = "\n\n".join(paragraphs)
    start = text.index("Paragraph 9000 ")
    heads = tuple(Heading(at, at + 9, 1 + number % 3) for number, at in enumerate(range(0, len(text) - 9, 1_500)))
    document = added(library, text, headings=heads)
    cuts = parts(document)
    assert len(text) > WHOLE
    assert cuts[0][0] == 0
    assert cuts[-1][1] == len(text)
    assert all(one[1] == two[0] for one, two in pairwise(cuts))
    assert all(PART // 2 <= end - low <= 2 * PART for low, end in cuts)
    address = f"/documents/{document.id}"
    whole = "".join(shown(client, f"{address}?part={number}").text for number in range(1, len(cuts) + 1))
    assert whole == text
    response = client.get(f"{address}?start={start}&end={start + 14}")
    page = Shown(response.text)
    assert page.cited == "Paragraph 9000"
    assert len(response.content) < 4 * PART
    assert shown(client, page.links["The part after"]).text in text[start:]
    for found in (shown(client, f"{address}?find=Paragraph 9000 of"), shown(client, page.links["The part before"])):
        assert page.text != found.text or found.cited
    assert shown(client, f"{address}?find=paragraph+11999").cited == "Paragraph 11999"
    listed = [link for link in page.links.values() if "#h-" in link]
    assert 0 < len(listed) <= LISTED
    for link in listed[::60]:
        target = shown(client, link if link.startswith("/") else f"{address}?start={start}&end={start + 14}")
        assert urlsplit(link).fragment in target.ids
    assert client.get(f"{address}?part={len(cuts) + 1}").status_code == 404


def test_a_place_across_the_edge_of_a_part_is_shown_whole(client: TestClient, library: Library) -> None:
    document = added(library, "word " * (WHOLE // 4))
    edge = parts(document)[0][1]
    assert shown(client, f"/documents/{document.id}?start={edge - 8}&end={edge + 8}").cited == "rd word word wor"


def test_the_whole_text_is_there_as_it_is_signed(client: TestClient, library: Library) -> None:
    document = added(library, "één\0 <b>two</b>\n")
    response = client.get(f"/documents/{document.id}/text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == document.text
    assert client.get("/documents/nope/text").status_code == 404


@pytest.mark.parametrize(
    ("url", "leads"),
    [("https://example.org/a?b=1", True), ("http://example.org", True), ("javascript:alert(1)", False),
     ("//example.org", False), ("https://", False), ("https://exa mple.org", False), ("https://[", False)],
)  # fmt: skip
def test_where_a_document_comes_from_is_a_link_only_to_the_web(
    client: TestClient, library: Library, url: str, leads: bool
) -> None:
    document = added(library, "one two", metadata={"url": url, "author": "<i>Jo</i>", "date": "2019-03-04"})
    response = client.get(f"/documents/{document.id}?start=0&end=3")
    page = Shown(response.text)
    assert ("where it comes from" in page.links) is leads
    assert ("these words where they come from" in page.links) is leads
    assert "&lt;i&gt;Jo&lt;/i&gt;" in response.text
    assert "4 March 2019" in response.text


@pytest.fixture
def report(library: Library, tmp_path: Path) -> tuple[Path, Document]:
    """A PDF of two pages in the library."""
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf([column(50, 700, *PROSE), column(50, 700, *NEXT)]))
    assert library.add([path]).added
    document = library.document(library.documents()[0].id)
    assert document is not None
    return path, document


def place_of(document: Document, words: str) -> str:
    start = document.text.index(words)
    return f"start={start}&end={start + len(words)}"


def test_the_page_of_a_pdf_is_shown_with_the_words_framed(client: TestClient, report: tuple[Path, Document]) -> None:
    _, document = report
    response = client.get(f"/documents/{document.id}?{place_of(document, 'river')}")
    assert "on page 2 marked" in response.text
    assert "Page 2 of 2 as it is printed, the words framed" in response.text
    page = Shown(response.text)
    assert page.text == document.text
    assert page.breaks == [(start, number) for number, start in enumerate(document.pages, 1)]
    strip = re.search(r'<img src="(.*?)" width="(\d+)" height="(\d+)" alt="Page 2 .*?framed', response.text)
    assert strip
    picture = client.get(strip[1].replace("&amp;", "&"))
    assert picture.headers["content-type"] == "image/png"
    assert struct.unpack(">II", picture.content[16:24]) == (int(strip[2]), int(strip[3]))
    tag = picture.headers["etag"]
    assert client.get(strip[1].replace("&amp;", "&"), headers={"If-None-Match": tag}).status_code == 304
    whole = client.get(page.links["The whole page"])
    assert struct.unpack(">II", whole.content[16:24]) > (0, int(strip[3]))
    assert whole.headers["etag"] != tag


def test_a_file_that_changed_or_is_gone_has_no_picture_and_the_page_says_so(
    client: TestClient, report: tuple[Path, Document]
) -> None:
    path, document = report
    address = f"/documents/{document.id}?{place_of(document, 'river')}"
    path.write_bytes(pdf([column(50, 700, *PROSE), column(50, 700, "The river and something else.")]))
    response = client.get(address)
    assert "There is no picture of the page: The file changed since it was read" in response.text
    assert "<img" not in response.text
    assert Shown(response.text).cited == "river"
    path.unlink()
    assert "not at its place any more" in client.get(address).text
    assert client.get(f"/documents/{document.id}/pages/2.png").status_code == 404


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "1e3"])
def test_a_page_that_is_none_is_not_found(client: TestClient, report: tuple[Path, Document], page: str) -> None:
    assert client.get(f"/documents/{report[1].id}/pages/{page}.png").status_code == 404


def test_other_documents_have_no_pictures(client: TestClient, library: Library) -> None:
    document = added(library, "one two")
    assert "picture" not in client.get(f"/documents/{document.id}?start=0&end=3").text
    assert client.get(f"/documents/{document.id}/pages/1.png").status_code == 404
