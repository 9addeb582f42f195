"""A filter holds in everything that an answer shows."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Bot, Confidence, Reader, Reason
from bot.conversation import Turn
from index import Document, Filter, Library
from index.formats import make_document
from tests.index.light import LightEmbedder

YEARS = ("1931", "1934", "1940")
TAGS = st.lists(st.sampled_from(["law", "energy"]), unique=True)
PLACES = st.sampled_from(["docs/", "notes/"])
MADE = st.lists(
    st.tuples(st.sampled_from(YEARS), PLACES, TAGS, st.sampled_from(["", "2023", "2024-05"])), min_size=1, max_size=6
)
FILTERS = st.builds(
    Filter.of, TAGS, st.sampled_from(["", "2024"]), st.sampled_from(["", "2024-12"]), st.sampled_from(["", "docs/"])
)


def bridge(number: int, year: str, place: str, tags: list[str], date: str) -> Document:
    text = f"The Tarn bridge was opened in May {year} by Agnes Fell, says report {number}."
    metadata = {"tags": ", ".join(tags), "date": date}
    return replace(make_document(text, source=f"{place}{number}.txt"), metadata=metadata)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, LightEmbedder())


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(made=MADE, within=FILTERS)
def test_nothing_outside_a_filter_is_cited_or_shown(
    made: list[tuple[str, str, list[str], str]], within: Filter, reader: Reader
) -> None:
    with TemporaryDirectory() as folder:
        library = Library(Path(folder), LightEmbedder())
        library.add_documents([bridge(number, *one) for number, one in enumerate(made)])
        inside = {listed.id for listed in library.documents(within=within)}
        answer = Bot(library, reader, Confidence.of(reader.folder)).ask(
            "When was the Tarn bridge opened?", within=within
        )
        shown = [*answer.citations, *(other.citation for other in answer.alternatives)]
        assert {citation.document.id for citation in shown} <= inside
        assert answer.answered == bool(inside)
        assert answer.answered or answer.reason is Reason.NO_MATCH
        library.close()


def test_a_follow_up_is_answered_within_its_filter(library: Library, reader: Reader) -> None:
    library.add_documents([bridge(1, "1931", "docs/", ["law"], ""), bridge(2, "1940", "docs/", ["energy"], "")])
    bot = Bot(library, reader, Confidence.of(reader.folder))
    turns = [Turn("Who opened the Tarn bridge?", "Agnes Fell", "", "", "")]
    answer = bot.ask("And when was that?", turns=turns, within=Filter.of(["energy"]))
    assert {document.source for document in answer.documents} <= {"docs/2.txt"}
    assert all(other.citation.document.source == "docs/2.txt" for other in answer.alternatives)
