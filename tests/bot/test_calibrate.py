"""The fit of confidence, made end to end."""

import gzip
import json
import shutil
from pathlib import Path

from bot import Confidence
from bot.calibrate import main
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
