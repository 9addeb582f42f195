"""Build: what a file holds, as plain values with their lines -> a Suite, or all of its mistakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import question as questions
from bot.expected import schema
from bot.expected.case import Case, Expect, Gates, Quote, Suite
from bot.expected.mistakes import Mistake, SuiteError
from index.document import normalise
from index.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, plain values as `json` makes them, and the line, from 1, of each value by its path."""

    value: object
    lines: Mapping[schema.Path, int]

    def line(self, path: schema.Path) -> int:
        """Return the line of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def build(content: Content, path: Path) -> Suite:
    """Return the suite that the file at `path` holds. Raises SuiteError with every mistake in it."""
    found = list(schema.faults(content.value, schema.schema()))
    found = found or list(_contradictions(content))
    if found:
        raise SuiteError(path, [Mistake(content.line(place), text) for place, text in found])
    value: dict = content.value  # type: ignore[type-arg,assignment]
    return Suite(
        path=path,
        cases=tuple(_case(case, content.line(("cases", number))) for number, case in enumerate(value["cases"])),
        gates=_gates(value.get("gates", {})),
        documents=_beside(path, value.get("documents")),
        library=_beside(path, value.get("library")),
        library_line=content.line(("library",)),
    )


def _contradictions(content: Content) -> Iterator[schema.Fault]:
    """Yield what the parts of a file that fits the schema say against each other, and what cannot be asked."""
    value: dict = content.value  # type: ignore[type-arg,assignment]
    if "documents" in value and "library" in value:
        yield ("library",), "`documents` and `library` cannot stand beside each other; keep one."
    names: dict[str, int] = {}
    for number, case in enumerate(value["cases"]):
        path = "cases", number
        expect = case["expect"]
        if "answer" in expect and "any_of" in expect:
            yield (*path, "expect", "answer"), "`answer` and `any_of` cannot stand beside each other; use `any_of`."
        if "abstain" in expect and len(expect) > 1:
            other = next(key for key in expect if key != "abstain")
            yield (*path, "expect", "abstain"), f"`abstain` stands alone; take it or `{other}` out."
        name = " ".join(case.get("name", case["ask"]).split())
        if name in names:
            other = content.line(("cases", names[name]))
            yield path, f"The case in line {other} is called {name!r} too; give one of them a `name` of its own."
        names.setdefault(name, number)
        for key, asked in [("ask", case["ask"]), *(("also", one) for one in _texts(case.get("also")))]:
            try:
                questions.read(asked)
            except QuestionError as error:
                yield (*path, key), f"`{key}` cannot be asked. {error}"


def _gates(gates: dict) -> Gates:  # type: ignore[type-arg]
    return Gates(_plain(gates.get("least_coverage")), _plain(gates.get("most_wrong")), gates.get("latency_ms"))


def _case(case: dict, line: int) -> Case:  # type: ignore[type-arg]
    return Case(
        name=" ".join(case.get("name", case["ask"]).split()),
        ask=case["ask"],
        also=_texts(case.get("also")),
        expect=_expect(case["expect"]),
        marks=_texts(case.get("marks")),
        skip=case.get("skip"),
        xfail=case.get("xfail"),
        line=line,
    )


def _expect(expect: dict) -> Expect:  # type: ignore[type-arg]
    quote = expect.get("quote")
    if isinstance(quote, str):
        quote = {"exact": quote}
    return Expect(
        answers=_texts(expect.get("answer")) or _texts(expect.get("any_of")),
        contains=_texts(expect.get("contains")),
        documents=_texts(expect.get("doc")),
        under=expect.get("under"),
        page=expect.get("page"),
        quote=Quote(**{key: normalise(text) for key, text in quote.items()}) if quote else None,
        min_confidence=_plain(expect.get("min_confidence")),
        sources_agree=expect.get("sources_agree"),
        abstain="abstain" in expect,
    )


def _plain(number: float | None) -> float | None:
    """Return a number without what the reading of a file put on it."""
    return float(number) if isinstance(number, float) else number


def _texts(value: str | list[str] | None) -> tuple[str, ...]:
    """Return a text, or a list of them, as Documents keep theirs."""
    return tuple(normalise(text) for text in ([value] if isinstance(value, str) else value or ()))


def _beside(path: Path, folder: str | None) -> Path | None:
    return path.parent / Path(folder).expanduser() if folder else None
