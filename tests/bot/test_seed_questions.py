"""Questions about the seeds, written before anything answered them.

`seed_questions.json` is the bar. `seed_questions_blind.json` was written by somebody who never saw
Pincite, a third of it far from the articles' words: it shows what to expect, and that must not get worse.
"""

import json
import string
from pathlib import Path

import pytest

from bot import Answer, Bot
from tests.conftest import Report

DATA = Path(__file__).parent.parent / "data"
QUESTIONS = json.loads((DATA / "seed_questions.json").read_text(encoding="utf-8"))
BLIND = json.loads((DATA / "seed_questions_blind.json").read_text(encoding="utf-8"))
ANSWERABLE = [case for case in QUESTIONS if case["answers"]]
UNANSWERABLE = [case for case in QUESTIONS if not case["answers"]]


@pytest.fixture(scope="module")
def answers(bot: Bot) -> dict[str, Answer]:
    return {case["question"]: bot.ask(case["question"]) for case in QUESTIONS}


def normalised(text: str) -> list[str]:
    """Return the words as SQuAD compares them, typographic quotes counted as punctuation."""
    kept = "".join(c for c in text.lower() if c not in string.punctuation + "“”‘’–—")
    return [word for word in kept.split() if word not in ("a", "an", "the")]


def right(case: dict[str, list[str]], answer: Answer) -> bool:
    if answer.text is None:
        return False
    cited = {Path(citation.document.source).name for citation in answer.citations[:1]}
    return cited <= set(case["documents"]) and normalised(answer.text) in [normalised(a) for a in case["answers"]]


def test_the_questions_are_enough_and_of_all_kinds() -> None:
    assert len(ANSWERABLE) >= 30
    assert len(UNANSWERABLE) >= 10
    assert len({case["kind"] for case in QUESTIONS}) >= 14
    assert len({case["question"] for case in QUESTIONS}) == len(QUESTIONS)


def test_nine_of_ten_answerable_questions_are_answered_right(answers: dict[str, Answer], report: Report) -> None:
    wrong = [
        f"{case['question']} -> {answers[case['question']].text} ({answers[case['question']].confidence:.2f})"
        for case in ANSWERABLE
        if not right(case, answers[case["question"]])
    ]
    report(f"seed questions: exactly right {len(ANSWERABLE) - len(wrong)} of {len(ANSWERABLE)}")
    assert len(wrong) <= len(ANSWERABLE) * 0.1, "\n".join(wrong)


def test_four_of_five_unanswerable_questions_are_abstained_from(answers: dict[str, Answer], report: Report) -> None:
    wrong = [
        f"{case['question']} -> {answers[case['question']].text} ({answers[case['question']].confidence:.2f})"
        for case in UNANSWERABLE
        if answers[case["question"]].answered
    ]
    report(f"seed questions: abstained {len(UNANSWERABLE) - len(wrong)} of {len(UNANSWERABLE)}")
    assert len(wrong) <= len(UNANSWERABLE) * 0.2, "\n".join(wrong)


def test_blind_questions_fare_no_worse_than_when_they_were_written(bot: Bot, report: Report) -> None:
    answered = [(case, bot.ask(case["question"])) for case in BLIND]
    exact = sum(right(case, answer) for case, answer in answered if case["answers"])
    abstained = sum(not answer.answered for case, answer in answered if not case["answers"])
    report(f"blind seed questions: exactly right {exact} of 60, abstained {abstained} of 25")
    assert exact >= 36
    assert abstained >= 18
