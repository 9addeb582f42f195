import os
import sqlite3
from pathlib import Path

import pytest

from index import DamagedLibraryError, DenseIndex, Embedder, Library, LibraryError
from index.formats import make_document
from index.health import examine
from index.store import FILE, SCHEMA_VERSION
from tests.index.light import LightEmbedder


class OtherEmbedder(Embedder):
    """Weights of another identity."""

    identity = "another model"


def id_of(library: Library, source: str) -> str:
    (found,) = [listed.id for listed in library.documents() if listed.source == source]
    return found


def test_a_library_of_a_newer_pincite_is_refused_and_left_alone(library: Library, embedder: Embedder) -> None:
    library.close()
    with sqlite3.connect(library.folder / FILE) as other:
        other.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    other.close()
    with pytest.raises(LibraryError, match="newer Pincite; upgrade"):
        Library(library.folder, embedder)


def test_a_library_of_another_embedder_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="embedded with another model"):
        Library(library.folder, OtherEmbedder())


def test_files_are_for_whoever_runs_pincite_alone_whatever_the_umask(tmp_path: Path, embedder: Embedder) -> None:
    before = os.umask(0)
    try:
        library = Library(tmp_path, embedder)
        library.documents()
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        f"{FILE}{end}": 0o600 for end in ("", "-wal", "-shm")
    }


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(LibraryError, match=r"cannot be made .*--library"):
        Library(tmp_path / "taken", embedder)


def test_a_folder_in_the_place_of_the_database_is_named(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(LibraryError, match="cannot be used"):
        Library(tmp_path, embedder)


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / FILE).write_text("This is not a database. " * 100)
    with pytest.raises(DamagedLibraryError, match=r"is damaged .*add the documents again"):
        Library(tmp_path, embedder)


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def closed(library: Library, folder: Path) -> Path:
    """Fill the library, and return its file with everything in it."""
    library.add([folder])
    library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    library.close()
    return library.folder / FILE


def test_a_cut_off_database_is_called_damaged(library: Library, folder: Path, embedder: Embedder) -> None:
    path = closed(library, folder)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(DamagedLibraryError):
        Library(library.folder, embedder).verify()


