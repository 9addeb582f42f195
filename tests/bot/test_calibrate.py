"""The fit of confidence, and the scores it is made with."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot import Confidence
from bot.calibrate import expected_calibration_error, main, token_f1
from bot.evidence import Evidence
from bot.reader import PACKAGED

PEOPLE = ["Agnes Fell", "Tom Reed", "Ines Moor", "Carl Dane", "Ruth Hale", "Hugh Lund", "Nora Pike", "Evan Shaw"]
TOWNS = ["Tarn", "Leeds", "Hull", "York", "Ripon", "Selby", "Goole", "Otley"]


@pytest.mark.parametrize(
    ("answer", "reference", "f1"),
    [("the Tarn", "Tarn.", 1.0), ("Agnes Fell", "Fell", 2 / 3), ("Tom", "Fell", 0.0), ("", "", 1.0), ("", "Fell", 0.0)],
)
def test_token_f1_is_squads(answer: str, reference: str, f1: float) -> None:
    assert token_f1(answer, reference) == pytest.approx(f1)


def test_the_calibration_error_is_the_mean_gap_over_bins() -> None:
    assert expected_calibration_error(np.array([0.95, 0.95]), np.array([True, True])) == pytest.approx(0.05)
    assert expected_calibration_error(np.array([0.95, 0.05]), np.array([False, True])) == pytest.approx(0.95)


def test_a_fit_is_made_end_to_end_and_kept_beside_its_reader(tmp_path: Path) -> None:
    rows = []
    for person, town in zip(PEOPLE, TOWNS, strict=True):
        context = f"The bridge at {town} was opened by {person}. It is made of stone."
        rows.append(
            {"question": f"Who opened the bridge at {town}?", "context": context, "answers": [{"text": person}]}
        )
        rows.append({"question": f"Who sold the mill at {town}?", "context": context, "answers": []})
    file = tmp_path / "questions.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    folder = shutil.copytree(PACKAGED, tmp_path / "reader")
    (folder / "confidence.json").unlink()
    assert main(["--reader", str(folder), str(file)]) == 0
    fit = Confidence.of(folder)
    kept = json.loads((folder / "confidence.json").read_text())
    assert kept["fitted_on"]["answerable"] == 8
    assert kept["fitted_on"]["answerable_right"] >= 0.75
    assert fit(Evidence(18, 12, 1, 0, 0.8)) > fit(Evidence(2, 0, 0.3, 0, 0.3))
