"""`pincite backup` and `pincite restore`: all that a library's folder holds, in one file and back."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bot.expected import drafts
from bot.journal import Journal
from index import Embedder
from index.backup import backup, occupied, restore
from index.store import Store
from web import words
from web.chat.slack.inbox import Inbox
from web.opening import open_library
from web.settings import Settings, SettingsError

DATABASES = (Store, Journal, Inbox)
FILES = (drafts.FILE,)
"""What a library's folder may hold that cannot be made again: databases, and plain files."""


def add_backup_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite backup` takes."""
    command.add_argument("file", type=Path, help="the file to write, .tar; an older backup there is replaced")
    command.add_argument("--json", action="store_true")


def add_restore_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite restore` takes."""
    command.add_argument("file", type=Path, help="a file that `pincite backup` wrote")
    command.add_argument("--replace", action="store_true", help="move the library that is there aside")
    command.add_argument("--json", action="store_true")


def save(given: argparse.Namespace, settings: Settings) -> int:
    """Write the library, whole, into one file."""
    library = open_library(settings)
    saved = backup(library.folder, given.file, DATABASES, FILES)
    if given.json:
        print(json.dumps({"file": str(given.file), "files": [asdict(one) for one in saved]}, indent=1))
    else:
        size = sum(one.bytes for one in saved) / 1e6
        print(words.visible(f"{given.file}: {', '.join(one.name for one in saved)} ({size:,.1f} MB)"))
    return 0


def bring_back(given: argparse.Namespace, settings: Settings) -> int:
    """Put a saved library where the settings name one."""
    folder = settings.library_folder
    if occupied(folder) and not given.replace:
        raise SettingsError(
            f"{folder} is there already; --replace moves it aside, --library DIR restores to another folder."
        )
    aside = restore(given.file, folder, DATABASES, Embedder(), FILES)
    if given.json:
        print(json.dumps({"library": str(folder), "replaced": str(aside) if aside else None}, indent=1))
    else:
        print(words.visible(f"{folder} is restored from {given.file}"))
        if aside:
            print(words.visible(f"the library that was there is in {aside}"))
    return 0
