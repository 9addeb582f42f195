"""Verdict: whether a case still holds, and what it failed of, as plain values that JSON carries."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.answer import Citation, Reason
from bot.expected.place import Place


class Status(StrEnum):
    """How a case ended. XPASSED is a case with `xfail` that holds now."""

    PASSED = "passed"
    FAILED = "failed"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    SKIPPED = "skipped"


class Cause(StrEnum):
    """Why a case does not hold; CAUSES has the words for it."""

    BROKEN = "broken"
    SOURCE_CHANGED = "source_changed"
    NOT_RETRIEVED = "not_retrieved"
    OTHER_SPAN = "other_span"
    OTHER_PLACE = "other_place"
    BELOW_THRESHOLD = "below_threshold"
    WRONGLY_ABSTAINED = "wrongly_abstained"
    WRONGLY_ANSWERED = "wrongly_answered"
    LESS_CONFIDENT = "less_confident"
    FEWER_SOURCES = "fewer_sources"
    DISAGREEING = "disagreeing"


CAUSES: Mapping[Cause, str] = {
    Cause.BROKEN: "a promise is broken",
    Cause.SOURCE_CHANGED: "the source changed",
    Cause.NOT_RETRIEVED: "the passage was not retrieved",
    Cause.OTHER_SPAN: "the reader chose another span",
    Cause.OTHER_PLACE: "the right words from another place",
    Cause.BELOW_THRESHOLD: "below the threshold",
    Cause.WRONGLY_ABSTAINED: "wrongly abstained",
    Cause.WRONGLY_ANSWERED: "wrongly answered",
    Cause.LESS_CONFIDENT: "less sure than expected",
    Cause.FEWER_SOURCES: "fewer sources agree than expected",
    Cause.DISAGREEING: "the wordings do not agree",
}

REASONS: Mapping[str, str] = {
    Reason.EMPTY_LIBRARY: "there are no documents",
    Reason.NO_MATCH: "no passage fits",
    Reason.NO_SPAN: "no words answer it",
    Reason.LOW_CONFIDENCE: "not sure enough",
}
"""Why nothing was answered, in few words."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words with what stands before and behind them, and the source they are from, empty where it is not known."""

    before: str
    exact: str
    behind: str
    source: str = ""

    @classmethod
    def of(cls, citation: Citation) -> "Quoted":
        """Return the words of `citation` in their sentence."""
        text, (start, end) = citation.document.text, citation.quote_range
        return cls(text[start : citation.start], citation.exact, text[citation.end : end], citation.document.source)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: its cause, the wording it showed at, and what is the matter.

    `expected` and `found` are to be read side by side; None where there is nothing to show.
    """

    cause: Cause
    question: str
    detail: str
    expected: Quoted | None = None
    found: Quoted | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to one wording.

    `place` is the citation that answers, on an abstention the best words that were held back (None where there
    were none), and `confidence` belongs to it. `right` tells whether it is what the case expects, shown or not;
    the heading alone makes no answer wrong.
    `sources` counts the documents that say the same.
    """

    question: str
    answered: bool
    text: str | None
    confidence: float
    reason: str | None
    place: Place | None
    sources: int
    right: bool
    took_ms: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one case ended. `why` is the reason of a skip or an expected failure.

    The first of the `findings` is the cause that counts; replies are in the order of the wordings, none where
    the case was skipped. `answerable` tells whether an answer is expected.
    """

    name: str
    line: int
    answerable: bool
    marks: tuple[str, ...]
    status: Status
    why: str | None
    replies: tuple[Reply, ...] = ()
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it as JSON carries it; `from_json` undoes this."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Verdict":
        """Return the verdict that `as_json` made `value` of."""
        kept: dict = dict(value)  # type: ignore[type-arg]
        replies = [dict(reply) for reply in kept.pop("replies")]
        for reply in replies:
            place = reply["place"]
            reply["place"] = place and Place(**place | {"over": tuple(place.get("over", ()))})
        findings = [dict(finding) for finding in kept.pop("findings")]
        for finding in findings:
            finding["cause"] = Cause(finding["cause"])
            finding |= {key: finding[key] and Quoted(**finding[key]) for key in ("expected", "found")}
        return cls(
            **kept
            | {
                "status": Status(kept["status"]),
                "marks": tuple(kept["marks"]),
                "replies": tuple(Reply(**reply) for reply in replies),
                "findings": tuple(Finding(**finding) for finding in findings),
            }
        )
