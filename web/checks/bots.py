"""Bots: for each suite the Bot over what it is asked of, all with the same models, loaded once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from bot import Bot, Confidence, Reader
from bot.expected import Suite
from bot.reader import PACKAGED
from index import Embedder, LibraryError
from web.opening import check_there, open_library, threshold_of
from web.settings import Settings


class Bots:
    """The Bots that were opened, by the folders of their libraries."""

    def __init__(self, settings: Settings, named: Path | None = None) -> None:
        """A library `named` on the command line goes before a suite's own, and that before the one of the settings."""
        self._settings = settings
        self._named = named
        self._opened: dict[Path, Bot] = {}
        self._embedder = Embedder()
        self._reader = Reader(settings.reader or PACKAGED, settings.threads)
        self._confidence = Confidence.of(self._reader.folder)

    def of(self, suite: Suite) -> Bot:
        """Return the Bot that `suite` is asked of, warm. Raises LibraryError, DocumentError or ModelError."""
        settings = settings_of(suite, self._settings, self._named)
        folder = Path(os.path.realpath(settings.library_folder))
        if folder not in self._opened:
            check_there(settings)
            with _alone(folder, derived=settings.library is None):
                library = open_library(settings, embedder=self._embedder)
                bot = Bot(library, self._reader, self._confidence, threshold_of(settings, self._confidence))
            bot.warm()
            self._opened[folder] = bot
        return self._opened[folder]


def settings_of(suite: Suite, settings: Settings, named: Path | None = None) -> Settings:
    """Return the settings that `suite` is asked with: its library is `named`, or its own, or that of `settings`."""
    library, documents = named or suite.library, suite.documents
    if library is not None:
        return settings.model_copy(update={"library": library})
    if documents is not None:
        return settings.model_copy(update={"library": None, "seeds": documents})
    return settings


@contextmanager
def _alone(folder: Path, *, derived: bool) -> Iterator[None]:
    """Let one of several processes (pytest-xdist's) make a library derived from documents, and the rest wait."""
    if not derived:
        yield
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f".{folder.name}.lock"))
        lock.acquire()
    except OSError as error:
        raise LibraryError(
            f"{folder} cannot be made ({error.strerror}); make a library elsewhere and name it: "
            "pincite sync FOLDER --library DIR"
        ) from error
    try:
        yield
    finally:
        lock.release()
