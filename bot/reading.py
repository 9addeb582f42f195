"""Reading: what the reader makes of each passage, as spans a careful reader could have marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.boundaries import mend
from bot.bylines import part
from bot.lists import bulleted, joint
from bot.question import Question, fits
from bot.reader import Pair, Reader
from bot.spans import Span, decode, null_score
from bot.windows import Window, tokens_of, windows
from index.document import Document
from index.search import Hit
from index.sentences import Range, blocks, sentences

MISFIT = 8.0
"""Logits a span loses by not looking like the kind of answer that was asked for."""
JOIN_WITHIN = 1.5
"""Neighbours in a list are one answer where the weaker one trails by at most so many logits."""
BYLINE_WEIGHT = 5.0
"""Logits a name or a date that stands alone in its line gains where authorship is asked about."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of one passage: its null score and its spans, best first.

    `windows` are those it was read in, with the logits that the spans come from; `first` is what the first
    model alone made of it, where the deeper one looked too.
    """

    hit: Hit
    rank: int
    document: Document
    null: float
    spans: tuple[Span, ...]
    windows: tuple[tuple[Window, Pair], ...] = field(default=(), repr=False, compare=False)
    first: "Reading | None" = None


Found = tuple[int, Hit, Document]
"""A passage that was retrieved: its rank, from 1, the hit and its document."""


def read_passages(reader: Reader, question: Question, found: Sequence[Found]) -> list[Reading]:
    """Return what `reader` makes of each passage `found`, in order."""
    asked = tokens_of(reader.tokenizer, question.text)
    rows = [
        windows(reader.tokenizer, asked, document.text, hit.passage.start, hit.passage.end)
        for _, hit, document in found
    ]
    logits = iter(reader([row for group in rows for row in group]))
    return [
        _read(question, hit, rank, document, [(row, next(logits)) for row in group])
        for (rank, hit, document), group in zip(found, rows, strict=True)
    ]


def read_again(reader: Reader, question: Question, reading: Reading) -> Reading:
    """Return what both models of `reader` make of a passage that the first has read."""
    rows = [row for row, _ in reading.windows]
    logits = reader.again(rows, [pair for _, pair in reading.windows])
    both = _read(question, reading.hit, reading.rank, reading.document, list(zip(rows, logits, strict=True)))
    return replace(both, first=reading)


def _read(question: Question, hit: Hit, rank: int, document: Document, read: Sequence[tuple[Window, Pair]]) -> Reading:
    null = min(null_score(*pair) for _, pair in read)
    whole = _sentences(document.text, hit.passage.start, hit.passage.end)
    best: dict[tuple[int, int], float] = {}
    for row, pair in read:
        for first, last, score in decode(row, *pair):
            if not _within(document.text, whole, first, last):
                continue
            place = mend(document.text, first, last, question)
            best[place] = max(best.get(place, -math.inf), score - null)
    spans = [
        Span(document.id, first, last, score + bonus(question, document.text, first, last))
        for (first, last), score in _joined(question, document.text, best).items()
    ]
    spans.sort(key=lambda span: (-span.score, span.start, span.end))
    return Reading(hit, rank, document, null, tuple(spans), tuple(read))


def _sentences(text: str, start: int, end: int) -> list[Range]:
    """Return the sentences of a passage, in the document's offsets."""
    passage = text[start:end]
    return [
        (start + first, start + last)
        for block_start, block_end in blocks(passage)
        for first, last in sentences(passage, block_start, block_end)
    ]


def _within(text: str, whole: Sequence[Range], start: int, end: int) -> bool:
    """Tell whether a span stays in one sentence, or in the bullets of one list."""
    if any(first <= start and end <= last for first, last in whole):
        return True
    bullets = bulleted(text, start)
    return len(bullets) > 1 and end <= bullets[-1][1] + 1


def _joined(question: Question, text: str, best: dict[Range, float]) -> dict[Range, float]:
    """Return the spans with those joined that are neighbours in a list and about as likely."""
    spans = dict(best)
    leading = sorted(best, key=lambda place: -best[place])[:6]
    for one in leading:
        for other in leading:
            alike = abs(best[one] - best[other]) <= JOIN_WITHIN
            if one[1] < other[0] and alike and joint(text, one[1], other[0], question):
                place = one[0], other[1]
                spans[place] = max(spans.get(place, -math.inf), best[one], best[other])
                spans[place] += 0.01  # ahead of its own parts
    return spans


def bonus(question: Question, text: str, start: int, end: int) -> float:
    """Return the logits a span gains or loses for what it looks like and where it stands."""
    misfit = 0.0 if fits(question, text[start:end]) else -MISFIT
    return misfit + (BYLINE_WEIGHT if in_byline(question, text, start, end) else 0.0)


def in_byline(question: Question, text: str, start: int, end: int) -> bool:
    """Tell whether `question` asks who made a document, or when, and text[start:end] is where it says so."""
    return question.authorship and part(text, start, question) == (start, end)
