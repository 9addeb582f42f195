"""Repair: makes good what a library can be made whole of by itself: passages, vectors, words, the FAISS file."""

from collections.abc import Iterable, Sequence

from index.dense import MANIFEST, DenseIndex
from index.errors import LibraryError
from index.health import Fault, Kind, as_words, examine, leftovers, passages_of
from index.library import Library
from index.store import OF_DOCUMENTS, WORDS


def repair(library: Library, faults: Sequence[Fault]) -> list[Fault]:
    """Mend what of `faults` can be mended; return what is wrong then.

    A document is never changed: its passages, vectors and words are made again from its text, where that
    is still what was stored. Each step is a transaction, so nobody who asks meanwhile sees half of one.
    Raises LibraryError where the library cannot be written.
    """
    mendable = [fault for fault in faults if fault.mendable]
    if not mendable:
        return list(faults)
    broken = {fault.document_id for fault in faults if fault.kind is Kind.TEXT}
    named = [(fault.kind, fault.document_id) for fault in mendable if fault.document_id]
    if (Kind.WORDS, None) in {(fault.kind, fault.document_id) for fault in mendable}:
        _make_words_anew(library, broken)
    _drop_strays(library)
    _make_facets_anew(library)
    for document_id in dict.fromkeys(at for kind, at in named if kind is not Kind.WORDS and at not in broken):
        library.derive_again(document_id)
    for document_id in dict.fromkeys(at for kind, at in named if kind is Kind.WORDS and at not in broken):
        with library.transaction():
            _write_words(library, document_id)
    _make_dense_anew(library)
    return examine(library)


def _make_words_anew(library: Library, broken: Iterable[str | None]) -> None:
    """Make the whole index of words again, but for the documents that are `broken`."""
    with library.transaction():
        library.connection.execute("DROP TABLE IF EXISTS passages_fts")
        library.connection.execute(WORDS)
        for listed in library.documents():
            if listed.id not in broken:
                _write_words(library, listed.id)


def _write_words(library: Library, document_id: str) -> None:
    """Make the words of a document's passages again; the caller holds the right to write."""
    document = library.read(document_id)
    if document is None:  # removed meanwhile
        return
    for passage_id, row in passages_of(library, document_id, words=False):
        words = (passage_id, *as_words(document, row))
        library.connection.execute("DELETE FROM passages_fts WHERE rowid = ?", (passage_id,))
        library.connection.execute("INSERT INTO passages_fts (rowid, context, text) VALUES (?, ?, ?)", words)


def _drop_strays(library: Library) -> None:
    with library.transaction():
        library.connection.execute("DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)")
        library.connection.execute("DELETE FROM passages_fts WHERE rowid NOT IN (SELECT id FROM passages)")


def _make_facets_anew(library: Library) -> None:
    with library.transaction():
        library.connection.execute("DELETE FROM facets")
        library.connection.execute(f"INSERT INTO facets {OF_DOCUMENTS}")


def _make_dense_anew(library: Library) -> None:
    try:
        (library.folder / MANIFEST).unlink(missing_ok=True)
        for path in leftovers(library.folder):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(f"{error.filename} cannot be removed ({error.strerror}).") from error
    DenseIndex.load(library)
