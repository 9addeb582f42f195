"""Diff: `pincite diff`, and the same after a command that changed documents."""

import argparse
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.expected import Suite, read_suite
from bot.expected.history import History
from bot.expected.mistakes import SuiteError
from bot.expected.replay import MOST, Diff, chosen, compare
from bot.journal import FILE as JOURNAL
from index import Change, Library, PinciteError
from index.folder import is_file
from web.checks import summary
from web.checks.bots import settings_of
from web.opening import open_bot, open_journal, open_library
from web.settings import Settings, SettingsError

log = logging.getLogger(__name__)

NO_WORSE, WORSE = 0, 1
"""Exit statuses of a diff that could be made."""


def diff(given: argparse.Namespace, settings: Settings) -> int:
    """Ask again what is known from before, and show what changed; 1 where an answer changed or vanished."""
    suites = [read_suite(path) for path in given.file]
    settings = _one_library(suites, settings, given.library)
    library = open_library(settings)
    history = History(open_journal(library.folder, settings.keep_days))
    history.remember(given.file)
    found = replay(library, history, settings, suites or None, given.newest)
    if given.json:
        print(json.dumps(summary.as_json(found), indent=1, ensure_ascii=False))
    elif found:
        summary.long(found, Console(highlight=False, soft_wrap=True))
    else:
        print("Nothing to ask again: nobody has asked this library, and pincite check has asked it nothing.")
    return WORSE if found and found.worse else NO_WORSE


def after(change: Change, library: Library, settings: Settings) -> Diff | None:
    """Return what a `change` of the library made of its answers; None where there is nothing to ask again.

    The change is made, whatever becomes of this: what cannot be compared is logged, and never raised.
    """
    if not change or not is_file(library.folder / JOURNAL):
        return None
    try:
        return replay(library, History(open_journal(library.folder, settings.keep_days)), settings)
    except PinciteError as error:
        log.warning("The change is made; the answers could not be compared with those before: %s", error)
    except KeyboardInterrupt:
        log.warning("The change is made; comparing the answers was interrupted. `pincite diff` does it again.")
    return None


def replay(
    library: Library,
    history: History,
    settings: Settings,
    suites: Sequence[Suite] | None = None,
    most: int = MOST,
) -> Diff | None:
    """Ask again, compare with the answers before, and keep what was found; None where there is nothing to ask.

    Without `suites`, the expected answers are those in the files that `history` remembers. Models are loaded only
    where there is something to ask. Raises LibraryError and ModelError.
    """
    remembered, notes = _remembered(history) if suites is None else (suites, [])
    replayed, left_out = chosen(remembered, history.people(), most)
    if not replayed:
        return None
    bot = open_bot(settings, library)
    before, since = history.before([one.question for one in replayed]), history.since()
    found = compare(bot, replayed, before, since=since, left_out=left_out, notes=notes)
    history.keep_diff(found, complete=suites is None and not notes and not left_out)
    return found


def _remembered(history: History) -> tuple[list[Suite], list[str]]:
    """Return the suites in the files that are remembered, and what is to be said about those that cannot be read."""
    suites, notes = [], []
    for path in history.suites():
        if not is_file(path):
            history.forget(path)
            notes.append(f"{path} is gone; its cases are not asked any more.")
            continue
        try:
            suites.append(read_suite(path))
        except SuiteError:
            notes.append(f"{path} has mistakes, so its cases were left out; pincite check names them.")
    return suites, notes


def _one_library(suites: Sequence[Suite], settings: Settings, named: Path | None) -> Settings:
    """Return the settings of the one library that all suites ask. Raises SettingsError where they ask several."""
    found = {os.path.realpath(one.library_folder): one for one in (settings_of(s, settings, named) for s in suites)}
    if len(found) > 1:
        raise SettingsError("These files ask different libraries: compare one at a time, or name one with --library.")
    return next(iter(found.values()), settings)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite diff` takes."""
    command.add_argument(
        "file", nargs="*", type=Path, help="expected answers; by default those that were checked over the library"
    )
    command.add_argument("--json", action="store_true", help="print what changed as JSON")
    command.add_argument(
        "--newest",
        type=_count,
        default=MOST,
        metavar="N",
        help=f"questions to ask again at most: expected answers, then the newest that people asked ({MOST})",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(text)
