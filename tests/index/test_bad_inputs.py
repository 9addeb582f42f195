"""A folder of everything that may go wrong with a file: each is named, and the rest is kept and found."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import DocumentError, Library, Search
from tests.index.formats.made import column, docx, epub, paragraph, pdf
from tests.index.light import LightEmbedder

WORDS = "The mill on the river was built in 1700."
LOCKED = (
    f"/ID [<{'00' * 16}> <{'00' * 16}>] "
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'11' * 32}> /U <{'22' * 32}> >>"
)
BAD = {
    "empty.txt": "there is no text in it",
    "empty.pdf": "there is no text in it",
    "large.pdf": "larger than 250 MB",
    "large.txt": "larger than 50 MB",
    "cut.pdf": "is truncated",
    "cut.docx": "is truncated or damaged",
    "cut.epub": "is truncated or damaged",
    "locked.pdf": "is encrypted; save it without a password",
    "locked.docx": "is encrypted, or of the old binary kind; save it without a password",
    "bomb.docx": "a zip bomb?",
    "pipe.txt": "not a regular file",
    "folder.txt": "",
    "circle.txt": "cannot be read (Too many levels of symbolic links)",
}
GOOD = ("a\nb\r\n.txt", "a..b.txt", "good.pdf", "-rf.txt", "' OR 1.txt", "日本.md", "<b>.html")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library", LightEmbedder())
    yield library
    library.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "folder.txt").mkdir(parents=True)
    for name in ("empty.txt", "empty.pdf"):
        (folder / name).touch()
    for name in ("large.txt", "large.pdf"):
        with (folder / name).open("wb") as file:
            file.truncate(2_000_000_000)
    whole = pdf([column(50, 700, WORDS)])
    (folder / "cut.pdf").write_bytes(whole[:200])
    (folder / "cut.docx").write_bytes(docx(paragraph(WORDS))[:-40])
    (folder / "cut.epub").write_bytes(epub([f"<p>{WORDS}</p>"])[:-40])
    (folder / "locked.pdf").write_bytes(pdf([column(50, 700, WORDS)], trailer=LOCKED))
    (folder / "locked.docx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (folder / "bomb.docx").write_bytes(docx(paragraph(WORDS), **{"bomb.xml": b" " * 61_000_000}))
    os.mkfifo(folder / "pipe.txt")
    (folder / "circle.txt").symlink_to("circle.txt")
    (tmp_path / "outside.txt").write_text("Secret words.")
    (folder / "out.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "up.txt").symlink_to("../outside.txt")
    (folder / "above").symlink_to("..")
    for name in GOOD:
        (folder / name).write_bytes(whole if name.endswith(".pdf") else WORDS.encode())
    return folder


def test_each_bad_file_is_named_and_the_rest_is_kept(library: Library, folder: Path) -> None:
    change = library.sync(folder / "folder.txt" / "..")  # however the folder is written
    assert set(change.added) == {f"docs/{name}" for name in GOOD}
    for name, why in BAD.items():
        if why:
            (told,) = [one for one in change.failed if one.startswith(f"{folder / name}: ")]
            assert why in told
    assert len(change.failed) == sum(map(bool, BAD.values()))
    hits = Search(library)("mill", 50)
    assert len({hit.passage.document_id for hit in hits}) == len(GOOD)
    assert library.match("secret", 5) == [], "links out of the folder are not followed"


def test_what_was_good_and_is_bad_now_is_named_each_time(library: Library, folder: Path) -> None:
    first = library.sync(folder)
    (folder / "a..b.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(90))
    for _ in range(2):
        again = library.sync(folder)
        assert len(again.failed) == len(first.failed) + 1
        assert set(again.unchanged) == {f"docs/{name}" for name in GOOD} - {"docs/a..b.txt"}
    assert "docs/a..b.txt" not in {listed.source for listed in library.documents()}


def test_a_file_that_changes_while_it_is_read_keeps_what_it_said(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notes" / "a.txt"
    path.parent.mkdir()
    path.write_text(WORDS)
    library.sync(path.parent)
    path.write_text("The mill was sold.")
    facts, calls = os.fstat, []

    def fstat(number: int) -> os.stat_result:
        if Path(f"/proc/self/fd/{number}").readlink() == path:
            calls.append(number)
            if len(calls) % 2 == 0:
                path.write_text(f"The mill was sold {len(calls)} times.")
        return facts(number)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fstat", fstat)
        change = library.sync(path.parent)
    (told,) = change.failed
    assert "a.txt: changed while it was read" in told
    assert len(library.match("1700", 5)) == 1
    assert library.sync(path.parent).replaced == ("notes/a.txt",)


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders that may not be read: whoever runs the tests may be allowed to read everything."""
    scan, folders = os.scandir, list[Path]()

    def scandir(path: str) -> object:
        if Path(path) in folders:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return folders


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """A folder of two files, and one inside with two more."""
    for name in ("docs/a.txt", "docs/b.txt", "docs/inner/c.txt", "docs/inner/deep/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"The words of {path.name}.")
    return tmp_path / "docs"


@pytest.mark.parametrize("only", [False, True])
def test_what_is_below_a_folder_that_may_not_be_read_stays_and_the_rest_is_synced(
    library: Library, nested: Path, shut: list[Path], only: bool
) -> None:
    library.sync(nested)
    (nested / "a.txt").unlink()
    (nested / "b.txt").write_text("Other words.")
    (nested / "inner-too.txt").write_text("New words.")
    shut.append(nested / "inner")
    change = library.sync(nested, only=only)
    assert (change.added, change.replaced, change.removed) == (
        ("docs/inner-too.txt",),
        ("docs/b.txt",),
        ("docs/a.txt",),
    )
    reason = "this folder cannot be read (Permission denied). What it held before still answers."
    assert change.failed == (f"{nested / 'inner'}: {reason}",)
    assert {one.source for one in library.documents()} == {
        "docs/b.txt",
        "docs/inner-too.txt",
        "docs/inner/c.txt",
        "docs/inner/deep/d.txt",
    }
    shut.clear()
    (nested / "inner" / "c.txt").unlink()
    assert library.sync(nested).removed == ("docs/inner/c.txt",)


def test_a_folder_that_may_not_be_read_is_added_but_for_what_is_in_it(
    library: Library, nested: Path, shut: list[Path]
) -> None:
    shut.append(nested / "inner")
    change = library.add([nested])
    assert change.added == ("docs/a.txt", "docs/b.txt")
    assert change.failed == (f"{nested / 'inner'}: this folder cannot be read (Permission denied).",)


def test_the_folder_itself_must_be_readable(library: Library, nested: Path, shut: list[Path]) -> None:
    library.sync(nested)
    before = library.documents()
    shut.append(nested)
    with pytest.raises(DocumentError, match=r"docs: this folder cannot be read \(Permission denied\)"):
        library.sync(nested)
    assert len(library.add([nested]).failed) == 1
    assert library.documents() == before
