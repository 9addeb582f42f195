"""The documents of a library at the command line: `pincite add`, `remove`, `list` and `sync`."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from index import Change, Library
from web import listing, words
from web.checks import diff, summary
from web.opening import open_library, open_unverified
from web.progress import shown
from web.settings import Settings, SettingsError
from web.watching import rounds

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, NOT_ALL = 0, 3
"""Exit statuses; the latter where a file could not be read, and the rest was."""


def add_commands(commands: "Commands", shared: argparse.ArgumentParser) -> None:
    """Say what the commands take."""
    changing = argparse.ArgumentParser(add_help=False)
    changing.add_argument("--json", action="store_true")
    changing.add_argument(
        "--no-diff", action="store_true", help="do not ask again what was asked before, to see what the change did"
    )
    command = commands.add_parser(
        "add", parents=[shared, changing], help="add files, and folders of files, to a library"
    )
    command.add_argument("path", nargs="+", type=Path)
    command.set_defaults(run=add)

    command = commands.add_parser("remove", parents=[shared, changing], help="remove documents by their id")
    command.add_argument("id", nargs="*")
    command.add_argument(
        "--under", type=Path, metavar="DIR", help="remove all that came from a folder, which may be gone by now"
    )
    command.set_defaults(run=remove)

    command = commands.add_parser("list", parents=[shared], help="list the documents, a line each, the id first")
    listing.add_arguments(command)
    command.set_defaults(run=listing.show)

    command = commands.add_parser("sync", parents=[shared, changing], help="make a library hold what a folder holds")
    command.add_argument("dir", type=Path)
    command.add_argument(
        "--watch", action="store_true", help="go on following the folder until Ctrl-C; --json prints a line each time"
    )
    command.set_defaults(run=sync)


def add(given: argparse.Namespace, settings: Settings) -> int:
    """Add files and folders to a library."""
    library = _own(settings, make=True)
    with shown() as report:
        change = library.add(given.path, report)
    return _tell(change, library, given, settings)


def sync(given: argparse.Namespace, settings: Settings) -> int:
    """Make a library hold what a folder holds, once or for as long as `--watch` runs."""
    library = _own(settings, make=True)
    with shown() as report:
        change = library.sync(given.dir, report=report)
    status = _tell(change, library, given, settings)
    if not given.watch:
        return status
    if not given.json:
        print(words.visible(f"watching {given.dir}; Ctrl-C ends it"), flush=True)
    told = (change.notes, change.failed)
    try:
        for change in rounds(library, given.dir):
            if change or (change.notes, change.failed) != told:
                _tell(change, library, given, settings)
            told = (change.notes, change.failed)
    except KeyboardInterrupt:
        pass  # the way to end it: a sync that was under way is undone
    return DONE


def remove(given: argparse.Namespace, settings: Settings) -> int:
    """Remove documents from a library."""
    if bool(given.id) == bool(given.under):
        raise SettingsError("Name the ids of documents, or a folder with --under DIR.")
    library = _own(settings, verified=False)
    change = library.remove_under(given.under) if given.under else library.remove(given.id)
    return _tell(change, library, given, settings)


def _own(settings: Settings, *, make: bool = False, verified: bool = True) -> Library:
    """Return the person's own library: the seeds follow their folder and are changed there.

    It need not be `verified` for a document to be removed: that is the way to be rid of a damaged one.
    """
    if settings.library is None:
        raise SettingsError(
            "Name a library of your own with --library DIR; the seeds follow their folder by themselves."
        )
    return open_library(settings, make=make) if verified else open_unverified(settings)


def _tell(change: Change, library: Library, given: argparse.Namespace, settings: Settings) -> int:
    """Print what changed, and what that did to the answers; return the exit status, which the answers leave alone."""
    if not given.json:
        _print(change)
    found = None if given.no_diff else diff.after(change, library, settings)
    if given.json:
        told = _as_json(change) | {"diff": summary.as_json(found)}
        print(json.dumps(told, indent=None if getattr(given, "watch", False) else 1), flush=True)
    elif found:
        summary.short(found, Console(highlight=False, soft_wrap=True))
    return NOT_ALL if change.failed else DONE


def _as_json(change: Change) -> dict[str, object]:
    moved = [{"from": before, "to": now} for before, now in change.moved]
    return {**asdict(change), "moved": moved}


def _print(change: Change) -> None:
    kinds = {
        "added": change.added,
        "replaced": change.replaced,
        "moved": tuple(before if before == now else f"{before} to {now}" for before, now in change.moved),
        "removed": change.removed,
        "unchanged": change.unchanged,
    }
    for kind, sources in kinds.items():
        for source in sources if kind != "unchanged" else ():
            print(words.visible(f"{kind} {source}").replace("\n", " "))
    print(", ".join(f"{len(sources)} {kind}" for kind, sources in kinds.items() if sources) or "nothing to do")
    sys.stdout.flush()  # before the questions are asked again, which takes seconds
    for problem in (*change.notes, *change.failed):
        print(words.visible(f"pincite: {problem}"), file=sys.stderr)
