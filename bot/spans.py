"""Spans: logits -> the spans of a document a reader finds likely, and its null score.

Plain numpy, apart from the model, as transformers' `utils_qa` does it; used in training and serving.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.windows import Window

MAX_SPAN_TOKENS = 64
"""Longer spans are not considered; a list of a dozen names fits."""
CANDIDATES = 10
"""How many spans of each window are kept."""


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] of a document, in code points, and its `score`: the logit margin over null.

    The margin is start + end logit less the null score of the passage, so that 0 is the point
    where the model finds the span exactly as likely as "not in here"; `reading` adds to it what the
    span's looks say.
    """

    document_id: str
    start: int
    end: int
    score: float

    def __post_init__(self) -> None:
        """Hold the invariant."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"A span must have a length: {self.start}-{self.end}.")


def null_score(start: NDArray[np.float32], end: NDArray[np.float32]) -> float:
    """Return the score of "no answer" in one window: its logits on the [CLS] token."""
    return float(start[0] + end[0])


def decode(window: Window, start: NDArray[np.float32], end: NDArray[np.float32]) -> list[tuple[int, int, float]]:
    """Return (start, end, score) of the likeliest spans of a window, best first.

    Offsets are the document's characters; the score is start + end logit, null not deducted.
    `start` and `end` are the window's logits, float32 [its tokens].
    """
    count = len(window.offsets)
    if not count:
        return []
    starts = start[window.first : window.first + count].astype(np.float64)
    ends = end[window.first : window.first + count].astype(np.float64)
    distance = np.arange(count)[None, :] - np.arange(count)[:, None]
    scores = np.where((distance >= 0) & (distance < MAX_SPAN_TOKENS), starts[:, None] + ends[None, :], -np.inf)
    flat = scores.ravel()
    best = np.argpartition(flat, -min(CANDIDATES, flat.size))[-CANDIDATES:]
    found = []
    for position in best[np.argsort(-flat[best], kind="stable")]:
        first, last = divmod(int(position), count)
        begin, stop = int(window.offsets[first, 0]), int(window.offsets[last, 1])
        if np.isfinite(flat[position]) and begin < stop:
            found.append((begin, stop, float(flat[position])))
    return found
