"""docs/expected-answers.md is true: its keys are the schema's, and its examples run."""

import re
from pathlib import Path

import pytest

from bot import Reader
from bot.expected import read_suite
from bot.expected.schema import schema
from bot.expected.sheet import COLUMNS
from bot.expected.verdict import CAUSES
from index import Embedder
from tests.conftest import CHECKOUT
from web.cli import main

DOCS = (CHECKOUT / "docs" / "expected-answers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", DOCS, re.M | re.S)


def documented(part: dict) -> list[tuple[str, str]]:  # type: ignore[type-arg]
    """Return the keys of a part of the schema and of those inside it, with what they mean."""
    found = []
    for name, inner in part.get("properties", {}).items():
        found.append((name, inner["description"]))
        found += documented(inner)
        found += documented(inner.get("items", {}))
    return found


def test_every_key_is_documented_in_the_schemas_words_and_nothing_else_is() -> None:
    tables = DOCS.split("## The keys")[1].split("\nWhere an answer")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", tables, re.M)
    assert sorted(rows) == sorted(documented(dict(schema())))


def test_every_cause_and_column_is_documented() -> None:
    causes = re.findall(r"^\| ([^|`]+) \|", DOCS.split("## The causes")[1].split("## In pytest")[0], re.M)
    assert set(causes) - {"cause", "---"} == set(CAUSES.values())
    columns = DOCS.split("The columns are the keys: ")[1].split(". Only")[0]
    assert tuple(re.findall(r"`(\w+)`", columns)) == COLUMNS


def test_every_example_is_read_and_one_uses_every_key(tmp_path: Path) -> None:
    texts = [text for language, text in BLOCKS if language == "yaml"]
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.answers.yaml"
        path.write_text(text, encoding="utf-8")
        assert read_suite(path).cases
    for name, _ in documented(dict(schema())):
        assert any(re.search(rf"\b{name}:", text) for text in texts), name


def test_the_first_example_holds(
    tmp_path: Path, embedder: Embedder, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.checks.bots.Embedder", lambda: embedder)
    monkeypatch.setattr("web.checks.bots.Reader", lambda folder, threads: reader)
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "leave.md").write_text(next(text for language, text in BLOCKS if language == "markdown"))
    (tmp_path / "handbook.answers.yaml").write_text(next(text for language, text in BLOCKS if language == "yaml"))
    assert main(["check", str(tmp_path / "handbook.answers.yaml")]) == 0


def test_every_option_it_shows_exists() -> None:
    from web.cli import parser

    commands = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr,index]
    options = (set(commands[name]._option_string_actions) for name in ("check", "diff", "suggest", "sync"))
    known = {"--answers-library", "--answers-update"}.union(*options)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", DOCS)) <= known
