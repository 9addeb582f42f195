"""The command line, `pincite`: its commands and their options. Commands with a room of their own are joined here."""

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import question as questions
from bot.expected.mistakes import SuiteError
from bot.squad import read_files
from index import PinciteError, QuestionError
from web import backups, check_library, documents, listing, scorecard, words
from web.checks import command as checks
from web.checks import diff
from web.checks import suggest as suggestions
from web.contract import CONVERSATION, CONVERSATION_LENGTH, AskResponse
from web.opening import open_desk
from web.proof import command as proof
from web.proof import printed
from web.proof.why import with_why
from web.serving import serve
from web.settings import Settings, SettingsError, read_settings
from web.terminal import show

ANSWERED, ABSTAINED, BAD_USE, FAILED = 0, 1, 2, 3
"""Exit statuses. Commands other than `ask` end with 0 or one of the last two."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. Errors are a line each, never a traceback."""
    logging.basicConfig(level=logging.WARNING, format="pincite: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = parser().parse_args(arguments)
    try:
        settings = read_settings(
            library=given.library, host=getattr(given, "host", None), port=getattr(given, "port", None)
        )
        status: int = given.run(given, settings)
        sys.stdout.flush()  # here, where a reader who has gone away is no traceback
        return status
    except (QuestionError, SettingsError, SuiteError) as error:
        return _fail(error, BAD_USE)
    except PinciteError as error:
        return _fail(error, FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return FAILED


def _fail(error: PinciteError, status: int) -> int:
    print(words.visible(f"pincite: {error}"), file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands. It exits with 2 on bad use, as argparse does."""
    top = argparse.ArgumentParser(
        prog="pincite", description="Answers from your own documents, in the documents' own words, with the place."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--library", type=Path, metavar="DIR", help="a library of your own; without it, the seeds")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("ask", parents=[shared], help="ask a question; exit status 0 answered, 1 abstained")
    command.add_argument("question")
    command.add_argument("--json", action="store_true", help="print the answer as JSON")
    command.add_argument("--top-k", type=_from_1_to_50, default=8, metavar="N", help="passages to read (1 to 50; 8)")
    command.add_argument(
        "--conversation",
        type=_conversation,
        metavar="NAME",
        help="a name of your own: the next question asked with it may be a follow-up on this one",
    )
    listing.add_filter_arguments(command)
    proof.add_ask_arguments(command)
    command.set_defaults(run=ask)

    documents.add_commands(commands, shared)

    command = commands.add_parser(
        "eval",
        parents=[shared],
        help="ask questions whose answers are known, and print scores",
        description="Asks the questions of files in SQuAD's form and prints how right the answers are, as SQuAD 2.0's "
        "script counts it, and how far their confidence can be believed: a table for people on standard error, the "
        "numbers as JSON on standard output. The library is left alone.",
    )
    command.add_argument("file", type=Path, nargs="+", help="questions in SQuAD's form, JSON or JSON lines")
    command.add_argument("--open", action="store_true", help="search all contexts, not only the question's own")
    command.add_argument("--json", action="store_true", help="print the JSON alone")
    command.add_argument("--plots", type=Path, metavar="DIR", help="write a reliability diagram and a risk curve there")
    command.set_defaults(run=evaluate)

    command = commands.add_parser(
        "check", parents=[shared], help="ask the cases of files of expected answers; exit status 0 passed, 1 failed"
    )
    checks.add_arguments(command)
    command.set_defaults(run=checks.check)

    command = commands.add_parser(
        "suggest",
        parents=[shared],
        help="propose cases of expected answers, made from the documents themselves",
        description="Makes questions from the sentences of the documents, by rules of English, and keeps those whose "
        "answer comes back from the very sentence. The cases are printed as YAML. They are proposals: read each, take "
        "out what nobody would ask, and keep the rest as a file that `pincite check` asks from then on.",
    )
    suggestions.add_arguments(command)
    command.set_defaults(run=suggestions.propose)

    command = commands.add_parser(
        "diff",
        parents=[shared],
        help="ask again what was asked before; exit status 0 nothing changed for the worse, 1 an answer did",
        description="Asks the expected answers and the newest questions of people again, and shows which answers are "
        "not what they were before, with the quotes of then and now. What is found is kept in the library, and shown "
        "on /checks.",
    )
    diff.add_arguments(command)
    command.set_defaults(run=diff.diff)

    command = commands.add_parser(
        "check-library", parents=[shared], help="prove a library whole; exit status 0 whole, 1 faults left"
    )
    check_library.add_arguments(command)
    command.set_defaults(run=check_library.check_library)

    command = commands.add_parser(
        "verify",
        parents=[shared],
        help="prove a receipt or an answer pack against documents; exit status 0 proven, 1 something does not hold",
    )
    proof.add_arguments(command)
    command.set_defaults(run=proof.verify)

    command = commands.add_parser("backup", parents=[shared], help="write a library into one file")
    backups.add_backup_arguments(command)
    command.set_defaults(run=backups.save)

    command = commands.add_parser("restore", parents=[shared], help="put a library back from such a file")
    backups.add_restore_arguments(command)
    command.set_defaults(run=backups.bring_back)

    command = commands.add_parser("serve", parents=[shared], help="serve the page and the JSON service")
    command.add_argument("--host", help="address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on (8000)")
    command.add_argument(
        "--new", action="store_true", help="make the library where there is none yet; /library takes the documents"
    )
    command.set_defaults(run=lambda given, settings: serve(settings, new=given.new))
    return top


def _from_1_to_50(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError("a whole number from 1 to 50")
    return int(text)


def _conversation(text: str) -> str:
    if len(text) > CONVERSATION_LENGTH or re.fullmatch(CONVERSATION.strip("^$"), text) is None:
        raise argparse.ArgumentTypeError(f"letters, digits, - and _, at most {CONVERSATION_LENGTH}")
    return text


def ask(given: argparse.Namespace, settings: Settings) -> int:
    """Answer one question."""
    questions.read(given.question)  # what cannot be asked is said before models are loaded
    within = listing.within(given)
    desk = open_desk(settings)
    told = desk.ask(
        given.question, face="cli", conversation=given.conversation, top_k=given.top_k, within=within or None
    )
    answer = told.answer
    why = proof.take_away(given, desk.bot, answer, told.within)
    if given.json:
        print(with_why(AskResponse.of(told), why).model_dump_json(indent=1))
    else:
        console = Console(highlight=False, soft_wrap=True)
        if answer.question != told.asked:
            console.print(Text(words.visible(f"Read as: {answer.question}"), "dim"))
        show(answer, console, told.within)
        if why:
            printed.show(why, console)
    return ANSWERED if answer.answered else ABSTAINED


def evaluate(given: argparse.Namespace, settings: Settings) -> int:
    """Ask questions whose answers are known, and print the scores."""
    examples = read_files(given.file)  # files that cannot be read are named before models are loaded
    evaluation = scorecard.evaluate(examples, settings, searched=given.open)
    pictures = scorecard.plot(evaluation, given.plots) if given.plots else []
    if not given.json:  # the table is for people; the numbers below are for programs, with --json or without
        print(scorecard.table(evaluation), file=sys.stderr)
        for picture in pictures:
            print(f"plot: {words.visible(str(picture))}", file=sys.stderr)
    print(json.dumps(evaluation.summary(), indent=1))
    return 0


def run() -> None:
    """Run the command line: the entry point `pincite`."""
    sys.exit(main())


if __name__ == "__main__":
    sys.exit(main())
