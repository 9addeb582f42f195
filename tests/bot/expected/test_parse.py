import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.expected import Case, Expect, Gates, Quote, Suite
from bot.expected.build import Content, build
from bot.expected.files import read_suite
from bot.expected.mistakes import SuiteError
from bot.expected.parse import parse
from bot.expected.schema import published, schema
from tests.conftest import CHECKOUT

PATH = Path("some") / "x.answers.yaml"


def suite(text: str) -> Suite:
    return build(parse(text, PATH), PATH)


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(SuiteError) as caught:
        suite(text)
    assert str(caught.value).startswith(f"{PATH}:{caught.value.mistakes[0].line}: ")
    return [(mistake.line, mistake.text) for mistake in caught.value.mistakes]


def test_every_key_is_read() -> None:
    read = suite(
        """
# the handbook
documents: ../docs
gates: {least_coverage: 0.8, most_wrong: 0.05, latency_ms: 200}
cases:
  - ask: When was it?
    also: [since when, what year]
    name: founded
    marks: slow
    xfail: not yet
    expect:
      any_of: ["1987", in 1987]
      contains: '1987'
      doc: [a.md, b.md]
      under: History
      page: 3
      quote: {prefix: founded in, exact: '1987', suffix: .}
      min_confidence: 0.5
      sources_agree: 2
  - ask: Who pays?
    skip: later
    expect: {abstain: true}
"""
    )
    assert read.documents == Path("some/../docs")
    assert read.library is None
    assert read.gates == Gates(0.8, 0.05, 200)
    assert read.cases == (
        Case(
            name="founded",
            ask="When was it?",
            also=("since when", "what year"),
            marks=("slow",),
            xfail="not yet",
            line=6,
            expect=Expect(
                answers=("1987", "in 1987"),
                contains=("1987",),
                documents=("a.md", "b.md"),
                under="History",
                page=3,
                quote=Quote("1987", "founded in", "."),
                min_confidence=0.5,
                sources_agree=2,
            ),
        ),
        Case(name="Who pays?", ask="Who pays?", skip="later", expect=Expect(abstain=True), line=20),
    )
    assert read.cases[0].questions == ("When was it?", "since when", "what year")


def test_texts_are_normalised_as_documents_are() -> None:
    assert suite("cases: [{ask: Who?, expect: {answer: e\u0301te\u0301}}]").cases[0].expect.answers == ("été",)


CASE = "cases:\n  - ask: Who?\n    expect: {answer: x}\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("documnts: x\n" + CASE, 1, "Did you mean 'documents'?"),
        ("gates:\n  least_coverge: 1\n" + CASE, 2, "Did you mean 'least_coverage'?"),
        (CASE + "    marksx: a\n", 4, "Did you mean 'marks'?"),
        (CASE + "    anwser: a\n", 4, "Did you mean 'answer', under `expect`?"),
        (CASE + "    zzzz: a\n", 4, "Known here are ask, also"),
        ("gates: {most_wrong: 1.5}\n" + CASE, 1, "`most_wrong` must be a number from 0 to 1, not 1.5."),
        ("gates: {most_wrong: .nan}\n" + CASE, 1, "`most_wrong` must be a number from 0 to 1"),
        ("gates: {latency_ms: fast}\n" + CASE, 1, "`latency_ms` must be a whole number from 1, not 'fast'."),
        ("cases:\n  - ask: When?\n    expect:\n      answer: 2030\n", 4, 'put it in quotes: "2030"'),
        ("cases:\n  - ask: When?\n    expect:\n      answer: 2024-01-05\n", 4, 'put it in quotes: "2024-01-05"'),
        ("cases:\n  - ask: When?\n    expect:\n      answer: 1_000\n", 4, 'put it in quotes: "1_000"'),
        ("cases:\n  - ask: When?\n    expect:\n      answer:\n", 4, "`answer` is empty"),
        ("cases:\n  - ask: '  '\n    expect: {answer: a}\n", 2, "`ask` is blank"),
        ("cases:\n  - ask: '?!'\n    expect: {answer: a}\n", 2, "`ask` cannot be asked. The question is empty."),
        ("cases:\n  - ask: Who?\n    also: ['?']\n    expect: {answer: a}\n", 3, "`also` cannot be asked."),
        ("cases:\n  - expect: {answer: a}\n", 2, "`ask` is missing"),
        ("cases:\n  - ask: Who?\n", 2, "`expect` is missing"),
        ("cases:\n  - ask: Who?\n    expect: {}\n", 3, "`expect` is empty; say what is expected"),
        ("cases:\n  - ask: Who?\n    expect: {abstain: false}\n", 3, "`abstain` can only be true"),
        ("cases:\n  - ask: Who?\n    expect: {abstain: true, doc: a}\n", 3, "`abstain` stands alone"),
        ("cases:\n  - ask: Who?\n    expect: {answer: a, any_of: [b]}\n", 3, "use `any_of`"),
        ("cases:\n  - ask: Who?\n    expect: {quote: {exat: a}}\n", 3, "Did you mean 'exact'?"),
        ("cases:\n  - ask: Who?\n    expect: {page: 0}\n", 3, "`page` must be a whole number from 1, not 0."),
        ("cases:\n  - ask: Who?\n    marks: a-b\n    expect: {answer: a}\n", 3, "must be a word of letters"),
        ("cases: []\n", 1, "`cases` is empty."),
        ("cases:\n  - Who?\n", 2, "the case must be keys and values, not 'Who?'."),
        ("- Who?\n", 1, "the file must be keys and values."),
        ("gates: {}\n", 1, "`cases` is missing."),
        ("documents: a\nlibrary: b\n" + CASE, 2, "keep one"),
        (CASE + "    ask: When?\n", 4, "`ask` stands here twice"),
        (CASE + "  - ask: Who?\n    expect: {answer: y}\n", 4, "The case in line 2 is called 'Who?' too"),
        ("cases:\n  - ask: When: who?\n", 2, "A text with a colon in it stands in quotes."),
        ("cases:\n\t- ask: Who?\n", 2, "Indent with blanks, not with tabs."),
        ("cases: [\n", 2, "This is not YAML"),
        ("", 1, "The file is empty"),
        ("cases: &a [*a]\n", 1, "Too many levels"),
        ("[" * 5000, 1, "nests too deeply"),
        ("cases:\n" + "- " * 5000, 2, "nests too deeply"),
        ("a: 1\n---\nb: 2\n", 2, "This is not YAML"),
    ],
)
def test_every_mistake_has_its_line_and_says_what_to_do(text: str, line: int, words: str) -> None:
    found = mistakes(text)
    assert [(at, said) for at, said in found if at == line and words in said], found


