"""Explain: an answer that is not what was expected -> the cause, found by looking at every stage in turn.

The source first: words that are gone can be neither retrieved nor read. Then the search, then the
threshold, then the reader.
"""

from bot.answer import Citation, Reason
from bot.expected.asking import Asked
from bot.expected.case import Case, Expect
from bot.expected.judge import fault, fitting, right
from bot.expected.verdict import REASONS, Cause, Finding, Quoted
from bot.expected.wanted import Wanted, wanted
from bot.pipeline import TOP_K, Bot
from bot.reading_on import NEAREST
from index.passage import Passage


def explain(bot: Bot, case: Case, asked: Asked) -> Finding | None:
    """Return why what was said to one wording of `case` is not what is expected; None where it is."""
    expect = case.expect
    if expect.abstain:
        return _answered(asked) if asked.answered else None
    wrong = fault(expect, asked.best) if asked.best else Cause.WRONGLY_ABSTAINED
    if wrong is None:
        return _short_of(expect, asked) if asked.answered else _held_back(bot, expect, asked)
    target = wanted(bot.library, case, asked)
    if not target.places:
        return _gone(expect, asked, target)
    expected, found = Quoted.of(target.places[0]), Quoted.of(asked.best[0]) if asked.best else None
    if asked.answer and not any(_holds(reading.hit.passage, target) for reading in asked.readings):
        return Finding(Cause.NOT_RETRIEVED, asked.question, _rank(bot, asked, target), expected, found)
    if not asked.answered:
        detail = f"Nothing was answered: {_because(asked)}."
        return Finding(Cause.WRONGLY_ABSTAINED, asked.question, detail, expected, found)
    detail = f"{_exact(asked)} was answered (confidence {asked.confidence:.2f})."
    if wrong is Cause.OTHER_PLACE:
        detail = f"{detail[:-1]} from {_where(asked.best[0])}; expected was {_where(target.places[0])}."
    return Finding(wrong, asked.question, detail, expected, found)


def _held_back(bot: Bot, expect: Expect, asked: Asked) -> Finding:
    found = Quoted.of(fitting(expect, asked.best) or asked.best[0])
    likelier = ", as “not in here” is likelier still" if asked.reason is Reason.NO_SPAN else ""
    numbers = f"confidence {asked.confidence:.2f}, threshold {bot.threshold:.2f}"
    detail = f"The right words were held back{likelier}: {numbers}."
    return Finding(Cause.BELOW_THRESHOLD, asked.question, detail, found, found)


def _answered(asked: Asked) -> Finding:
    first = asked.best[0]
    detail = f"{_exact(asked)} was answered (confidence {asked.confidence:.2f}), and nothing was to be."
    return Finding(Cause.WRONGLY_ANSWERED, asked.question, detail, found=Quoted.of(first))


def _short_of(expect: Expect, asked: Asked) -> Finding | None:
    """Return what a right answer lacks."""
    found = Quoted.of(asked.best[0])
    if expect.min_confidence is not None and asked.confidence < expect.min_confidence:
        detail = f"The confidence is {asked.confidence:.2f}; expected was {expect.min_confidence:g} or more."
        return Finding(Cause.LESS_CONFIDENT, asked.question, detail, found=found)
    agree = len({citation.document.id for citation in asked.best})
    if expect.sources_agree is not None and agree < expect.sources_agree:
        detail = f"Documents that say so: {agree}; expected were {expect.sources_agree} or more."
        return Finding(Cause.FEWER_SOURCES, asked.question, detail, found=found)
    return None


def _gone(expect: Expect, asked: Asked, target: Wanted) -> Finding:
    if expect.quote:
        quote = expect.quote
        behind = quote.suffix if quote.suffix[:1] in (",", ".", ";", ":", ")") else f" {quote.suffix}"
        expected = Quoted(f"{quote.prefix} ", quote.exact, behind)
    else:
        expected = Quoted("", " / ".join(expect.answers or expect.contains), "")
    found = Quoted(target.nearest.exact, "", "", target.nearest.document.source) if target.nearest else None
    detail = target.gone
    if target.renamed and asked.answered and right(expect, asked.best):
        over = asked.best[0].document.heading_over(asked.best[0].start)
        found = Quoted.of(asked.best[0])
        detail += f" The answer is right, and stands under {_line(over)!r} now." if over else " The answer is right."
    return Finding(Cause.SOURCE_CHANGED, asked.question, detail, expected if expected.exact else None, found)


def _holds(passage: Passage, target: Wanted) -> bool:
    return any(
        passage.document_id == place.document.id and passage.start < place.end and place.start < passage.end
        for place in target.places
    )


def _rank(bot: Bot, asked: Asked, target: Wanted) -> str:
    """Return at which rank a search without end finds the place, in words."""
    assert asked.answer is not None
    every = max(1, bot.library.count()[1])
    hits = bot.search(asked.answer.question, every, depth=every)
    place = next((number for number, hit in enumerate(hits, 1) if _holds(hit.passage, target)), None)
    if place is None:
        return "No passage of the index holds the place; add the document again."
    hit = hits[place - 1]
    by = " and ".join(
        f"{name} {rank}" for name, rank in (("meaning", hit.dense_rank), ("words", hit.lexical_rank)) if rank
    )
    read = f"first {TOP_K} are read" if place > TOP_K else f"nearest {NEAREST} were read first and gave an answer"
    return f"Its passage is number {place} of {every} (by {by}); the {read}."


def _because(asked: Asked) -> str:
    if asked.answer is None:
        return str(asked.reason).rstrip(".")
    held = f", {_exact(asked)} was held back (confidence {asked.confidence:.2f})" if asked.best else ""
    return f"{REASONS[asked.reason or Reason.NO_SPAN]}{held}"


def _exact(asked: Asked) -> str:
    return repr(_line(asked.best[0].exact))


def _line(text: str) -> str:
    return " ".join(text.split())


def _where(citation: Citation) -> str:
    heading = citation.document.heading_over(citation.start)
    page = f", page {citation.page}" if citation.page else ""
    return f"{citation.document.source}{page}{f', under {_line(heading)!r}' if heading else ''}"
