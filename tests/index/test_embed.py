"""The embedder gives unit vectors, from weights that are the published ones and never downloaded."""

from pathlib import Path

import numpy as np
import pytest

from index import Embedder, ModelError
from index.embed import DIMENSIONS


def test_vectors_have_unit_length_and_keep_their_order(embedder: Embedder) -> None:
    texts = ["a bridge over the river", "the price of fish", "a bridge over the river"]
    vectors = embedder.encode(texts)
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[2] > 0.999 > vectors[0] @ vectors[1]
    assert embedder.encode([]).shape == (0, DIMENSIONS)


def test_what_means_the_same_is_nearer(embedder: Embedder) -> None:
    question, near, far = embedder.encode(["Who wrote the book?", "The author of the novel", "Boil the rice"])
    assert question @ near > question @ far + 0.2


def test_the_weights_are_the_published_ones(embedder: Embedder) -> None:
    assert embedder.identity.startswith("53aa5117")
    assert embedder.identity.endswith("28d9db")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        _ = Embedder(tmp_path).identity
