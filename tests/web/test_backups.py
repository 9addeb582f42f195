import json
from pathlib import Path

import pytest

from bot.expected import drafts
from bot.journal import Journal
from index.database import Database
from web.backups import DATABASES
from web.cli import main


@pytest.fixture(autouse=True)
def own(command_line: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (command_line / "a.txt").write_text("Alpha builds batteries in Berlin.")
    assert main(["add", "a.txt", "--library", "own"]) == 0
    capsys.readouterr()
    return command_line / "own"


def test_a_library_comes_back_from_its_backup(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Journal(own, 365).close()
    (own / drafts.FILE).write_text("cases: []\n")
    assert main(["backup", "saved.tar", "--library", "own"]) == 0
    assert capsys.readouterr().out.startswith("saved.tar: library.sqlite3, questions.sqlite3, drafts.answers.yaml (")
    assert main(["restore", "saved.tar", "--library", "new"]) == 0
    assert capsys.readouterr().out == "new is restored from saved.tar\n"
    assert main(["check-library", "--library", "new"]) == 0
    assert (own.parent / "new" / drafts.FILE).read_text() == "cases: []\n"


def test_a_library_that_is_there_is_replaced_only_when_asked_to(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "saved.tar", "--library", "own", "--json"]) == 0
    assert [file["name"] for file in json.loads(capsys.readouterr().out)["files"]] == ["library.sqlite3"]
    assert main(["restore", "saved.tar", "--library", "own"]) == 2
    assert "own is there already; --replace moves it aside" in capsys.readouterr().err


def test_bad_backups_are_named(command_line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", "gone.tar", "--library", "new"]) == 3
    assert "gone.tar cannot be restored" in capsys.readouterr().err
    assert main(["restore", "a.txt", "--library", "new"]) == 3
    assert "a.txt is no backup" in capsys.readouterr().err
    assert main(["backup", "a.txt", "--library", "own"]) == 3
    assert "choose another name" in capsys.readouterr().err
    assert main(["backup", "x.tar", "--library", "nowhere"]) == 3
    assert not (command_line / "new").exists()


def test_every_database_of_a_library_is_in_its_backup() -> None:
    def below(kind: type[Database]) -> set[type[Database]]:
        return {kind, *(one for sub in kind.__subclasses__() for one in below(sub))}

    files = {kind.FILE for kind in below(Database) if hasattr(kind, "FILE") and not kind.__module__.startswith("tests")}
    assert files == {kind.FILE for kind in DATABASES}