def test_all_mistakes_are_said_at_once_in_the_order_of_lines() -> None:
    found = mistakes("gate: {}\n" + CASE + "  - ask: When?\n    expect: {pge: 1}\n")
    assert [line for line, _ in found] == [1, 6]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", b"", "ending in .yaml"),
        ("a.yaml", b"\xff", "Not UTF-8"),
        ("missing.yaml", None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SuiteError, match=words) as caught:
        read_suite(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}:1: ")


def test_the_published_schema_is_valid_and_the_same_in_the_documentation() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(published()))
    assert (CHECKOUT / "docs" / "answers.schema.json").read_text(encoding="utf-8") == published()


WORDS = st.sampled_from(["Who?", "When?", "x", "2030", " ", "", "slow", "a-b"])
SCALARS = st.one_of(WORDS, st.integers(-2, 5), st.floats(-0.5, 1.5), st.booleans(), st.none())
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2), max_leaves=3)


def keys_of(*path: str) -> st.SearchStrategy[str]:
    part: dict = schema()  # type: ignore[assignment]
    for step in path:
        part = part["properties"][step] if step != "[]" else part["items"]
    return st.sampled_from([*part["properties"], "other"])


QUOTES = st.dictionaries(keys_of("cases", "[]", "expect", "quote"), VALUES, max_size=3)
EXPECTS = st.dictionaries(keys_of("cases", "[]", "expect"), VALUES | QUOTES, max_size=3)
GATES = st.dictionaries(keys_of("gates"), SCALARS, max_size=3)
CASES = st.fixed_dictionaries(
    {"ask": WORDS, "expect": EXPECTS | st.just({"answer": "x"})},
    optional={"also": VALUES, "name": SCALARS, "marks": VALUES, "skip": SCALARS, "other": SCALARS},
)
FILES = st.fixed_dictionaries(
    {"cases": st.lists(CASES, max_size=2)},
    optional={"documents": SCALARS, "library": SCALARS, "gates": GATES, "other": SCALARS},
)


@settings(max_examples=400, deadline=None)
@given(FILES)
def test_files_are_refused_where_the_published_schema_refuses_them(value: dict[str, object]) -> None:
    fits = jsonschema.Draft202012Validator(json.loads(published())).is_valid(value)
    try:
        build(Content(value, {}), PATH)
        read = True
    except SuiteError as error:
        read = False
        beyond_a_schema = ("is called", "cannot be asked")
        if all(any(words in mistake.text for words in beyond_a_schema) for mistake in error.mistakes):
            return
    whole_floats = "1.0" in json.dumps(value) or "0.0" in json.dumps(value)  # integers to a schema, not to a reader
    assert read == fits or whole_floats
