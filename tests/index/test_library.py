import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import Change, DocumentError, Embedder, Heading, Library, LibraryError
from index.embed import Vectors
from index.formats import make_document
from index.store import FILE
from tests.conftest import CHECKOUT, SEEDS


class CountingEmbedder(Embedder):
    """The real one, counting the texts it is asked for."""

    texts = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return super().encode(texts)


def sources(library: Library) -> list[str]:
    return [listed.source for listed in library.documents()]


def id_of(library: Library, source: str) -> str:
    (found,) = [listed.id for listed in library.documents() if listed.source == source]
    return found


def test_a_new_library_is_empty(library: Library) -> None:
    assert (library.documents(), library.count()) == ([], (0, 0))
    assert library.vectors()[1].shape == (0, 384)
    library.verify()


def test_a_folder_is_added_with_everything_that_has_a_loader(library: Library, folder: Path) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text("Hidden words.")
    change = library.add([folder])
    assert change == Change(added=("docs/a.txt", "docs/b.md", "docs/inner/c.txt"))
    assert sources(library) == list(change.added)
    assert library.count() == (3, 3)
    library.verify()


def test_a_file_is_called_by_its_name(library: Library, folder: Path) -> None:
    assert library.add([folder / "a.txt"]).added == ("a.txt",)


def test_a_document_comes_back_as_it_was_added(library: Library) -> None:
    document = replace(
        make_document("One\n\nTwo \0 three 👩‍👩‍👧.", source="x.txt", title="X", headings=(Heading(0, 3, 1),)),
        pages=(0, 5),
        metadata={"author": "Zoë"},
    )
    library.add_documents([document])
    assert library.document(document.id) == document


def test_passages_are_slices_of_their_document(library: Library) -> None:
    library.add([SEEDS])
    rows, vectors = library.vectors()
    assert vectors.shape == (len(rows), 384)
    for passage in library.passages([int(row) for row in rows]).values():
        document = library.document(passage.document_id)
        assert document is not None
        assert 0 <= passage.start < passage.end <= len(document.text)


def test_a_file_added_again_unchanged_is_left_alone(library: Library, folder: Path) -> None:
    library.add([folder])
    assert library.add([folder]).unchanged == ("docs/a.txt", "docs/b.md", "docs/inner/c.txt")
    assert library.count() == (3, 3)


def test_a_changed_file_replaces_its_document_and_keeps_the_id(library: Library, folder: Path) -> None:
    library.add([folder])
    before = id_of(library, "docs/a.txt")
    (folder / "a.txt").write_text("Alpha moved to Aachen.")
    assert library.add([folder / "a.txt"]).replaced == ("a.txt",)
    document = library.document(before)
    assert document is not None
    assert document.text == "Alpha moved to Aachen."
    assert library.count() == (3, 3)
    assert library.match('"berlin"', 5) == []
    assert len(library.match('"aachen"', 5)) == 1


def test_a_document_whose_title_or_metadata_changes_is_replaced(library: Library) -> None:
    document = make_document("The same words.", source="x.txt", title="One")
    library.add_documents([document])
    assert library.document(document.id) == document
    for changed in (replace(document, title="Two"), replace(document, title="Two", metadata={"a": "b"})):
        assert library.add_documents([changed]).replaced == ("x.txt",)
        assert library.document(document.id) == changed


def test_a_removed_document_is_gone_at_once(library: Library, folder: Path) -> None:
    library.add([folder])
    gone = id_of(library, "docs/a.txt")
    assert library.document(gone) is not None
    assert library.remove([gone, gone]) == Change(removed=("docs/a.txt",))
    assert library.document(gone) is None
    assert library.match('"berlin"', 5) == []
    assert library.count() == (2, 2)
    library.verify()


def test_an_unknown_id_removes_nothing(library: Library, folder: Path) -> None:
    library.add([folder])
    with pytest.raises(LibraryError, match="No document has the id 'nope'"):
        library.remove([id_of(library, "docs/a.txt"), "nope"])
    assert library.count() == (3, 3)


