"""Evaluation: questions whose answers are known, asked end to end, and what that says of Pincite.

Closed, each question is asked of its own context alone; open, of all contexts at once, as people ask:
then what is measured is retrieval, reading and confidence together.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from bot import question as questions
from bot.evidence import Evidence, weigh
from bot.language import check
from bot.pipeline import TOP_K, Bot
from bot.ranking import rank
from bot.scores import (
    area_under_curve,
    best_scores,
    coverage_at_risk,
    expected_calibration_error,
    reliability,
    risk_by_coverage,
    token_f1,
)
from bot.squad import Example
from index.document import normalise
from index.embed import Embedder
from index.errors import QuestionError
from index.formats import make_document
from index.library import Library

RIGHT = 0.6
"""Token F1 above which an answer counts as right where confidence is judged."""
RISKS = (0.05, 0.1)
DEPTHS = (1, 5, 10)
"""Numbers of passages at which recall is taken."""

MakeBot = Callable[[Library], Bot]
Progress = Callable[[int, int], None]
"""Told how many questions were asked so far, and of how many."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How one question went.

    `shown` is what was said, an empty text for an abstention; `best` the likeliest words, shown or not,
    with their `confidence` and `evidence` (None where there were none); `place` the rank, from 1, of
    the first passage that holds an answer, None where none does or nothing was searched.
    """

    example: Example
    shown: str
    best: str
    confidence: float
    evidence: Evidence | None
    place: int | None = None

    @property
    def right(self) -> bool:
        """Whether the likeliest words are a right answer."""
        return max((token_f1(self.best, text) for text in self.example.texts), default=0.0) > RIGHT


def ask(bot: Bot, example: Example, *, searched: bool) -> Asked:
    """Ask one question as `Bot.ask` does, and keep what was held back too."""
    try:
        question = questions.read(example.question)
        check(question.text, bot.reader.language)
    except QuestionError:  # what cannot be asked gets no answer
        return Asked(example, "", "", 0.0, None)
    readings = bot.read(question, TOP_K)
    groups = rank(question, readings)
    answer = bot.decide(question, readings)
    best, evidence = (groups[0].best.text, weigh(groups)) if groups else ("", None)
    place = find(bot, question.text, example) if searched and example.answers else None
    return Asked(example, answer.text or "", best, answer.confidence, evidence, place)


def find(bot: Bot, question: str, example: Example) -> int | None:
    """Return the rank, from 1, of the first passage of the example's own context that holds one of its answers."""
    wanted = [normalise(text) for text in example.texts]
    with bot.library.reading():
        for number, hit in enumerate(bot.search(question, max(DEPTHS)), 1):
            document = bot.library.document(hit.passage.document_id)
            passage = document.text[hit.passage.start : hit.passage.end] if document else ""
            if document and document.text == normalise(example.context) and any(text in passage for text in wanted):
                return number
    return None


@contextmanager
def temporary_library(contexts: Iterable[str], embedder: Embedder) -> Iterator[Library]:
    """Give a library of `contexts`, a document each without a title, that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
        library = Library(Path(folder), embedder)
        try:
            library.add_documents(
                make_document(context, source=f"context-{number}", title=" ")
                for number, context in enumerate(dict.fromkeys(contexts))
            )
            yield library
        finally:
            library.close()


def ask_closed(
    examples: Sequence[Example], make_bot: MakeBot, embedder: Embedder, progress: Progress | None = None
) -> list[Asked]:
    """Ask each question of its own context alone. Returns them in the order of `examples`."""
    order = sorted(range(len(examples)), key=lambda number: examples[number].context)
    asked: dict[int, Asked] = {}
    for context, numbers in groupby(order, key=lambda number: examples[number].context):
        with temporary_library([context], embedder) as library:
            bot = make_bot(library)
            for number in numbers:
                asked[number] = ask(bot, examples[number], searched=False)
                if progress:
                    progress(len(asked), len(examples))
    return [asked[number] for number in range(len(examples))]


def ask_open(
    examples: Sequence[Example], make_bot: MakeBot, embedder: Embedder, progress: Progress | None = None
) -> list[Asked]:
    """Ask each question of all contexts at once."""
    asked = []
    with temporary_library((example.context for example in examples), embedder) as library:
        bot = make_bot(library)
        for number, example in enumerate(examples, 1):
            asked.append(ask(bot, example, searched=True))
            if progress:
                progress(number, len(examples))
    return asked


@dataclass(frozen=True)
class Evaluation:
    """What came of the questions asked, none of which must be missing; `searched` tells open from closed."""

    asked: Sequence[Asked]
    searched: bool

    def summary(self) -> dict[str, object]:
        """Return the numbers of the contract, 0 to 1; None where there is nothing to take one of.

        `em` and `f1` are of what was shown, abstentions included, as SQuAD 2.0's script counts them.
        `auc_answerable` and `ece` are of the confidence in the best answer, shown or not.
        """
        has = [one for one in self.asked if one.example.answers]
        none = [one for one in self.asked if not one.example.answers]
        confidence, right = self.judged()
        auc = area_under_curve(
            [one.confidence for one in self.asked], [bool(one.example.answers) for one in self.asked]
        )
        em, f1 = _means(self.asked)
        has_em, has_f1 = _means(has)
        found: dict[str, object] = {
            "n": len(self.asked),
            "em": em,
            "f1": f1,
            "has_answer": {"n": len(has), "em": has_em, "f1": has_f1},
            "no_answer": {"n": len(none), "accuracy": _share([not one.shown for one in none])},
            "auc_answerable": None if auc is None else round(auc, 4),
            "ece": round(expected_calibration_error(confidence, right), 4),
            "coverage_at_risk": {str(risk): round(coverage_at_risk(confidence, right, risk), 4) for risk in RISKS},
        }
        for depth in DEPTHS if self.searched else ():
            found[f"recall_at_{depth}"] = _share([one.place is not None and one.place <= depth for one in has])
        return found

    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the confidence in each best answer, float64 [n], and whether it is right, bool [n]."""
        return np.array([one.confidence for one in self.asked]), np.array([one.right for one in self.asked])

    def unshown(self) -> tuple[float | None, float | None]:
        """Return (exact match, F1) of the best words to answerable questions, shown or not: the reader alone."""
        return _means([one for one in self.asked if one.example.answers], best=True)

    def reliability(self) -> list[tuple[float, float, int]]:
        """Return (mean confidence, share of right answers, how many) of each bin that is not empty."""
        return reliability(*self.judged())

    def risk_by_coverage(self) -> list[tuple[float, float]]:
        """Return (coverage, risk) for every threshold there can be, from the strictest."""
        return risk_by_coverage(*self.judged())


def _means(asked: Sequence[Asked], *, best: bool = False) -> tuple[float | None, float | None]:
    scores = [best_scores(one.best if best else one.shown, one.example.texts) for one in asked]
    return _share([em for em, _ in scores]), _share([f1 for _, f1 in scores])


def _share(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
