import threading
from pathlib import Path

import pytest

from index import Embedder, Library, Search
from index.formats import make_document
from index.search import RRF_K
from tests.conftest import SEEDS


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    return Library(tmp_path / "library", embedder)


def test_the_score_is_the_sum_of_the_reciprocal_ranks(seeds_library: Library) -> None:
    hits = Search(seeds_library)("When was CASIP established?", 50)
    assert hits
    for hit in hits:
        ranks = [rank for rank in (hit.dense_rank, hit.lexical_rank) if rank is not None]
        assert hit.score == pytest.approx(sum(1 / (RRF_K + rank) for rank in ranks))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_ranks_count_from_one_without_gaps(seeds_library: Library) -> None:
    hits = Search(seeds_library)("solid-state battery makers", 50)
    for ranks in ([hit.dense_rank for hit in hits], [hit.lexical_rank for hit in hits]):
        known = sorted(rank for rank in ranks if rank is not None)
        assert known == list(range(1, len(known) + 1))


def test_the_cosine_orders_the_dense_ranks(seeds_library: Library) -> None:
    hits = sorted(Search(seeds_library)("battery patents", 50), key=lambda hit: hit.dense_rank or 99)
    cosines = [hit.cosine for hit in hits if hit.cosine is not None]
    assert cosines == sorted(cosines, reverse=True)


def test_a_passage_that_only_the_vectors_find_has_no_lexical_rank(library: Library) -> None:
    library.add_documents([make_document("Zyxw is a rare name.", source="a.txt")])
    (hit,) = Search(library)("zyxw", 5)
    assert (hit.dense_rank, hit.lexical_rank) == (1, 1)
    (hit,) = Search(library)("unusual appellation", 5)
    assert (hit.dense_rank, hit.lexical_rank) == (1, None)


def test_no_more_hits_come_than_were_asked_for(seeds_library: Library) -> None:
    search = Search(seeds_library)
    assert len(search("battery", 2)) == 2
    assert search("battery", 2) == search("battery", 50)[:2]


def test_the_best_passage_holds_the_words(seeds_library: Library) -> None:
    hit = Search(seeds_library)("How many patents does Toyota have?", 8)[0]
    document = seeds_library.document(hit.passage.document_id)
    assert document is not None
    assert "1,300" in document.text[hit.passage.start : hit.passage.end]


def test_an_empty_library_has_no_hits(library: Library) -> None:
    assert Search(library)("anything", 5) == []


def test_a_library_that_changes_is_followed(library: Library) -> None:
    search = Search(library)
    document = make_document("Alpha builds batteries in Berlin.", source="a.txt")
    library.add_documents([document])
    (hit,) = search("Who makes accumulators?", 5)  # no word in common: only the vectors find it
    assert (hit.passage.document_id, hit.dense_rank, hit.lexical_rank) == (document.id, 1, None)
    (hit,) = search("batteries", 5)
    assert (hit.passage.document_id, hit.dense_rank, hit.lexical_rank) == (document.id, 1, 1)
    library.remove([document.id])
    assert search("batteries", 5) == search("Who makes accumulators?", 5) == []


def test_threads_search_while_documents_come_and_go(library: Library) -> None:
    """No search fails, and none begun after a document was removed finds it."""
    library.sync(SEEDS)
    search = Search(library)
    gone: set[str] = set()
    failures: list[object] = []
    searches = 0
    done = threading.Event()

    def ask() -> None:
        nonlocal searches
        try:
            while not done.is_set():
                before = frozenset(gone)
                hits = search("Which company builds batteries?", 20)
                failures.extend(hit for hit in hits if hit.passage.document_id in before)
                for hit in hits:
                    assert 0 <= hit.passage.start < hit.passage.end
                searches += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must know
            failures.append(error)
        finally:
            library.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        document = make_document(f"Company number {number} builds batteries.", source=f"{number}.txt")
        library.add_documents([document])
        assert document.id in {hit.passage.document_id for hit in search("Which company builds batteries?", 20)}
        library.remove([document.id])
        gone.add(document.id)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert searches >= 3
