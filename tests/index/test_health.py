"""Each thing that can go wrong in a library is found, named with its document, and mended where it can be."""

import json
import os
import time
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import DenseIndex, Document, Library, Search
from index.dense import MANIFEST
from index.document import Heading, digest
from index.formats import make_document
from index.health import Fault, Kind, examine, is_unit
from index.repair import repair
from index.store import FILE
from tests.index.light import LightEmbedder

PAGED = "Alpha builds batteries in Berlin.\n\nBeta sells cars in Bonn."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library", LightEmbedder())
    library.add_documents(
        [
            make_document("# Gamma\n\nGamma bakes bread in Ghent.", source="c.md", headings=(Heading(2, 7, 1),)),
            make_document(PAGED, source="paged.pdf", pages=(0, 35)),
        ]
    )
    DenseIndex.load(library)
    return library


def harm(library: Library, *statements: str) -> None:
    """Change what is stored behind Pincite's back, what the tables forbid too."""
    library.connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        library.connection.execute(statement)
    library.connection.execute("PRAGMA foreign_keys = ON")


OF_PAGED = "(SELECT min(id) FROM passages WHERE document_id = (SELECT id FROM documents WHERE source = 'paged.pdf'))"
MENDABLE = [
    (f"UPDATE passages SET vector = x'00' WHERE id = {OF_PAGED}", Kind.VECTORS, "no unit vector of 384"),
    (f"UPDATE passages SET vector = zeroblob(1536) WHERE id = {OF_PAGED}", Kind.VECTORS, "1 of 2 passages"),
    (f"UPDATE passages SET vector = 'words' WHERE id = {OF_PAGED}", Kind.VECTORS, "no unit vector"),
    (f"UPDATE passages SET key = x'00' WHERE id = {OF_PAGED}", Kind.VECTORS, "the vector of other words"),
    (f'UPDATE passages SET "end" = 99999 WHERE id = {OF_PAGED}', Kind.PASSAGES, "lie outside its text"),
    (f"UPDATE passages SET start = -1 WHERE id = {OF_PAGED}", Kind.PASSAGES, "lie outside its text"),
    (f'UPDATE passages SET "end" = start WHERE id = {OF_PAGED}', Kind.PASSAGES, "lie outside its text"),
    (f'UPDATE passages SET "end" = 40 WHERE id = {OF_PAGED}', Kind.PASSAGES, "go on over a page"),
    ("UPDATE documents SET characters = 7 WHERE source = 'paged.pdf'", Kind.PASSAGES, "listed with 7 characters"),
    (f"DELETE FROM passages_fts WHERE rowid = {OF_PAGED}", Kind.WORDS, "1 of 2 passages are not in the index"),
    (f"UPDATE passages_fts SET text = 'other' WHERE rowid = {OF_PAGED}", Kind.WORDS, "1 of 2 passages are not"),
    (f"UPDATE passages_fts SET context = 'other' WHERE rowid = {OF_PAGED}", Kind.WORDS, "1 of 2 passages are not"),
]
MENDABLE_ANYWHERE = [
    (f"DELETE FROM passages WHERE id = {OF_PAGED}", Kind.PASSAGES, "characters 0 to 35 are in no passage"),
    (
        "INSERT INTO passages (id, document_id, start, \"end\", vector) VALUES (99, 'gone', 0, 5, zeroblob(1536))",
        Kind.PASSAGES,
        "belong to no document",
    ),
    ("INSERT INTO passages_fts (rowid, context, text) VALUES (99, 'stray', 'words')", Kind.WORDS, "to no passage"),
    ("DELETE FROM facets", Kind.FACETS, "filters see 2 documents otherwise"),
    ("UPDATE facets SET tags = 'law' WHERE source = 'c.md'", Kind.FACETS, "filters see 1 documents otherwise"),
    ("INSERT INTO facets VALUES ('gone', 'gone.txt', NULL, NULL, NULL)", Kind.FACETS, "filters see 1 documents"),
    ("DROP TABLE passages_fts", Kind.WORDS, "no such table"),
    ("DELETE FROM passages_fts_data WHERE id > 10", Kind.WORDS, "index of words is damaged"),
    ("UPDATE passages_fts_content SET c1 = 'other' WHERE id = 1", Kind.WORDS, "index of words is damaged"),
]


