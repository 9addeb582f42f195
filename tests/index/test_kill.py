import os
import re
import subprocess
import sys

from tests.conftest import CHECKOUT, Report

KILLS = os.environ.get("KILLS", "40")
"""How often the library is killed; 500 takes a few minutes."""


def test_a_kill_at_any_moment_loses_nothing_acknowledged_and_leaves_nothing_half_done(report: Report) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.kill", "--kills", KILLS],
        cwd=CHECKOUT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    report(f"library killed: {ran.stdout.strip()}")
    inside = re.search(r"(\d+) of them inside a command", ran.stdout)
    assert inside is not None
    assert int(inside[1]) >= int(KILLS) / 4, "the kills hit nothing: give the children longer lives"
