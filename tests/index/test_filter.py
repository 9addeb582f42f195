from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import EVERYTHING, Document, Filter, Library, QuestionError, Search, known_tags
from index.filter import passages_within
from index.formats import make_document
from index.metadata import tags_of
from tests.index.light import LightEmbedder

WORDS = ("mill", "river", "monks", "valley", "wheel", "flour")


def document(number: int, words: Sequence[str], source: str, metadata: dict[str, str]) -> Document:
    text = "\n\n".join(f"{word.title()} {number} stands by the {word} of {number}." for word in words)
    return replace(make_document(text, source=f"{source}{number}.txt"), metadata=metadata)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", LightEmbedder())


def sources(library: Library, **given: object) -> list[str]:
    return [listed.source for listed in library.documents(within=Filter.of(**given))]  # type: ignore[arg-type]


def test_all_tags_must_hold(library: Library) -> None:
    library.add_documents(
        [document(n, WORDS[:1], "", {"tags": tags}) for n, tags in enumerate(["law", "law, energy", "laws", "by-law"])]
    )
    assert sources(library, tags=["Law"]) == ["0.txt", "1.txt"]
    assert sources(library, tags=["energy", "LAW"]) == ["1.txt"]
    assert sources(library, tags=["law, energy"]) == ["1.txt"]
    assert sources(library, tags=["aw"]) == sources(library, tags=["energy", "other"]) == []
    assert known_tags(library) == {"by-law": 1, "energy": 1, "law": 2, "laws": 1}


def test_a_date_that_is_half_known_may_be_any_day_of_it(library: Library) -> None:
    dates = ["2023", "2024", "2024-05", "2024-05-10", "2025-01-01", ""]
    library.add_documents([document(n, WORDS[:1], "", {"date": date} if date else {}) for n, date in enumerate(dates)])

    def found(**given: str) -> list[str]:
        return [dates[int(source.removesuffix(".txt"))] for source in sources(library, **given)]

    assert found(since="2024") == ["2024", "2024-05", "2024-05-10", "2025-01-01"]
    assert found(since="2024-05-11") == ["2024", "2024-05", "2025-01-01"]
    assert found(since="2024-06") == ["2024", "2025-01-01"]
    assert found(until="2024-05-09") == ["2023", "2024", "2024-05"]
    assert found(until="2024") == ["2023", "2024", "2024-05", "2024-05-10"]
    assert found(since="10 May 2024", until="2024-05-10") == ["2024", "2024-05", "2024-05-10"]


def test_a_source_is_a_beginning_or_a_pattern_of_a_place_or_an_address(library: Library) -> None:
    url = {"url": "https://example.org/mill?page=2"}
    library.add_documents(
        [
            document(0, WORDS[:1], "docs/law/", {}),
            document(1, WORDS[:1], "docs/[new] ", url),
            document(2, WORDS[:1], "Docs/", {}),
        ]
    )
    assert sources(library, source="docs/") == ["docs/[new] 1.txt", "docs/law/0.txt"]
    assert sources(library, source="docs/[new] ") == ["docs/[new] 1.txt"]
    assert sources(library, source="*/law/*.txt") == ["docs/law/0.txt"]
    assert sources(library, source="[dD]ocs/?.txt") == ["Docs/2.txt"]
    assert sources(library, source="https://example.org/") == ["docs/[new] 1.txt"]
    assert sources(library, source=url["url"]) == ["docs/[new] 1.txt"]
    assert sources(library, source="%") == sources(library, source="'; DROP TABLE facets; --") == []


@pytest.mark.parametrize(
    "wrong",
    [{"since": "soon"}, {"until": "2024-02-30"}, {"since": "2025", "until": "2024-12"}, {"source": "x" * 1001},
     {"tags": ["x" * 61]}, {"tags": [","]}, {"tags": [str(n) for n in range(21)]}],
)  # fmt: skip
def test_what_cannot_be_filtered_by_is_said(wrong: dict[str, object]) -> None:
    with pytest.raises(QuestionError):
        Filter.of(**wrong)  # type: ignore[arg-type]


def test_blank_words_filter_nothing() -> None:
    assert Filter.of(["", " "], "", " ", " ") == EVERYTHING
    assert not EVERYTHING


def test_a_filter_goes_through_json() -> None:
    within = Filter.of(["law"], "2024", "2025", "docs/")
    assert Filter.of(**within.as_json()) == within


def test_what_documents_are_filtered_by_follows_them(library: Library) -> None:
    first = document(0, WORDS[:1], "", {"tags": "law"})
    library.add_documents([first])
    library.add_documents([replace(first, metadata={"tags": "energy"})])
    assert (sources(library, tags=["law"]), sources(library, tags=["energy"])) == ([], ["0.txt"])
    library.remove([first.id])
    assert known_tags(library) == {}


TAGS = st.lists(st.sampled_from(["law", "energy", "rivers"]), max_size=3, unique=True)
DATES = st.sampled_from(["", "2023", "2024", "2024-05", "2024-05-10", "2024-06-01"])
PLACES = st.sampled_from(["docs/", "docs/law/", "notes/"])
DOCUMENTS = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), PLACES, TAGS, DATES), max_size=12
)
FILTERS = st.builds(
    Filter.of, TAGS, DATES.filter(lambda d: d < "2024-05"), st.sampled_from(["", "2024-05", "2025"]),
    st.sampled_from(["", "docs/", "docs/law", "*law*", "nowhere"]),
)  # fmt: skip


def holds(one: Document, within: Filter) -> bool:
    """Tell, in plain Python, whether a document is within a filter."""
    date = one.metadata["date"]
    return (
        set(within.tags) <= set(tags_of(one.metadata))
        and (not within.since or bool(date and (date + "-99-99")[:10] >= within.since))
        and (not within.until or bool(date and date <= within.until + "-99"))
        and (not within.source or one.source.startswith(within.source) or fnmatchcase(one.source, within.source))
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, FILTERS, st.sampled_from(WORDS), st.integers(1, 20))
def test_a_search_finds_what_is_within_and_as_much_as_there_is(
    made: list[tuple[list[str], str, list[str], str]], within: Filter, question: str, limit: int
) -> None:
    with TemporaryDirectory() as folder:
        library = Library(Path(folder), LightEmbedder())
        documents = [
            document(number, words, place, {"tags": ", ".join(tags), "date": date})
            for number, (words, place, tags, date) in enumerate(made)
        ]
        library.add_documents(documents)
        inside = {one.id for one in documents if holds(one, within)}
        assert {listed.id for listed in library.documents(within=within)} == inside
        hits = Search(library)(question, limit, within=within)
        assert {hit.passage.document_id for hit in hits} <= inside
        passages = library.passages([int(row) for row in passages_within(library, within)])
        assert {passage.document_id for passage in passages.values()} == inside
        assert len(hits) == min(limit, len(passages))
        library.close()


def test_as_many_are_found_as_are_asked_for_where_few_of_many_are_within(library: Library) -> None:
    """The other documents answer the question better, in both rankings."""
    library.add_documents([document(n, ("mill",) * 3, "", {"tags": "energy"}) for n in range(60)])
    library.add_documents([document(n, ("wheel", "flour"), "", {"tags": "law"}) for n in range(60, 76)])
    hits = Search(library)("mill", 16, within=Filter.of(["law"]))
    assert len(hits) == 16
    assert {hit.dense_rank for hit in hits} == set(range(1, 17))
