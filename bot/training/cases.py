"""Cases: expected answers -> questions in SQuAD's form, so that a reader can be trained on what people wrote down."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.answer import Citation
from bot.confidence import Confidence
from bot.expected import Suite, read_suite
from bot.expected.asking import ask
from bot.expected.case import Case
from bot.expected.wanted import wanted
from bot.pipeline import Bot
from bot.reader import Reader
from index.atomic import write_atomically
from index.embed import Embedder
from index.errors import DocumentError
from index.library import Library
from index.passage import Passage, split
from index.store import FILE

MISSES = 3
"""Passages kept with a question that must not be answered: those that are nearest to it."""

Json = dict[str, object]


def write(suites: Sequence[Path], out: Path, library: Path | None = None) -> int:
    """Write the questions of `suites` as JSON lines, asked of `library`, else of their own; return how many.

    Raises SuiteError or DocumentError where a file cannot be read or names nothing to ask.
    """
    lines = [json.dumps(row, ensure_ascii=False) for path in suites for row in _of_suite(read_suite(path), library)]
    if not lines:
        raise DocumentError("None of these cases could be found in its documents; `pincite check` says why.")
    write_atomically(out, ("\n".join(lines) + "\n").encode())
    return len(lines)


def _of_suite(suite: Suite, library: Path | None) -> list[Json]:
    with _opened(suite, library) as opened:
        bot = Bot(opened, reader := Reader(), Confidence.of(reader.folder))
        return [row for case in suite.cases if not case.skip for row in rows(bot, case)]


@contextmanager
def _opened(suite: Suite, named: Path | None) -> Iterator[Library]:
    """Give the library a suite is asked of: the one `named`, its own, or one of its folder of documents for a while."""
    with tempfile.TemporaryDirectory(prefix="pincite-") as place:
        folder = named or suite.library
        if folder is None and suite.documents is None:
            raise DocumentError(f"{suite.path} names neither a library nor documents: name one with --library DIR.")
        if folder is not None and not (folder / FILE).is_file():
            raise DocumentError(f"There is no library in {folder}. Make one: pincite sync FOLDER --library {folder}")
        library = Library(folder or Path(place), Embedder())
        try:
            if folder is None and suite.documents is not None:
                library.sync(suite.documents)
            yield library
        finally:
            library.close()


def rows(bot: Bot, case: Case) -> list[Json]:
    """Return the wordings of `case` over the passages that must answer them, or over near ones that must not.

    A case whose answer is not to be found in the documents gives none.
    """
    asked = ask(bot, case.ask)
    if case.expect.abstain:
        near = [(one.document.title, _text(one.document.text, one.hit.passage)) for one in asked.readings[:MISSES]]
        return [_row(question, title, text, []) for question in case.questions for title, text in near]
    found = []
    for place in wanted(bot.library, case, asked).places:
        home = _home(place)
        if home is not None:
            answer: Json = {"text": place.exact, "start": place.start - home.start}
            found.append((place.document.title, _text(place.document.text, home), [answer]))
    return [_row(question, *one) for question in case.questions for one in found]


def _home(place: Citation) -> Passage | None:
    """Return the passage that holds all of a place; None where none does."""
    passages = split(place.document)
    return next((one for one in passages if one.start <= place.start and place.end <= one.end), None)


def _text(text: str, passage: Passage) -> str:
    return text[passage.start : passage.end]


def _row(question: str, title: str, context: str, answers: list[Json]) -> Json:
    return {"question": question, "context": context, "answers": answers, "title": title}
