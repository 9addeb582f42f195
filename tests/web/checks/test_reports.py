import re
from dataclasses import replace
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from bot.expected import Cause, Finding, Gates, Reply, Report, Status, Verdict
from bot.expected.curve import Proposal
from bot.expected.verdict import Quoted
from web.checks import phrases
from web.checks.junit import junit
from web.checks.markdown import markdown

REPLY = Reply("Who?", True, "Ada | <b>\x1b[31m", 0.62, None, None, 1, False, 84.0)
FINDING = Finding(
    Cause.OTHER_SPAN,
    "Who?",
    "'Ada' was answered (confidence 0.62).",
    Quoted("It is ", "Bruno\nMarsh", " who pays.", "a|b.md"),
    Quoted("Booked by ", "Ada | <b>\x1b[31m", ".", "b.md"),
)
FAILED = Verdict("Who? *now*", 3, True, (), Status.FAILED, None, (REPLY,), (FINDING,))
PASSED = replace(FAILED, name="passes", status=Status.PASSED, findings=(), replies=(replace(REPLY, right=True),))
KNOWN = replace(FAILED, name="known", status=Status.XFAILED, why="a table")
HOLDS = replace(PASSED, name="holds", status=Status.XPASSED, why="a list")
SKIPPED = Verdict("skipped", 9, True, (), Status.SKIPPED, "later")
REPORT = Report("a.answers.yaml", 0.3, Gates(0.5, 0.1, 50), (FAILED, PASSED, KNOWN, HOLDS, SKIPPED))


def test_junit_names_cases_gates_causes_and_reasons() -> None:
    root = ElementTree.fromstring(junit([REPORT]))
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("8", "2", "2")
    case = suite.find("testcase[@name='Who? *now*']")
    assert case is not None
    assert (case.get("file"), case.get("line"), case.get("time")) == ("a.answers.yaml", "3", "0.084")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "other_span"
    assert failure.get("message") == "the reader chose another span: 'Ada' was answered (confidence 0.62)."
    assert "expected  It is [Bruno Marsh] who pays. (a|b.md)" in (failure.text or "")
    gate = suite.find("testcase[@name='gate most_wrong']/failure")
    assert gate is not None
    assert suite.find("testcase[@name='gate latency_ms']/failure") is None


def test_markdown_shows_quotes_side_by_side_and_nothing_of_them_is_markup() -> None:
    text = markdown([REPORT], Proposal(0.05, None, "Too few."), "a b.svg")
    assert text.startswith("## Expected answers: failed\n")
    html = MarkdownIt("commonmark").enable("table").render(text)
    (row,) = re.findall(r"<td>(.*?)</td>\n<td>(.*?)</td>", html.split("<th>found</th>")[1], re.S)[:1]
    assert row[0] == "It is <strong>Bruno Marsh</strong> who pays.<br>a|b.md"
    assert row[1] == "Booked by <strong>Ada | &lt;b&gt;\ufffd[31m</strong> .<br>b.md"
    assert "<b>" not in html
    assert "Who? *now* (line 3)" in html
    assert "<summary>3 with a reason</summary>" in html
    assert 'src="a%20b.svg"' in html
    assert "Too few." in html
    assert "most_wrong" not in html
    assert "at most 10%: <strong>missed</strong>" in html


def test_a_report_passes_where_no_case_failed_and_no_gate_was_missed() -> None:
    good = Report("a", 0.3, Gates(latency_ms=1), (PASSED, KNOWN, SKIPPED))
    assert phrases.passed([good])
    assert not phrases.passed([good, replace(good, verdicts=(FAILED,))])
    assert not phrases.passed([replace(good, gates=Gates(most_wrong=0.1))])
    assert phrases.counted(REPORT) == (
        "1 passed, 1 failed, 1 failed as expected, 1 holds now (take its xfail out), 1 skipped"
    )


def test_wordings_that_disagree_are_not_shown_as_expected_and_found() -> None:
    other = replace(FAILED, findings=(replace(FINDING, cause=Cause.DISAGREEING),))
    lines = phrases.details(other)
    assert [line.split("  ")[1] for line in lines[1:]] == ["first wording", "this wording"]
    assert "| first wording | this wording |" in markdown([replace(REPORT, verdicts=(other,))])


def test_why_nothing_was_answered_is_said_in_words() -> None:
    assert phrases.said(replace(REPLY, answered=False, reason="no_span")) == "no answer (no words answer it)"
    assert phrases.said(replace(REPLY, answered=False, reason="Ask in English.")) == "no answer (Ask in English.)"
