import errno
import io
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from index import DenseIndex, Library, LibraryError
from index.backup import backup, restore
from index.database import Database
from index.formats import make_document
from index.health import examine
from index.store import FILE, Store
from tests.conftest import CHECKOUT
from tests.index.light import LightEmbedder


class Notes(Database):
    """Another database beside the library."""

    FILE = "notes.sqlite3"
    NOUN = "The notes"
    ADVICE = ""
    MIGRATIONS = ("CREATE TABLE notes (words TEXT);\n",)


KINDS: Sequence[type[Database]] = (Store, Notes)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library", LightEmbedder())
    library.add_documents([make_document("Alpha builds batteries in Berlin.", source="a.txt")])
    notes = Notes(library.folder)
    with notes.writing() as connection:
        connection.execute("INSERT INTO notes VALUES ('buy bread')")
    notes.close()
    DenseIndex.load(library)
    return library


@pytest.fixture
def saved(library: Library, tmp_path: Path) -> Path:
    backup(library.folder, tmp_path / "saved.tar", KINDS)
    return tmp_path / "saved.tar"


def held(folder: Path) -> list[str]:
    """Return the sources in a library that is proven whole."""
    library = Library(folder, LightEmbedder())
    assert examine(library) == []
    DenseIndex.load(library)
    assert examine(library) == []
    sources = [listed.source for listed in library.documents()]
    library.close()
    return sources


def changed(library: Library) -> None:
    library.add_documents([make_document("Beta sells cars in Bonn.", source="b.txt")])
    library.close()


def test_a_backup_restores_everything_into_a_new_folder(saved: Path, tmp_path: Path) -> None:
    assert restore(saved, tmp_path / "deep" / "new", KINDS, LightEmbedder()) is None
    assert held(tmp_path / "deep" / "new") == ["a.txt"]
    notes = Notes(tmp_path / "deep" / "new")
    assert notes.connection.execute("SELECT words FROM notes").fetchall() == [("buy bread",)]
    notes.close()


def test_the_library_that_was_there_is_moved_aside_whole(library: Library, saved: Path, tmp_path: Path) -> None:
    changed(library)
    aside = restore(saved, library.folder, KINDS, LightEmbedder())
    assert aside is not None
    assert aside.name.startswith("library-replaced-")
    assert held(library.folder) == ["a.txt"]
    assert held(aside) == ["a.txt", "b.txt"]
    assert {path.name for path in tmp_path.iterdir()} == {"library", aside.name, "saved.tar"}


def test_a_library_that_is_being_written_is_saved_as_it_is(library: Library, tmp_path: Path) -> None:
    with library.transaction():
        library.connection.execute("DELETE FROM documents")
        backup(library.folder, tmp_path / "saved.tar", KINDS)
    restore(tmp_path / "saved.tar", tmp_path / "new", KINDS, LightEmbedder())
    assert held(tmp_path / "new") == ["a.txt"]


def test_a_library_that_another_program_has_open_is_not_replaced(library: Library, saved: Path) -> None:
    library.count()  # its connection stays open
    with pytest.raises(LibraryError, match="open in another program; stop it"):
        restore(saved, library.folder, KINDS, LightEmbedder())
    assert held(library.folder) == ["a.txt"]


def test_a_damaged_library_can_be_replaced(library: Library, saved: Path) -> None:
    library.close()
    (library.folder / FILE).write_bytes(b"This is no database. " * 100)
    restore(saved, library.folder, KINDS, LightEmbedder())
    assert held(library.folder) == ["a.txt"]


def refused(path: Path, library: Library, words: str) -> None:
    """The backup is refused in these words, and nothing has changed."""
    library.close()
    before = {file.name for file in library.folder.parent.iterdir()}
    with pytest.raises(LibraryError, match=words):
        restore(path, library.folder, KINDS, LightEmbedder())
    assert {file.name for file in library.folder.parent.iterdir()} == before
    assert held(library.folder) == ["a.txt"]


def test_every_changed_byte_and_every_cut_is_refused(library: Library, saved: Path) -> None:
    content = saved.read_bytes()
    chance = random.Random(1)
    start = content.index(b"SQLite format 3")
    for place in [start, *(chance.randrange(start, start + 40_000) for _ in range(10))]:
        saved.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        refused(saved, library, "damaged|no backup")
    for length in (0, 100, 700, start, start + 9000):
        saved.write_bytes(content[:length])
        refused(saved, library, "damaged|no backup|cannot be restored")


