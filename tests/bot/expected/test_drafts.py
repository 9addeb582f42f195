from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.expected import drafts, read_suite
from bot.expected.case import Case, Expect
from bot.expected.drafts import FILE, FILL_IN, Drafts, answered, notes, to_abstain, to_be_answered
from bot.expected.mistakes import SuiteError
from bot.journal import Entry, Place
from index import EVERYTHING
from index.document import normalise

OPENS = Place("d", "Gate", "docs/gate.txt", "0" * 64, 18, 22, "nine", "The gate\nopens at nine.")


def entry(text: str | None = "nine", place: Place | None = OPENS, near: tuple[Place, ...] = ()) -> Entry:
    at = datetime.now(UTC)
    asked = "When does the gate open?"
    return Entry("1", at, "page", "c", asked, None, text is not None, text, 0.9, None, place, near, 7, EVERYTHING, 0, 0)


def test_an_answer_becomes_a_case_that_names_its_place(tmp_path: Path) -> None:
    wordings = ["When does the gate open?", "when does the  gate open", "What time does the gate open?"]
    kept = Drafts(tmp_path)
    assert kept.suite() is None
    assert kept.add(answered(wordings, entry()))
    text = kept.text()
    assert text.startswith("# Draft cases")
    suite = read_suite(tmp_path / FILE)
    assert suite.library == tmp_path / "."
    (case,) = suite.cases
    assert case.questions == ("When does the gate open?", "What time does the gate open?"), "each wording once"
    assert (case.expect.answers, case.expect.documents) == (("nine",), ("docs/gate.txt",))
    assert case.expect.quote is not None
    assert case.expect.quote.exact == "The gate opens at nine."
    assert case.skip is not None
    assert case.skip.startswith("draft")


def test_what_nobody_answered_is_left_to_a_person_with_the_nearest_passage(tmp_path: Path) -> None:
    kept = Drafts(tmp_path)
    near = entry(None, None, (OPENS,))
    assert kept.add(to_be_answered(["Who built it?"]), notes(near))
    assert kept.add(to_abstain(["What is love?", "love?"]), notes(entry()))
    one, other = (kept.suite() or pytest.fail("no drafts")).cases
    assert one.expect == Expect(answers=(FILL_IN,))
    assert other.expect == Expect(abstain=True)
    text = kept.text()
    assert "# The nearest passage, in docs/gate.txt: The gate opens at nine.\n" in text
    assert "# Called wrong: nine\n" in text
    assert kept.drop("Who built it?")
    assert "nearest passage" not in kept.text(), "the comment goes with its case"
    assert "# Called wrong: nine\n" in kept.text(), "and no other"


def test_a_question_is_a_draft_once(tmp_path: Path) -> None:
    kept = Drafts(tmp_path)
    assert kept.add(to_abstain(["What is love?", "What is it?"]))
    assert not kept.add(to_be_answered(["what is  LOVE"]))
    assert not kept.add(to_be_answered(["Tell me", "What is it?"])), "another wording"
    assert len((kept.suite() or pytest.fail("no drafts")).cases) == 1


def test_the_last_one_takes_the_file_with_it(tmp_path: Path) -> None:
    kept = Drafts(tmp_path)
    kept.add(to_abstain(["What is love?"]))
    assert not kept.drop("What is hate?")
    assert kept.drop("What is love?")
    assert not (tmp_path / FILE).exists()
    assert kept.text() == ""


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    kept = Drafts(tmp_path)
    kept.add(to_abstain(["What is love?"]))
    path = tmp_path / FILE
    path.write_text(
        path.read_text().replace("    skip:", "    # asked by Ada\n    skip:") + "gates: {most_wrong: 0.1}\n"
    )
    kept.add(to_abstain(["What is hate?"]))
    assert "# asked by Ada" in path.read_text()
    assert (kept.suite() or pytest.fail("no drafts")).gates.most_wrong == 0.1
    portable = tmp_path / "elsewhere.answers.yaml"
    portable.write_text(kept.portable())
    assert read_suite(portable).library is None
    assert len(read_suite(portable).cases) == 2


def test_a_file_with_mistakes_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("cases: [")
    with pytest.raises(SuiteError):
        Drafts(tmp_path).add(to_abstain(["What is love?"]))
    assert (tmp_path / FILE).read_text() == "cases: ["


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    def add(number: int) -> bool:
        return Drafts(tmp_path).add(to_abstain([f"What is number {number}?"]))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(add, range(24)))
    assert len((Drafts(tmp_path).suite() or pytest.fail("no drafts")).cases) == 24


TEXT = st.text(min_size=1).map(normalise).filter(lambda text: any(map(str.isalnum, text)))


@settings(deadline=None, max_examples=50)
@given(TEXT, TEXT, TEXT)
def test_any_text_comes_back_as_it_was(ask: str, answer: str, note: str) -> None:
    case = Case(" ".join(ask.split()), ask, Expect(answers=(answer,)), skip=drafts.SKIP)
    value = drafts.CommentedMap(cases=drafts.CommentedSeq([drafts._commented(case, [note])]))
    (back,) = drafts.build(drafts.parse(drafts._dumped(value), Path("x.answers.yaml")), Path("x.answers.yaml")).cases
    assert (back.ask, back.expect.answers) == (case.ask, case.expect.answers)
