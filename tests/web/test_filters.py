"""A filter at every face: over HTTP, on the page and at the command line."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot import Answer, Reason
from index import Filter, Library
from tests.index.light import LightEmbedder
from tests.web.conftest import Page
from web import words
from web.cli import main

QUESTION = "When was the Tarn bridge opened?"


@pytest.fixture
def embedder() -> LightEmbedder:
    """The words find the few documents here."""
    return LightEmbedder()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Two reports that differ, each with a sidecar."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, year in (("old", "1931"), ("new", "1940")):
        (folder / f"{name}.txt").write_text(f"The Tarn bridge was opened in May {year} by Agnes Fell.")
        (folder / f"{name}.txt.meta.yaml").write_text(f"date: {year}-06-01\ntags: [Bridges, {name}]\n")
    return folder


@pytest.fixture
def tarn(own: TestClient, library: Library, papers: Path) -> TestClient:
    assert not library.sync(papers).notes
    return own


def test_programs_send_a_filter_and_are_told_which_held(tarn: TestClient) -> None:
    body = {"question": QUESTION, "filter": {"tags": ["OLD"], "until": "1935"}, "conversation": "c"}
    told = tarn.post("/api/ask", json=body).json()
    assert told["text"] == "May 1931"
    assert told["filter"] == {"tags": ["old"], "since": None, "until": "1935", "source": None}
    assert {one["document"]["source"] for one in (*told["citations"], *told["alternatives"])} == {"papers/old.txt"}
    again = tarn.post("/api/ask", json={"question": "And who opened it?", "conversation": "c"}).json()
    assert again["filter"] == told["filter"]
    lifted = tarn.post("/api/ask", json={"question": QUESTION, "conversation": "c", "filter": {}}).json()
    assert lifted["filter"] is None


@pytest.mark.parametrize("wrong", [{"since": "soon"}, {"tag": ["x"]}, {"tags": "x"}, {"source": "x" * 1001}, "x"])
def test_a_filter_that_cannot_be_used_is_a_problem(wrong: object, own: TestClient) -> None:
    assert own.post("/api/ask", json={"question": QUESTION, "filter": wrong}).status_code == 422


def test_the_page_filters_by_its_address_and_shows_what_it_filtered_by(tarn: TestClient) -> None:
    response = tarn.get(
        "/", params={"q": QUESTION, "tag": ["new", ""], "since": "1936", "until": "", "source": "papers/"}
    )
    page = Page(response.text)
    assert "May 1940" in page.text
    assert "1931" not in page.text
    assert "Only documents tagged new, dated 1936 or later, from papers/" in page.text
    checked = [given for tag, given in page.tags if tag == "input" and "checked" in given]
    assert [given["value"] for given in checked] == ["new"]
    assert {"bridges", "new", "old"} == {
        given["value"] for tag, given in page.tags if tag == "input" and given.get("name") == "tag"
    }


def test_the_page_says_what_it_found_nothing_among(tarn: TestClient) -> None:
    page = tarn.get("/", params={"q": QUESTION, "tag": "<b>none"})
    assert "There is no document tagged &lt;b&gt;none." in page.text
    assert tarn.get("/", params={"q": QUESTION, "since": "soon"}).status_code == 422


def test_the_command_line_asks_and_lists_within_a_filter(
    command_line: Path, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--library", str(command_line / "own")]
    assert main(["sync", str(papers), *own]) == 0
    capsys.readouterr()
    assert main(["ask", QUESTION, "--json", "--tag", "new", "--since", "1936", "--source", "papers/*", *own]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "May 1940"
    assert main(["ask", QUESTION, "--tag", "nowhere", *own]) == 1
    assert "There is no document tagged nowhere." in capsys.readouterr().out
    assert main(["list", "--tag", "bridges", "--until", "1935", *own]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("1931-06-01  #bridges  #old")
    assert main(["list", "--json", "--source", "papers/n", *own]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["date"], listed["tags"], listed["author"]) == ("1940-06-01", ["bridges", "new"], None)
    assert main(["list", "--since", "soon", *own]) == 2
    assert "'soon' is no date" in capsys.readouterr().err


def test_a_changed_sidecar_changes_the_document_and_embeds_nothing(
    tmp_path: Path, papers: Path, embedder: LightEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(tmp_path / "library", embedder)
    library.sync(papers)
    monkeypatch.setattr(embedder, "encode", lambda texts: pytest.fail("embedded") if texts else None)
    (papers / "old.txt.meta.yaml").write_text("tags: ancient\n")
    (papers / "pincite.yaml").write_text("tgas: x\nlanguage: en\n")
    change = library.sync(papers)
    assert change.replaced == ("papers/new.txt", "papers/old.txt")
    assert [note.rpartition("pincite.yaml")[2] for note in change.notes] == [
        ":1: `tgas` is no key. Did you mean `tags`?"
    ]
    assert [listed.source for listed in library.documents(within=Filter.of(["ancient"]))] == ["papers/old.txt"]
    (papers / "old.txt.meta.yaml").unlink()
    assert library.sync(papers).replaced == ("papers/old.txt",)
    assert library.documents(within=Filter.of(["ancient"])) == []
    assert library.sync(papers).unchanged == ("papers/new.txt", "papers/old.txt")
    library.close()


@pytest.mark.parametrize(
    ("reason", "within", "says"),
    [
        (Reason.NO_SPAN, Filter(), "Passages near the question were read, and none"),
        (Reason.NO_MATCH, Filter.of(["law", "tax"]), "There is no document tagged law and tax."),
        (Reason.LOW_CONFIDENCE, Filter.of(until="2024"), "Among the documents dated 2024 or earlier: the best words"),
        (Reason.EMPTY_LIBRARY, Filter.of(["law"]), "There are no documents here yet"),
    ],
)
def test_an_abstention_names_the_filter(reason: Reason, within: Filter, says: str) -> None:
    assert words.why(Answer("Q?", 0.1, reason=reason), within).startswith(says)
