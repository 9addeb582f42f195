"""Suggest: `pincite suggest`, from the documents of a library to a file of cases for a person to read."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from bot.expected import Suite
from bot.expected.files import export, yaml
from bot.expected.mistakes import Mistake, SuiteError
from bot.expected.place import Place
from bot.expected.suggest import LEAST, LIMIT, Suggestions, cases, suggest
from web.checks.command import share
from web.opening import open_bot
from web.settings import Settings

NAME = "suggested.answers.yaml"
"""What the file would be called that is printed."""


def propose(given: argparse.Namespace, settings: Settings) -> int:
    """Print or write the cases that the documents suggest. Ends with 0, also where there are none."""
    if given.out and given.out.exists():
        raise SuiteError(given.out, [Mistake(1, "There is such a file already; write to a new name.")])
    found = suggest(open_bot(settings), given.limit, given.least)
    print(summary(found), file=sys.stderr)
    if given.json:
        print(json.dumps(as_json(found), indent=1, ensure_ascii=False))
    elif found.kept and given.out:
        export(suite(found, settings, given.out), given.out)
        print(f"{len(found.kept)} cases written to {given.out}. {ADVICE}", file=sys.stderr)
    elif found.kept:
        print(yaml(suite(found, settings, Path.cwd() / NAME), Path.cwd() / NAME), end="")
        print(ADVICE, file=sys.stderr)
    return 0


ADVICE = "Read each: take out what nobody would ask, and mend what is wrong. Then run: pincite check FILE"


def summary(found: Suggestions) -> str:
    """Return how much was looked at, in a line."""
    return (
        f"{found.documents:,} documents, {found.sentences:,} sentences: {found.made:,} questions made, "
        f"{found.asked:,} asked, {len(found.kept):,} kept"
    )


def suite(found: Suggestions, settings: Settings, path: Path) -> Suite:
    """Return the suggestions as the suite of a file at `path`, which names what they were made from."""
    documents = None if settings.library else Path(os.path.realpath(settings.seeds))
    library = Path(os.path.realpath(settings.library)) if settings.library else None
    return Suite(path, cases(found.kept), documents=documents, library=library)


def as_json(found: Suggestions) -> dict[str, object]:
    """Return all that was found as JSON carries it."""
    return {
        "documents": found.documents,
        "sentences": found.sentences,
        "made": found.made,
        "asked": found.asked,
        "suggestions": [
            {
                "question": one.question,
                "answer": one.place.exact,
                "confidence": round(one.confidence, 4),
                "rule": one.rule,
                "place": asdict(Place.of(one.place)),
            }
            for one in found.kept
        ],
    }


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite suggest` takes."""
    command.add_argument("--json", action="store_true", help="print the suggestions as JSON")
    command.add_argument("--out", type=Path, metavar="FILE", help="write them into a new .answers.yaml or .csv")
    command.add_argument("--limit", type=_count, default=LIMIT, metavar="N", help=f"cases, at most ({LIMIT})")
    command.add_argument(
        "--least", type=share, default=LEAST, metavar="P", help=f"confidence of an answer, at least ({LEAST})"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(text)
