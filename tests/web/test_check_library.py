import json
import sqlite3
from pathlib import Path

import pytest

from index.store import FILE
from web.cli import main

OWN = ["--library", "own"]


@pytest.fixture(autouse=True)
def own(command_line: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A library with two documents, in the folder where the command is given."""
    (command_line / "docs").mkdir()
    (command_line / "docs" / "a.txt").write_text("Alpha builds batteries in Berlin.")
    (command_line / "docs" / "b.md").write_text("# Beta\n\nBeta sells cars in Bonn.")
    assert main(["sync", "docs", *OWN]) == 0
    capsys.readouterr()
    return command_line / "own"


def harm(own: Path, statement: str) -> None:
    with sqlite3.connect(own / FILE) as connection:
        connection.execute(statement)
    connection.close()


def test_a_whole_library_is_said_to_be_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-library", *OWN]) == 0
    assert capsys.readouterr().out == "own is whole: 2 documents, 2 passages\n"
    assert main(["check-library", *OWN, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "whole": True, "documents": 2, "passages": 2, "faults": [], "repaired": [],
    }  # fmt: skip


def test_faults_are_named_with_their_document_and_repaired_when_asked_to(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(own, "UPDATE passages SET vector = x'00' WHERE id = 1")
    assert main(["check-library", *OWN]) == 1
    out = capsys.readouterr().out
    assert "vectors   docs/a.txt: 1 of 1 passages have no unit vector" in out
    assert "pincite check-library --repair --library own" in out
    assert main(["check-library", *OWN, "--json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["kind"], fault["document"]["source"], fault["repairable"]) == ("vectors", "docs/a.txt", True)
    assert main(["check-library", *OWN, "--repair"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("repaired  docs/a.txt")
    assert out.endswith("own is whole: 2 documents, 2 passages\n")
    assert main(["check-library", *OWN]) == 0


def test_a_changed_text_is_mended_by_removing_and_adding_as_the_message_says(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(own, "UPDATE documents SET text = 'Alpha builds nothing.' WHERE source = 'docs/a.txt'")
    assert main(["list", *OWN]) == 3
    assert "pincite check-library" in capsys.readouterr().err
    assert main(["check-library", *OWN, "--repair"]) == 1
    out = capsys.readouterr().out
    command = next(line for line in out.splitlines() if "cannot be repaired" in line)
    document_id = command.split("pincite remove ")[1].split()[0]
    assert main(["remove", document_id, *OWN]) == 0
    assert main(["add", "docs/a.txt", *OWN]) == 0
    assert main(["check-library", *OWN]) == 0


def test_a_file_that_is_no_database_is_a_fault_that_lasts(
    command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (command_line / "broken").mkdir()
    (command_line / "broken" / FILE).write_text("This is no database. " * 100)
    assert main(["check-library", "--library", "broken", "--repair", "--json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["kind"], fault["repairable"]) == ("database", False)
    assert (command_line / "broken" / FILE).read_text().startswith("This is no database.")


def test_a_library_that_is_not_there_is_named_and_not_made(
    command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check-library", "--library", "nowhere"]) == 3
    assert "There is no library in nowhere" in capsys.readouterr().err
    assert not (command_line / "nowhere").exists()


def test_the_library_of_the_seeds_is_checked_without_a_name(
    seeds_copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(seeds_copy))
    assert main(["check-library", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 2
