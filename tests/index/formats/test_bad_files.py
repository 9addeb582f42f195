"""What stands where a file should: each is refused by name, at once, in every format."""

import os
import threading
import time
from pathlib import Path

import pytest

from index import DocumentError, Embedder, Library, UnreadableError
from index.formats import MAX_BINARY_BYTES, MEDIA_TYPES, read, read_bytes
from tests.index.formats.made import column, pdf

SUFFIXES = sorted(set(MEDIA_TYPES))


def refused(path: Path) -> str:
    began = time.monotonic()
    with pytest.raises(DocumentError) as caught:
        read(path, path.name)
    assert time.monotonic() - began < 5
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_two_gigabytes(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"large{suffix}"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    assert "larger than" in refused(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_a_pipe_a_circle_of_links_and_nothing(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"folder{suffix}").mkdir()
    assert "Is a directory" in refused(tmp_path / f"folder{suffix}")
    os.mkfifo(tmp_path / f"pipe{suffix}")
    assert "not a regular file" in refused(tmp_path / f"pipe{suffix}")
    (tmp_path / f"circle{suffix}").symlink_to(tmp_path / f"circle{suffix}")
    assert "Too many levels" in refused(tmp_path / f"circle{suffix}")
    assert "No such file" in refused(tmp_path / f"gone{suffix}")


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".epub", ".html", ".md", ".txt"])
def test_a_picture_under_a_wrong_name(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(3000))
    assert "PNG picture" in refused(path)


def test_a_name_with_newlines(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\n.pdf"
    path.write_bytes(pdf([column(50, 700, "Some words.")]))
    assert read(path, path.name).document.text == "Some words."
    path.write_bytes(b"%PDF-1.4 and nothing else")
    refused(path)


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x" * 1000)
    facts = os.fstat
    calls: list[int] = []

    def fstat(number: int) -> os.stat_result:
        calls.append(number)
        if len(calls) == 2:
            path.write_bytes(b"y" * 2000)
        return facts(number)

    monkeypatch.setattr("index.formats.os.fstat", fstat)
    with pytest.raises(UnreadableError, match=r"a\.pdf: changed while it was read; add it again"):
        read_bytes(path)


def test_a_file_that_is_written_to_all_the_time_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            path.write_text(f"{number} " * 20_000)

    path.write_text("0 " * 20_000)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(100):
            try:
                text = read(path, "a.txt").document.text
            except DocumentError:
                continue
            assert len(set(text.split())) == 1
    finally:
        ended.set()
        writer.join()


def test_a_limit_is_kept_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    assert len(read_bytes(path, 100)) == 100
    with pytest.raises(DocumentError, match="larger than"):
        read_bytes(path, 99)
    assert MAX_BINARY_BYTES >= 100_000_000


def test_a_library_keeps_the_good_and_names_the_bad(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    words = "The mill on the river was built in 1700 by the monks of the valley."
    (folder / "good.pdf").write_bytes(pdf([column(50, 700, words), b"", column(50, 700, "It was sold in 1805.")]))
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 cut")
    (folder / "cut.pdf").write_bytes(pdf([column(50, 700, words)]).replace(b"%%EOF", b""))
    library = Library(tmp_path / "library", embedder)
    change = library.add([folder])
    assert change.added == ("docs/cut.pdf", "docs/good.pdf")
    (failed,), (noted,) = change.failed, change.notes
    assert "bad.pdf: is truncated" in failed
    assert "cut.pdf: seems truncated" in noted
    (good,) = [listed for listed in library.documents() if listed.source == "docs/good.pdf"]
    document = library.document(good.id)
    assert document is not None
    assert document.page(document.text.index("1805")) == 3
    assert library.sync(folder).unchanged == ("docs/cut.pdf", "docs/good.pdf")
    library.close()
