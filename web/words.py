"""What people read, the same on the page and on the command line."""

from datetime import datetime

from bot import Answer, Reason
from bot.gaps import Status
from index import EVERYTHING, Filter

LEVELS = ((0.9, "very confident"), (0.75, "confident"), (0.5, "fairly confident"), (0.0, "unsure, read the quote"))

REASONS = {
    Reason.EMPTY_LIBRARY: "There are no documents here yet, so there is nothing to answer from.",
    Reason.NO_MATCH: "No passage of the sources has anything to do with the question.",
    Reason.NO_SPAN: "Passages near the question were read, and none of them has words that answer it.",
    Reason.LOW_CONFIDENCE: "The best words found are not likely enough to be the answer.",
}

STATUSES = {
    Status.UNANSWERED: "Not answered",
    Status.VOTED_DOWN: "Called wrong",
    Status.ANSWERED: "Answered",
}

SHOWN = {
    "answer": "the answer",
    "also": "shown beside the answer",
    "held back": "held back",
    "weaker": "weaker, not shown",
}
"""What became of the answers that the sources were read to give."""

FACES = {"page": "on the page", "api": "through the API", "cli": "at the command line", "slack": "in Slack"}


def among(within: Filter) -> str:
    """Return which documents a filter leaves, such as "tagged law, dated 2024 or later"; empty for all."""
    said = [
        f"tagged {' and '.join(within.tags)}" if within.tags else "",
        f"dated {within.since} or later" if within.since else "",
        f"dated {within.until} or earlier" if within.until else "",
        f"from {within.source}" if within.source else "",
    ]
    return ", ".join(filter(None, said))


def why(answer: Answer, within: Filter = EVERYTHING) -> str:
    """Return why nothing is answered, and among which documents."""
    assert answer.reason is not None
    reason = REASONS[answer.reason]
    if not within or answer.reason is Reason.EMPTY_LIBRARY:
        return reason
    if answer.reason is Reason.NO_MATCH and not answer.alternatives:
        return f"There is no document {among(within)}."
    return f"Among the documents {among(within)}: {reason[0].lower()}{reason[1:]}"


def confidence_in_words(confidence: float) -> str:
    """Return the words for a probability in 0 to 1."""
    return next(words for least, words in LEVELS if confidence >= least)


def percent(confidence: float) -> str:
    """Return a probability as a person reads it; never 100%, which nothing here can promise."""
    return f"{min(99, round(confidence * 100))}%"


def agreement(answer: Answer) -> str:
    """Return how many sources say the same, where it is more than one."""
    count = len(answer.documents)
    return f"{count} sources agree" if count > 1 else ""


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "1 question", "1,200 questions"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def times(count: int) -> str:
    """Return how often: "once", "twice", "12 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def time_left(seconds: float) -> str:
    """Return how long something still takes, no finer than it can be known: "about 3 minutes left"."""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 55:
        return f"about {round(seconds / 10) * 10} seconds left"
    if seconds < 5400:
        return f"about {counted(max(1, round(seconds / 60)), 'minute')} left"
    return f"about {counted(round(seconds / 3600), 'hour')} left"


def date(at: datetime) -> str:
    """Return a day as a person reads it: "22 November 2026"."""
    return f"{at.day} {at:%B %Y}"


def day(written: str) -> str:
    """Return the date of a document as a person reads it: "2 March 2024", "March 2024", "2024".

    What is no date in ISO 8601 is returned as it is written.
    """
    try:
        at = datetime.fromisoformat(written + {4: "-01-01", 7: "-01"}.get(len(written), ""))
    except ValueError:
        return written
    return {4: f"{at:%Y}", 7: f"{at:%B %Y}"}.get(len(written), date(at))


def heard(answer: Answer, within: Filter = EVERYTHING) -> str:
    """Return an answer as a screen reader announces it where it comes without a new page."""
    if answer.reason is not None:
        return f"The sources don’t say. {why(answer, within)}"
    sources = agreement(answer) or "1 source"
    sure = f"{percent(answer.confidence)}, {confidence_in_words(answer.confidence)}"
    return f"Answer: {answer.text}. {sure}. {sources}."


def moment(at: datetime) -> str:
    """Return a UTC time as a person reads it: "22 November 2026, 11:30 UTC"."""
    return f"{date(at)}, {at:%H:%M} UTC"


def shortened(text: str, most: int = 80) -> str:
    """Return `text` in one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 2].rstrip()} …"


def visible(text: str) -> str:
    """Return `text` as HTML and terminals can carry it: control and non-characters become U+FFFD.

    One character stays one character, so offsets still hold. Newlines and tabs stay.
    """
    return text.translate(FORBIDDEN)


NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)),
)
FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), *NONCHARACTERS], "\ufffd")
