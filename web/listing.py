"""Listing: `pincite list`, and the options that say which documents are listed or asked."""

import argparse
import json

from index import Filter
from index.library import Listed
from index.metadata import KEYS, tags_of
from web import words
from web.opening import open_library
from web.settings import Settings


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `pincite list`."""
    command.add_argument("--json", action="store_true", help="print the documents with what is known of them as JSON")
    add_filter_arguments(command)


def add_filter_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options that choose among the documents."""
    command.add_argument(
        "--tag", action="append", default=[], help="only documents with this tag; give several and all must hold"
    )
    command.add_argument(
        "--since", metavar="DATE", help="only documents of this date or later (2024-03-05, 2024-03, 2024)"
    )
    command.add_argument("--until", metavar="DATE", help="only documents of this date or earlier")
    command.add_argument(
        "--source", metavar="START", help="only documents whose source or address begins so, or fits a pattern (*.md)"
    )


def within(given: argparse.Namespace) -> Filter:
    """Return the filter that the options mean. Raises QuestionError where they cannot be used."""
    return Filter.of(given.tag, given.since, given.until, given.source)


def show(given: argparse.Namespace, settings: Settings) -> int:
    """List the documents of the library."""
    chosen = within(given)
    documents = open_library(settings).documents(within=chosen)
    if given.json:
        print(json.dumps([as_json(listed) for listed in documents], indent=1, ensure_ascii=False))
    else:
        for listed in documents:
            print(words.visible(f"{listed.id}  {listed.source}  {listed.title}{known(listed)}").replace("\n", " "))
    return 0


def as_json(listed: Listed) -> dict[str, object]:
    """Return a document as programs read it: what is not known of it is null."""
    known = {key: listed.metadata.get(key) for key in KEYS if key != "title"}
    return {
        "id": listed.id,
        "title": listed.title,
        "source": listed.source,
        "sha256": listed.sha256,
        "characters": listed.characters,
        **known,
        "tags": list(tags_of(listed.metadata)),
    }


def known(listed: Listed) -> str:
    """Return the date and the tags of a document, as they stand behind its title; empty without either."""
    said = [listed.metadata.get("date", ""), *(f"#{tag}" for tag in tags_of(listed.metadata))]
    return "".join(f"  {one}" for one in said if one)
