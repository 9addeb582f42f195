"""A small library whose documents are edited, deleted and added: what the commands say of its answers."""

import json
from pathlib import Path

import pytest

from bot import Reader
from bot.expected.history import History
from bot.journal import FILE, Journal
from index import Embedder
from web.cli import main

CASES = """\
cases:
  - ask: Who grants holidays?
    also: Who are holidays granted by?
    expect: {answer: Bruno Marsh}
  - ask: What may a night in a hotel cost?
    expect: {contains: euros}
  - ask: What does the dog eat?
    expect: {abstain: true}
"""
ASKED = "When do left over days expire?"


@pytest.fixture(autouse=True)
def own(
    models: None, folder: Path, embedder: Embedder, reader: Reader, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Path:  # fmt: skip
    """A library `own` of the handbook, cases for it, and the models of the whole run."""
    monkeypatch.setattr("index.library.Embedder", lambda: embedder)
    monkeypatch.setattr("web.opening.Reader", lambda folder, threads: reader)
    monkeypatch.setenv("PINCITE_LIBRARY", "own")
    (folder / "hand.answers.yaml").write_text(CASES)
    assert main(["sync", "handbook", "--library", "own"]) == 0
    capsys.readouterr()
    return folder


def edit(name: str, old: str, new: str) -> None:
    path = Path("handbook", name)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert err == ""
    return out


def ask(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", ASKED]) == 0
    capsys.readouterr()


def test_with_nothing_asked_no_model_is_loaded_and_no_file_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("web.opening.Reader", None)
    edit("leave.md", "31 March", "30 June")
    assert main(["sync", "handbook"]) == 0
    assert said(capsys).splitlines() == ["replaced handbook/leave.md", "1 replaced, 1 unchanged"]
    assert not Path("own", FILE).exists()
    assert main(["diff"]) == 0
    assert said(capsys).startswith("Nothing to ask again")


def test_the_first_run_says_that_it_made_the_first_snapshot(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "hand.answers.yaml"]) == 0
    assert said(capsys) == "4 answers kept as the first snapshot, which the next diff compares with\n"
    assert main(["diff"]) == 0, "the file is remembered"
    assert said(capsys) == "4 answers unchanged\n"


def test_documents_are_edited_deleted_and_added(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "hand.answers.yaml"]) == 0
    ask(capsys)
    edit("leave.md", "31 March", "30 June")
    Path("handbook", "travel.md").unlink()
    Path("handbook", "pets.md").write_text("# Pets\n\nThe dog eats dry food from the canteen.\n")
    assert main(["sync", "handbook", "--no-diff"]) == 0
    assert "unchanged" not in said(capsys)
    assert main(["diff", "--json"]) == 1
    found = json.loads(said(capsys))
    assert found["worse"] is True
    assert found["counts"] == {
        "vanished": 1, "changed": 1, "newly_answered": 1, "reworded": 0, "moved": 0, "unchanged": 2, "first": 0,
    }  # fmt: skip
    changes = {one["question"]: one for one in found["changes"]}
    changed, vanished = changes[ASKED], changes["What may a night in a hotel cost?"]
    assert (changed["kind"], changed["expected"], changed["worse"]) == ("changed", False, True)
    assert changed["before"]["quoted"]["exact"] == "31 March"
    before = "Days that are left over expire on "
    now = {"before": before, "exact": "30 June", "behind": ".", "source": "handbook/leave.md"}
    assert changed["after"]["quoted"] == now
    assert (vanished["kind"], vanished["expected"], vanished["after"]["place"]) == ("vanished", True, None)
    assert changes["What does the dog eat?"]["kind"] == "newly_answered"
    assert changes["What does the dog eat?"]["worse"] is True, "it is expected to abstain"
    assert main(["diff", "--json"]) == 0, "the snapshot is renewed"
    assert json.loads(said(capsys))["changes"] == []


def test_the_quotes_are_printed_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys)
    edit("leave.md", "31 March", "30 June")
    main(["sync", "handbook", "--no-diff"])
    capsys.readouterr()
    assert main(["diff"]) == 1
    assert said(capsys).splitlines() == [
        f"changed  {ASKED}",
        "    before  Days that are left over expire on [31 March]. (handbook/leave.md)",
        "    now     Days that are left over expire on [30 June]. (handbook/leave.md)",
        "1 answer changed",
    ]


def test_words_in_front_move_an_answer_and_that_is_not_worse(capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys)
    edit("leave.md", "# Leave\n", "# Leave\n\nThis page is kept by the office.\n")
    main(["sync", "handbook", "--no-diff"])
    capsys.readouterr()
    assert main(["diff"]) == 0
    assert said(capsys).splitlines()[-1] == "1 answer moved"


