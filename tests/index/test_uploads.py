import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Cancelled, Library, Progress, Stage
from index.catalogue import Catalogue
from index.uploads import JOBS, BusyFileError, Staging, Uploads
from tests.index.light import LightEmbedder

OLD, NEW = "The gate opens at nine.", "The gate opens at ten."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", LightEmbedder())


@pytest.fixture
def uploads(library: Library) -> Uploads:
    return Uploads(library)


def staged(uploads: Uploads, files: dict[str, str]) -> Staging:
    staging = uploads.stage()
    for name, text in files.items():
        with staging.file(name) as file:
            file.write(text.encode())
    staging.seal()
    return staging


def held(uploads: Uploads) -> dict[str, str]:
    """What the library says, by the names of files; each file of it must say the same, and no other file be there."""
    entries = Catalogue(uploads.library).entries()
    texts = {Path(entry.location).name: uploads.library.read(entry.id).text for entry in entries}  # type: ignore[union-attr]
    assert {path.name: path.read_text() for path in uploads.folder.iterdir() if path.is_file()} == texts
    assert list((uploads.folder / JOBS).iterdir()) == []
    return texts


def test_uploaded_files_become_documents_that_point_at_them(uploads: Uploads) -> None:
    change = uploads.add(staged(uploads, {"gate.txt": OLD, "fence.md": "# Fence\n\nIt is green."}))
    assert sorted(change.added) == ["fence.md", "gate.txt"]
    assert held(uploads) == {"gate.txt": OLD, "fence.md": "# Fence\n\nIt is green."}


def test_a_file_of_the_same_name_takes_the_place_and_the_id_of_the_one_before(uploads: Uploads) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    before = Catalogue(uploads.library).entries()[0].id
    assert uploads.add(staged(uploads, {"gate.txt": NEW})).replaced == ("gate.txt",)
    assert held(uploads) == {"gate.txt": NEW}
    assert Catalogue(uploads.library).entries()[0].id == before


def test_a_document_of_another_folder_with_that_name_is_left_alone(uploads: Uploads, tmp_path: Path) -> None:
    elsewhere = tmp_path / "gate.txt"
    elsewhere.write_text("Another gate.")
    uploads.library.add([elsewhere])
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    assert elsewhere.read_text() == "Another gate."
    assert uploads.library.count()[0] == 2


def test_files_without_words_are_named_and_not_kept(uploads: Uploads) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    change = uploads.add(staged(uploads, {"empty.txt": " ", "fence.txt": "Green."}))
    assert change.added == ("fence.txt",)
    assert change.failed == ("empty.txt: there is no text in it.",)
    assert held(uploads) == {"gate.txt": OLD, "fence.txt": "Green."}


def test_a_damaged_file_leaves_what_was_there_before(uploads: Uploads) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    change = uploads.add(staged(uploads, {"gate.txt": " "}))
    assert len(change.failed) == 1
    assert held(uploads) == {}, "as with any file: what has no words any more answers nothing any more"


def test_cancelling_leaves_all_as_it_was(uploads: Uploads) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    for stage in (Stage.READING, Stage.EMBEDDING):

        def stop(progress: Progress, stage: Stage = stage) -> None:
            if progress.stage is stage:
                raise Cancelled

        with pytest.raises(Cancelled):
            uploads.add(staged(uploads, {"gate.txt": NEW, "fence.txt": "Green."}), stop)
        assert held(uploads) == {"gate.txt": OLD}


def test_removing_takes_the_uploaded_file_with_it(uploads: Uploads) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD, "fence.txt": "Green."}))
    gate = next(entry for entry in Catalogue(uploads.library).entries() if entry.source == "gate.txt")
    assert uploads.remove(gate.id).removed == ("gate.txt",)
    assert held(uploads) == {"fence.txt": "Green."}


def test_removing_a_document_from_elsewhere_leaves_its_file(uploads: Uploads, tmp_path: Path) -> None:
    elsewhere = tmp_path / "gate.txt"
    elsewhere.write_text(OLD)
    uploads.library.add([elsewhere])
    uploads.remove(Catalogue(uploads.library).entries()[0].id)
    assert elsewhere.read_text() == OLD
    assert uploads.library.count()[0] == 0


def test_a_document_is_not_removed_while_it_is_replaced(uploads: Uploads) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    gate = Catalogue(uploads.library).entries()[0].id

    def look(_: Progress) -> None:
        with pytest.raises(BusyFileError, match=r"gate\.txt"):
            uploads.remove(gate)

    uploads.add(staged(uploads, {"gate.txt": NEW}), look)
    assert held(uploads) == {"gate.txt": NEW}


def killed(folder: Path, act: Callable[[Uploads], None]) -> None:
    """Have a process of its own `act`, which kills it."""
    process = multiprocessing.get_context("fork").Process(target=lambda: act(Uploads(Library(folder, LightEmbedder()))))
    process.start()
    process.join(60)
    assert process.exitcode == 9


def die(*_: object, **__: object) -> None:
    os._exit(9)


def upload_and_die(point: str) -> Callable[[Uploads], None]:
    """Upload two files, one of them new, and die at `point`."""

    def act(uploads: Uploads) -> None:
        if point == "received":
            staging = uploads.stage()
            with staging.file("gate.txt") as file:
                file.write(b"half")
            die()
        staging = staged(uploads, {"gate.txt": NEW, "fence.txt": "Green."})
        if point == "sealed":
            die()
        if point in ("reading", "embedding"):
            uploads.add(staging, lambda progress: die() if progress.stage.value == point else None)
        if point == "swapped":
            uploads.library.add = die  # type: ignore[method-assign]
        if point == "stored":
            uploads._keep_read = die  # type: ignore[method-assign]
        if point == "between":
            real, calls = os.replace, iter([1, 2])
            os.replace = lambda *given: real(*given) if next(calls, None) else die()  # type: ignore[assignment]
        uploads.add(staging)
        die()

    return act


@pytest.mark.parametrize("point", ["received", "sealed", "between", "swapped", "reading", "embedding", "stored"])
def test_a_kill_in_an_upload_leaves_all_as_it_was(uploads: Uploads, point: str) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    killed(uploads.library.folder, upload_and_die(point))
    undone = uploads.recover()
    assert undone == ([] if point == "received" else [("gate.txt", "fence.txt")])
    assert held(uploads) == {"gate.txt": OLD}
    assert uploads.recover() == []


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_kill_in_a_removal_leaves_all_as_it_was(uploads: Uploads, point: str) -> None:
    uploads.add(staged(uploads, {"gate.txt": OLD}))
    gate = Catalogue(uploads.library).entries()[0].id

    def act(uploads: Uploads) -> None:
        if point == "before":
            uploads.library.remove = die  # type: ignore[method-assign]
        else:
            Staging.close = die  # type: ignore[method-assign]
        uploads.remove(gate)

    killed(uploads.library.folder, act)
    assert uploads.recover() == [("gate.txt",)]
    assert held(uploads) == {"gate.txt": OLD}


def test_what_another_process_is_doing_is_not_undone(uploads: Uploads) -> None:
    staging = staged(uploads, {"gate.txt": OLD})
    assert Uploads(uploads.library).recover() == []
    assert uploads.add(staging).added == ("gate.txt",)
