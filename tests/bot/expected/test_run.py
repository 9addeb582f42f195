"""Each verdict, and each cause, on a small handbook that the real bot reads."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot import Answer, Bot, Citation, Confidence, Reader
from bot.expected import Case, Cause, Expect, Gates, Status, Suite, Verdict, check_case, run
from bot.expected.promises import broken
from bot.reader import Pair
from bot.windows import Window
from index import Embedder, Library
from index.document import Document
from tests.bot.expected.conftest import Check, no_fault

HOLIDAYS = "Who grants holidays?"


def causes(verdict: Verdict) -> list[Cause]:
    return [finding.cause for finding in verdict.findings]


def test_a_case_that_holds_in_every_respect_passes(check: Check) -> None:
    verdict = check(
        f"""
  - ask: {HOLIDAYS}
    also: [Who are holidays granted by?]
    expect:
      answer: Bruno Marsh
      contains: Marsh
      doc: leave.md
      under: Leave
      quote: {{prefix: Holidays are granted by, exact: 'Bruno Marsh, 28 days', suffix: a year}}
      min_confidence: 0.05
      sources_agree: 1
"""
    )
    assert causes(verdict) == []
    assert verdict.status is Status.PASSED
    assert [reply.right for reply in verdict.replies] == [True, True]
    place = verdict.replies[0].place
    assert place is not None
    assert (place.source, place.exact, place.under) == ("handbook/leave.md", "Bruno Marsh", "Holidays")


@pytest.mark.parametrize("name", ["leave.md", "handbook/leave.md", "Leave", "[travel.md, leave.md]"])
def test_documents_go_by_source_the_end_of_it_or_title(check: Check, name: str) -> None:
    assert check(f"\n  - ask: {HOLIDAYS}\n    expect: {{doc: {name}}}").status is Status.PASSED


@pytest.mark.parametrize(
    ("expect", "cause", "words"),
    [
        ("{answer: 31 March}", Cause.OTHER_SPAN, "'Bruno Marsh' was answered"),
        ("{contains: expire}", Cause.OTHER_SPAN, "'Bruno Marsh' was answered"),
        ("{quote: 31 March}", Cause.OTHER_SPAN, "'Bruno Marsh' was answered"),
        ("{answer: Bruno Marsh, under: Illness}", Cause.SOURCE_CHANGED, "but not on that page or under that heading"),
        ("{under: Illness}", Cause.OTHER_PLACE, "under 'Holidays'; expected was handbook/leave.md, under 'Illness'"),
        ("{doc: travel.md}", Cause.OTHER_PLACE, "from handbook/leave.md"),
        ("{answer: Clara Fell}", Cause.SOURCE_CHANGED, "The words are not in any of 2 documents."),
        ("{answer: Clara Fell, doc: leave.md}", Cause.SOURCE_CHANGED, "The words are not in handbook/leave.md."),
        ("{answer: Bruno Marsh, doc: leaves.md}", Cause.SOURCE_CHANGED, "Did you mean 'leave.md'?"),
        ("{answer: Bruno Marsh, under: Holiday}", Cause.SOURCE_CHANGED, "Did you mean 'Holidays'?"),
        ("{quote: {exact: Bruno Marsh, suffix: and others}}", Cause.SOURCE_CHANGED, "what stands around them changed"),
        ("{page: 2}", Cause.SOURCE_CHANGED, "not on that page"),
        ("{min_confidence: 1}", Cause.LESS_CONFIDENT, "expected was 1 or more"),
        ("{sources_agree: 2}", Cause.FEWER_SOURCES, "Documents that say so: 1"),
        ("{abstain: true}", Cause.WRONGLY_ANSWERED, "'Bruno Marsh' was answered"),
    ],
)
def test_each_way_to_fail_has_its_cause(check: Check, expect: str, cause: Cause, words: str) -> None:
    verdict = check(f"\n  - ask: {HOLIDAYS}\n    expect: {expect}")
    assert verdict.status is Status.FAILED
    (finding,) = verdict.findings
    assert finding.cause is cause
    assert words in finding.detail


def test_expected_and_found_are_shown_in_their_sentences(check: Check) -> None:
    (finding,) = check(f"\n  - ask: {HOLIDAYS}\n    expect: {{answer: 31 March}}").findings
    assert finding.expected is not None
    assert finding.found is not None
    assert finding.expected.before.startswith("Days that are left over expire on ")
    assert (finding.expected.exact, finding.expected.source) == ("31 March.", "handbook/leave.md")
    assert (finding.found.before, finding.found.exact) == ("Holidays are granted by ", "Bruno Marsh")


def test_what_stands_there_now_is_shown_where_the_source_changed(check: Check) -> None:
    (finding,) = check(f"\n  - ask: {HOLIDAYS}\n    expect: {{quote: Holidays are granted by Clara Fell}}").findings
    assert finding.expected is not None
    assert finding.found is not None
    assert finding.expected.exact == "Holidays are granted by Clara Fell"
    assert finding.found.before == "Holidays are granted by Bruno Marsh, 28 days a year."


def test_right_words_held_back_are_below_the_threshold(check: Check, handbook: Bot) -> None:
    strict = Bot(handbook.library, handbook.reader, handbook.confidence, 0.99)
    (finding,) = check(f"\n  - ask: {HOLIDAYS}\n    expect: {{answer: Bruno Marsh}}", strict).findings
    assert finding.cause is Cause.BELOW_THRESHOLD
    assert "threshold 0.99" in finding.detail
    assert "not in here" not in finding.detail


def test_right_words_less_likely_than_none_are_held_back_whatever_the_threshold(
    check: Check, handbook: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Doubting(Reader):
        def __call__(self, rows: Sequence[Window]) -> list[Pair]:
            null = [np.where(np.arange(len(row.tokens)) == 0, np.float32(50), np.float32(0)) for row in rows]
            return [(start + one, end + one) for (start, end), one in zip(super().__call__(rows), null, strict=True)]

    reader = Doubting()
    monkeypatch.setattr(reader, "_deeper", None)
    lenient = Bot(handbook.library, reader, handbook.confidence, 0.0)
    (finding,) = check(f"\n  - ask: {HOLIDAYS}\n    expect: {{answer: Bruno Marsh}}", lenient).findings
    assert finding.cause is Cause.BELOW_THRESHOLD
    assert "held back, as “not in here” is likelier still: confidence" in finding.detail


def test_nothing_right_held_back_is_wrongly_abstained(check: Check) -> None:
    (finding,) = check("\n  - ask: What colour are tickets?\n    expect: {answer: Ada Okoro}").findings
    assert finding.cause is Cause.WRONGLY_ABSTAINED
    assert finding.expected is not None
    assert "Ada Okoro" in finding.expected.exact


def test_an_abstention_passes_where_it_is_expected(check: Check) -> None:
    verdict = check("\n  - ask: What does the dog eat?\n    expect: {abstain: true}")
    assert verdict.status is Status.PASSED
    assert not verdict.answerable
    assert not verdict.replies[0].right


def test_a_question_that_is_refused_is_not_answered_and_says_why(check: Check) -> None:
    asked = "Wie viele Tage Urlaub haben die Angestellten in diesem Jahr?"
    (finding,) = check(f"\n  - ask: {asked}\n    expect: {{answer: Bruno Marsh}}").findings
    assert finding.cause is Cause.WRONGLY_ABSTAINED
    assert "English" in finding.detail


def test_a_wording_that_fails_is_named(check: Check) -> None:
    verdict = check(f"\n  - ask: {HOLIDAYS}\n    also: Who books tickets?\n    expect: {{answer: Bruno Marsh}}")
    assert causes(verdict) == [Cause.OTHER_SPAN, Cause.DISAGREEING]
    assert {finding.question for finding in verdict.findings} == {"Who books tickets?"}


def test_wordings_must_agree_even_where_each_alone_would_do(check: Check) -> None:
    verdict = check(f"\n  - ask: {HOLIDAYS}\n    also: When do left over days expire?\n    expect: {{doc: leave.md}}")
    assert causes(verdict) == [Cause.DISAGREEING]
    assert "'31 March' here, 'Bruno Marsh' to" in verdict.findings[0].detail


def test_skipped_cases_are_not_asked_and_known_failures_are_known(check: Check) -> None:
    skipped = check(f"\n  - ask: {HOLIDAYS}\n    skip: later\n    expect: {{answer: Bruno Marsh}}")
    assert (skipped.status, skipped.why, skipped.replies) == (Status.SKIPPED, "later", ())
    known = check(f"\n  - ask: {HOLIDAYS}\n    xfail: not yet\n    expect: {{answer: 31 March}}")
    assert (known.status, known.why) == (Status.XFAILED, "not yet")
    holds = check(f"\n  - ask: {HOLIDAYS}\n    xfail: not yet\n    expect: {{answer: Bruno Marsh}}")
    assert holds.status is Status.XPASSED


def test_no_xfail_covers_a_broken_promise(handbook: Bot) -> None:
    case = Case("x", HOLIDAYS, Expect(answers=("Bruno Marsh",)), xfail="known")
    verdict = check_case(case, handbook, lambda citation: "The link is dead.")
    assert verdict.status is Status.FAILED
    assert causes(verdict) == [Cause.BROKEN]
    assert verdict.findings[0].detail == "The link is dead."


def test_every_promise_is_looked_at(handbook: Bot) -> None:
    answer = handbook.ask(HOLIDAYS)
    first = answer.citations[0]
    document = first.document

    def problems(citation: Citation) -> str:
        return " ".join(broken(Answer("q", 0.5, (citation,)), handbook.library, no_fault))

    assert problems(first) == ""
    assert "is cut inside a word" in problems(Citation(document, first.start, first.end - 1))
    assert "begins or ends with a blank" in problems(Citation(document, first.start - 1, first.end))
    other = replace(document, id="gone")
    assert "cited as the library does not hold it" in problems(Citation(other, first.start, first.end))
    forged = replace(document)
    object.__setattr__(forged, "text", document.text.replace("Bruno", "Clara"))
    found = problems(Citation(forged, first.start, first.end))
    assert "does not match its sha256" in found
    assert "are not those at" in found


def test_words_of_scripts_without_blanks_may_be_cut(handbook: Bot) -> None:
    from index.formats import make_document

    document: Document = make_document("全固体電池は二千年に", source="x")
    handbook_like = Answer("q", 0.5, (Citation(document, 1, 3),))
    assert not [one for one in broken(handbook_like, handbook.library, no_fault) if "cut" in one]


def test_a_report_counts_and_goes_through_json(handbook: Bot) -> None:
    cases = (
        Case("a", HOLIDAYS, Expect(answers=("Bruno Marsh",))),
        Case("b", HOLIDAYS, Expect(answers=("31 March",)), also=("Who books tickets?",)),
        Case("c", HOLIDAYS, Expect(answers=("Bruno Marsh",)), skip="later"),
    )
    told: list[Verdict] = []
    report = run(Suite(Path("x.answers.yaml"), cases, Gates(0.5)), handbook, no_fault, told.append)
    assert [status for status, number in report.count().items() for _ in range(number)] == [
        Status.PASSED, Status.FAILED, Status.SKIPPED,
    ]  # fmt: skip
    assert tuple(told) == report.verdicts
    again = json.loads(json.dumps(report.as_json()))
    assert tuple(Verdict.from_json(case) for case in again["cases"]) == report.verdicts
    assert (again["file"], again["gates"]["least_coverage"]) == ("x.answers.yaml", 0.5)


@pytest.fixture
def rules(tmp_path: Path, embedder: Embedder, reader: Reader) -> Iterator[Bot]:
    """A bot over rules in which numbers changed that stand elsewhere too."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.md").write_text(RULES)
    library = Library(tmp_path / "library", embedder)
    library.sync(tmp_path / "rules")
    yield Bot(library, reader, Confidence.of(reader.folder))
    library.close()


