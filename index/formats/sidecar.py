"""Sidecars: files that say something about documents and are none themselves.

`report.pdf.meta.yaml` is about report.pdf beside it; `pincite.yaml` is about all files in its folder and below it,
however they are added.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.formats.stated import stated
from index.metadata import KEYS, TAG_GAP, normalised

SIDECAR = ".meta.yaml"
FOLDER_FILE = "pincite.yaml"
SIDECAR_NAMES = {key: key for key in KEYS}
FOLDER_NAMES = {key: key for key in ("author", "language", "tags")}
"""What many documents may have in common."""


@dataclass(frozen=True, slots=True)
class Said:
    """What sidecars say about a file: what holds where it says nothing itself, and what holds whatever it says.

    `mistakes` are sentences that name the sidecar and the line.
    """

    otherwise: Mapping[str, str] = field(default_factory=dict)
    anyway: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title that its own sidecar gives the file, or an empty string."""
        return self.anyway.get("title", "")


def files_about(path: Path) -> list[Path]:
    """Return the sidecars about the file at `path` that are there: its folders', the outermost first, and its own."""
    folder = Path(os.path.realpath(path.parent))
    of_folders = [above / FOLDER_FILE for above in reversed([folder, *folder.parents])]
    return [file for file in (*of_folders, folder / f"{path.name}{SIDECAR}") if os.path.lexists(file)]


def reads(said: Said, file: Path, content: bytes) -> Said:
    """Return `said` with what the sidecar at `file` says. What is wrong in it is named and left out."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return replace(said, mistakes=(*said.mistakes, f"{file}:1: Not UTF-8 text; save it as UTF-8."))
    of_folder = file.name == FOLDER_FILE
    found = stated(text, FOLDER_NAMES if of_folder else SIDECAR_NAMES)
    mistakes = (*said.mistakes, *(f"{file}:{line}: {wrong}" for line, wrong in found.mistakes))
    if of_folder:
        return replace(said, otherwise=_over(said.otherwise, found.facts), mistakes=mistakes)
    return replace(said, anyway=found.facts, mistakes=mistakes)


def merged(own: Mapping[str, str], said: Said) -> dict[str, str]:
    """Return the metadata of a file that says `own` of itself: tags add up, of the rest the nearest word holds."""
    return normalised(_over(_over(said.otherwise, own), said.anyway))


def _over(lower: Mapping[str, str], upper: Mapping[str, str]) -> dict[str, str]:
    tags = TAG_GAP.join(filter(None, [lower.get("tags"), upper.get("tags")]))
    return {**lower, **upper, "tags": tags}
