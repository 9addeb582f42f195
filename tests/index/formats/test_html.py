from pathlib import Path

import pytest

from index import DocumentError
from tests.index.formats.made import document, headings, loaded

LONG = "The old mill on the river grinds the corn of four villages and has done so for two hundred years."


def page(body: str, head: str = "", attributes: str = "") -> str:
    return f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>"


def text(folder: Path, body: str, head: str = "") -> str:
    return document(folder, "a.html", page(body, head)).text


def test_paragraphs_stand_apart_and_blanks_in_them_are_one(tmp_path: Path) -> None:
    assert text(tmp_path, "<p>One\n   and <b>two</b></p>three<p>four</p>") == "One and two\n\nthree\n\nfour"


def test_headings_have_their_levels_and_no_link_to_themselves(tmp_path: Path) -> None:
    found = document(
        tmp_path, "a.html", page('<h1>Mills<a class="headerlink" href="#m">¶</a></h1><p>Text.</p><h3>A <i>b</i></h3>x')
    )
    assert headings(found) == [(1, "Mills"), (3, "A b")]
    assert found.title == "Mills"


def test_lists_are_bullets_and_numbers_one_a_line(tmp_path: Path) -> None:
    body = "<p>These:</p><ul><li>one<li>two<ol start=3><li>inner</li></ol></li></ul><p>End.</p>"
    assert text(tmp_path, body) == "These:\n- one\n- two\n  3. inner\n\nEnd."


def test_terms_and_what_they_mean_stay_together(tmp_path: Path) -> None:
    assert (
        text(tmp_path, "<dl><dt>mill</dt><dd>grinds</dd><dt>inn</dt><dd>feeds</dd></dl>")
        == "mill\n  grinds\n\ninn\n  feeds"
    )


def test_tables_are_rows_and_a_cell_over_two_rows_is_said_in_both(tmp_path: Path) -> None:
    body = (
        "<table><caption>Mills</caption><tr><th>River<th>Mill<th>Built</tr>"
        "<tr><td rowspan=2>Aa<td>Old<td>1700<tr><td>New<td>1900</table>"
    )
    assert text(tmp_path, body) == "Mills\n\nRiver | Mill | Built\nAa | Old | 1700\nAa | New | 1900"


def test_a_table_that_lays_out_a_page_is_read_as_blocks(tmp_path: Path) -> None:
    assert (
        text(tmp_path, "<table><tr><td><h2>A</h2><p>one</p></td><td><p>two</p></td></tr></table>") == "A\n\none\n\ntwo"
    )


def test_code_is_kept_as_it_stands(tmp_path: Path) -> None:
    assert (
        text(tmp_path, "<p>x</p><pre>def f():\n    return <b>1</b>\n\n# end</pre>")
        == "x\n\ndef f():\n    return 1\n\n# end"
    )


def test_raised_and_lowered_numbers_stay_what_they_say(tmp_path: Path) -> None:
    assert text(tmp_path, "10<sup>6</sup> H<sub>2</sub>O x<sup>th</sup> a<br>b") == "10⁶ H₂O xth a\nb"


def test_scripts_navigation_and_what_is_hidden_are_dropped(tmp_path: Path) -> None:
    body = (
        f"<nav><a href=/>Home</a></nav><div class='sidebar'>Links</div><script>x()</script><main><p>{LONG}</p>"
        "<style>p{}</style><p hidden>no</p><p style='display: none'>no</p><!-- no --></main>"
        "<footer>Imprint</footer><div role=navigation>Next</div>"
    )
    assert text(tmp_path, body) == LONG


def test_links_before_and_after_the_prose_are_dropped_and_those_in_it_stay(tmp_path: Path) -> None:
    links = "<ul><li><a href=a>One</a><li><a href=b>Two</a></ul>"
    assert (
        text(tmp_path, f"{links}<h1>Mill</h1><p>{LONG}</p>{links}<p>{LONG}</p>{links}")
        == f"Mill\n\n{LONG}\n- One\n- Two\n\n{LONG}"
    )


def test_a_page_of_nothing_but_links_keeps_them(tmp_path: Path) -> None:
    assert text(tmp_path, "<ul><li><a href=a>One</a><li><a href=b>Two</a></ul>") == "- One\n- Two"


def test_what_a_page_says_of_itself_is_metadata(tmp_path: Path) -> None:
    head = (
        "<title>The Mill - Site</title><meta name=author content='Jo Doe'><meta property='og:title' content='The Mill'>"
        "<meta property='article:published_time' content='2024-03-05T10:00:00Z'><link rel=canonical href='https://example.org/mill'>"
    )
    found = document(tmp_path, "a.html", page(f"<p>{LONG}</p>", head, "lang=en-GB"))
    assert dict(found.metadata) == {
        "title": "The Mill", "author": "Jo Doe", "date": "2024-03-05", "language": "en-GB", "url": "https://example.org/mill",
    }  # fmt: skip
    assert found.title == "The Mill"


def test_json_ld_says_it_too(tmp_path: Path) -> None:
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Mill sold", '
        '"datePublished": "2023-11", "author": [{"name": "A. Bee"}, {"name": "C. Dee"}]}]}</script>'
    )
    metadata = document(tmp_path, "a.html", page(f"<p>{LONG}</p>", head)).metadata
    assert dict(metadata) == {"title": "Mill sold", "author": "A. Bee, C. Dee", "date": "2023-11"}


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=date content='soon'>",
        "<script type='application/ld+json'>[{]</script>",
        "<meta name=author content=''>",
    ],
)
def test_nothing_is_invented(head: str, tmp_path: Path) -> None:
    assert dict(document(tmp_path, "a.html", page(f"<p>{LONG}</p>", head)).metadata) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "koi8-r", "shift_jis"])
def test_a_declared_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    words = {"koi8-r": "Мельница", "shift_jis": "水車小屋", "cp1252": "“Mühle”"}.get(encoding, "Mühle")
    content = page(f"<p>{words}</p>", f"<meta charset={encoding}>").encode(encoding)
    assert document(tmp_path, "a.html", content).text == words


def test_what_is_nested_too_deeply_is_noted(tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.html", page("<p>Above.</p>" + "<div>" * 5000 + "deep"))
    assert found.document.text == "Above."
    assert "nests elements too deeply" in found.notes[0]


@pytest.mark.parametrize("content", ["<html></html>", "<script>x</script>", "<!-- -->", "<img src=x>"])
def test_a_page_without_words_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no text in it"):
        document(tmp_path, "a.html", content)


def test_a_picture_called_html_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="holds a PNG picture and no text"):
        document(tmp_path, "a.html", b"\x89PNG\r\n\x1a\n" + bytes(90))
