from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import Citation
from index.formats import make_document
from web.quotes import at_origin, fragment, quotes
from web.words import visible

SITE = "https://pincite.example"
AWKWARD = st.lists(
    st.sampled_from(
        "*a*|_b_|# c|1. d|2) e|- f|+ g|> h|`i`|[j](k)|<b>|&amp;|\\| |  |    |\t|\n|\n\n|===|---|~~~|```|\u2028|\xa0|=|:"
        .split("|") + ["|"]
    ),
    min_size=1, max_size=12,
).map("".join)  # fmt: skip
TEXT = st.one_of(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), AWKWARD).filter(str.strip)


class Said(HTMLParser):
    """The words of each block quote, and where its link leads."""

    def __init__(self, html: str, *, paragraphs: bool) -> None:
        super().__init__()
        self._paragraphs = paragraphs
        self.quote = self.rest = ""
        self.links: list[str | None] = []
        self.tags: set[str] = set()
        self._inside = 0
        self._paragraph = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside += tag == "blockquote"
        self._paragraph = self._paragraph or tag == "p"
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "blockquote"
        if tag == "p":
            self._paragraph = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.quote += data if self._paragraph or not self._paragraphs else ""
        else:
            self.rest += data


@settings(max_examples=150, deadline=None)
@given(data=st.data(), written=TEXT, title=TEXT)
@example(data=None, written="\n\n a \\\n\n\n", title="[x](y)")
def test_every_form_of_a_quote_says_exactly_the_words_cited(
    data: st.DataObject | None, written: str, title: str
) -> None:
    document = make_document(written, source="a_b*.txt", title=make_document(title, source="t").text)
    start = data.draw(st.integers(0, len(document.text) - 1)) if data else 0
    end = data.draw(st.integers(start + 1, len(document.text))) if data else len(document.text)
    citation = Citation(document, start, end)
    made = quotes(citation, SITE)
    words = visible(citation.exact)
    assert made.plain.startswith(f"“{words}”\n")
    assert made.plain.endswith(f"\n{SITE}{citation.url}\n")
    told = " ".join(visible(document.title).split())
    rendered = Said(MarkdownIt("commonmark").render(made.markdown), paragraphs=True)
    for said in (Said(made.html, paragraphs=False), rendered):
        assert said.quote == words
        assert told in said.rest
        assert said.links == [SITE + citation.url]
        assert said.tags <= {"blockquote", "p", "a", "cite", "br"}


def test_a_page_is_named() -> None:
    document = make_document("one two", source="a.pdf", pages=(0, 4))
    assert (
        "a.pdf, page 2" in quotes(Citation(document, 4, 7), SITE).plain
        or "page 2" in quotes(Citation(document, 4, 7), SITE).plain
    )


@pytest.mark.parametrize(
    ("text", "words", "directive"),
    [
        ("It was founded in 1516, by monks.", "1516", "was%20founded%20in-,1516,-%2C%20by%20monks."),
        ("A well-known, old & small town.", "well-known, old & small", "A-,well%2Dknown%2C%20old%20%26%20small,-town."),
        ("Ünder all", "Ünder", "%C3%9Cnder,-all"),
        ("unfounded", "found", "found"),
        ("Head\n\nOne two\n\nTail", "One two", "One%20two"),
    ],
)
def test_a_text_fragment_is_written_as_browsers_read_it(text: str, words: str, directive: str) -> None:
    start = text.index(words)
    assert fragment(Citation(make_document(text, source="a"), start, start + len(words))) == f":~:text={directive}"


@given(written=TEXT, data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_text_fragment_of_any_words_has_no_sign_of_its_own_in_them(written: str, data: st.DataObject) -> None:
    document = make_document(written, source="a")
    start = data.draw(st.integers(0, len(document.text) - 1))
    found = fragment(Citation(document, start, data.draw(st.integers(start + 1, len(document.text)))))
    parts = found.removeprefix(":~:text=").split(",")
    assert all("&" not in part and "-" not in part.removesuffix("-").removeprefix("-") for part in parts)
    assert sum(not part.endswith("-") and not part.startswith("-") for part in parts) <= 2


def test_long_words_are_told_by_their_beginning_and_end() -> None:
    text = " ".join(f"word{number}" for number in range(100))
    found = fragment(Citation(make_document(text, source="a"), 0, len(text)))
    assert found == (
        ":~:text=word0%20word1%20word2%20word3%20word4%20word5,word94%20word95%20word96%20word97%20word98%20word99"
    )


def test_the_origin_is_led_to_only_where_there_is_one() -> None:
    def cited(url: str) -> Citation:
        return Citation(make_document("one two", source="a", metadata={"url": url}), 0, 3)

    assert at_origin(cited("https://example.org/x")) == "https://example.org/x#:~:text=one,-two"
    assert at_origin(cited("https://example.org/x#y")) == "https://example.org/x#y:~:text=one,-two"
    assert at_origin(cited("data:text/html,x")) is None
