"""Questions in SQuAD's form: files -> Examples, for measuring, fitting and training alike.

Two forms are read, either of them gzipped or plain: SQuAD's own JSON (Rajpurkar et al., 2016 and
2018), and JSON lines, an object each: `question`, `context`, `answers` with their `text` and `start`
(or `answer_start`), and a `title`. No answers: the context does not answer the question.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import DocumentError

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reference:
    """An answer somebody marked; `start` is its offset in the context, in code points, where it is known."""

    text: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the context it was written for, and the answers it has there; none: it has none."""

    question: str
    context: str
    answers: tuple[Reference, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        """Hold the invariant."""
        for answer in self.answers:
            at = answer.start
            if at is not None and self.context[at : at + len(answer.text)] != answer.text:
                raise ValueError(f"the answer {answer.text!r} does not stand at {at} of its context")

    @property
    def texts(self) -> tuple[str, ...]:
        """The answers' words."""
        return tuple(answer.text for answer in self.answers)


def read_files(paths: Iterable[Path]) -> list[Example]:
    """Return the examples of all files, in order. Raises DocumentError naming the file and the entry."""
    return [example for path in paths for example in read_file(path)]


def read_file(path: Path) -> list[Example]:
    """Return the examples of one file. Raises DocumentError where it is not in SQuAD's form."""
    examples = []
    for number, row in enumerate(_rows(path, text_of(path)), 1):
        try:
            examples.append(_example(row))
        except (KeyError, TypeError, ValueError) as error:
            reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            raise DocumentError(f"{path}: question {number} is not in SQuAD's form: {reason}.") from error
    if not examples:
        raise DocumentError(f"{path}: there are no questions in it.")
    return examples


def text_of(path: Path) -> str:
    """Return the text of a file in UTF-8, gzipped or plain. Raises DocumentError where it cannot be read."""
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise DocumentError(f"{path}: these questions cannot be read ({error}).") from error


def _rows(path: Path, text: str) -> Iterator[object]:
    """Yield the questions of a file as flat objects, whichever form it is in."""
    try:
        whole: object = json.loads(text)
    except ValueError:
        yield from _lines(path, text)
        return
    if isinstance(whole, dict) and "data" in whole:
        yield from _nested(path, whole)
    elif isinstance(whole, list):
        yield from whole
    else:
        yield whole


def _lines(path: Path, text: str) -> Iterator[object]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise DocumentError(f"{path}: line {number} is not JSON ({error}).") from error


def _nested(path: Path, whole: Json) -> Iterator[Json]:
    try:
        for article in whole["data"]:  # type: ignore[attr-defined]
            for paragraph in article["paragraphs"]:
                for question in paragraph["qas"]:
                    answers = [] if question.get("is_impossible") else question["answers"]
                    yield {
                        "question": question["question"],
                        "context": paragraph["context"],
                        "answers": answers,
                        "title": article.get("title", ""),
                    }
    except (KeyError, TypeError, AttributeError) as error:
        raise DocumentError(f"{path} is not in SQuAD's form (at {error}).") from error


def _example(row: object) -> Example:
    if not isinstance(row, dict):
        raise TypeError("it is no object")
    question, context = row["question"], row["context"]
    if not isinstance(question, str) or not isinstance(context, str):
        raise TypeError("its question and context are not both text")
    if not isinstance(row["answers"], list):
        raise TypeError("its answers are no list")
    answers = tuple(_reference(answer) for answer in row["answers"])
    return Example(question, context, answers, str(row.get("title") or ""))


def _reference(answer: object) -> Reference:
    if not isinstance(answer, dict):
        raise TypeError("an answer is no object")
    text, start = answer["text"], answer.get("start", answer.get("answer_start"))
    if not isinstance(text, str) or not isinstance(start, int | None):
        raise TypeError("an answer's text is not text, or its start no whole number")
    return Reference(text, start)
