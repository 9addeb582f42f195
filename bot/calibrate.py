"""Fit the confidence of a reader: python -m bot.calibrate --reader DIR FILE.jsonl.gz ...

The files hold questions in SQuAD's form, a JSON object a line: `question`, `context`, and
`answers`, each with its `text`, none where the context does not answer. All contexts go into one
library and every question is asked of the whole of it, so what is fitted is what people meet:
retrieved passages, not handed ones. An answer counts as right at a token F1 above RIGHT.
"""

import argparse
import gzip
import json
import logging
import re
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from bot import question as questions
from bot.confidence import FILE, Confidence
from bot.evidence import Evidence, weigh
from bot.pipeline import TOP_K, Bot
from bot.ranking import rank
from bot.reader import PACKAGED, Reader
from index.dense import write_atomically
from index.formats import make_document
from index.library import Library

RIGHT = 0.6
THRESHOLD = 0.3
"""Confidence from which an answer is shown. Low on purpose: an answer comes with its quote, so a wrong one
costs a glance, and hiding a right one costs the answer."""

log = logging.getLogger("calibrate")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked end to end: its evidence, and whether the best span was right."""

    context: str
    answerable: bool
    evidence: Evidence
    f1: float


def normalised(text: str) -> list[str]:
    """Return the words of an answer as SQuAD's own script compares them."""
    text = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(?:a|an|the)\b", " ", text).split()


def token_f1(answer: str, reference: str) -> float:
    """Return SQuAD's token F1 of two answers, 0 to 1 (Rajpurkar et al., 2016)."""
    one, other = normalised(answer), normalised(reference)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def ask_all(bot: Bot, rows: Sequence[dict[str, object]]) -> list[Asked]:
    """Ask every row's question of the whole library."""
    asked = []
    for number, row in enumerate(rows, 1):
        question = questions.read(str(row["question"]))
        groups = rank(question, bot.read(question, TOP_K))
        references = [str(answer["text"]) for answer in row["answers"]]  # type: ignore[attr-defined]
        if groups:
            f1 = max((token_f1(groups[0].best.text, reference) for reference in references), default=0.0)
            asked.append(Asked(str(row["context"]), bool(references), weigh(groups), f1))
        if number % 100 == 0:
            log.info("%d of %d asked", number, len(rows))
    return asked


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Return the mean distance of confidence and share of right answers over equal-width bins."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[which == i].mean() - right[which == i].mean()) * (which == i).mean() for i in set(which)]
    return float(sum(gaps))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, and write the fit into the reader's folder."""
    logging.basicConfig(format="%(message)s")
    log.setLevel(logging.INFO)
    parser = argparse.ArgumentParser(prog="python -m bot.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("--reader", type=Path, default=PACKAGED, metavar="DIR")
    parser.add_argument("file", type=Path, nargs="+", help="questions in SQuAD's form, gzipped JSON lines")
    given = parser.parse_args(arguments)
    rows = [json.loads(line) for path in given.file for line in gzip.decompress(path.read_bytes()).splitlines()]
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        library.add_documents(
            make_document(context, source=f"context-{number}", title=" ") for number, context in enumerate(contexts)
        )
        bot = Bot(library, Reader(given.reader), Confidence(0.0, (0.0,) * len(fields(Evidence)), 0.0))
        asked = ask_all(bot, rows)
    features = np.array([one.evidence.row() for one in asked])
    right = np.array([one.f1 > RIGHT for one in asked])
    model = LogisticRegression(C=1.0, max_iter=1000)
    groups = [one.context for one in asked]
    held_out = cross_val_predict(model, features, right, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    model.fit(features, right)
    answerable = [one for one in asked if one.answerable]
    kept = {
        "about": "logistic fit of the probability that the best answer is right, made by bot.calibrate",
        "bias": round(float(model.intercept_[0]), 4),
        "weights": {field.name: round(float(w), 4) for field, w in zip(fields(Evidence), model.coef_[0], strict=True)},
        "threshold": THRESHOLD,
        "fitted_on": {
            "questions": len(asked),
            "answerable": len(answerable),
            "passages": "retrieved, not handed",
            "answerable_right": round(sum(one.f1 > RIGHT for one in answerable) / len(answerable), 3),
            "ece_cross_validated": round(expected_calibration_error(held_out, right), 3),
        },
    }
    write_atomically(given.reader / FILE, (json.dumps(kept, indent=1) + "\n").encode())
    print(json.dumps(kept, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