def test_a_library_is_whole_when_made_changed_and_asked(library: Library, folder: Path) -> None:
    assert examine(library) == []
    library.sync(folder)
    assert examine(library) == []  # the FAISS file is of an older state: the next question makes it
    DenseIndex.load(library)
    assert examine(library) == []
    library.remove([listed.id for listed in library.documents()])
    DenseIndex.load(library)
    assert examine(library) == []


def answers(library: Library) -> list[str]:
    """Return the passages that are found for a question, best first."""
    found = Search(library)("Who sells cars?", 5)
    texts = {listed.id: library.document(listed.id) for listed in library.documents()}
    documents = [(texts[hit.passage.document_id], hit.passage) for hit in found]
    return [document.text[passage.start : passage.end] for document, passage in documents if document]


@pytest.mark.parametrize(("statement", "kind", "words"), MENDABLE + MENDABLE_ANYWHERE)
def test_what_is_derived_is_named_and_mended(statement: str, kind: Kind, words: str, library: Library) -> None:
    right = answers(library)
    harm(library, statement)
    faults = examine(library)
    assert any(fault.kind is kind and words in fault.what for fault in faults), faults
    assert all(fault.mendable for fault in faults)
    if (statement, kind, words) in MENDABLE:
        assert {fault.source for fault in faults if fault.kind is not Kind.DENSE} == {"paged.pdf"}
        assert all(fault.document_id for fault in faults if fault.kind is not Kind.DENSE)
    assert repair(library, faults) == []
    assert examine(library) == []
    library.verify()
    assert answers(library) == right


LASTING = [
    ("UPDATE documents SET text = 'Other words.' WHERE source = 'paged.pdf'", "does not match its sha256"),
    ("UPDATE documents SET text = CAST(x'ff41' AS TEXT) WHERE source = 'paged.pdf'", "not text any more"),
    ("UPDATE documents SET headings = '[[0, 999, 1]]' WHERE source = 'paged.pdf'", "lies outside its text"),
    ("UPDATE documents SET headings = '[[0' WHERE source = 'paged.pdf'", "is no document"),
    ("UPDATE documents SET pages = '[35, 0]' WHERE source = 'paged.pdf'", "out of order"),
    ("UPDATE documents SET pages = '[0, 999]' WHERE source = 'paged.pdf'", "out of order"),
]


@pytest.mark.parametrize(("statement", "words"), LASTING)
def test_what_a_document_lost_is_named_and_the_rest_mended(statement: str, words: str, library: Library) -> None:
    harm(library, statement, "DELETE FROM passages_fts WHERE rowid = 1")
    left = repair(library, examine(library))
    (fault,) = left
    assert (fault.kind, fault.source, fault.mendable) == (Kind.TEXT, "paged.pdf", False)
    assert words in fault.what
    assert fault.document_id is not None
    library.remove([fault.document_id])
    assert examine(library) == []


def test_repair_never_changes_a_document(library: Library) -> None:
    before = library.connection.execute("SELECT * FROM documents ORDER BY id").fetchall()
    harm(library, "DELETE FROM passages", "DROP TABLE passages_fts")
    assert repair(library, examine(library)) == []
    assert library.connection.execute("SELECT * FROM documents ORDER BY id").fetchall() == before


def test_repair_of_the_words_alone_embeds_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    harm(library, "DROP TABLE passages_fts")
    monkeypatch.setattr(LightEmbedder, "encode", lambda *_: pytest.fail("embedded"))
    assert repair(library, examine(library)) == []


def stored(library: Library) -> Path:
    (path,) = library.folder.glob("dense-*.faiss")
    return path


def other_index(library: Library, index: faiss.Index) -> None:
    """Store another index that is whole, and named by the manifest."""
    content = faiss.serialize_index(index).tobytes()
    manifest = json.loads((library.folder / MANIFEST).read_text())
    stored(library).write_bytes(content)
    import hashlib

    manifest["sha256"] = hashlib.sha256(content).hexdigest()
    (library.folder / MANIFEST).write_text(json.dumps(manifest))


