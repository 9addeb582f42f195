"""Why as JSON: the evidence of one answer in numbers and in words, the same for page, API and command line."""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from bot import Citation, Reason
from bot.answer import place_url
from bot.pipeline import UNRELATED
from bot.ranking import LEADING, Candidate, Group
from bot.reading import Reading, bonus
from bot.spans import Span
from bot.why import Gate, Term, Why
from index.search import DEPTH
from web import words
from web.contract import AskResponse, DocumentRef, FilterBody
from web.proof.features import FEATURES, effect_in_words

Shown = Literal["answer", "also", "held back", "weaker"]
"""What became of an answer: shown, shown beside it, the best one of an abstention, or neither."""


class SpanOut(BaseModel):
    """Words the reader found. `score` is in logits over "not in here", of which `looks` come from how they look."""

    start: int
    end: int
    exact: str
    score: float
    looks: Annotated[float, Field(description="Negative: not the kind of answer asked for. Positive: a by-line.")]


class PassageOut(BaseModel):
    """A passage that was read. Ranks count from 1; null where it was not among the first found that way."""

    rank: int
    document: DocumentRef
    start: int
    end: int
    text: str
    url: str
    page: int | None
    by_meaning: int | None
    by_words: int | None
    cosine: float | None
    score: Annotated[float, Field(description="Both ranks in one: reciprocal rank fusion.")]
    null: Annotated[float, Field(description='The score of "not in here", in logits.')]
    spans: list[SpanOut]
    found: Annotated[str, Field(description="How it was found, in words.")]
    said: Annotated[str, Field(description="What the reader made of it, in words.")]


class PlaceOut(BaseModel):
    """A place that an answer was joined of; `rank` is that of its passage."""

    document: DocumentRef
    start: int
    end: int
    exact: str
    url: str
    rank: int
    strength: Annotated[float, Field(description="Logits: the span's score, less for a late rank, more for coverage.")]


class AnswerOut(BaseModel):
    """Places that say the same, joined into one answer."""

    text: str
    shown: Shown
    places: list[PlaceOut]


class TermOut(BaseModel):
    """What one feature adds to the log-odds that the best answer is right: `effect` is `weight` times `value`."""

    feature: str
    name: str
    value: float
    unit: str
    weight: float
    effect: float
    says: str
    counts: str


class GateOut(BaseModel):
    """What an answer has to pass; `passed` is null where it was not reached."""

    gate: Gate
    passed: bool | None
    asks: str
    says: str


class WhyOut(BaseModel):
    """How an answer, or an abstention, came about."""

    question: str
    answered: bool
    text: str | None
    confidence: float
    threshold: float
    reason: Reason | None
    filter: Annotated[FilterBody | None, Field(description="The documents asked; null where all were.")]
    gates: list[GateOut]
    start: Annotated[float, Field(description="Probability of an answer of which nothing is known.")]
    bias: float
    terms: list[TermOut]
    answers: list[AnswerOut]
    passages: list[PassageOut]

    @classmethod
    def of(cls, why: Why) -> "WhyOut":
        """Return `why` in numbers and words."""
        answer = why.answer
        bias = why.confidence.bias
        return cls(
            question=answer.question,
            answered=answer.answered,
            text=answer.text,
            confidence=round(answer.confidence, 4),
            threshold=why.threshold,
            reason=answer.reason,
            filter=FilterBody(**why.within.as_json()) if why.within else None,
            gates=[
                GateOut(gate=gate, passed=passed, asks=ASKS[gate], says=_says(gate, passed, why))
                for gate, passed in why.gates.items()
            ],
            start=round(1 / (1 + math.exp(-bias)), 4),
            bias=bias,
            terms=[_term(term) for term in why.terms],
            answers=[_answer(group, why, first=not at) for at, group in enumerate(why.groups[:LEADING])]
            if why.terms
            else [],
            passages=[_passage(reading, why) for reading in why.readings],
        )

    @property
    def best(self) -> AnswerOut | None:
        """The answer shown, or the best one held back."""
        return self.answers[0] if self.answers else None


class ExplainedResponse(AskResponse):
    """What was told, and why."""

    why: WhyOut


def with_why(response: AskResponse, why: WhyOut | None) -> AskResponse:
    """Return `response` with `why` in it where that was asked for."""
    return response if why is None else ExplainedResponse(**dict(response), why=why)


