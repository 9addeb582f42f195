"""Measure: a span model alone on questions in SQuAD's form, each over its own context, nothing mended or ranked."""

from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer

from bot.scores import area_under_curve, best_scores
from bot.spans import decode, null_score
from bot.squad import Example
from bot.training.labels import Read
from bot.windows import tokens_of, windows


def best_spans(tokenizer: Tokenizer, read: Read, examples: Sequence[Example]) -> list[tuple[str, float]]:
    """Return the best span of each context, and its margin in logits over "no answer"."""
    cut = [windows(tokenizer, tokens_of(tokenizer, one.question), one.context, 0, len(one.context)) for one in examples]
    logits = iter(read([window for group in cut for window in group]))
    found = []
    for example, group in zip(examples, cut, strict=True):
        spans, nulls = [], []
        for window in group:
            start, end = next(logits)
            spans += decode(window, start, end)[:1]
            nulls.append(null_score(start, end))
        first, last, score = max(spans, key=lambda span: span[2])
        found.append((example.context[first:last], score - min(nulls)))
    return found


def measure(tokenizer: Tokenizer, read: Read, examples: Sequence[Example]) -> dict[str, float | int | None]:
    """Return `n`, and `em` and `f1` of the best span where there is an answer.

    With unanswerable questions also the `auc` of the margin, and `f1_best`: SQuAD 2.0's F1 at the margin
    `cut` that suits these very questions best.
    """
    found = best_spans(tokenizer, read, examples)
    has = np.array([bool(one.answers) for one in examples])
    scores = np.array([best_scores(text, one.texts) for (text, _), one in zip(found, examples, strict=True)])
    margins = np.array([margin for _, margin in found])
    em, f1 = scores[has].mean(axis=0) if has.any() else (None, None)
    result: dict[str, float | int | None] = {"n": len(examples), "em": em, "f1": f1}
    if not has.all():
        cuts = [-np.inf, *np.sort(margins)]
        each = [float(np.where(margins > cut, scores[:, 1] * has, ~has).mean()) for cut in cuts]
        best = int(np.argmax(each))
        result |= {"auc": area_under_curve(margins.tolist(), has.tolist()), "f1_best": each[best], "cut": cuts[best]}
    return {name: value if value is None else round(float(value), 4) for name, value in result.items()}
