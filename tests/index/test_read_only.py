"""A library on a disk that cannot be written is there for asking."""

import sqlite3
from pathlib import Path

import pytest

from index import DenseIndex, Library, LibraryError, Search
from index.store import FILE
from tests.index.light import LightEmbedder
from tests.index.test_store import OtherEmbedder


@pytest.fixture
def closed(tmp_path: Path, folder: Path) -> Path:
    library = Library(tmp_path / "library", LightEmbedder())
    library.sync(folder)
    library.close()
    return library.folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("indexed", [True, False])
def test_it_is_asked_and_nothing_is_written(
    closed: Path, folder: Path, indexed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if indexed:
        library = Library(closed, LightEmbedder())
        DenseIndex.load(library)
        library.close()
    before = held(closed)
    monkeypatch.setattr("index.database.on_read_only_disk", lambda folder: True)
    library = Library(closed, LightEmbedder())
    library.verify()
    assert len(Search(library)("Who sells cars in Bonn?", 3)) == 3
    with pytest.raises(LibraryError):
        library.remove([library.documents()[0].id])
    assert held(closed) == before
    library.close()


def test_what_does_not_fit_is_said(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.database.on_read_only_disk", lambda folder: True)
    with pytest.raises(LibraryError, match="embedded with another model"):
        Library(closed, OtherEmbedder())
    other = sqlite3.connect(closed / FILE)
    other.execute("PRAGMA user_version = 1")
    other.close()
    with pytest.raises(LibraryError, match="another version of Pincite and its disk is read-only"):
        Library(closed, LightEmbedder())


def test_a_log_that_is_left_is_read_with_it(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(closed, LightEmbedder())
    library.remove([library.documents()[0].id])
    assert (closed / f"{FILE}-wal").stat().st_size
    monkeypatch.setattr("index.database.on_read_only_disk", lambda folder: True)
    again = Library(closed, LightEmbedder())
    assert again.documents() == library.documents()
    assert len(again.documents()) == 2
