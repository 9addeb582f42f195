"""Opening a Bot as the settings ask for it."""

import atexit
import logging
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot import Bot, Confidence, Reader
from bot.journal import FILE as JOURNAL
from bot.journal import Journal
from bot.reader import PACKAGED
from index import DamagedLibraryError, DocumentError, Embedder, Library, LibraryError
from index.database import on_read_only_disk
from index.folder import is_file, is_folder
from index.store import FILE
from web.desk import Desk
from web.settings import Settings

log = logging.getLogger(__name__)

LIBRARY_FILES = (FILE, "dense")
"""How the names of the files begin that a library of the seeds is made anew of."""


def check_there(settings: Settings) -> None:
    """Raise, at once and saying what to do, where there is nothing to open: a slip in a name, mostly."""
    if settings.library is None:
        if not is_folder(settings.seeds):
            raise DocumentError(f"{settings.seeds}: there is no such folder. Set PINCITE_SEEDS, or give --library DIR.")
    elif not is_file(settings.library / FILE):
        raise LibraryError(
            f"There is no library in {settings.library}. Make one: pincite sync FOLDER --library {settings.library}"
        )


def open_library(settings: Settings, *, make: bool = False, embedder: Embedder | None = None) -> Library:
    """Return the library that the settings name, verified; for the seeds, made or brought up to date.

    A person's own is made only where `make` says so; `embedder` is used where it is loaded already.
    Raises LibraryError where it cannot be used
    and DocumentError where the seeds cannot be read. A damaged library of the seeds is moved aside
    and made anew, since the seeds hold all of it; a person's own is left as it is.
    """
    if not make:
        check_there(settings)
    if settings.library is not None:
        library = Library(settings.library, embedder)
        library.verify()
        return library
    try:
        return _of_seeds(settings, embedder)
    except DamagedLibraryError as error:
        folder = settings.library_folder
        aside = folder.with_name(f"{folder.name}-damaged-{_now()}")
        log.warning("%s It was moved to %s.", error, aside)
        aside.mkdir()
        for path in folder.iterdir():
            if path.name.startswith(LIBRARY_FILES):  # what people asked lies beside it, and may be open already
                os.replace(path, aside / path.name)
        return _of_seeds(settings, embedder)


def open_unverified(settings: Settings) -> Library:
    """Return the library that is there already, as it is. Raises LibraryError where there is none, or no reading it."""
    check_there(settings)
    return Library(settings.library_folder)


def _of_seeds(settings: Settings, embedder: Embedder | None) -> Library:
    library = Library(settings.library_folder, embedder)
    library.verify()
    change = library.sync(settings.seeds, only=True)
    for problem in (*change.notes, *change.failed):
        log.warning("%s", problem)
    return library


def open_bot(settings: Settings, library: Library | None = None) -> Bot:
    """Return a Bot over `library`, by default `open_library`'s, with its models loaded: no question waits for them."""
    reader = Reader(settings.reader or PACKAGED, settings.threads)
    confidence = Confidence.of(reader.folder)
    bot = Bot(library or open_library(settings), reader, confidence, threshold_of(settings, confidence))
    bot.warm()
    return bot


def threshold_of(settings: Settings, confidence: Confidence) -> float:
    """Return the confidence from which on answers are shown, as the settings want it."""
    return confidence.threshold(settings.most_wrong) if settings.min_confidence is None else settings.min_confidence


def open_desk(settings: Settings) -> Desk:
    """Return a Desk: `open_bot` with the journal beside its library."""
    bot = open_bot(settings)
    return Desk(bot, open_journal(bot.library.folder, settings.keep_days))


def open_journal(folder: Path, days: int) -> Journal:
    """Return the journal in `folder`. A damaged one is moved aside: it must not keep anybody from asking.

    On a read-only disk it is in a temporary folder, and gone when Pincite ends.
    """
    if on_read_only_disk(folder):
        folder = Path(tempfile.mkdtemp(prefix="pincite-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        return Journal(folder, days)
    except DamagedLibraryError as error:
        set_aside(folder, JOURNAL, error)
        return Journal(folder, days)


def set_aside(folder: Path, file: str, error: DamagedLibraryError) -> None:
    """Rename a damaged database in `folder`, and say so."""
    aside = folder / f"damaged-{_now()}-{file}"
    log.warning("%s It was moved to %s.", error, aside)
    for ending in ("", "-wal", "-shm"):
        if is_file(folder / f"{file}{ending}"):
            os.replace(folder / f"{file}{ending}", f"{aside}{ending}")


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
