"""Labels: what a teacher makes of questions, kept by character offsets, so that no tokeniser binds teacher to pupil."""

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from bot.reader import Logits
from bot.spans import MAX_SPAN_TOKENS
from bot.squad import text_of
from bot.training.rows import Row, Targets
from bot.windows import Window, tokens_of, windows
from index.errors import DocumentError

KEPT = 6
"""Places kept of each distribution."""
LEAST = 0.02
"""Places less likely than this are left out, and their probability shared out among the others."""

Labels = dict[tuple[str, str], tuple[Row, float]]
"""(question, passage) -> the row with the teacher's targets, and the probability of its best span."""
Read = Callable[[Sequence[Window]], list[tuple[Logits, Logits]]]


def label(tokenizer: Tokenizer, read: Read, rows: Sequence[Row]) -> list[tuple[Row, float]]:
    """Return each row with the targets that a teacher gives it, and the probability of the best span.

    The passage of a weak row is known to answer, so there "no answer" is left out. Of a passage in
    several windows the one with the likeliest span counts.
    """
    cut = [windows(tokenizer, tokens_of(tokenizer, row.question), row.passage, 0, len(row.passage)) for row in rows]
    logits = iter(read([window for group in cut for window in group]))
    found = []
    for row, group in zip(rows, cut, strict=True):
        each = [_targets(window, *next(logits), null=not row.weak) for window in group]
        starts, ends, confidence = max(each, key=lambda one: one[2])
        labelled = Row(
            row.question, row.passage, starts, ends, row.texts or _text(row, starts, ends), row.title, row.weak
        )
        found.append((labelled, confidence))
    return found


def _text(row: Row, starts: Targets, ends: Targets) -> tuple[str, ...]:
    """Return the likeliest words, for a row whose answer nobody wrote down."""
    if not starts or not ends:
        return ()
    start, end = (max(targets, key=lambda pair: pair[1])[0] for targets in (starts, ends))
    return (row.passage[start:end],) if start < end else ()


def _targets(window: Window, start: Logits, end: Logits, *, null: bool) -> tuple[Targets, Targets, float]:
    """Return the likeliest characters to start and end at, and the probability of the best span."""
    inside = slice(window.first, window.first + len(window.offsets))
    p_start, p_end = (_softmax(logits[inside], float(logits[0]) if null else -np.inf) for logits in (start, end))
    spans = np.triu(np.outer(p_start, p_end))
    spans -= np.triu(spans, MAX_SPAN_TOKENS)
    return _kept(p_start, window.offsets[:, 0]), _kept(p_end, window.offsets[:, 1]), float(spans.max(initial=0.0))


def _softmax(logits: Logits, null: float) -> np.ndarray:
    """Return the probabilities of a passage's tokens; with a null logit they lack its own of 1."""
    most = max(float(logits.max(initial=-1e4)), null)
    likely: np.ndarray = np.exp(logits.astype(np.float64) - most)
    shares: np.ndarray = likely / (likely.sum() + np.exp(null - most))
    return shares


def _kept(probabilities: np.ndarray, characters: np.ndarray) -> Targets:
    best = [int(token) for token in np.argsort(-probabilities)[:KEPT] if probabilities[token] >= LEAST]
    if not best:
        return ()
    scale = float(probabilities.sum() / probabilities[best].sum())
    summed: dict[int, float] = {}
    for token in best:
        at = int(characters[token])
        summed[at] = summed.get(at, 0.0) + float(probabilities[token]) * scale
    return tuple((at, round(share, 4)) for at, share in sorted(summed.items()))


def write(path: Path, labelled: Sequence[tuple[Row, float]]) -> None:
    """Write labels as JSON lines, gzipped where the name ends so."""
    lines = [
        json.dumps(
            {
                "question": row.question,
                "context": row.passage,
                "starts": row.starts,
                "ends": row.ends,
                "texts": row.texts,
                "confidence": round(confidence, 4),
            },
            ensure_ascii=False,
        )
        for row, confidence in labelled
    ]
    content = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def read(path: Path) -> Labels:
    """Return the labels in a file. Raises DocumentError where it holds none."""
    found: Labels = {}
    for number, line in enumerate(text_of(path).splitlines(), 1):
        try:
            raw = json.loads(line)
            targets = [tuple((int(at), float(share)) for at, share in raw[name]) for name in ("starts", "ends")]
            row = Row(raw["question"], raw["context"], targets[0], targets[1], tuple(raw["texts"]))
            found[row.question, row.passage] = row, float(raw["confidence"])
        except (ValueError, KeyError, TypeError) as error:
            raise DocumentError(f"{path}: line {number} is no label ({error!r}).") from error
    return found
