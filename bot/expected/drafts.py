"""Drafts: questions that people asked, kept as cases that a person has yet to look at, in a file beside the library.

A draft is skipped until its `skip` is taken out, so that no run is red before somebody said what is right.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from filelock import FileLock
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.expected.build import build
from bot.expected.case import Case, Expect, Quote, Suite
from bot.expected.files import WIDTH, case_value, read_text, writer
from bot.expected.parse import parse
from bot.journal import Entry, Place
from index.atomic import write_atomically
from index.errors import LibraryError

FILE = "drafts.answers.yaml"
FILL_IN = "FILL IN THE ANSWER"
"""What stands for an answer that nobody has given yet."""
SKIP = "draft: see that it is right, and take this line out"
OPEN = "draft: fill in the answer, and take this line out"
HEAD = "Draft cases, made of what people asked. Each is skipped until its line `skip` is taken out."


class Drafts:
    """The drafts of the library in `folder`. Safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        """Name the file; it is made with the first draft."""
        self.path = folder / FILE

    def text(self) -> str:
        """Return the file as it is; empty where there are no drafts. Raises SuiteError."""
        return read_text(self.path) if self.path.exists() else ""

    def suite(self) -> Suite | None:
        """Return the cases, None where there are none. Raises SuiteError where somebody left mistakes in the file."""
        text = self.text()
        return build(parse(text, self.path), self.path) if text else None

    def portable(self) -> str:
        """Return the file for another place: without the library, which it names by where it lies."""
        value = writer().load(self.text())
        value.pop("library", None)
        return f"# {HEAD}\n{_dumped(value)}"

    def add(self, case: Case, notes: Sequence[str] = ()) -> bool:
        """Keep `case` as a draft, with `notes` as comments. Returns whether it was none yet. Raises SuiteError."""
        with self._alone():
            suite = self.suite()
            if suite and drafted(suite, case.questions):
                return False
            if suite is None:
                value = CommentedMap(library=".", cases=CommentedSeq())
                value.yaml_set_start_comment(HEAD)
            else:
                value = writer().load(self.text())
            value["cases"].append(_commented(case, notes))
            self._write(value)
            return True

    def drop(self, name: str) -> bool:
        """Take the draft called `name` out. Returns whether there was one. Raises SuiteError."""
        with self._alone():
            suite = self.suite()
            names = [case.name for case in suite.cases] if suite else []
            if name not in names:
                return False
            if len(names) == 1:
                self.path.unlink()
                return True
            value = writer().load(self.text())
            del value["cases"][names.index(name)]
            self._write(value)
            return True

    def _write(self, value: CommentedMap) -> None:
        text = _dumped(value)
        build(parse(text, self.path), self.path)  # nothing is written that cannot be read
        write_atomically(self.path, text.encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from changing the file. Raises LibraryError where it cannot be written."""
        try:
            with FileLock(self.path.with_name(f".{FILE}.lock")):
                yield
        except OSError as error:
            raise LibraryError(f"{self.path} cannot be written ({error.strerror}).") from error


def drafted(suite: Suite, questions: Sequence[str]) -> Case | None:
    """Return the case of `suite` that asks one of `questions` already, in whatever case they are written."""
    wanted = {_same(question) for question in questions}
    return next((case for case in suite.cases if wanted & {_same(one) for one in (case.name, *case.questions)}), None)


def _same(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" ?!.")


def answered(wordings: Sequence[str], entry: Entry) -> Case:
    """Return the case that expects what `entry`, which has an answer, was answered, and from where."""
    assert entry.place is not None
    assert entry.text is not None
    expect = Expect(
        answers=(_line(entry.text),), documents=(entry.place.source,), quote=Quote(_line(entry.place.quote))
    )
    return _case(wordings, expect, SKIP)


def to_be_answered(wordings: Sequence[str]) -> Case:
    """Return the case of a question that must be answered, as nobody has said yet."""
    return _case(wordings, Expect(answers=(FILL_IN,)), OPEN)


def to_abstain(wordings: Sequence[str]) -> Case:
    """Return the case of a question that must not be answered."""
    return _case(wordings, Expect(abstain=True), SKIP)


def notes(entry: Entry) -> list[str]:
    """Return what is worth knowing of an outcome that was not good: the wrong answer, or the nearest passage."""
    if entry.text is not None and entry.place is not None:
        return [f"Called wrong: {_line(entry.text)}", f"It stands in {_where(entry.place)}"]
    return [f"The nearest passage, in {_where(entry.near[0])}"] if entry.near else []


def _where(place: Place) -> str:
    return f"{place.source}: {place.quote or place.exact}"


def _case(wordings: Sequence[str], expect: Expect, skip: str) -> Case:
    """Return the case of `wordings`, each once, whatever their case and closing mark."""
    once = {_same(wording): wording for wording in reversed(wordings)}
    first, *others = dict.fromkeys(once[_same(wording)] for wording in wordings)
    return Case(" ".join(first.split()), first, expect, also=tuple(others), skip=skip)


def _commented(case: Case, notes: Sequence[str]) -> CommentedMap:
    """Return `case` as the file holds it. Notes stand between its keys, where they go when it goes."""
    value = CommentedMap(case_value(case))
    if notes:
        lines = [_shortened(_printable(note)) for note in notes]
        value.yaml_set_comment_before_after_key("expect", before="\n".join(lines), indent=4)
    return value


def _printable(text: str) -> str:
    """Return `text` in a line, as a comment can hold it."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _shortened(line: str) -> str:
    return line if len(line) <= 4 * WIDTH else f"{line[: 4 * WIDTH]} …"


def _line(text: str) -> str:
    return " ".join(text.split())


def _dumped(value: CommentedMap) -> str:
    written = StringIO()
    writer().dump(value, written)
    return written.getvalue()
