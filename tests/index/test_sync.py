"""What a sync costs: unchanged files nothing, changed words alone are embedded, moved files keep their history."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Change, DocumentError, Library, LibraryError, seen, writer
from index.embed import Vectors
from index.formats import make_document
from index.health import examine
from tests.index.light import LightEmbedder


class Counting(LightEmbedder):
    """Remembers the texts it was asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().encode(texts)

    def taken(self) -> list[str]:
        taken, self.texts = self.texts, []
        return taken


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were parsed since the test began."""
    names: list[str] = []

    def read(path: Path, source: str, content: bytes | None = None) -> object:
        names.append(path.name)
        return original(path, source, content)

    original = writer.read
    monkeypatch.setattr(writer, "read", read)
    return names


def ids(library: Library) -> dict[str, str]:
    return {listed.source: listed.id for listed in library.documents()}


def paragraphs(*words: str) -> str:
    """Return a text of as many passages as words."""
    return "\n\n".join(f"{word} " * 120 + "end." for word in words)


def test_a_file_with_the_same_bytes_is_not_parsed_again(library: Library, folder: Path, parsed: list[str]) -> None:
    library.sync(folder)
    assert sorted(parsed) == ["a.txt", "b.md", "c.txt"]
    parsed.clear()
    os.utime(folder / "a.txt", (1, 1))
    shutil.copy(folder / "b.md", folder / "copy")
    os.replace(folder / "copy", folder / "b.md")
    assert library.sync(folder).unchanged == ("docs/a.txt", "docs/b.md", "docs/inner/c.txt")
    assert parsed == []


def test_a_settled_file_is_not_even_read(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "SETTLED_NS", 0)
    library.sync(folder)
    monkeypatch.setattr(seen, "contents", lambda path: pytest.fail(f"{path} was read"))
    assert len(library.sync(folder).unchanged) == 3


@pytest.mark.parametrize("settled", [0, seen.SETTLED_NS])
def test_other_bytes_of_the_same_length_and_time_are_seen(
    library: Library, folder: Path, settled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its times are set back, that of its own record tells, which no program sets; or its youth does."""
    monkeypatch.setattr(seen, "SETTLED_NS", settled)
    before = (folder / "a.txt").stat()
    library.sync(folder)
    time.sleep(0.02 if not settled else 0)  # a clock of a file system ticks every few milliseconds
    (folder / "a.txt").write_text("Alpha builds batteries in Bergen.")
    os.utime(folder / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (folder / "a.txt").stat().st_size == before.st_size
    assert library.sync(folder).replaced == ("docs/a.txt",)
    assert library.match('"bergen"', 5)


def test_another_parser_reads_a_file_again_and_embeds_only_what_it_reads_otherwise(
    library: Library, folder: Path, embedder: Counting, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sync(folder)
    parsed.clear()
    embedder.taken()
    monkeypatch.setattr(writer, "parser", lambda: "a newer one")
    with library.reading() as before:
        pass
    assert len(library.sync(folder).unchanged) == 3
    assert len(parsed) == 3
    assert embedder.taken() == []
    assert len(library.sync(folder).unchanged) == 3
    assert len(parsed) == 3
    with library.reading() as after:
        assert after == before


def test_only_the_changed_passages_are_embedded_again(library: Library, folder: Path, embedder: Counting) -> None:
    (folder / "long.txt").write_text(paragraphs("one", "two", "three", "four"))
    library.sync(folder)
    assert len(embedder.taken()) == 7
    (folder / "long.txt").write_text(paragraphs("one", "two", "five", "four"))
    assert library.sync(folder).replaced == ("docs/long.txt",)
    (text,) = embedder.taken()
    assert "five five" in text
    assert library.match('"five"', 5)
    assert not library.match('"three"', 5)
    assert examine(library) == []


def test_the_same_document_twice_stays_two_documents_and_is_embedded_once(
    library: Library, folder: Path, embedder: Counting
) -> None:
    shutil.copy(folder / "a.txt", folder / "z.txt")
    assert library.sync(folder).added == ("docs/a.txt", "docs/b.md", "docs/z.txt", "docs/inner/c.txt")
    assert len(embedder.taken()) == 3
    assert library.count() == (4, 4)
    shutil.copy(folder / "a.txt", folder / "y.txt")
    assert library.sync(folder).added == ("docs/y.txt",)
    assert embedder.taken() == []
    assert library.count() == (5, 5)


def test_a_moved_file_keeps_its_id_and_costs_no_embedding(library: Library, folder: Path, embedder: Counting) -> None:
    library.sync(folder)
    before = ids(library)
    embedder.taken()
    (folder / "a.txt").rename(folder / "inner" / "renamed.txt")
    assert library.sync(folder) == Change(
        unchanged=("docs/b.md", "docs/inner/c.txt"), moved=(("docs/a.txt", "docs/inner/renamed.txt"),)
    )
    assert ids(library)["docs/inner/renamed.txt"] == before["docs/a.txt"]
    assert embedder.taken() == []
    (folder / "a.txt").write_text("Another Alpha is here.")
    assert library.sync(folder).added == ("docs/a.txt",)
    assert len(set(ids(library).values())) == 4
    (folder / "a.txt").rename(folder / "inner" / "a.txt")
    library.sync(folder)
    (folder / "a.txt").write_text("A third Alpha is here.")
    assert library.sync(folder).added == ("docs/a.txt",)
    assert len(set(ids(library).values())) == 5
    assert examine(library) == []


def test_of_several_moved_files_each_follows_the_one_of_its_name(library: Library, folder: Path) -> None:
    for name in ("x.txt", "y.txt"):
        (folder / name).write_text("The same words in both.")
    library.sync(folder)
    before = ids(library)
    (folder / "new").mkdir()
    for name in ("y.txt", "x.txt"):
        (folder / name).rename(folder / "new" / name)
    library.sync(folder)
    assert {name: ids(library)[f"docs/new/{name}"] for name in ("x.txt", "y.txt")} == {
        name: before[f"docs/{name}"] for name in ("x.txt", "y.txt")
    }


def test_a_copy_is_no_move(library: Library, folder: Path) -> None:
    library.sync(folder)
    before = ids(library)
    shutil.copy(folder / "a.txt", folder / "copy.txt")
    assert library.sync(folder).moved == ()
    assert ids(library)["docs/a.txt"] == before["docs/a.txt"]


def test_a_refused_file_is_named_again_without_being_parsed(library: Library, folder: Path, parsed: list[str]) -> None:
    (folder / "bad.txt").write_bytes(b"\x89PNG")
    (first,) = library.sync(folder).failed
    parsed.clear()
    with library.reading() as before:
        pass
    assert library.sync(folder).failed == (first,)
    assert parsed == []
    (folder / "bad.txt").unlink()
    assert not library.sync(folder)
    assert library.connection.execute("SELECT count(*) FROM files").fetchone()[0] == 3
    with library.reading() as after:
        assert after == before


def test_what_was_removed_comes_back_with_the_next_sync(library: Library, folder: Path) -> None:
    library.sync(folder)
    library.remove([ids(library)["docs/a.txt"]])
    assert library.sync(folder).added == ("docs/a.txt",)


def test_a_damaged_vector_is_not_used_again(library: Library, folder: Path, embedder: Counting) -> None:
    library.sync(folder)
    embedder.taken()
    library.connection.execute("UPDATE passages SET vector = zeroblob(1536)")
    shutil.copy(folder / "a.txt", folder / "z.txt")
    library.sync(folder)
    assert len(embedder.taken()) == 1


def test_nothing_temporary_is_left(library: Library, folder: Path) -> None:
    library.sync(folder)
    assert library.connection.execute("SELECT count(*) FROM temp.sqlite_schema").fetchone()[0] == 0


def test_a_second_writer_is_told_no_and_a_removal_need_not_wait(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sync(folder)
    monkeypatch.setattr("index.database.BUSY_SECONDS", 0.05)
    other = Library(library.folder, LightEmbedder())
    with library.changing():
        with pytest.raises(LibraryError, match="being written by another program"):
            other.sync(folder)
        assert other.remove([ids(library)["docs/a.txt"]]).removed == ("docs/a.txt",)
    assert other.sync(folder).added == ("docs/a.txt",)


def test_a_removal_during_a_sync_is_seen_by_it(library: Library, folder: Path) -> None:
    """What is removed while a sync prepares its changed words is put in anew by it, as if it had come before."""
    library.sync(folder)
    gone = ids(library)["docs/a.txt"]
    (folder / "a.txt").write_text("Alpha moved to Aachen.")
    other = Library(library.folder, LightEmbedder())

    def remove(progress: object) -> None:
        if gone in ids(other).values():
            other.remove([gone])

    assert library.sync(folder, report=remove).added == ("docs/a.txt",)
    assert examine(library) == []


def test_a_folder_that_was_deleted_is_named_with_the_way_out(library: Library, folder: Path) -> None:
    library.sync(folder)
    library.add_documents([make_document("Elsewhere.", source="made")])
    shutil.rmtree(folder)
    with pytest.raises(DocumentError, match=r"no such folder now.*pincite remove --under .*docs"):
        library.sync(folder)
    assert library.remove_under(folder).removed == ("docs/a.txt", "docs/b.md", "docs/inner/c.txt")
    assert list(ids(library)) == ["made"]
    with pytest.raises(LibraryError, match="No document came from"):
        library.remove_under(folder)


WORDS = st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(folders=st.lists(st.dictionaries(st.sampled_from(["a.txt", "b.txt", "c.txt"]), WORDS), min_size=1, max_size=4))
def test_after_any_syncs_the_library_is_as_if_made_at_once(
    folders: list[dict[str, list[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("any")
    folder = place / "docs"
    folder.mkdir()
    followed = Library(place / "followed", LightEmbedder())
    for files in folders:
        for path in folder.iterdir():
            path.unlink()
        for name, words in files.items():
            (folder / name).write_text(paragraphs(*words))
        followed.sync(folder)
    fresh = Library(place / "fresh", LightEmbedder())
    fresh.sync(folder)
    assert contents(followed) == contents(fresh)
    assert examine(followed) == []
    followed.close()
    fresh.close()


def contents(library: Library) -> list[tuple[object, ...]]:
    """Return all that is stored, but for ids."""
    return library.connection.execute(
        'SELECT d.location, d.source, d.title, d.text, p.start, p."end", p.key, p.vector, f.context, f.text '
        "FROM documents d JOIN passages p ON p.document_id = d.id JOIN passages_fts f ON f.rowid = p.id "
        "ORDER BY d.location, p.start"
    ).fetchall()