RULES = """# Rules

## 2.1. Votes
A proposal of the committee passes if, after 48 hours, two members approve of it.

## 2.2. Nominations
After sufficient time, 72 hours for one, a nomination is announced. Seats are for 12 members.
The stamp is made of brass.
"""


@pytest.mark.parametrize(
    ("expect", "nearest"),
    [
        ("{contains: '72'}", "passes if, after 48 hours"),
        ("{answer: 72 hours, doc: rules.md}", "passes if, after 48 hours"),
        ("{answer: brass}", ""),
    ],
)
def test_words_that_stand_elsewhere_only_are_gone_from_the_source(
    check: Check, rules: Bot, expect: str, nearest: str
) -> None:
    ask = "After how many hours does a proposal of the committee pass?"
    (finding,) = check(f"\n  - ask: {ask}\n    expect: {expect}", rules).findings
    assert finding.cause is Cause.SOURCE_CHANGED
    assert "but no longer where the question's own words stand" in finding.detail
    assert nearest in (finding.found.before if finding.found else "")


def test_all_words_to_be_contained_make_one_place(check: Check, rules: Bot) -> None:
    ask = "After how many hours is a nomination announced?"
    (finding,) = check(f"\n  - ask: {ask}\n    expect: {{contains: [sufficient, nomination]}}", rules).findings
    assert finding.expected is not None
    assert finding.expected.exact == "sufficient time, 72 hours for one, a nomination"
    (finding,) = check(f"\n  - ask: {ask}\n    expect: {{contains: [sufficient, committee, zebra]}}", rules).findings
    assert finding.cause is Cause.SOURCE_CHANGED


def test_a_heading_goes_by_its_words_and_a_wrong_one_makes_no_answer_wrong(check: Check, rules: Bot) -> None:
    ask = "After how many hours does a proposal of the committee pass?"
    assert check(f"\n  - ask: {ask}\n    expect: {{contains: '48', under: VOTES}}", rules).status is Status.PASSED
    verdict = check(f"\n  - ask: {ask}\n    expect: {{contains: '48', under: Ballots}}", rules)
    assert verdict.findings[0].cause is Cause.SOURCE_CHANGED
    assert "The answer is right, and stands under '2.1. Votes' now." in verdict.findings[0].detail
    assert verdict.replies[0].right
