"""Why: what is said to have decided is what decided."""

from dataclasses import fields

import pytest

from bot import Bot, Reason
from bot.evidence import Evidence
from bot.why import GATES, Gate, why
from index import QuestionError
from tests.web.proof.conftest import BRIDGE, MILL, MINUTES, OPENED, UNSAID, Asking, ask_of

__all__ = ["ask_of"]

QUESTIONS = [OPENED, UNSAID, "Who opened the Tarn bridge?", "How long is the bridge?", "How do whales sleep?", "what"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("least", [None, 0.0, 1.0])
def test_why_never_differs_from_the_answer_given(ask_of: Asking, question: str, least: float | None) -> None:
    bot = ask_of(BRIDGE, MINUTES, MILL, min_confidence=least)
    found = why(bot, question)
    assert found.answer == bot.ask(question)
    assert found.threshold == bot.threshold
    if found.evidence is not None:
        assert found.answer.confidence == bot.confidence(found.evidence)
    else:
        assert found.answer.confidence == 0
    if found.answer.answered:
        assert found.groups[0].best.text == found.answer.text
        assert all(found.gates.values())
        assert (found.answer.confidence >= bot.threshold) is True


def test_the_terms_are_the_fit(ask_of: Asking) -> None:
    found = why(ask_of(BRIDGE, MINUTES), OPENED)
    assert [term.feature for term in found.terms] == [field.name for field in fields(Evidence)]
    odds = found.confidence.bias + sum(term.effect for term in found.terms)
    assert found.answer.confidence == pytest.approx(1 / (1 + 2.718281828459045**-odds))


def test_every_reason_has_its_gate_and_the_gates_behind_it_are_not_reached(ask_of: Asking) -> None:
    assert set(GATES) == set(Reason)
    held_back = why(ask_of(BRIDGE, min_confidence=1.0), OPENED)
    assert held_back.gates == {Gate.MATCH: True, Gate.SPAN: True, Gate.CONFIDENCE: False}
    unrelated = why(ask_of(BRIDGE), "what")
    assert unrelated.gates == {Gate.MATCH: False, Gate.SPAN: None, Gate.CONFIDENCE: None}
    assert unrelated.terms == ()


def test_an_empty_library_has_nothing_to_weigh(ask_of: Asking) -> None:
    found = why(ask_of(), OPENED)
    assert (found.answer.reason, found.readings, found.evidence) == (Reason.EMPTY_LIBRARY, (), None)


def test_what_cannot_be_asked_has_no_why(ask_of: Asking) -> None:
    bot: Bot = ask_of(BRIDGE)
    for question in (" ", "Wann wurde die Brücke eröffnet?"):
        with pytest.raises(QuestionError):
            why(bot, question)
