"""Progress: how far a call that changes a library has come, and the way to stop it."""

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