def test_a_case_that_was_changed_with_its_document_is_not_worse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "hand.answers.yaml"]) == 0
    edit("leave.md", "Bruno Marsh", "Clara Vogel")
    Path("hand.answers.yaml").write_text(CASES.replace("Bruno Marsh", "Clara Vogel"))
    main(["sync", "handbook", "--no-diff"])
    capsys.readouterr()
    assert main(["diff", "--json"]) == 0
    found = json.loads(said(capsys))
    assert (found["counts"]["changed"], found["worse"]) == (2, False)


def test_sync_add_and_remove_say_what_they_did_to_the_answers(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "hand.answers.yaml"])
    ask(capsys)
    edit("leave.md", "31 March", "30 June")
    assert main(["sync", "handbook"]) == 0, "whatever became of the answers"
    lines = said(capsys).splitlines()
    assert lines[1:] == [
        "1 replaced, 1 unchanged",
        "4 answers unchanged, 1 changed:",
        f"  changed  {ASKED}  31 March → 30 June",
        "  /checks shows the quotes side by side",
    ]
    Path("pets.md").write_text("# Pets\n\nThe dog eats dry food from the canteen.\n")
    assert main(["add", "pets.md", "--json"]) == 0
    found = json.loads(said(capsys))
    assert found["added"] == ["pets.md"]
    assert found["diff"]["counts"]["newly_answered"] == 1
    assert main(["list", "--json"]) == 0
    travel = next(one["id"] for one in json.loads(said(capsys)) if one["source"].endswith("travel.md"))
    assert main(["remove", travel]) == 0
    assert "1 vanished:" in said(capsys)
    assert main(["sync", "handbook", "--no-diff", "--json"]) == 0
    assert json.loads(said(capsys))["diff"] is None


def test_a_diff_that_cannot_be_made_costs_the_command_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    ask(capsys)
    edit("leave.md", "31 March", "30 June")
    monkeypatch.setenv("PINCITE_READER", str(tmp_path / "none"))
    monkeypatch.setattr("web.opening.Reader", Reader)
    assert main(["sync", "handbook"]) == 0
    assert said(capsys).splitlines() == ["replaced handbook/leave.md", "1 replaced, 1 unchanged"]
    assert "The change is made; the answers could not be compared" in caplog.text


def test_a_file_that_went_or_has_mistakes_is_named_and_the_rest_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "hand.answers.yaml"])
    ask(capsys)
    Path("hand.answers.yaml").write_text("cases: nothing\n")
    assert main(["diff"]) == 0
    out = said(capsys)
    assert out.startswith("1 answer unchanged\n")
    assert "has mistakes, so its cases were left out" in out
    Path("hand.answers.yaml").unlink()
    assert main(["diff"]) == 0
    assert "is gone; its cases are not asked any more" in said(capsys)
    assert main(["diff"]) == 0
    assert said(capsys) == "1 answer unchanged\n"


def test_a_file_that_is_not_there_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "none.answers.yaml"]) == 2
    assert "none.answers.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_bad_number_ends_with_2(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["diff", "--newest", number])
    assert "a whole number from 1 on" in capsys.readouterr().err


def test_files_of_several_libraries_are_not_compared_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.answers.yaml").write_text(f"documents: handbook\n{CASES}")
    assert main(["diff", "hand.answers.yaml", "other.answers.yaml"]) == 2
    assert "different libraries" in capsys.readouterr().err


def test_no_library_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--library", "nowhere"]) == 3
    assert "There is no library" in capsys.readouterr().err


def test_a_check_is_kept_in_the_library_it_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.answers.yaml").write_text(f"documents: handbook\n{CASES}")
    assert main(["check", "other.answers.yaml"]) == 0
    capsys.readouterr()
    assert not Path("own", FILE).exists()
    history = History(Journal(Path(".pincite", "handbook"), days=365))
    assert [one.kind for one in history.runs()] == ["check"]
    assert main(["diff", "other.answers.yaml"]) == 0
    assert said(capsys) == "4 answers unchanged\n"


def test_newest_bounds_what_is_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys)
    assert main(["ask", "Who books tickets?"]) == 0
    capsys.readouterr()
    assert main(["diff", "--newest", "1"]) == 0
    assert said(capsys).splitlines() == [
        "1 answer unchanged",
        "1 question not asked again: pincite diff --newest N asks more",
    ]