def test_syncing_adds_replaces_and_removes(library: Library, folder: Path) -> None:
    library.sync(folder)
    (folder / "a.txt").unlink()
    (folder / "b.md").write_text("# Beta\n\nBeta sells bikes.")
    (folder / "d.txt").write_text("Delta is new.")
    assert library.sync(folder) == Change(
        added=("docs/d.txt",), replaced=("docs/b.md",), removed=("docs/a.txt",), unchanged=("docs/inner/c.txt",)
    )
    assert sources(library) == ["docs/b.md", "docs/d.txt", "docs/inner/c.txt"]


def test_a_second_sync_does_nothing(tmp_path: Path, folder: Path) -> None:
    counting = CountingEmbedder()
    library = Library(tmp_path / "library", counting)
    library.sync(folder)
    assert counting.texts == 3
    with library.reading() as generation:
        pass
    assert library.sync(folder).unchanged == ("docs/a.txt", "docs/b.md", "docs/inner/c.txt")
    with library.reading() as same:
        assert same == generation
    assert counting.texts == 3


def test_syncing_a_folder_leaves_documents_from_elsewhere(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "docs-other"
    other.mkdir()
    (other / "x.txt").write_text("Other words.")
    library.add([other])
    assert library.sync(folder).removed == ()
    assert "docs-other/x.txt" in sources(library)


def test_a_library_of_one_folder_follows_it_where_it_moves(library: Library, folder: Path, tmp_path: Path) -> None:
    library.sync(folder, only=True)
    before = {listed.source: listed.id for listed in library.documents()}
    (tmp_path / "moved").mkdir()
    moved = folder.rename(tmp_path / "moved" / "docs")
    library.sync(moved, only=True)
    assert {listed.source: listed.id for listed in library.documents()} == before


def test_a_folder_that_is_gone_does_not_empty_the_library(library: Library, folder: Path) -> None:
    library.sync(folder)
    with pytest.raises(DocumentError, match="there is no such folder"):
        library.sync(folder / "gone")
    with pytest.raises(DocumentError, match="there is no such folder"):
        library.sync(folder / ("n" * 300))
    assert library.count() == (3, 3)


def test_two_files_of_one_name_in_two_folders_are_two_documents(library: Library, tmp_path: Path) -> None:
    paths = [tmp_path / name / "docs" / "README.md" for name in ("one", "two")]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True)
        path.write_text(f"Words of folder number {number}.")
        library.add([path.parent])
    listed = library.documents()
    assert [entry.source for entry in listed] == ["docs/README.md"] * 2
    assert len({entry.id for entry in listed}) == 2


def test_an_id_stays_when_the_document_that_had_the_name_first_goes(library: Library, tmp_path: Path) -> None:
    first, second = (tmp_path / name / "README.md" for name in ("one", "two"))
    for path in (first, second):
        path.parent.mkdir()
        path.write_text(f"Words of {path.parent.name}.")
        library.add([path])
    texts = {entry.id: document.text for entry in library.documents() if (document := library.document(entry.id))}
    (kept,) = [document_id for document_id, text in texts.items() if text == "Words of two."]
    library.remove(set(texts) - {kept})
    second.write_text("Other words of two.")
    library.add([second])
    document = library.document(kept)
    assert document is not None
    assert document.text == "Other words of two."


def test_files_that_cannot_be_read_cost_the_others_nothing(library: Library, folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"\x89PNG")
    (folder / "empty.txt").touch()
    (folder / "circle.txt").symlink_to("circle.txt")
    os.mkfifo(folder / "pipe.txt")
    change = library.add([folder, folder / "gone.txt", folder / ("n" * 300), folder / "a.doc"])
    assert change.added == ("docs/a.txt", "docs/b.md", "docs/inner/c.txt")
    assert len(change.failed) == 7
    for name in ("bad.txt: holds a PNG picture", "empty.txt: there is no text", "circle.txt: cannot be read",
                 "pipe.txt: not a regular file", "gone.txt: cannot be read", "a.doc: no loader"):  # fmt: skip
        assert any(name in problem for problem in change.failed), name


def test_a_file_whose_name_is_not_utf8_is_added(library: Library, folder: Path) -> None:
    with open(os.fsencode(folder) + b"/caf\xe9.txt", "w") as file:
        file.write("A cafe opens.")
    assert library.sync(folder).added[2] == r"docs/caf\xe9.txt"
    assert r"docs/caf\xe9.txt" in library.sync(folder).unchanged


