"""Change: what one call made of a library."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Change:
    """What one call changed, as documents' sources, and what it could not read and why.

    `moved` names the source before and the one now, of documents that kept their id and words while their file went
    elsewhere. `failed` names files that no document was made of, `notes` what was left out of those that are there now.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether any document is not as it was."""
        return bool(self.added or self.replaced or self.removed or self.moved)


@dataclass(slots=True)
class Tally:
    """A Change while it is being made."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)

    def change(self) -> Change:
        """Return what was made."""
        return Change(
            tuple(self.added),
            tuple(self.replaced),
            tuple(self.removed),
            tuple(self.unchanged),
            tuple(self.failed),
            tuple(dict.fromkeys(self.notes)),  # what is wrong with a folder is said once
            tuple(self.moved),
        )
