from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.expected import Case, Expect, Quote, Suite
from bot.expected.build import build
from bot.expected.files import export, read_suite, yaml
from bot.expected.mistakes import SuiteError
from bot.expected.parse import parse
from bot.expected.sheet import parse_sheet, sheet

PATH = Path("cases.csv")


def read(text: str) -> tuple[Case, ...]:
    return build(parse_sheet(text, PATH), PATH).cases


def test_columns_are_keys() -> None:
    (case,) = read(
        "ask,also,any_of,doc,page,quote,prefix,min_confidence,marks,xfail\r\n"
        'When?,since when | what year,"1987 | in 1987",a.md|b.md,3,1987,founded in,"0,5",slow,not yet\r\n'
    )
    assert case == Case(
        name="When?",
        ask="When?",
        also=("since when", "what year"),
        marks=("slow",),
        xfail="not yet",
        line=2,
        expect=Expect(
            answers=("1987", "in 1987"),
            documents=("a.md", "b.md"),
            page=3,
            quote=Quote("1987", "founded in"),
            min_confidence=0.5,
        ),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_understood(separator: str) -> None:
    rows = separator.join(["ask", "answer"]) + "\n" + separator.join(["Who?", "1987"]) + "\n"
    assert read(rows)[0].expect.answers == ("1987",)


@pytest.mark.parametrize(("cell", "abstain"), [("true", True), ("TRUE", True), ("x", True), ("yes", True)])
def test_abstain_is_any_yes(cell: str, abstain: bool) -> None:
    assert read(f"ask,abstain\nWho?,{cell}\n")[0].expect.abstain is abstain
    assert read("ask,answer,abstain\nWho?,x,no\n")[0].expect.abstain is False


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("ask,anwser\nWho?,x\n", 1, "Did you mean 'answer'?"),
        ("ask,ask\nWho?,x\n", 1, "there twice"),
        ("answer\nx\n", 1, "one of them must be 'ask'"),
        ("", 1, "one of them must be 'ask'"),
        ("ask,answer\nWho?,x\nWhen?,x,y\n", 3, "3 cells, but 2 columns"),
        ('ask,answer\n"Wh\no?",x\n\nWhen?,\n', 5, "`expect` is empty"),
        ("ask,page\nWho?,x\n", 2, "`page` must be a whole number"),
        ("ask,abstain\nWho?,maybe\n", 2, "`abstain` can only be true"),
        ("ask,prefix,answer\nWho?,a,b\n", 2, "`exact` is missing"),
        ('ask,answer\n"Who?,x\n', 2, "no sheet of cells"),
    ],
)
def test_every_mistake_has_its_row(text: str, line: int, words: str) -> None:
    with pytest.raises(SuiteError) as caught:
        read(text)
    assert [one for one in caught.value.mistakes if one.line == line and words in one.text], caught.value


TEXTS = st.text(st.sampled_from("ab |\\'=+-@,;\"\n1é"), min_size=1, max_size=8).map(lambda text: f"w{text}w")
STARTS = st.sampled_from(["=1+1", "+1", "-1", "@x", "'a", "''", "x"])
WORDS = TEXTS | STARTS
EXPECTS = st.one_of(
    st.just(Expect(abstain=True)),
    st.builds(
        Expect,
        answers=st.lists(WORDS.filter(str.strip), min_size=1, max_size=3).map(tuple),
        contains=st.lists(TEXTS, max_size=2).map(tuple),
        documents=st.lists(TEXTS, max_size=2).map(tuple),
        under=st.none() | TEXTS,
        page=st.none() | st.integers(1, 9),
        quote=st.none() | st.builds(Quote, TEXTS, st.just("") | TEXTS, st.just("") | TEXTS),
        min_confidence=st.none() | st.sampled_from([0, 0.25, 1]),
        sources_agree=st.none() | st.integers(1, 3),
    ),
)
CASES = st.builds(
    Case,
    name=st.just("w"),
    ask=TEXTS,
    expect=EXPECTS,
    also=st.lists(TEXTS, max_size=2).map(tuple),
    marks=st.lists(st.sampled_from(["a", "b_1"]), max_size=2).map(tuple),
    skip=st.none() | TEXTS,
    xfail=st.none() | TEXTS,
)


@settings(max_examples=200, deadline=None)
@given(CASES)
def test_a_sheet_and_yaml_hold_what_was_written_into_them(case: Case) -> None:
    suite = Suite(PATH, (case,))
    assert [replace(one, line=0) for one in read(sheet(suite))] == [case]
    again = build(parse(yaml(suite, Path("x.yaml")), PATH), PATH)
    assert [replace(one, line=0) for one in again.cases] == [case]


def test_cells_that_a_spreadsheet_would_compute_stand_behind_an_apostrophe() -> None:
    written = sheet(Suite(PATH, (Case("x", "x", Expect(answers=("=HYPERLINK(1)",))),)))
    assert "'=HYPERLINK(1)" in written
    assert read(written)[0].expect.answers == ("=HYPERLINK(1)",)


def test_a_file_is_exported_into_the_form_its_name_asks_for(tmp_path: Path) -> None:
    first = tmp_path / "a.answers.yaml"
    first.write_text("documents: docs\ngates: {most_wrong: 0.1}\ncases:\n  - ask: Who?\n    expect: {answer: é}\n")
    export(read_suite(first), tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_bytes().startswith(b"\xef\xbb\xbfask,answer\r\n")
    (tmp_path / "deeper").mkdir()
    export(read_suite(first), tmp_path / "deeper" / "c.answers.yaml")
    again = read_suite(tmp_path / "deeper" / "c.answers.yaml")
    assert again.gates.most_wrong == 0.1
    assert again.documents is not None
    assert again.documents.resolve() == tmp_path / "docs"
    assert read_suite(tmp_path / "b.csv").cases[0].expect.answers == ("é",)


@pytest.mark.parametrize(
    ("name", "words"), [("a.answers.yaml", "already"), ("b.txt", "ending in"), ("no/b.csv", "No such")]
)
def test_what_cannot_be_exported_is_said(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "a.answers.yaml").write_text("cases:\n  - ask: Who?\n    expect: {answer: x}\n")
    with pytest.raises(SuiteError, match=words):
        export(read_suite(tmp_path / "a.answers.yaml"), tmp_path / name)
