"""Reading on: the nearest passages are read first, and of the others those that can still matter."""

from collections.abc import Sequence

from bot.question import Question
from bot.ranking import essence, rank
from bot.reader import Reader
from bot.reading import Found, Reading, read_passages
from bot.second import look_again

NEAREST = 4
"""Passages that are read at any rate. From 3 to 8 all give as many right answers, as what is not answered reads on."""


def read_on(reader: Reader, question: Question, found: Sequence[Found]) -> list[Reading]:
    """Return what `reader` makes of the passages `found`, nearest first, as far as they were read.

    Where one of the NEAREST holds an answer that is likelier than "not in here", only passages that hold the same
    words are read besides, as they may say the same; where none does, all are.
    """
    nearest, others = found[:NEAREST], found[NEAREST:]
    readings = look_again(reader, question, read_passages(reader, question, nearest))
    groups = rank(question, readings)
    if groups and groups[0].best.span.score > 0:
        words = essence(groups[0].best.text)
        others = [one for one in others if _holds(one, words)]
    return look_again(reader, question, [*readings, *read_passages(reader, question, others)])


def _holds(found: Found, words: tuple[str, ...]) -> bool:
    _, hit, document = found
    passage = " ".join(essence(document.text[hit.passage.start : hit.passage.end]))
    return f" {' '.join(words)} " in f" {passage} "
