"""Hard negatives: what Pincite's own retriever finds for a question, and does not answer it."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.evaluation import temporary_library
from bot.training.rows import Row, lacks
from index.atomic import write_atomically
from index.document import normalise
from index.embed import Embedder
from index.search import Search

FOUND = 8
"""Passages looked at for each question: as many as are read when serving."""
LEAST_CHARACTERS = 150
"""Shorter passages are headings and scraps that nobody would take for an answer."""

Negatives = dict[str, list[str]]
"""A question -> the passages that were found for it and lack its answer, nearest first."""


def mine(
    rows: Sequence[Row], count: int, seed: int, kept: Path, embedder: Embedder, say: Callable[[str], None]
) -> Negatives:
    """Return negatives for `count` of the answered rows, from a library of all contexts; kept in a file.

    Passages of a row's own context are left out: its annotators need not have marked every answer.
    """
    if kept.exists():
        return {str(question): list(passages) for question, passages in json.loads(kept.read_text("utf-8")).items()}
    answered = [row for row in rows if row.answered and not row.weak]
    wanted = random.Random(seed).sample(answered, min(count, len(answered)))
    say(f"mining negatives for {len(wanted)} questions")
    negatives: Negatives = {}
    with temporary_library((row.passage for row in rows if not row.weak), embedder) as library:
        search = Search(library)
        for row in wanted:
            own, found = normalise(row.passage), []
            for hit in search(row.question, FOUND):
                document = library.document(hit.passage.document_id)
                assert document is not None
                passage = document.text[hit.passage.start : hit.passage.end]
                if document.text != own and len(passage) >= LEAST_CHARACTERS and lacks(passage, row.texts):
                    found.append(passage)
            negatives[row.question] = found
    write_atomically(kept, json.dumps(negatives, ensure_ascii=False).encode())
    return negatives