def test_what_is_no_backup_is_refused_and_never_overwritten(library: Library, tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as tar:
        tar.addfile(tarfile.TarInfo("../evil"), io.BytesIO(b""))
    refused(other, library, "no backup")
    (tmp_path / "notes.txt").write_text("My notes.")
    refused(tmp_path / "notes.txt", library, "no backup")
    with pytest.raises(LibraryError, match="is no backup; choose another name"):
        backup(library.folder, tmp_path / "notes.txt", KINDS)
    assert (tmp_path / "notes.txt").read_text() == "My notes."
    refused(tmp_path / "missing.tar", library, "No such file")


@pytest.mark.parametrize(
    "manifest",
    ["", "null", "7", "[]", "{}", '{"format": "pincite-backup-1"}', '{"format": "pincite-backup-1", "files": [7]}',
     '{"format": "pincite-backup-1", "files": [{"name": ["x"], "bytes": 1, "sha256": "", "schema": 1}]}',
     '{"format": "pincite-backup-1", "files": [{"name": "library.sqlite3", "bytes": 1, "sha256": "", "schema": "1"}]}',
     "[" * 5000],
)  # fmt: skip
def test_a_garbage_manifest_is_refused(manifest: str, library: Library, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "saved.tar", "w") as tar:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        tar.addfile(member, io.BytesIO(manifest.encode()))
    refused(tmp_path / "saved.tar", library, "is no backup")


def test_a_folder_that_cannot_be_exchanged_leaves_all_as_it_was(
    library: Library, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Path) -> None:
        raise OSError(errno.EINVAL, "this file system cannot")

    monkeypatch.setattr("index.backup._exchange", fails)
    refused(saved, library, "cannot be restored to .* .this file system cannot")


def test_a_backup_of_a_newer_pincite_is_refused(library: Library, tmp_path: Path) -> None:
    with sqlite3.connect(library.folder / Notes.FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    backup(library.folder, tmp_path / "saved.tar", KINDS)
    refused(tmp_path / "saved.tar", library, "newer Pincite; upgrade")


def test_a_backup_of_another_model_is_refused(saved: Path, tmp_path: Path) -> None:
    class Other(LightEmbedder):
        identity = "other"

    with pytest.raises(LibraryError, match="another model"):
        restore(saved, tmp_path / "new", KINDS, Other())
    assert not (tmp_path / "new").exists()


def test_a_backup_of_a_library_with_faults_is_refused(library: Library, tmp_path: Path) -> None:
    library.connection.execute("UPDATE passages SET vector = x'00'")
    backup(library.folder, tmp_path / "saved.tar", KINDS)
    with pytest.raises(LibraryError, match=r"not whole \(a.txt: 1 of 1 passages have no unit vector"):
        restore(tmp_path / "saved.tar", tmp_path / "new", KINDS, LightEmbedder())
    assert not (tmp_path / "new").exists()


class Failing(io.FileIO):
    """A disk that fails after some bytes, or never writes more than a few at once."""

    fails_after: int | None = None

    def write(self, content: bytes) -> int:  # type: ignore[override]
        if self.fails_after is not None and self.tell() >= self.fails_after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(bytes(content)[:1000])


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> type[Failing]:
    class Disk(Failing):
        """This test's."""

    for room in ("atomic", "dense"):
        monkeypatch.setattr(f"index.{room}.opened", lambda descriptor: io.BufferedWriter(Disk(descriptor, "wb")))
    return Disk


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a full disk when Python lets go of it
@pytest.mark.parametrize("after", [0, 600, 20_000])
def test_a_full_disk_leaves_the_old_backup(after: int, disk: type[Failing], library: Library, saved: Path) -> None:
    before, around = saved.read_bytes(), sorted(saved.parent.iterdir())
    disk.fails_after = after
    with pytest.raises(LibraryError, match=r"cannot be written .No space left"):
        backup(library.folder, saved, KINDS)
    assert saved.read_bytes() == before
    assert sorted(saved.parent.iterdir()) == around


def test_short_writes_lose_nothing(disk: type[Failing], library: Library, tmp_path: Path) -> None:
    backup(library.folder, tmp_path / "short.tar", KINDS)
    restore(tmp_path / "short.tar", tmp_path / "new", KINDS, LightEmbedder())
    assert held(tmp_path / "new") == ["a.txt"]
    changed(library)
    assert held(library.folder) == ["a.txt", "b.txt"]  # its FAISS file was written so too


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("after", [0, 100, 1500])
def test_a_full_disk_leaves_the_library_and_its_old_index(after: int, disk: type[Failing], library: Library) -> None:
    library.add_documents([make_document("Beta sells cars in Bonn.", source="b.txt")])
    files = sorted(path.name for path in library.folder.glob("*dense*"))
    disk.fails_after = after
    with pytest.raises(LibraryError, match=r"index cannot be stored .*No space left"):
        DenseIndex.load(library)
    assert sorted(path.name for path in library.folder.glob("*dense*")) == files
    disk.fails_after = None
    assert held(library.folder) == ["a.txt", "b.txt"]


def test_a_disk_that_fails_to_keep_it_leaves_the_old_backup(
    library: Library, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    before = saved.read_bytes()
    monkeypatch.setattr("index.atomic.os.fsync", fails)
    with pytest.raises(LibraryError, match="Input/output error"):
        backup(library.folder, saved, KINDS)
    assert saved.read_bytes() == before


RESTORING = """
import sys
from pathlib import Path
from index.backup import backup, restore
from index.store import Store
from tests.index.light import LightEmbedder
folder, saved = map(Path, sys.argv[1:])
print(flush=True)
while True:
    backup(folder, saved, [Store])
    restore(saved, folder, [Store], LightEmbedder())
"""


def test_a_kill_while_saving_or_restoring_leaves_a_whole_library_and_a_whole_backup(
    library: Library, tmp_path: Path
) -> None:
    library.close()
    saved = tmp_path / "saved.tar"
    backup(library.folder, saved, [Store])
    for number in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", RESTORING, library.folder, saved], cwd=CHECKOUT, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(0.02 + 0.037 * number)
            child.send_signal(signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL
        assert held(library.folder) == ["a.txt"]
        restore(saved, tmp_path / f"new-{number}", [Store], LightEmbedder())
        assert held(tmp_path / f"new-{number}") == ["a.txt"]
