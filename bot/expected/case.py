"""Case: what must be answered, from where, and what must not be answered, as values."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document and what stands around them: a TextQuoteSelector of W3C's Web Annotation."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """What an answer must be. What is None or empty is not asked for; `abstain` stands alone.

    `answers` are the texts of which the answer must be one, `contains` texts that must all be in it.
    `documents` name (by source, id or title) those of which one must be cited, `under` a heading it
    must stand under, `page` its page from 1, `quote` the place it must stand at.
    """

    answers: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    under: str | None = None
    page: int | None = None
    quote: Quote | None = None
    min_confidence: float | None = None
    sources_agree: int | None = None
    abstain: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A question, other wordings of it, and what is expected of every one of them.

    `line` is where it begins in its file, from 1. `skip` and `xfail` are reasons: a skipped case is not
    asked, and one with `xfail` is known to fail.
    """

    name: str
    ask: str
    expect: Expect
    also: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    skip: str | None = None
    xfail: str | None = None
    line: int = 0

    @property
    def questions(self) -> tuple[str, ...]:
        """Every wording, the first one first."""
        return self.ask, *self.also


@dataclass(frozen=True, slots=True)
class Gates:
    """What a whole suite must reach; None where nothing is asked for.

    `least_coverage`: the share of the questions with an answer that must be answered. `most_wrong`: the share of
    the answers given that may be wrong. `latency_ms`: a budget for 95 of 100 questions, reported and never failed on.
    """

    least_coverage: float | None = None
    most_wrong: float | None = None
    latency_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A file of cases. `documents` is a folder of documents, `library` one of a library; at most one of them is set.

    `library_line` is where the library is named, from 1.
    """

    path: Path
    cases: tuple[Case, ...]
    gates: Gates = Gates()
    documents: Path | None = None
    library: Path | None = None
    library_line: int = 1
