"""Files: a file of expected answers, in YAML or as a sheet -> a Suite, and a Suite -> either."""

import os
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from bot.expected.build import build
from bot.expected.case import Case, Quote, Suite
from bot.expected.mistakes import Mistake, SuiteError
from bot.expected.parse import parse
from bot.expected.sheet import parse_sheet, sheet
from index.errors import DocumentError
from index.formats import read_bytes

SUFFIX = ".answers.yaml"
"""How the files are called that pytest collects; `pincite check` reads any .yaml, .yml and .csv."""
WIDTH = 120


def read_suite(path: Path) -> Suite:
    """Return the cases in the file at `path`. Raises SuiteError with every mistake and its line."""
    kind = path.suffix.lower()
    if kind not in (".yaml", ".yml", ".csv"):
        raise SuiteError(path, [Mistake(1, "Expected answers are kept in files ending in .yaml, .yml or .csv.")])
    text = read_text(path)
    return build(parse_sheet(text, path) if kind == ".csv" else parse(text, path), path)


def read_text(path: Path) -> str:
    """Return the text of the file at `path`, newlines as they are. Raises SuiteError."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except DocumentError as error:
        raise SuiteError(path, [Mistake(1, str(error).removeprefix(f"{path}: "))]) from error
    except UnicodeDecodeError as error:
        raise SuiteError(
            path, [Mistake(1, "Not UTF-8 text; save it as UTF-8 (CSV UTF-8 in a spreadsheet).")]
        ) from error


def export(suite: Suite, path: Path) -> None:
    """Write the cases of `suite` into a new file at `path`, in the form its name asks for.

    Raises SuiteError where the name asks for none, or there is such a file already.
    """
    kind = path.suffix.lower()
    if kind not in (".yaml", ".yml", ".csv"):
        raise SuiteError(path, [Mistake(1, "Export to a name ending in .answers.yaml or .csv.")])
    content = sheet(suite).encode("utf-8-sig") if kind == ".csv" else yaml(suite, path).encode()
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise SuiteError(path, [Mistake(1, "There is such a file already; export to a new name.")]) from error
    except OSError as error:
        raise SuiteError(path, [Mistake(1, f"Cannot be written ({error.strerror}).")]) from error


def writer() -> YAML:
    """Return what reads and writes YAML with its comments and quotes."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def yaml(suite: Suite, path: Path) -> str:
    """Return `suite` as the YAML of a file at `path`."""
    gates = {name: value for name in suite.gates.__slots__ if (value := getattr(suite.gates, name)) is not None}
    content: dict[str, object] = {}
    for key, folder in (("documents", suite.documents), ("library", suite.library)):
        if folder is not None:
            content[key] = os.path.relpath(folder, path.absolute().parent)
    if gates:
        content["gates"] = gates
    content["cases"] = [case_value(case) for case in suite.cases]
    written = StringIO()
    writer().dump(content, written)
    return written.getvalue()


def case_value(case: Case) -> dict[str, object]:
    """Return `case` as its file holds it: the keys that say something, in the order of the documentation."""
    expect = case.expect
    wanted = {
        "answer": expect.answers[0] if len(expect.answers) == 1 else None,
        "any_of": list(expect.answers) if len(expect.answers) > 1 else None,
        "contains": _short(expect.contains),
        "doc": _short(expect.documents),
        "under": expect.under,
        "page": expect.page,
        "quote": quote_value(expect.quote) if expect.quote else None,
        "min_confidence": expect.min_confidence,
        "sources_agree": expect.sources_agree,
        "abstain": expect.abstain or None,
    }
    value = {
        "name": case.name if case.name != case.ask else None,
        "ask": case.ask,
        "also": list(case.also) or None,
        "expect": _filled(wanted),
        "marks": _short(case.marks),
        "skip": case.skip,
        "xfail": case.xfail,
    }
    return _filled(value)


def quote_value(quote: Quote) -> dict[str, object]:
    """Return `quote` as a file holds it."""
    return _filled({"prefix": quote.prefix or None, "exact": quote.exact, "suffix": quote.suffix or None})


def _short(texts: tuple[str, ...]) -> object:
    return list(texts) if len(texts) > 1 else texts[0] if texts else None


def _filled(value: dict[str, object]) -> dict[str, object]:
    return {key: inner for key, inner in value.items() if inner is not None}
