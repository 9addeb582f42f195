"""Fit the confidence of a reader: python -m bot.calibrate --reader DIR FILE.jsonl.gz ...

The files hold questions in SQuAD's form (see `bot.squad`). All contexts go into one library and every
question is asked of the whole of it, so what is fitted is what people meet: retrieved passages, not
handed ones. What counts as right is what `bot.evaluation` counts as right.
"""

import argparse
import json
import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from bot.confidence import FILE, Confidence, Shown
from bot.evaluation import ask_open
from bot.evidence import Evidence
from bot.pipeline import Bot
from bot.reader import PACKAGED, Reader
from bot.scores import expected_calibration_error
from bot.squad import read_files
from index.atomic import write_atomically
from index.embed import Embedder

STEPS = 50
"""Thresholds, evenly from 0 to 1, that are kept with what they show."""
FEWEST = 20
"""Answers below which a share of wrong ones says nothing."""

ROW = re.compile(r"\[\s+([\d.]+),\s+([\d.]+),\s+([\d.]+)\s+\]")
"""Three numbers, which are easier to read in one line."""

log = logging.getLogger("calibrate")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, and write the fit into the reader's folder."""
    logging.basicConfig(format="%(message)s")
    log.setLevel(logging.INFO)
    parser = argparse.ArgumentParser(prog="python -m bot.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("--reader", type=Path, default=PACKAGED, metavar="DIR")
    parser.add_argument("file", type=Path, nargs="+", help="questions in SQuAD's form")
    given = parser.parse_args(arguments)
    reader, unfitted = Reader(given.reader), Confidence(0.0, (0.0,) * len(fields(Evidence)))
    examples = read_files(given.file)
    every = ask_open(examples, lambda library: Bot(library, reader, unfitted), Embedder(), _progress)
    asked = [(one, one.evidence) for one in every if one.evidence is not None]
    features = np.array([evidence.row() for _, evidence in asked])
    right = np.array([one.right for one, _ in asked])
    model = LogisticRegression(C=1.0, max_iter=1000)
    groups = [one.example.context for one, _ in asked]
    held_out = cross_val_predict(model, features, right, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    model.fit(features, right)
    answerable = [one for one in every if one.example.answers]
    # Unfitted, no threshold holds anything back: what was not shown, no threshold shows.
    likelier = np.array([bool(one.shown and one.example.answers) for one, _ in asked])
    kept = {
        "about": "logistic fit of the probability that the best answer is right, made by bot.calibrate",
        "bias": round(float(model.intercept_[0]), 4),
        "weights": {field.name: round(float(w), 4) for field, w in zip(fields(Evidence), model.coef_[0], strict=True)},
        "shown": shown(held_out[likelier], right[likelier], len(answerable)),
        "fitted_on": {
            "questions": len(every),
            "answerable": len(answerable),
            "passages": "retrieved, not handed",
            "answerable_right": round(sum(one.right for one in answerable) / len(answerable), 3),
            "ece_cross_validated": round(expected_calibration_error(held_out, right), 3),
        },
    }
    text = ROW.sub(r"[\1, \2, \3]", json.dumps(kept, indent=1)) + "\n"
    write_atomically(given.reader / FILE, text.encode())
    print(text, end="")
    return 0


def shown(confidence: np.ndarray, right: np.ndarray, questions: int) -> list[Shown]:
    """Return what thresholds show of so many `questions`, as long as they show FEWEST answers.

    Answers that are held back at any threshold ("not in here" is likelier) are not among those given here.
    """
    found = []
    for step in range(STEPS):
        above = confidence >= step / STEPS
        if above.sum() >= FEWEST:
            found.append(
                (step / STEPS, round(int(above.sum()) / questions, 3), round(float((~right[above]).mean()), 3))
            )
    return found


def _progress(done: int, of: int) -> None:
    if done % 100 == 0:
        log.info("%d of %d asked", done, of)


if __name__ == "__main__":
    sys.exit(main())
