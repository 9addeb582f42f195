"""Passages: a row's context cut as Pincite cuts documents, so that what is learnt from is what is served."""

import bisect
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.training.config import TrainConfig
from bot.training.rows import Row, lacks
from index.formats import make_document
from index.passage import split
from index.sentences import sentences


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of a one-paragraph text."""
    return list(sentences(text, 0, len(text)))


def served(row: Row, rng: random.Random, config: TrainConfig, others: Sequence[str] = ()) -> Row | None:
    """Return `row` over the passage that Pincite would serve of it, or None where none holds its answer.

    The context may stand under its title, and in one document with one of `others`, so that passages
    begin with headings and run on from other paragraphs.
    """
    if others and rng.random() < config.joined:
        other = rng.choice(others)
        if lacks(other, row.texts):
            row = row.behind(other + "\n\n") if rng.random() < 0.5 else _before(row, other)
    if row.title and rng.random() < config.headed:
        row = row.behind(row.title.replace("_", " ") + "\n\n")
    document = make_document(row.passage, source="row", title=" ")
    if document.text != row.passage:  # its offsets are those of another normal form
        return None
    pieces = [(passage.start, passage.end) for passage in split(document)]
    if not row.answered:
        return row.within(*rng.choice(pieces))
    start, end = row.reach
    return next((row.within(*piece) for piece in pieces if piece[0] <= start and end <= piece[1]), None)


def _before(row: Row, other: str) -> Row:
    return Row(row.question, f"{row.passage}\n\n{other}", row.starts, row.ends, row.texts, row.title)


@dataclass(frozen=True)
class Homes:
    """Where bare sentences are at home: the contexts that hold them, and sentences like them."""

    contexts: Mapping[str, str]
    """A sentence -> the context it is from, where that is known."""
    near: Mapping[str, Sequence[str]]
    """A sentence -> sentences like it, from elsewhere."""

    @classmethod
    def of(cls, rows: Sequence[Row], contexts: Sequence[str]) -> "Homes":
        """Find them for the weak `rows` among `contexts`."""
        wanted = list(dict.fromkeys(row.passage for row in rows))
        text, starts = "\0".join(contexts), [0]
        for context in contexts:
            starts.append(starts[-1] + len(context) + 1)
        found = ((sentence, text.find(sentence)) for sentence in wanted)
        homes = {sentence: contexts[bisect.bisect_right(starts, at) - 1] for sentence, at in found if at >= 0}
        return cls(homes, similar([sentence for sentence in wanted if sentence not in homes], wanted))


def housed(row: Row, homes: Homes, rng: random.Random) -> Row:
    """Return a weak row over more than its bare sentence: its own context, or up to four sentences like it."""
    context = homes.contexts.get(row.passage)
    if context is not None:
        at = context.index(row.passage)
        moved = row.behind(context[:at])
        return Row(row.question, context, moved.starts, moved.ends, row.texts)
    others = [sentence for sentence in homes.near.get(row.passage, ()) if lacks(sentence, row.texts)]
    others = rng.sample(others, min(len(others), rng.randint(1, 4)))
    before = rng.randint(0, len(others))
    moved = row.behind("".join(sentence + " " for sentence in others[:before]))
    return Row(row.question, " ".join([moved.passage, *others[before:]]), moved.starts, moved.ends, row.texts)


def similar(wanted: Sequence[str], texts: Sequence[str], keep: int = 8) -> dict[str, list[str]]:
    """Return for each wanted text the `keep` others nearest by TF-IDF cosine, itself left out."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not wanted or len(texts) < 2:
        return {}
    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True, dtype=np.float32)
    matrix = vectors.fit_transform(texts).T.tocsc()
    keep = min(keep + 1, len(texts))
    found = {}
    for at in range(0, len(wanted), 500):
        scores = (vectors.transform(wanted[at : at + 500]) @ matrix).toarray()
        best = np.argpartition(-scores, keep - 1, axis=1)[:, :keep]
        for text, row in zip(wanted[at : at + 500], best, strict=True):
            found[text] = [texts[number] for number in sorted(row) if texts[number] != text]
    return found
