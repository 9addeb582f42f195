"""Gaps: a journal as the backlog of whoever owns the documents.

Questions that ask the same thing are one topic; what the documents did not say comes first, then
answers that people voted down, then the rest.
"""

import hashlib
import logging
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from bot import vectors
from bot.alike import group
from bot.journal import Asked, Journal
from index import Embedder, PinciteError
from index.embed import Vectors

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""How long a page waits for questions to be embedded; what is not by then is grouped the next time."""


class Status(StrEnum):
    """How a topic stands, in the order in which topics are worked on."""

    UNANSWERED = "unanswered"
    VOTED_DOWN = "voted_down"
    ANSWERED = "answered"


ORDER = list(Status)


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that ask the same thing. `question` is the wording asked most often, the newest of these.

    `wordings` and `faces` are counted, most first. `shown` is the id of the question whose outcome stands
    for the topic. `good` and `bad` count votes. `id` changes when a new wording joins.
    """

    id: str
    question: str
    status: Status
    wordings: tuple[tuple[str, int], ...]
    faces: tuple[tuple[str, int], ...]
    times: int
    first_asked: datetime
    last_asked: datetime
    good: int
    bad: int
    shown: str
    answers: tuple[str, ...]


def topics(asked: Sequence[Asked], groups: Sequence[Sequence[str]]) -> list[Topic]:
    """Return the topics of what was `asked`, newest first, given the `groups` of its texts; most pressing first."""
    place = {text: number for number, texts in enumerate(groups) for text in texts}
    gathered: list[list[Asked]] = [[] for _ in groups]
    for one in asked:
        gathered[place[one.text]].append(one)
    found = [_topic(members) for members in gathered]
    found.sort(key=lambda topic: topic.last_asked, reverse=True)
    found.sort(key=lambda topic: (ORDER.index(topic.status), -topic.times - topic.bad))
    return found


def _topic(members: Sequence[Asked]) -> Topic:
    """Return the topic of `members`, newest first."""
    newest: dict[str, Asked] = {}
    for one in members:
        newest.setdefault(one.text, one)
    status, shown = _status(members, list(newest.values()))
    wordings = Counter(one.text for one in members).most_common()
    return Topic(
        id=hashlib.sha256("\n".join(sorted(newest)).encode()).hexdigest()[:16],
        question=wordings[0][0],
        status=status,
        wordings=tuple(wordings),
        faces=tuple(Counter(one.face for one in members).most_common()),
        times=len(members),
        first_asked=members[-1].asked_at,
        last_asked=members[0].asked_at,
        good=sum(one.good for one in members),
        bad=sum(one.bad for one in members),
        shown=shown.id,
        answers=tuple(dict.fromkeys(one.answer for one in members if one.answer is not None)),
    )


def _status(members: Sequence[Asked], newest: Sequence[Asked]) -> tuple[Status, Asked]:
    """Return how a topic stands and the question that shows it.

    The newest outcome of each wording counts: documents that were added since may answer it. The votes on
    an answer are those of everybody who got it.
    """
    for one in newest:
        if one.answer is None:
            return Status.UNANSWERED, one
    good, bad = Counter[str | None](), Counter[str | None]()
    for one in members:
        good[one.answer] += one.good
        bad[one.answer] += one.bad
    for one in newest:
        if bad[one.answer] and bad[one.answer] >= good[one.answer]:
            return Status.VOTED_DOWN, one
    return Status.ANSWERED, newest[0]


class Gaps:
    """The topics of one journal. Embeds new questions behind its back, and groups only what has changed."""

    def __init__(self, journal: Journal, embedder: Embedder) -> None:
        """Join the two."""
        self.journal = journal
        self.embedder = embedder
        self._lock = threading.Lock()
        self._learner: threading.Thread | None = None
        self._grouped: tuple[list[str], list[list[str]]] = ([], [])

    def topics(self) -> tuple[list[Topic], int]:
        """Return the topics, most pressing first, and how many questions are not compared with others yet."""
        asked = self.journal.asked()
        texts = sorted({one.text for one in asked})
        with self._lock:
            known, groups = self._grouped
            if known == texts:
                return topics(asked, groups), 0
            found = self._vectors(texts)
            groups = _groups(texts, found)
            pending = sum(text not in found for text in texts)
            if not pending:
                self._grouped = (texts, groups)
        return topics(asked, groups), pending

    def _vectors(self, texts: Sequence[str]) -> Mapping[str, Vectors]:
        found = vectors.kept(self.journal, self.embedder)
        missing = [text for text in texts if text not in found]
        if not missing:
            return found
        if self._learner is None or not self._learner.is_alive():
            self._learner = threading.Thread(target=self._embed, args=(missing,), name="pincite-embed", daemon=True)
            self._learner.start()
        self._learner.join(PATIENCE_SECONDS)
        return vectors.kept(self.journal, self.embedder)

    def _embed(self, texts: Sequence[str]) -> None:
        try:
            vectors.embed(self.journal, self.embedder, texts)
        except PinciteError as error:
            log.warning("Questions could not be compared: %s", error)
        finally:
            self.journal.close()


def _groups(texts: Sequence[str], found: Mapping[str, Vectors]) -> list[list[str]]:
    """Return `texts`, sorted, in groups that ask the same; those without a vector stand alone."""
    there = [text for text in texts if text in found]
    grouped = [[there[place] for place in places] for places in group(there, np.array([found[t] for t in there]))]
    return grouped + [[text] for text in texts if text not in found]
