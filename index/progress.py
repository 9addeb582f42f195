"""Progress: how far a call that changes a library has come, and the way to stop it."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from index.errors import PinciteError


class Stage(StrEnum):
    """What is being done."""

    READING = "reading"
    """Files are read and cut into passages; `passages` grows with them."""
    EMBEDDING = "embedding"
    STORING = "storing"
    """What was made takes the place of what was there, in one transaction."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a call is done. `passages` are those that must be embedded, as far as files are read.

    `source` is the file or document at hand; `seconds_left` is None while there is nothing to tell it from.
    """

    stage: Stage
    files: int
    files_done: int
    passages: int
    passages_done: int
    source: str | None = None
    seconds_left: float | None = None


Report = Callable[[Progress], None]
"""Is told of progress, often. What it raises stops the call, with nothing changed: Cancelled, say."""


class Cancelled(PinciteError):
    """The call was stopped by whoever it reported to; the library is as it was before."""


def ignore(_: Progress) -> None:
    """Report to nobody."""


class Pace:
    """How long the rest of some work takes, judged by how fast the last of it went.

    What comes before the first piece is done, such as the loading of a model, says nothing of the rest.
    """

    WINDOW = 50
    """Pieces of work that the pace is taken from: the machine may have become busier since the beginning."""

    def __init__(self, whole: float) -> None:
        """Take the amount of all the work, in any unit."""
        self._whole = whole
        self._marks: deque[tuple[float, float]] = deque(maxlen=self.WINDOW)

    def seconds_left(self, done: float) -> float | None:
        """Return the seconds that the rest will take now that `done` of it is done; None while nothing tells."""
        if done <= 0:
            return None
        self._marks.append((time.monotonic(), done))
        (began, first), (now, last) = self._marks[0], self._marks[-1]
        if last <= first:
            return None
        return max(0.0, self._whole - last) * (now - began) / (last - first)
