import hashlib
import json
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import DenseIndex, Embedder, Library, LibraryError
from index.dense import MANIFEST
from index.formats import make_document

TEXTS = ["Alpha builds batteries in Berlin.", "Beta sells cars in Bonn.", "Gamma bakes bread in Ghent."]


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    library = Library(tmp_path / "library", embedder)
    library.add_documents(make_document(text, source=f"{number}.txt") for number, text in enumerate(TEXTS))
    return library


def stored(library: Library) -> Path:
    (path,) = library.folder.glob("dense-*.faiss")
    return path


def nearest(library: Library, index: DenseIndex, question: str) -> tuple[str, float]:
    row, cosine = index.search(library.embedder.encode([question])[0], 1)[0]
    document = library.document(library.passages([row])[row].document_id)
    assert document is not None
    return document.text, cosine


def check(library: Library) -> None:
    """What is found is right, and what lies on disk is whole."""
    index = DenseIndex.load(library)
    text, cosine = nearest(library, index, "Who bakes bread?")
    assert text == TEXTS[2]
    assert 0.3 < cosine <= 1
    manifest = json.loads((library.folder / MANIFEST).read_text())
    assert hashlib.sha256(stored(library).read_bytes()).hexdigest() == manifest["sha256"]
    assert stored(library).name == manifest["file"] == f"dense-{manifest['sha256'][:16]}.faiss"


def test_the_nearest_passages_come_first_with_their_cosines(library: Library) -> None:
    index = DenseIndex.load(library)
    vector = library.embedder.encode(["Who bakes bread?"])[0]
    found = index.search(vector, 10)
    rows, vectors = library.vectors()
    cosines = dict(zip(rows.tolist(), (vectors @ vector).tolist(), strict=True))
    assert [row for row, _ in found] == sorted(cosines, key=lambda row: -cosines[row])
    assert [cosine for _, cosine in found] == pytest.approx([cosines[row] for row, _ in found], abs=1e-5)
    assert index.search(vector, 1) == found[:1]
    assert index.search(vector, 0) == []


def test_what_is_stored_is_used_again(library: Library) -> None:
    check(library)
    before = stored(library).stat().st_mtime_ns
    check(library)
    assert stored(library).stat().st_mtime_ns == before


def test_a_stored_index_without_its_library_would_be_seen_to_be_used(library: Library) -> None:
    """The file is what is searched: another that is whole and named by the manifest is believed."""
    DenseIndex.load(library)
    other = faiss.IndexIDMap2(faiss.IndexFlatIP(384))
    other.add_with_ids(np.eye(1, 384, dtype=np.float32), np.array([7], np.int64))
    content = faiss.serialize_index(other).tobytes()
    manifest = json.loads((library.folder / MANIFEST).read_text())
    (library.folder / "dense-other.faiss").write_bytes(content)
    (library.folder / MANIFEST).write_text(
        json.dumps(manifest | {"file": "dense-other.faiss", "sha256": hashlib.sha256(content).hexdigest()})
    )
    assert DenseIndex.load(library).search(np.eye(1, 384, dtype=np.float32)[0], 5) == [(7, 1.0)]


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_flipped_bit_is_noticed_and_the_index_made_again(
    place: int, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    DenseIndex.load(library)
    content = bytearray(stored(library).read_bytes())
    content[place] ^= 1
    stored(library).write_bytes(content)
    check(library)
    assert "is damaged; it is made again" in caplog.text


def test_a_cut_off_file_is_made_again(library: Library) -> None:
    DenseIndex.load(library)
    stored(library).write_bytes(b"")
    check(library)


def test_a_missing_file_is_made_again(library: Library) -> None:
    DenseIndex.load(library)
    stored(library).unlink()
    check(library)


def test_a_missing_manifest_is_made_again(library: Library) -> None:
    DenseIndex.load(library)
    (library.folder / MANIFEST).unlink()
    check(library)


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{", b"[]", b"null", b"7", b'"text"', b"{}", b"\xff\xfe", b'{"generation": "x"}', b"[" * 5_000, b"\0" * 100],
)
def test_a_garbage_manifest_is_made_again(manifest: bytes, library: Library) -> None:
    DenseIndex.load(library)
    (library.folder / MANIFEST).write_bytes(manifest)
    check(library)


@pytest.mark.parametrize("name", [None, 7, "gone.faiss", ".", "a\0b", "n" * 300])
def test_a_manifest_that_names_no_file_is_made_again(name: object, library: Library) -> None:
    DenseIndex.load(library)
    manifest = json.loads((library.folder / MANIFEST).read_text())
    (library.folder / MANIFEST).write_text(json.dumps(manifest | {"file": name}))
    check(library)


def test_an_index_of_another_embedder_is_made_again(library: Library) -> None:
    DenseIndex.load(library)
    manifest = json.loads((library.folder / MANIFEST).read_text())
    (library.folder / MANIFEST).write_text(json.dumps(manifest | {"embedder": "another"}))
    check(library)
    assert json.loads((library.folder / MANIFEST).read_text())["embedder"] == library.embedder.identity


def test_removed_documents_are_gone_at_once(library: Library) -> None:
    index = DenseIndex.load(library)
    (bread,) = [listed.id for listed in library.documents() if listed.source == "2.txt"]
    library.remove([bread])
    again = DenseIndex.load(library)
    assert again.generation > index.generation
    assert again.index.ntotal == 2
    assert nearest(library, again, "Who bakes bread?")[0] != TEXTS[2]
    assert stored(library)  # one file: the old one was cleared away


def test_an_empty_library_has_an_index_that_finds_nothing(tmp_path: Path, embedder: Embedder) -> None:
    library = Library(tmp_path / "library", embedder)
    for _ in range(2):  # made, and read again
        assert DenseIndex.load(library).search(embedder.encode(["anything"])[0], 5) == []


def test_a_disk_that_cannot_be_written_is_named(library: Library) -> None:
    library.count()
    (library.folder / MANIFEST).mkdir()
    with pytest.raises(LibraryError, match="The index cannot be stored"):
        DenseIndex.load(library)
