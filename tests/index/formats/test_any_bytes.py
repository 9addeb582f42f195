"""Whatever the bytes: a Document within its promises, or a DocumentError that names the file."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import DocumentError, split
from index.formats import MEDIA_TYPES, read
from index.metadata import normalised
from tests.index.formats.made import Piece, column, docx, epub, paragraph, pdf

SUFFIXES = sorted(MEDIA_TYPES)
WHOLE = {
    ".pdf": pdf(
        [column(50, 700, "One page of words.", "And more."), column(50, 700, "Another.")], outline=[("Another", 1)]
    ),
    ".docx": docx(paragraph("Words", "Heading1") + paragraph("More words.", bullet=True)),
    ".epub": epub(["<h1>One</h1><p>First.</p>", "<table><tr><td rowspan=3>a<td>b</table>"]),
    ".html": b"<title>t</title><h1>One</h1><ul><li>a<li>b</ul><pre>x\n y</pre><table><tr><td colspan=9>a</table>",
    ".md": b"---\ntitle: One\ntags: [a, b]\n---\n# One\n\ntext\n\n- a\n- b\n",
    ".txt": "Título\n\nPárrafo.".encode("latin-1"),
}
TAGS = "p div b h1 h2 ul ol li table tr td th pre br dl dt dd sup a nav main article script".split()


def holds(path: Path) -> None:
    try:
        document = read(path, path.name).document
    except DocumentError as error:
        named = path.name in str(error)
        assert named
        return
    assert document.text.strip()
    assert unicodedata.is_normalized("NFC", document.text)
    assert "\r" not in document.text
    assert all(0 <= start <= len(document.text) for start in document.pages)
    assert all(0 <= heading.start < heading.end <= len(document.text) for heading in document.headings)
    assert all(
        "\n" not in document.text[heading.start : heading.end]
        for heading in document.headings
        if path.suffix not in (".md", ".txt")
    )
    assert [heading.start for heading in document.headings] == sorted(heading.start for heading in document.headings)
    assert normalised(document.metadata) == document.metadata
    for passage in split(document):
        assert document.page(passage.start) == document.page(passage.end - 1)


relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(content=st.binary(max_size=400), suffix=st.sampled_from(SUFFIXES))
def test_any_bytes(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    holds(path)


@relaxed
@given(
    suffix=st.sampled_from(sorted(WHOLE)),
    place=st.floats(0, 1),
    gone=st.integers(0, 60),
    put=st.binary(max_size=30),
)
def test_files_with_bytes_changed(suffix: str, place: float, gone: int, put: bytes, tmp_path: Path) -> None:
    whole = WHOLE[suffix]
    at = int(place * len(whole))
    path = tmp_path / f"changed{suffix}"
    path.write_bytes(whole[:at] + put + whole[at + gone :])
    holds(path)


tags = st.sampled_from([form.format(tag) for tag in TAGS for form in ("<{}>", "</{}>")])


@relaxed
@given(pieces=st.lists(st.one_of(tags, st.text(max_size=8)), max_size=60))
def test_any_markup(pieces: list[str], tmp_path: Path) -> None:
    path = tmp_path / "markup.html"
    path.write_bytes("".join(pieces).encode("utf-8", "surrogatepass"))
    holds(path)


words = st.text(st.characters(codec="cp1252", exclude_categories=("Cc",)), min_size=1, max_size=30)
placed = st.tuples(
    st.floats(-50, 650), st.floats(-50, 850), words, st.floats(1, 60), st.sampled_from(["F1", "F2", "F3"])
)


@relaxed
@given(pages=st.lists(st.lists(placed, max_size=25), min_size=1, max_size=4))
def test_any_page(pages: list[list[Piece]], tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf(pages))
    holds(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_bytes(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"empty{suffix}"
    path.write_bytes(b"")
    with pytest.raises(DocumentError, match="there is no text in it"):
        read(path, path.name)
