"""The fit of confidence, made end to end."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot import Confidence
from bot.calibrate import FEWEST, main, shown
from bot.reader import PACKAGED
from tests.bot.test_confidence import STRONG, WEAK

PEOPLE = ["Agnes Fell", "Tom Reed", "Ines Moor", "Carl Dane", "Ruth Hale", "Hugh Lund", "Nora Pike", "Evan Shaw"]
TOWNS = ["Tarn", "Leeds", "Hull", "York", "Ripon", "Selby", "Goole", "Otley"]


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
    assert fit(STRONG) > fit(WEAK)


def test_thresholds_are_kept_with_what_they_show_of_all_questions() -> None:
    confidence = np.repeat([0.3, 0.9], [10, FEWEST])
    right = np.repeat([False, True, False], [10, FEWEST - 5, 5])
    found = shown(confidence, right, 60)
    assert found[0] == (0.0, 0.5, 0.5), "half of 60 are not held back at any threshold"
    assert found[-1] == (0.9, pytest.approx(FEWEST / 60, abs=1e-3), 0.25)
    assert len(shown(confidence[1:], right[1:], 60)) == len(found), "as long as enough is shown"
    assert shown(confidence[11:], right[11:], 60) == [], "too few to say"