def test_garbage_in_the_middle_is_called_damaged(library: Library, folder: Path, embedder: Embedder) -> None:
    path = closed(library, folder)
    for page in range(1, path.stat().st_size // 4096):
        overwrite(path, page * 4096, b"\xa5" * 2048)
    with pytest.raises(DamagedLibraryError):
        Library(library.folder, embedder).verify()


@pytest.mark.parametrize("letter", [b"X", b"\xff"])
def test_one_changed_letter_of_a_text_is_found(
    letter: bytes, library: Library, folder: Path, embedder: Embedder
) -> None:
    path = closed(library, folder)
    content = path.read_bytes()
    place = content.index(b"Alpha builds batteries in Berlin.")
    while place >= 0:  # the text is there several times: in the document and in the words' index
        overwrite(path, place, letter)
        place = content.find(b"Alpha builds batteries in Berlin.", place + 1)
    damaged = Library(library.folder, embedder)
    with pytest.raises(DamagedLibraryError):
        damaged.document(id_of(damaged, "docs/a.txt"))
    with pytest.raises(DamagedLibraryError):
        damaged.verify()


def test_a_passage_without_its_words_is_found(library: Library, folder: Path) -> None:
    library.add([folder])
    library.connection.execute("DELETE FROM passages_fts WHERE rowid = 1")
    with pytest.raises(DamagedLibraryError, match="1 passages are incomplete"):
        library.verify()


def test_words_without_their_passage_are_found(library: Library, folder: Path) -> None:
    library.add([folder])
    library.connection.execute("INSERT INTO passages_fts (rowid, context, text) VALUES (99, 'stray', 'words')")
    with pytest.raises(DamagedLibraryError, match="1 passages are incomplete"):
        library.verify()


def test_a_vector_of_another_length_is_found(library: Library, folder: Path) -> None:
    library.add([folder])
    library.connection.execute("UPDATE passages SET vector = x'00' WHERE id = 1")
    with pytest.raises(DamagedLibraryError):
        library.verify()
    with pytest.raises(DamagedLibraryError, match=r"docs/a\.txt.*vectors of another length"):
        library.vectors()


def test_a_missing_table_is_called_damaged(library: Library, folder: Path) -> None:
    library.add([folder])
    library.connection.execute("DROP TABLE passages_fts")
    with pytest.raises(DamagedLibraryError):
        library.verify()


def test_a_library_being_written_by_another_says_so(
    library: Library, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add([folder])
    monkeypatch.setattr("index.database.BUSY_SECONDS", 0.1)
    hurried = Library(library.folder, embedder)
    library.connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError, match="being written by another program; try again"):
        hurried.remove([id_of(hurried, "docs/a.txt")])
    library.connection.execute("ROLLBACK")
    hurried.remove([id_of(hurried, "docs/a.txt")])


def test_an_emptied_store_beside_its_index_is_damage_and_not_an_empty_library(
    tmp_path: Path, embedder: Embedder
) -> None:
    library = Library(tmp_path, embedder)
    library.add_documents([make_document("The keeper is Sam Void.", source="a.txt")])
    DenseIndex.load(library)
    library.close()
    for name in ("library.sqlite3-wal", "library.sqlite3-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "library.sqlite3").write_bytes(b"")
    with pytest.raises(DamagedLibraryError, match="empty"):
        Library(tmp_path, embedder)


def test_a_full_disk_leaves_the_library_as_it_was(tmp_path: Path) -> None:
    library = Library(tmp_path, LightEmbedder())
    library.add_documents([make_document("The keeper is Sam Void.", source="a.txt")])
    pages = library.connection.execute("PRAGMA page_count").fetchone()[0]
    library.connection.execute(f"PRAGMA max_page_count = {pages + 3}")  # SQLite's own way to have a small disk
    long = " ".join(f"Line {number} of a text that is too long for the disk." for number in range(2000))
    with pytest.raises(LibraryError, match="disk is full"):
        library.add_documents(make_document(long, source=source) for source in ("a.txt", "b.txt"))
    assert [listed.source for listed in library.documents()] == ["a.txt"]
    assert library.match("keeper", 5)
    assert examine(library) == []


def test_of_a_large_library_the_structure_is_looked_at_when_it_is_opened(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each text is proven when it is read, and all of them by check-library."""
    library = Library(tmp_path / "library", LightEmbedder())
    library.sync(folder)
    damaged = id_of(library, "docs/a.txt")
    library.connection.execute("UPDATE documents SET text = 'Other words.' WHERE id = ?", (damaged,))
    with pytest.raises(DamagedLibraryError, match=r"1 texts do not match: docs/a\.txt"):
        library.verify()
    monkeypatch.setattr("index.store.LOOKED_THROUGH", 1)
    library.verify()
    with pytest.raises(DamagedLibraryError, match=r"docs/a\.txt"):
        library.document(damaged)
    assert {fault.source for fault in examine(library)} == {"docs/a.txt"}
    library.connection.execute("DELETE FROM passages_fts WHERE rowid = 1")
    with pytest.raises(DamagedLibraryError, match="1 passages are incomplete"):
        library.verify()


def test_a_library_of_the_first_release_is_brought_forward(tmp_path: Path, folder: Path) -> None:
    library = Library(tmp_path / "library", LightEmbedder())
    library.sync(folder)
    for trigger in ("facets_of_new", "facets_of_changed"):
        library.connection.execute(f"DROP TRIGGER {trigger}")
    library.connection.execute("DROP TABLE facets")
    library.connection.execute("DROP TABLE files")
    library.connection.execute("DROP INDEX passages_by_key")
    library.connection.execute("ALTER TABLE passages DROP COLUMN key")
    library.connection.execute("PRAGMA user_version = 1")
    library.close()
    again = Library(library.folder, LightEmbedder())
    assert len(again.sync(folder).unchanged) == 3
    assert examine(again) == []
    (folder / "a.txt").write_text("Alpha moved to Aachen.")
    assert again.sync(folder).replaced == ("docs/a.txt",)
    assert examine(again) == []
