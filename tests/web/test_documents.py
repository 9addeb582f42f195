"""`pincite add`, `remove`, `sync` and what they print; the answers' side of it is tested with the checks."""

import io
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from index import Change, Library, Progress, Stage
from tests.index.light import LightEmbedder
from web import documents, opening, watching, words
from web.cli import main
from web.progress import shown


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "Library", lambda folder, _=None: Library(folder, LightEmbedder()))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("Alpha", "Beta"):
        (docs / f"{name.lower()}.txt").write_text(f"{name} builds batteries in Berlin.")
    return docs


def run(docs: Path, *arguments: str | Path) -> int:
    return main([str(argument) for argument in (*arguments, "--library", docs.parent / "library")])


def test_what_a_sync_changed_is_said(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(docs, "sync", docs) == 0
    assert capsys.readouterr() == ("added docs/alpha.txt\nadded docs/beta.txt\n2 added\n", "")
    (docs / "alpha.txt").rename(docs / "gamma.txt")
    assert run(docs, "sync", docs) == 0
    assert capsys.readouterr().out == "moved docs/alpha.txt to docs/gamma.txt\n1 moved, 1 unchanged\n"
    (docs / "gamma.txt").rename(docs / "delta.txt")
    assert run(docs, "sync", docs, "--json") == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["moved"], told["unchanged"], told["diff"]) == (
        [{"from": "docs/gamma.txt", "to": "docs/delta.txt"}],
        ["docs/beta.txt"],
        None,
    )
    assert err == ""


def test_a_deleted_folder_is_taken_out_by_its_name(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(docs, "sync", docs)
    shutil.rmtree(docs)
    capsys.readouterr()
    assert run(docs, "sync", docs) == 3
    assert f"pincite remove --under {docs}" in capsys.readouterr().err
    assert run(docs, "remove", "--under", docs) == 0
    assert capsys.readouterr().out == "removed docs/alpha.txt\nremoved docs/beta.txt\n2 removed\n"
    assert run(docs, "remove", "--under", docs) == 3


def test_a_removal_names_ids_or_a_folder(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(docs, "remove") == 2
    assert run(docs, "remove", "abc", "--under", docs) == 2
    assert "ids of documents, or a folder" in capsys.readouterr().err


def test_watching_says_what_changed_each_time_and_ends_well_on_ctrl_c(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def rounds(_library: Library, _folder: Path) -> Iterator[Change]:
        yield Change(unchanged=("docs/alpha.txt",))
        yield Change(replaced=("docs/alpha.txt",))
        yield Change(unchanged=("docs/alpha.txt",), failed=("bad.txt: is bad.",))
        yield Change(unchanged=("docs/alpha.txt",), failed=("bad.txt: is bad.",))
        raise KeyboardInterrupt

    monkeypatch.setattr(documents, "rounds", rounds)
    assert run(docs, "sync", docs, "--watch", "--no-diff") == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[2:] == [
        "2 added",
        f"watching {docs}; Ctrl-C ends it",
        "replaced docs/alpha.txt",
        "1 replaced",
        "1 unchanged",
    ]
    assert err == "pincite: bad.txt: is bad.\n"
    assert run(docs, "sync", docs, "--watch", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(line["replaced"]) for line in lines] == [0, 1, 0]


def test_a_change_in_the_folder_is_followed(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_MS", 1000)
    library = Library(docs / "library", LightEmbedder())  # inside the folder: what it writes must not wake it
    library.sync(docs)
    editing = threading.Timer(0.5, lambda: (docs / "alpha.txt").write_text("Alpha moved to Aachen."))
    editing.start()
    followed = watching.rounds(library, docs)
    assert next(change for change in followed if change).replaced == ("docs/alpha.txt",)
    followed.close()
    editing.join()


def test_progress_is_for_terminals() -> None:
    with shown(Console(file=io.StringIO())) as report:
        assert report is None
    out = io.StringIO()
    with shown(Console(file=out, force_terminal=True, width=120)) as report:
        assert report is not None
        report(Progress(Stage.READING, 3, 1, 0, 0, "docs/\x1ba.txt"))
        report(Progress(Stage.EMBEDDING, 3, 3, 640, 64, None, 125.0))
    assert "about 2 minutes left" in out.getvalue()
    assert "64/640" in out.getvalue()
    assert "docs/\x1ba" not in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "a few seconds left"),
        (44, "about 40 seconds left"),
        (56, "about 1 minute left"),
        (7000, "about 2 hours left"),
    ],
)
def test_time_left_is_told_no_finer_than_it_is_known(seconds: float, said: str) -> None:
    assert words.time_left(seconds) == said
