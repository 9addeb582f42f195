"""Dialogues over the seeds: follow-ups are resolved, fresh topics left alone, and answers stay verbatim.

`seed_dialogues.json` was written before anything resolved a follow-up, of questions that are answered where they
stand alone, so that it measures the resolving. `seed_dialogues_blind.json` was written by somebody who never saw
Pincite: it shows what to expect, and that must not get worse.
"""

import json
import string
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from bot import Answer, Bot
from bot.conversation import Turn
from bot.evaluation import RIGHT
from bot.scores import token_f1
from tests.conftest import Report

DATA = Path(__file__).parent.parent / "data"
QUOTES = str.maketrans("", "", "“”‘’–—" + string.punctuation)


@dataclass(frozen=True)
class Taken:
    """One turn of a dialogue as it went: what was expected, what came, and what its standalone form gives."""

    name: str
    case: dict
    follows: bool
    answer: Answer
    alone: Answer

    @property
    def right(self) -> bool:
        return same(self.answer, self.alone) if self.case["fresh"] else fits(self.case, self.answer)


def fits(case: dict, answer: Answer) -> bool:
    if case["abstain"] or not answer.answered:
        return bool(case["abstain"]) is not answer.answered
    cited = Path(answer.citations[0].document.source).name
    said = (answer.text or "").translate(QUOTES)
    return cited == (case["doc"] or cited) and any(token_f1(said, a.translate(QUOTES)) > RIGHT for a in case["answers"])


def same(one: Answer, other: Answer) -> bool:
    return (one.text, one.citations, one.reason) == (other.text, other.citations, other.reason)


@pytest.fixture(scope="module")
def take(bot: Bot) -> Callable[[str], list[Taken]]:
    once = copy(bot)
    once.ask_alone = cache(bot.ask_alone)  # what is asked in full and as a follow-up is read once

    def all_turns(file: str) -> Iterator[Taken]:
        for dialogue in json.loads((DATA / file).read_text(encoding="utf-8")):
            turns: list[Turn] = []
            for case in dialogue["turns"]:
                answer = once.ask(case["ask"], turns=turns)
                yield Taken(dialogue["name"], case, bool(turns), answer, once.ask(case["standalone"]))
                turns.append(Turn.of(answer))

    return lambda file: list(all_turns(file))


@pytest.fixture(scope="module")
def own(take: Callable[[str], list[Taken]]) -> list[Taken]:
    return take("seed_dialogues.json")


def follow_ups(taken: list[Taken]) -> list[Taken]:
    return [one for one in taken if one.follows and not one.case["fresh"]]


def test_the_dialogues_are_enough_and_of_both_lengths() -> None:
    dialogues = json.loads((DATA / "seed_dialogues.json").read_text(encoding="utf-8"))
    assert len(dialogues) >= 25
    assert {len(dialogue["turns"]) for dialogue in dialogues} == {2, 3}


def test_four_of_five_follow_ups_are_answered_right(own: list[Taken], report: Report) -> None:
    asked = follow_ups(own)
    wrong = [
        f"{one.name}: {one.case['ask']} -> {one.answer.question} -> {one.answer.text}" for one in asked if not one.right
    ]
    ceiling = sum(fits(one.case, one.alone) for one in asked)
    report(f"follow-ups: right {len(asked) - len(wrong)} of {len(asked)}; asked to stand alone {ceiling}")
    assert len(wrong) <= len(asked) * 0.2, "\n".join(wrong)


def test_a_fresh_topic_is_not_dragged_into_the_old_one(own: list[Taken]) -> None:
    fresh = [one for one in own if one.follows and one.case["fresh"]]
    assert len(fresh) >= 6
    assert [one.name for one in fresh if not one.right] == []


def test_blind_dialogues_fare_no_worse_than_when_they_were_first_read(
    take: Callable[[str], list[Taken]], report: Report
) -> None:
    taken = take("seed_dialogues_blind.json")
    asked = follow_ups(taken)
    fresh = [one for one in taken if one.follows and one.case["fresh"]]
    right = sum(one.right for one in asked)
    ceiling = sum(fits(one.case, one.alone) for one in asked)
    report(
        f"blind follow-ups: right {right} of {len(asked)}; asked to stand alone {ceiling}; "
        f"fresh topics left alone {sum(one.right for one in fresh)} of {len(fresh)}"
    )
    assert right >= 31
    assert all(one.right for one in fresh)


def test_every_answer_of_a_conversation_is_a_slice_of_its_document(own: list[Taken]) -> None:
    for one in own:
        for citation in one.answer.citations:
            assert citation.exact == citation.document.text[citation.start : citation.end]
        if one.answer.answered:
            assert one.answer.text == one.answer.citations[0].exact
