"""Sheet: cases as rows of a spreadsheet, and rows as cases.

A cell with several texts parts them with " | "; a bar or backslash that belongs to a text has a backslash before it.
Gates and the place of the documents have no column: a sheet is asked of the library that the command names.
"""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from bot.expected.build import Content
from bot.expected.case import Case, Suite
from bot.expected.mistakes import Mistake, SuiteError, did_you_mean

CASE = ("name", "ask", "also")
EXPECT = ("answer", "any_of", "contains", "doc", "under", "page")
QUOTE = ("quote", "prefix", "suffix")
REST = ("min_confidence", "sources_agree", "abstain")
AFTER = ("marks", "skip", "xfail")
COLUMNS = (*CASE, *EXPECT, *QUOTE, *REST, *AFTER)

LISTS = ("also", "any_of", "contains", "doc", "marks")
NUMBERS = ("page", "min_confidence", "sources_agree")
FORMULA = "=+-@\t\r'"
"""First characters that spreadsheets compute with: an apostrophe goes before such a cell (OWASP, CSV injection)."""


def parse_sheet(text: str, path: Path) -> Content:
    """Return what the comma- or semicolon-separated rows of `text` hold. Raises SuiteError where they are no sheet."""
    head = text.split("\n", 1)[0]
    rows = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    cases: list[dict[str, object]] = []
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        columns = [column.strip().lower() for column in next(rows, [])]
        mistakes = _column_mistakes(columns)
        before = rows.line_num
        for row in rows:
            line, before = before + 1, rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(columns):
                mistakes.append(Mistake(line, f"{len(row)} cells, but {len(columns)} columns have a name."))
            lines["cases", len(cases)] = line
            cells = {column: _plain(cell) for column, cell in zip(columns, row, strict=False) if cell.strip()}
            cases.append(_case_of(cells))
    except csv.Error as error:
        raise SuiteError(path, [Mistake(rows.line_num, f"This is no sheet of cells: {error}.")]) from error
    if mistakes:
        raise SuiteError(path, mistakes)
    return Content({"cases": cases}, lines)


def _column_mistakes(columns: Sequence[str]) -> list[Mistake]:
    known = f" Known are {', '.join(COLUMNS)}."
    found = [
        Mistake(1, f"{column!r} is no column.{did_you_mean(column, COLUMNS) or known}")
        for column in columns
        if column not in COLUMNS
    ]
    found += [Mistake(1, f"The column {name!r} is there twice.") for name in set(columns) if columns.count(name) > 1]
    if "ask" not in columns and not found:
        found.append(Mistake(1, "The first row names the columns, and one of them must be 'ask'."))
    return found


def _case_of(cells: dict[str, str]) -> dict[str, object]:
    """Return a row as the mapping that YAML would hold."""
    value: dict[str, object] = {
        name: (_split(cell) if name in LISTS else _number(cell) if name in NUMBERS else cell)
        for name, cell in cells.items()
    }
    expect = {name: value[name] for name in (*EXPECT, *REST) if name in value}
    if str(expect.get("abstain", "")).lower() in ("true", "yes", "x", "1"):
        expect["abstain"] = True
    elif str(expect.get("abstain", "")).lower() in ("false", "no", "0"):
        del expect["abstain"]
    quote = {key: value[name] for key, name in zip(("exact", "prefix", "suffix"), QUOTE, strict=True) if name in value}
    if quote:
        expect["quote"] = quote
    return {name: value[name] for name in (*CASE, *AFTER) if name in value} | {"expect": expect}


def _number(cell: str) -> object:
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell.replace(",", "."))  # a spreadsheet in German writes 0,5
    except ValueError:
        return cell


def _split(cell: str) -> list[str]:
    return [re.sub(r"\\([|\\])", r"\1", part).strip() for part in re.findall(r"(?:^|\|)((?:\\.|[^|\\])*)", cell)]


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in FORMULA else cell


def sheet(suite: Suite) -> str:
    """Return the cases of `suite` as comma-separated rows, with the columns that one of them fills."""
    rows = [_row(case) for case in suite.cases]
    used = [column for column in COLUMNS if column == "ask" or any(row[column] for row in rows)]
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")  # RFC 4180
    writer.writerow(used)
    writer.writerows([_written(row[column]) for column in used] for row in rows)
    return written.getvalue()


def _row(case: Case) -> dict[str, str]:
    expect, quote = case.expect, case.expect.quote
    several = len(expect.answers) > 1
    numbers = {name: getattr(expect, name) for name in NUMBERS}
    return {name: "" if number is None else f"{number:g}" for name, number in numbers.items()} | {
        "name": case.name if case.name != case.ask else "",
        "ask": case.ask,
        "also": _joined(case.also),
        "answer": "" if several else "".join(expect.answers),
        "any_of": _joined(expect.answers) if several else "",
        "contains": _joined(expect.contains),
        "doc": _joined(expect.documents),
        "under": expect.under or "",
        "quote": quote.exact if quote else "",
        "prefix": quote.prefix if quote else "",
        "suffix": quote.suffix if quote else "",
        "abstain": "true" if expect.abstain else "",
        "marks": _joined(case.marks),
        "skip": case.skip or "",
        "xfail": case.xfail or "",
    }


def _joined(texts: Sequence[str]) -> str:
    return " | ".join(re.sub(r"([|\\])", r"\\\1", text) for text in texts)


def _written(cell: str) -> str:
    return f"'{cell}" if cell and cell[0] in FORMULA else cell
