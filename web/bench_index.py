"""Measure how fast documents are indexed, and in how much memory: python -m web.bench_index. It judges nothing."""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index import DenseIndex, Document, Embedder, Library
from index.embed import DIMENSIONS, Vectors
from index.formats import load, make_document, supported
from index.passage import TARGET
from index.progress import Progress, Stage
from web.settings import CHECKOUT

WORDS_IN_SENTENCE = 15
PASSAGES_IN_DOCUMENT = 50


class TimedEmbedder(Embedder):
    """The real one, remembering how many texts it embedded, of how many words, and the seconds that took."""

    texts, words, took = 0, 0, 0.0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed, and take the time."""
        began = time.perf_counter()
        vectors = self.vectors(texts)
        self.took += time.perf_counter() - began
        self.texts += len(texts)
        self.words += sum(len(text.split()) for text in texts)
        return vectors

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors."""
        return super().encode(texts)


class QuickEmbedder(TimedEmbedder):
    """Vectors that mean nothing and take next to no time: what is left to measure is all the rest."""

    identity = "quick"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return a unit vector for each text."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        vectors[np.arange(len(texts)), [hash(text) % DIMENSIONS for text in texts]] = 1
        return vectors


def vocabulary() -> list[str]:
    """Return the words of the seeds, as often as they are there: a text of them has words of usual lengths."""
    files = sorted(path for path in (CHECKOUT / "seeds").iterdir() if supported(path))
    return [word.strip(".") for path in files for word in load(path, path.name).text.split() if word.isalpha()]


def documents(passages: int) -> Iterator[Document]:
    """Yield documents of about so many passages of some 120 words, always the same."""
    words, chance = np.array(vocabulary()), np.random.default_rng(0)
    for number in range(0, passages, PASSAGES_IN_DOCUMENT):
        length, sentences = TARGET * min(PASSAGES_IN_DOCUMENT, passages - number), []
        while length > 0:
            sentences.append(" ".join(chance.choice(words, WORDS_IN_SENTENCE)) + ".")
            length -= len(sentences[-1]) + 1
        yield make_document(" ".join(sentences), source=f"made/{number}.txt", title=f"Document {number}")


def megabytes() -> float:
    """Return the most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Print passages a second and peak memory, for the whole way and its stages."""
    parser = argparse.ArgumentParser(prog="python -m web.bench_index", description=__doc__)
    parser.add_argument("--passages", type=int, default=500, help="how many to index (500)")
    parser.add_argument("--quick", action="store_true", help="with vectors that take no time, to measure the rest")
    given = parser.parse_args()
    embedder = QuickEmbedder() if given.quick else TimedEmbedder()
    embedder.vectors(["A model is loaded with the first text."])
    before, began, stages = megabytes(), time.perf_counter(), dict[Stage, float]()

    def report(progress: Progress) -> None:
        stages.setdefault(progress.stage, time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), embedder)
        library.add_documents(documents(given.passages), report)
        stored = time.perf_counter()
        dense = DenseIndex.load(library)
        ended = time.perf_counter()
        made, passages = library.count()
        library.close()
    assert dense.index.ntotal == passages
    took = stored - began
    print(f"{made} documents, {passages} passages of {embedder.words / max(1, embedder.texts):.0f} words")
    print(f"indexed: {passages / took:.0f} passages a second, {took:.1f} s")
    print(f"  read and cut: {stages[Stage.EMBEDDING] - began:.1f} s")
    print(f"  embed: {embedder.took:.1f} s, {embedder.texts / max(embedder.took, 1e-9):.0f} passages a second")
    print(f"  store: {stored - stages[Stage.STORING]:.1f} s")
    print(f"make the FAISS index: {ended - stored:.1f} s")
    print(f"peak memory: {megabytes():.0f} MB, {before:.0f} MB of them before the first document")
    return 0


if __name__ == "__main__":
    sys.exit(main())
