"""Documents in, passages out: loading, splitting, embedding, storing and searching.

Nothing in this package knows about questions being answered; `bot` does, and imports this.
"""

from index.change import Change
from index.dense import DenseIndex
from index.document import Document, Heading
from index.embed import Embedder
from index.errors import (
    DamagedLibraryError,
    DocumentError,
    LibraryError,
    ModelError,
    PinciteError,
    QuestionError,
    UnreadableError,
)
from index.filter import EVERYTHING, Filter, known_tags
from index.formats import load, supported
from index.library import Library
from index.passage import Passage, split
from index.progress import Cancelled, Progress, Stage
from index.search import Hit, Search

__all__ = [
    "EVERYTHING",
    "Cancelled",
    "Change",
    "DamagedLibraryError",
    "DenseIndex",
    "Document",
    "DocumentError",
    "Embedder",
    "Filter",
    "Heading",
    "Hit",
    "Library",
    "LibraryError",
    "ModelError",
    "Passage",
    "PinciteError",
    "Progress",
    "QuestionError",
    "Search",
    "Stage",
    "UnreadableError",
    "known_tags",
    "load",
    "split",
    "supported",
]
