"""Search: a question -> Hits, the dense and the lexical ranking fused."""

import threading
from dataclasses import dataclass

from index import lexical
from index.dense import DenseIndex
from index.filter import EVERYTHING, Filter, passages_within
from index.library import Library
from index.passage import Passage

RRF_K = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

DEPTH = 50
"""How many passages of each ranking are fused."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer. Ranks count from 1; None where that ranking did not find it.

    `score` is the fused score; `cosine` compares question and passage (None without dense rank).
    """

    passage: Passage
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    cosine: float | None


class Search:
    """Both indexes of one library, following it as it changes."""

    def __init__(self, library: Library) -> None:
        """Load the dense index, or make it, for the library's present state."""
        self.library = library
        self._lock = threading.Lock()
        self._dense = DenseIndex.load(library)

    def __call__(self, question: str, limit: int, depth: int = DEPTH, within: Filter = EVERYTHING) -> list[Hit]:
        """Return the `limit` best passages for `question`, best first, from one state of the library.

        Only documents `within` the filter are looked at, in both rankings.
        `depth` is how many passages of each ranking are fused: more only to see where a passage went.
        """
        vector = self.library.embedder.encode([question])[0]
        with self.library.reading() as generation:
            rows = passages_within(self.library, within) if within else None
            dense = self._current(generation).search(vector, depth, rows)
            words = lexical.search(self.library, question, depth, within)
            dense_ranks = {row: rank for rank, (row, _) in enumerate(dense, 1)}
            lexical_ranks = {row: rank for rank, row in enumerate(words, 1)}
            cosines = dict(dense)
            scores = {
                row: sum(1 / (RRF_K + ranks[row]) for ranks in (dense_ranks, lexical_ranks) if row in ranks)
                for row in dense_ranks | lexical_ranks
            }
            best = sorted(scores, key=lambda row: (-scores[row], row))[:limit]
            passages = self.library.passages(best)
            return [
                Hit(passages[row], scores[row], dense_ranks.get(row), lexical_ranks.get(row), cosines.get(row))
                for row in best
            ]

    def _current(self, generation: int) -> DenseIndex:
        """Return the dense index of the state being read, loading it where the library moved on."""
        dense = self._dense
        if dense.generation != generation:
            with self._lock:
                dense = self._dense if self._dense.generation == generation else DenseIndex.load(self.library)
                if dense.generation > self._dense.generation:
                    self._dense = dense
        return dense
