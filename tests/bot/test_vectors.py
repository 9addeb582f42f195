from pathlib import Path

import numpy as np

from bot import Answer, Reason, vectors
from bot.journal import Journal
from index import Embedder


def asked(folder: Path, *questions: str) -> Journal:
    journal = Journal(folder, days=30)
    for question in questions:
        answer = Answer(question, 0.1, reason=Reason.NO_MATCH)
        journal.record(answer, asked=question, face="api", conversation="c", took_ms=1)
    return journal


def test_vectors_are_kept_as_they_were_made(tmp_path: Path, embedder: Embedder) -> None:
    texts = [f"What is thing {number}?" for number in range(vectors.BATCH + 1)]
    journal = asked(tmp_path, *texts)
    vectors.embed(journal, embedder, texts)
    kept = vectors.kept(journal, embedder)
    assert sorted(kept) == sorted(texts)
    assert np.allclose(kept[texts[-1]], embedder.encode(texts[-1:])[0], atol=1e-5)


def test_vectors_of_another_embedder_are_not_mixed_in(tmp_path: Path, embedder: Embedder) -> None:
    class Other(Embedder):
        identity = "another"  # type: ignore[assignment]

    journal = asked(tmp_path, "What?")
    vectors.embed(journal, embedder, ["What?"])
    assert vectors.kept(journal, Other()) == {}


def test_what_was_deleted_meanwhile_does_not_come_back(tmp_path: Path, embedder: Embedder) -> None:
    journal = asked(tmp_path, "What?", "Why?")
    journal.delete(["Why?"])
    vectors.embed(journal, embedder, ["What?", "Why?"])
    assert list(vectors.kept(journal, embedder)) == ["What?"]
    journal.delete()
    assert vectors.kept(journal, embedder) == {}
