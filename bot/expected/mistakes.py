"""Mistakes in a file of expected answers: each with its line and, where there is one, a suggestion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from index.errors import PinciteError


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at a line of a file, counted from 1, and what to do about it."""

    line: int
    text: str


class SuiteError(PinciteError):
    """A file of expected answers cannot be used; its text has a line for each of the `mistakes`."""

    def __init__(self, path: Path, mistakes: Sequence[Mistake]) -> None:
        """Join the mistakes of the file at `path`, by line."""
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__("\n".join(f"{path}:{mistake.line}: {mistake.text}" for mistake in self.mistakes))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean X?" for the known word that is nearest to `word`, or an empty string."""
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" Did you mean {by_lower[near[0]]!r}?" if near else ""
