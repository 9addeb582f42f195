"""Vectors: the embeddings of a journal's questions, kept beside them so that each is made once."""

import json
from collections.abc import Sequence

import numpy as np

from bot.journal import READ_AS, Journal
from index.embed import DIMENSIONS, Embedder, Vectors

BATCH = 64
"""Questions that are embedded and kept at once: half a second of a slow processor."""


def kept(journal: Journal, embedder: Embedder) -> dict[str, Vectors]:
    """Return the vectors that are kept, [384] each, by the text of their questions."""
    with journal.snapshot() as connection:
        rows = connection.execute(
            "SELECT text, vector FROM vectors WHERE embedder = ? AND length(vector) = ?",
            (embedder.identity, DIMENSIONS * 4),
        ).fetchall()
    return {text: np.frombuffer(vector, np.float32) for text, vector in rows}


def embed(journal: Journal, embedder: Embedder, texts: Sequence[str]) -> None:
    """Embed `texts` and keep what is still asked by then, a batch at a time."""
    for first in range(0, len(texts), BATCH):
        batch = texts[first : first + BATCH]
        made = dict(zip(batch, embedder.encode(batch), strict=True))
        with journal.writing() as connection:
            # What was deleted meanwhile must not come back by its vector.
            asked = connection.execute(
                f"SELECT DISTINCT {READ_AS} FROM questions WHERE {READ_AS} IN (SELECT value FROM json_each(?))",
                (json.dumps(batch),),
            ).fetchall()
            connection.executemany(
                "REPLACE INTO vectors VALUES (?, ?, ?)",
                [(text, embedder.identity, made[text].tobytes()) for (text,) in asked],
            )
