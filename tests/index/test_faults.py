"""A disk that fails at any step: the call says what is wrong and what to do, and the library is whole, as it was."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from index import DenseIndex, Library, LibraryError
from index.backup import backup, restore
from index.dense import MANIFEST
from index.formats import make_document
from index.health import examine
from index.store import Store
from index.uploads import JOBS, Uploads
from tests.conftest import Report
from tests.index.faults import Disk, Fault, failing
from tests.index.light import LightEmbedder

EVERY = 1 if int(os.environ.get("KILLS", "40")) >= 500 else 5
"""Steps from one that fails to the next: with `KILLS=500`, as in test_kill.py, each does."""
WAYS_OUT = ("make room", "the disk fails: copy", "copy the folder")
STATE = dict[str, tuple[str, str]]


@dataclass
class Place:
    """A library in a folder of its own, opened, with what stands around it."""

    root: Path

    def __post_init__(self) -> None:
        self.library = Library(self.root / "library", LightEmbedder())
        self.uploads = Uploads(self.library)
        self.docs, self.saved = self.root / "docs", self.root / "saved.tar"

    def state(self) -> STATE:
        """What the library holds, by source: the id and the sha256."""
        return {one.source: (one.id, one.sha256) for one in self.library.documents()}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library that is worth losing nothing of."""
    base = tmp_path_factory.mktemp("faults")
    root = base / "work"  # what a library knows of files is where they are, so each copy takes this very place
    docs = root / "docs"
    (docs / "inner").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "inner/c.txt"):
        (docs / name).write_text(f"What {name} says. " * 90)
    place = Place(root)
    place.library.sync(docs)
    upload(place, gate="It opens at nine.", fence="It is green.")
    DenseIndex.load(place.library)
    place.library.close()
    backup(place.library.folder, place.saved, [Store])
    return root.rename(base / "template")


def upload(place: Place, **texts: str) -> None:
    staging = place.uploads.stage()
    try:
        for name, text in texts.items():
            with staging.file(f"{name}.txt") as file:
                file.write(text.encode())
        place.uploads.seal(staging)
    except (OSError, LibraryError) as error:  # as web.library does
        staging.close()
        raise LibraryError("no room: make room") from error
    place.uploads.add(staging)


Act = Callable[[], object]
"""What is done on the disk that fails."""


def add(place: Place) -> Act:
    new = [make_document(f"New words {n}. " * 200, source=f"new-{n}") for n in range(3)]
    return lambda: place.library.add_documents(new)


def sync(place: Place) -> Act:
    (place.docs / "a.txt").unlink()
    (place.docs / "b.txt").write_text("Other words. " * 150)
    (place.docs / "inner" / "c.txt").rename(place.docs / "moved.txt")
    (place.docs / "d.txt").write_text("A fourth.")
    return lambda: place.library.sync(place.docs)


def remove(place: Place) -> Act:
    ids = [one.id for one in place.library.documents()][:2]
    return lambda: place.library.remove(ids)


def replace_upload(place: Place) -> Act:
    return lambda: upload(place, gate="It opens at ten.", mill="It turns.")


def remove_upload(place: Place) -> Act:
    gate = next(one.id for one in place.library.documents() if one.source == "gate.txt")
    return lambda: place.uploads.remove(gate)


def rebuild(place: Place) -> Act:
    (place.library.folder / MANIFEST).unlink()
    return lambda: DenseIndex.load(place.library)


def save(place: Place) -> Act:
    return lambda: backup(place.library.folder, place.saved, [Store])


def bring_back(place: Place) -> Act:
    place.library.close()
    return lambda: restore(place.saved, place.library.folder, [Store], LightEmbedder())


ACTIONS = (add, sync, remove, replace_upload, remove_upload, rebuild, save, bring_back)


def stepped(template: Path, action: Callable[[Place], Act], at: int, fault: Fault) -> bool:
    """Do the `action` where step `at` goes wrong, and prove the library; tell whether it came so far."""
    root = template.with_name("work")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root)
    place, disk = Place(root), Disk(at, fault)
    before = place.state()
    raised, act = None, action(place)
    with failing(disk):
        try:
            act()
        except LibraryError as error:
            raised = error
    place.library.close()
    again = Place(root)
    again.uploads.recover()
    assert examine(again.library) == [], (at, raised)
    if raised is None:
        after = again.state()
    else:
        assert disk.failed, raised
        assert fault is not Fault.SHORT, "what is written in parts is written whole"
        assert any(words in str(raised).lower() for words in WAYS_OUT), raised
        after = before
        assert again.state() == before, (at, raised)
    assert DenseIndex.load(again.library).index.ntotal == again.library.count()[1]
    assert examine(again.library) == []
    if (again.uploads.folder / JOBS).exists():  # a backup holds no files
        assert list((again.uploads.folder / JOBS).iterdir()) == []
        files = {path.name for path in again.uploads.folder.iterdir() if path.is_file()}
        assert files == {source for source in after if "/" not in source and source.endswith(".txt")}
    again.library.close()
    restore(again.saved, root / "from-backup", [Store], LightEmbedder())
    return disk.failed


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_write_fails_the_library_is_whole_and_as_it_was(
    action: Callable[[Place], Act], fault: Fault, template: Path, report: Report
) -> None:
    at = tried = 1
    while stepped(template, action, at, fault):
        at, tried = at + EVERY, tried + 1
    assert tried > 1, "no step was taken: nothing was tried"
    report(f"disk fails: {action.__name__}, {fault.name.lower()}: {tried - 1} steps of up to {at - 1}")
