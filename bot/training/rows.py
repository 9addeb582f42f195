"""Rows: what a reader learns from, with targets as probabilities over characters."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.shapes import BOUND, NUMBER
from bot.squad import Example, text_of
from index.errors import DocumentError

Targets = tuple[tuple[int, float], ...]
"""Pairs of an offset in a passage, in code points, and the probability that the answer starts (or ends) there."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question over a passage.

    `starts` and `ends` (exclusive) are distributions over characters; what they lack of 1 is the
    probability that the passage does not answer. `texts` are the answer's known wordings, also where
    this passage lacks it. `weak` rows have a bare sentence for a passage, which is known to answer.
    """

    question: str
    passage: str
    starts: Targets = ()
    ends: Targets = ()
    texts: tuple[str, ...] = ()
    title: str = ""
    weak: bool = False

    def __post_init__(self) -> None:
        """Hold the invariants."""
        for targets in (self.starts, self.ends):
            if any(not 0 <= at <= len(self.passage) for at, _ in targets):
                raise ValueError("A target lies outside the passage.")
            if sum(share for _, share in targets) > 1.001:
                raise ValueError("Targets are probabilities and sum to at most 1.")

    @property
    def answered(self) -> bool:
        """Whether the passage answers the question, as far as is known: it rather does than not."""
        return sum(share for _, share in self.starts) >= 0.5

    @property
    def reach(self) -> tuple[int, int]:
        """The characters from the first to the last likely place of an answer; only answered rows have it."""
        likeliest = max(share for _, share in self.starts)
        starts = [at for at, share in self.starts if share >= likeliest / 4]
        ends = [at for at, share in self.ends if share >= likeliest / 4] or [at for at, _ in self.ends]
        return min(starts), max(max(ends), min(starts) + 1)

    def within(self, start: int, end: int) -> "Row":
        """Return the row over passage[start:end]; what lay outside is lost to "no answer"."""
        return replace(
            self,
            passage=self.passage[start:end],
            starts=tuple((at - start, share) for at, share in self.starts if start <= at < end),
            ends=tuple((at - start, share) for at, share in self.ends if start < at <= end),
        )

    def behind(self, text: str) -> "Row":
        """Return the row with `text` put before its passage."""
        by = len(text)
        return replace(
            self,
            passage=text + self.passage,
            starts=tuple((at + by, share) for at, share in self.starts),
            ends=tuple((at + by, share) for at, share in self.ends),
        )

    def unanswered(self, passage: str) -> "Row":
        """Return the row over a passage that does not answer it."""
        return replace(self, passage=passage, starts=(), ends=(), title="", weak=False)


def row_of(example: Example) -> Row:
    """Return an example as a row; several people's answers share the probability.

    Numbers take in the words that bound them ("more than forty"), which people mark half of the time.
    Raises DocumentError where it is not known where the answer stands.
    """
    starts: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    for answer in example.answers:
        if answer.start is None:
            raise DocumentError(f"Training needs `start` with each answer; {answer.text!r} has none.")
        starts[_bounded(example.context, answer.start)] += 1
        ends[answer.start + len(answer.text)] += 1
    count = max(1, len(example.answers))
    return Row(
        example.question.strip(),
        example.context,
        tuple((at, n / count) for at, n in starts.items()),
        tuple((at, n / count) for at, n in ends.items()),
        tuple(dict.fromkeys(example.texts)),
        example.title,
    )


def _bounded(text: str, start: int) -> int:
    bound = BOUND.search(text[max(0, start - 40) : start])
    return start - len(bound.group()) if bound and NUMBER.match(text, start) else start


def weak_rows(paths: Iterable[Path]) -> list[Row]:
    """Return the rows of JSON lines with a `question` and the `sentence` that answers it, no span known."""
    rows = []
    for path in paths:
        for number, line in enumerate(text_of(path).splitlines(), 1):
            try:
                raw = json.loads(line)
                rows.append(Row(raw["question"].strip(), raw["sentence"], weak=True))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DocumentError(f"{path}: line {number} has no question and sentence ({error!r}).") from error
    return rows


def blend(gold: Row, soft: Row, share: float) -> Row:
    """Return `gold` with targets that are `share` the teacher's (Hinton et al., 2015).

    Cross entropy is linear in its targets, so this is the same as weighing two losses.
    """
    return replace(
        gold,
        starts=_mixed(gold.starts, soft.starts, share),
        ends=_mixed(gold.ends, soft.ends, share),
    )


def _mixed(one: Targets, other: Targets, share: float) -> Targets:
    summed: dict[int, float] = {}
    for weight, targets in ((1 - share, one), (share, other)):
        for at, probability in targets:
            summed[at] = summed.get(at, 0.0) + weight * probability
    return tuple(sorted(summed.items()))


def lacks(passage: str, texts: Sequence[str]) -> bool:
    """Tell whether none of an answer's wordings stands in `passage`: else it is no safe negative."""
    low = passage.casefold()
    return not any(text.casefold().strip(" .,") in low for text in texts)