def test_another_process_is_seen_at_once(library: Library, folder: Path) -> None:
    library.add([folder])
    known = id_of(library, "docs/a.txt")
    assert library.document(known) is not None
    with sqlite3.connect(library.folder / FILE) as other:
        other.execute("PRAGMA foreign_keys = ON")
        other.execute("DELETE FROM documents WHERE id = ?", (known,))
        other.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    other.close()
    assert library.document(known) is None
    assert "docs/a.txt" not in sources(library)


def test_a_reader_keeps_the_state_it_began_with(library: Library, folder: Path, embedder: Embedder) -> None:
    library.add([folder])
    known = id_of(library, "docs/a.txt")
    other = Library(library.folder, embedder)
    with library.reading() as generation:
        removing = threading.Thread(target=lambda: (other.remove([known]), other.close()))
        removing.start()
        removing.join()
        assert library.document(known) is not None
        with library.reading() as inner:
            assert inner == generation
    assert library.document(known) is None


def test_threads_that_add_at_once_all_succeed(library: Library, tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def add(number: int) -> None:
        try:
            folder = tmp_path / f"t{number}" / "docs"
            folder.mkdir(parents=True)
            (folder / "same.txt").write_text(f"Words of thread {number}.")
            library.add([folder])
            library.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must know
            failures.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({entry.id for entry in library.documents()}) == 8
    library.verify()


KILLED = """
    import os, signal, sys
    from pathlib import Path
    import numpy as np
    import index.writer
    from index import Embedder, Library
    from index.staging import Staging

    class Quick(Embedder):
        def encode(self, texts):
            return np.tile(np.eye(1, 384, dtype=np.float32), (len(texts), 1))

    class Mortal(Staging):
        stored = 0
        def store(self, document):
            super().store(document)
            self.stored += 1
            if self.stored == 2:
                os.kill(os.getpid(), signal.SIGKILL)

    index.writer.Staging = Mortal
    Library(Path(sys.argv[1]), Quick()).sync(Path(sys.argv[2]))
"""


def test_a_kill_in_the_middle_of_a_write_leaves_the_old_state(
    library: Library, folder: Path, embedder: Embedder
) -> None:
    library.sync(folder)
    before = library.documents()
    library.close()
    (folder / "a.txt").unlink()
    (folder / "b.md").write_text("# Beta\n\nBeta sells bikes.")
    (folder / "d.txt").write_text("Delta is new.")
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(library.folder), str(folder)],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again = Library(library.folder, embedder)
    again.verify()
    assert again.documents() == before
    assert again.match('"bikes" OR "delta"', 5) == []
    change = again.sync(folder)
    assert (change.added, change.replaced, change.removed) == (("docs/d.txt",), ("docs/b.md",), ("docs/a.txt",))


@pytest.mark.parametrize("now", [b"", b" \n", b"\xff\xfe\xff"])
def test_a_file_that_has_no_words_any_more_answers_nothing(tmp_path: Path, embedder: Embedder, now: bytes) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The keeper is Sam Void.")
    (folder / "b.txt").write_text("The gate is green.")
    library = Library(tmp_path / "library", embedder)
    library.sync(folder)
    (folder / "a.txt").write_bytes(now)
    change = library.sync(folder)
    assert change.removed == ("docs/a.txt",)
    assert "was removed" in change.failed[0]
    assert [listed.source for listed in library.documents()] == ["docs/b.txt"]


def test_a_file_that_cannot_be_read_for_now_keeps_its_words(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The keeper is Sam Void.")
    library = Library(tmp_path / "library", embedder)
    library.sync(folder)
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to("a.txt")
    change = library.add([folder / "a.txt"])
    assert change.failed
    assert library.count()[0] == 1


def test_a_file_that_never_had_words_costs_a_second_sync_nothing(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The keeper is Sam Void.")
    (folder / "bad.txt").write_bytes(b"\x89PNG")
    library = Library(tmp_path / "library", embedder)
    library.sync(folder)
    with library.reading() as before:
        pass
    assert len(library.sync(folder).failed) == 1
    with library.reading() as after:
        assert after == before
