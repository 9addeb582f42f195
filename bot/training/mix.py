"""One pass over the data: every row cut and typed anew, negatives and lists added. The same for the same seed."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.training import augment
from bot.training.config import TrainConfig
from bot.training.mining import Negatives
from bot.training.passages import Homes, housed, served
from bot.training.rows import Row, blend

T = TypeVar("T")


@dataclass(frozen=True)
class Group:
    """The rows of one file, of which a pass draws at most `most`; None draws them all."""

    rows: Sequence[Row]
    most: int | None = None

    def drawn(self, rng: random.Random) -> Sequence[Row]:
        """Return the rows of one pass."""
        return self.rows if self.most is None else rng.sample(self.rows, min(self.most, len(self.rows)))


@dataclass(frozen=True)
class Pool:
    """What the passes draw from."""

    groups: Sequence[Group]
    negatives: Negatives
    homes: Homes
    contexts: Sequence[str]


def labelled(rows: Sequence[Row], labels: dict[tuple[str, str], tuple[Row, float]], config: TrainConfig) -> list[Row]:
    """Return the rows with the teacher's labels blended in, by question and passage.

    Weak rows take the teacher's alone; those that it is not sure of, or did not label, are left out.
    """
    found = []
    for row in rows:
        soft, confidence = labels.get((row.question, row.passage), (None, 0.0))
        if not row.weak:
            found.append(row if soft is None else blend(row, soft, config.soft_share))
        elif soft is not None and confidence >= config.weak_confidence:
            found.append(replace(soft, weak=True))
    return found


def only_labelled(rows: Sequence[Row], labels: dict[tuple[str, str], tuple[Row, float]]) -> list[Row]:
    """Return the teacher's rows that are not among `rows`: altered questions, say."""
    known = {(row.question, row.passage) for row in rows}
    return [soft for key, (soft, _) in labels.items() if key not in known]


def one_pass(pool: Pool, config: TrainConfig, number: int) -> list[Row]:
    """Return the rows of pass `number`, as they would be served, in the order of their sources."""
    rng = random.Random(config.seed * 1000 + number)
    drawn = [row for group in pool.groups for row in group.drawn(rng)]
    whole = [housed(row, pool.homes, rng) if row.weak else row for row in drawn]
    cut = [served(row, rng, config, pool.contexts) for row in whole]
    rows = [row for row in cut if row is not None]
    answered = [row for row in rows if row.answered]
    rng.shuffle(answered)
    names = augment.names_of([row.question for row in rows])

    def found(row: Row) -> Row | None:
        passages = pool.negatives.get(row.question)
        return row.unanswered(rng.choice(passages)) if passages else None

    makers: list[tuple[float, Callable[[Row], Row | None]]] = [
        (config.hard_negatives, found),
        (config.without_answer, augment.without_answer),
        (config.swapped, lambda row: augment.swapped(row, names, rng)),
    ]
    made = [new for share, make in makers for new in _some(answered, int(share * len(answered)), make)]
    made += _some(rng.sample(pool.contexts, len(pool.contexts)), config.lists, lambda text: augment.list_row(text, rng))
    return [replace(row, question=augment.typed(row.question, rng, config)) for row in rows + made]


def _some(sources: Sequence[T], count: int, make: Callable[[T], Row | None]) -> list[Row]:
    """Return `count` of the rows that can be made of `sources`, or as many as there are."""

    def every() -> Iterator[Row]:
        for source in sources:
            new = make(source)
            if new is not None:
                yield new

    return [new for new, _ in zip(every(), range(count), strict=False)]