ASKS = {
    Gate.MATCH: "Do passages have to do with the question?",
    Gate.SPAN: "Do they hold words that answer it?",
    Gate.CONFIDENCE: "Are those likely enough to be right?",
}


def _says(gate: Gate, passed: bool | None, why: Why) -> str:
    if passed is None:
        return "It did not come to that."
    if gate is Gate.MATCH:
        return _match_says(why)
    if gate is Gate.CONFIDENCE:
        sure, least = words.percent(why.answer.confidence), words.percent(why.threshold)
        return f"{sure} likely to be right; answers are shown from {least}."
    if not why.groups:
        return "The reader found none."
    exact = words.shortened(why.groups[0].best.text)
    likelier, less = (f"“{exact}”", "“not in here”")
    if not passed:
        likelier, less = less, likelier
    return f"The reader finds {likelier} likelier than {less}, by {abs(why.groups[0].best.span.score):.1f}."


def _match_says(why: Why) -> str:
    if why.answer.reason is Reason.EMPTY_LIBRARY:
        return "There are no documents yet."
    if not why.readings:
        return "No passage was found."
    sharing = sum(reading.hit.lexical_rank is not None for reading in why.readings)
    nearest = max(reading.hit.cosine or 0.0 for reading in why.readings)
    read = words.counted(len(why.readings), "passage")
    return (
        f"{read} read, {sharing or 'none'} of which {'shares' if sharing == 1 else 'share'} words with the question; "
        f"the nearest in meaning has {nearest:.2f} of 1 (under {UNRELATED:g} is unrelated)."
    )


def _term(term: Term) -> TermOut:
    feature = FEATURES[term.feature]
    return TermOut(
        feature=term.feature,
        name=feature.name,
        value=round(term.value, 4),
        unit=feature.unit,
        weight=term.weight,
        effect=round(term.effect, 4),
        says=feature.says(term.value),
        counts=effect_in_words(term.effect),
    )


def _answer(group: Group, why: Why, *, first: bool) -> AnswerOut:
    best = group.best
    also = {(other.citation.document.id, other.citation.start, other.citation.end) for other in why.answer.alternatives}
    shown: Shown = "weaker"
    if first:
        shown = "answer" if why.answer.answered else "held back"
    elif why.answer.answered and (best.span.document_id, best.span.start, best.span.end) in also:
        shown = "also"
    return AnswerOut(text=best.text, shown=shown, places=[_place(candidate) for candidate in group.candidates])


def _place(candidate: Candidate) -> PlaceOut:
    span = candidate.span
    return PlaceOut(
        document=DocumentRef.model_validate(candidate.reading.document, from_attributes=True),
        start=span.start,
        end=span.end,
        exact=candidate.text,
        url=place_url(span.document_id, span.start, span.end),
        rank=candidate.reading.rank,
        strength=round(candidate.strength, 4),
    )


def _passage(reading: Reading, why: Why) -> PassageOut:
    hit, document = reading.hit, reading.document
    place = Citation(document, hit.passage.start, hit.passage.end)
    return PassageOut(
        rank=reading.rank,
        document=DocumentRef.model_validate(document, from_attributes=True),
        start=place.start,
        end=place.end,
        text=place.exact,
        url=place.url,
        page=place.page,
        by_meaning=hit.dense_rank,
        by_words=hit.lexical_rank,
        cosine=None if hit.cosine is None else round(hit.cosine, 4),
        score=round(hit.score, 5),
        null=round(reading.null, 4),
        spans=[_span(span, reading, why) for span in reading.spans],
        found=f"{_rank(hit.dense_rank)} by meaning, {_rank(hit.lexical_rank)} by words",
        said=_said(reading),
    )


def _rank(rank: int | None) -> str:
    return f"not among the first {DEPTH}" if rank is None else f"number {rank}"


def _said(reading: Reading) -> str:
    if not reading.spans:
        return "The reader found nothing here that could be an answer."
    best = reading.spans[0]
    exact = words.shortened(reading.document.text[best.start : best.end])
    if best.score > 0:
        return f"The reader would answer “{exact}”: likelier than “not in here”, by {best.score:.1f}."
    return f"The reader finds “not in here” likelier, by {-best.score:.1f}, than its best words, “{exact}”."


def _span(span: Span, reading: Reading, why: Why) -> SpanOut:
    text = reading.document.text
    return SpanOut(
        start=span.start,
        end=span.end,
        exact=text[span.start : span.end],
        score=round(span.score, 4),
        looks=bonus(why.question, text, span.start, span.end),
    )
