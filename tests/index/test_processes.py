"""One writer and many readers, each a process of its own, on one library."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from index import DenseIndex, Library, LibraryError, Search
from index.formats import make_document
from index.health import examine
from tests.index.light import LightEmbedder

SECONDS = 3.0
SPAWN = multiprocessing.get_context("spawn")  # a forked child stands still where its parent has used OpenMP


def started(act: Callable[..., None], *given: object) -> multiprocessing.process.BaseProcess:
    """Return a process that does `act`; it ends with 0 where nothing is raised."""
    process = SPAWN.Process(target=act, args=given)
    process.start()
    return process


def write(folder: Path, docs: Path) -> None:
    """Sync two states by turns: in each, both files say the same."""
    library = Library(folder, LightEmbedder())
    end, turn = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        turn += 1
        for name in ("a.txt", "b.txt"):
            (docs / name).write_text(f"The turn is {'odd' if turn % 2 else 'even'}. " * 200)
        library.sync(docs)


def read(folder: Path) -> None:
    """Ask all the time; each answer must be of one state, and each index that is stored whole."""
    library = Library(folder, LightEmbedder())
    search, seen = Search(library), set()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with library.reading():
            hits = search("odd even", 50)
            words = {library.document(hit.passage.document_id).text[12:15] for hit in hits}  # type: ignore[union-attr]
            assert len(words) == 1, "half of a sync was seen"
            assert len({hit.passage.document_id for hit in hits}) == 2
        seen |= words
        DenseIndex.load(library)
    assert seen == {"odd", "eve"}, "nothing was written meanwhile"


def hold(folder: Path, began: Event, go_on: Event) -> None:
    """Add a document, and keep on adding it from when it `began` until told to `go_on`."""
    library = Library(folder, LightEmbedder())

    def wait(_: object) -> None:
        began.set()
        assert go_on.wait(60)

    library.add_documents([make_document("The first writer.", source="first")], wait)


def test_readers_see_whole_states_while_another_process_writes(tmp_path: Path) -> None:
    folder, docs = tmp_path / "library", tmp_path / "docs"
    docs.mkdir()
    for name in ("a.txt", "b.txt"):
        (docs / name).write_text("The turn is odd. " * 200)
    first = Library(folder, LightEmbedder())
    first.sync(docs)
    first.close()
    processes = [started(write, folder, docs), *(started(read, folder) for _ in range(3))]
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    library = Library(folder, LightEmbedder())
    assert examine(library) == []
    assert DenseIndex.load(library).index.ntotal == library.count()[1]
    assert examine(library) == []
    library.close()


def test_a_second_writer_waits_its_turn_or_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "library"
    Library(folder, LightEmbedder()).close()
    began, go_on = SPAWN.Event(), SPAWN.Event()
    process = started(hold, folder, began, go_on)
    assert began.wait(60)
    library = Library(folder, LightEmbedder())
    second = [make_document("The second writer.", source="second")]
    with monkeypatch.context() as patched:
        patched.setattr("index.database.BUSY_SECONDS", 0.05)
        with pytest.raises(LibraryError, match="being written by another program; try again when it is done"):
            library.add_documents(second)
    assert library.documents() == []
    go_on.set()
    library.add_documents(second)
    process.join(60)
    assert process.exitcode == 0
    assert [one.source for one in library.documents()] == ["first", "second"]
    assert examine(library) == []
    library.close()