def dense_faults(library: Library) -> str:
    (fault,) = examine(library)
    assert fault.kind is Kind.DENSE
    assert repair(library, [fault]) == []
    return fault.what


def test_a_flipped_bit_of_the_faiss_file_is_named_and_mended(library: Library) -> None:
    content = bytearray(stored(library).read_bytes())
    content[60] ^= 1
    stored(library).write_bytes(content)
    assert "does not match its sha256" in dense_faults(library)


def test_a_faiss_file_without_a_passage_is_named_and_mended(library: Library) -> None:
    ids, vectors = library.vectors()
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(384))
    index.add_with_ids(vectors[1:], ids[1:])
    other_index(library, index)
    assert "does not hold the passages" in dense_faults(library)


def test_a_faiss_file_with_other_vectors_is_named_and_mended(library: Library) -> None:
    ids, vectors = library.vectors()
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(384))
    index.add_with_ids(vectors[::-1].copy(), ids)
    other_index(library, index)
    assert "other vectors" in dense_faults(library)


def test_a_faiss_file_of_another_kind_is_named_and_mended(library: Library) -> None:
    other_index(library, faiss.IndexFlatIP(384))
    assert "another kind" in dense_faults(library)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{", b"\xff", b'{"generation": 1}'])
def test_a_garbage_manifest_is_named_and_mended(manifest: bytes, library: Library) -> None:
    (library.folder / MANIFEST).write_bytes(manifest)
    assert "manifest cannot be used" in dense_faults(library)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("embedder", "another", "another model"), ("generation", 99, "not reached"), ("file", "gone.faiss", "cannot be")],
)
def test_a_manifest_of_another_state_is_named_and_mended(
    field: str, value: object, words: str, library: Library
) -> None:
    manifest = json.loads((library.folder / MANIFEST).read_text())
    (library.folder / MANIFEST).write_text(json.dumps(manifest | {field: value}))
    assert words in dense_faults(library)


def test_a_missing_faiss_file_is_made_when_asked_for_and_no_fault(library: Library) -> None:
    (library.folder / MANIFEST).unlink()
    assert examine(library) == []


def test_what_a_killed_process_left_is_named_once_it_is_old_and_removed(library: Library) -> None:
    left = library.folder / ".dense.json.abcd"
    left.write_bytes(b"{")
    assert examine(library) == []
    os.utime(left, (time.time() - 4000, time.time() - 4000))
    faults = examine(library)
    assert [(fault.kind, fault.what) for fault in faults] == [(Kind.LEFT, "a killed process left .dense.json.abcd")]
    assert repair(library, faults) == []
    assert not left.exists()


def test_garbage_in_the_database_is_a_fault_that_lasts(library: Library, folder: Path) -> None:
    library.add([folder])
    library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    library.close()
    path = library.folder / FILE
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 2048)
    damaged = Library(library.folder, LightEmbedder())
    faults = examine(damaged)
    assert Kind.DATABASE in {fault.kind for fault in faults}


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1.1])
def test_only_finite_vectors_of_norm_one_are_unit_vectors(value: float) -> None:
    vector = np.zeros(384, np.float32)
    vector[7] = 1
    assert is_unit(vector.tobytes())
    vector[7] = value
    assert not is_unit(vector.tobytes())
    assert not is_unit(np.ones(384, np.float64).tobytes())


def test_a_fault_of_a_text_lasts_and_others_do_not() -> None:
    assert {kind for kind in Kind if not Fault(kind, "").mendable} == {Kind.TEXT, Kind.DATABASE}


def test_documents_made_of_other_words_are_not_mended_into_truth(library: Library) -> None:
    """A text and its sha256 changed together is a whole document: what was asked of it is derived again."""
    text = "Delta mends shoes in Delft."
    harm(
        library,
        f"UPDATE documents SET pages = '[]', text = '{text}', sha256 = '{digest(text)}' WHERE source = 'paged.pdf'",
    )
    assert repair(library, examine(library)) == []
    (found,) = [listed.id for listed in library.documents() if listed.source == "paged.pdf"]
    document = library.document(found)
    assert isinstance(document, Document)
    assert text in answers(library)
