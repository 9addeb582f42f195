"""An embedder that needs no model: for tests of what is stored, where a start takes longer than the test."""

import hashlib
from collections.abc import Sequence

import numpy as np

from index import Embedder
from index.embed import DIMENSIONS, Vectors


class LightEmbedder(Embedder):
    """Each text has a unit vector of its own, always the same, which means nothing."""

    identity = "light"

    def __init__(self) -> None:
        """Load nothing."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of unit length, shape [len(texts), 384]."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
            vector[:] = np.random.default_rng(seed).standard_normal(DIMENSIONS, np.float32)
            vector /= np.linalg.norm(vector)
        return vectors
