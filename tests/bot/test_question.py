"""What a person types becomes a question that is safe to ask, or an error that says what to do."""

import pytest

from bot.question import MAX_CHARACTERS, Kind, fits, kind_of, read
from index import QuestionError


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\0\x07", "???", "— … !", "\u2028"])
def test_nothing_to_ask_is_an_error(text: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        read(text)


def test_a_document_instead_of_a_question_is_an_error() -> None:
    assert read("a" * MAX_CHARACTERS).text
    with pytest.raises(QuestionError, match="10,000 characters"):
        read("a" * 10_000)


def test_control_characters_and_runs_of_blanks_become_single_blanks() -> None:
    assert read("  When\0was\r\n\tCASIP\x1b established? ").text == "When was CASIP established?"


def test_half_characters_are_replaced() -> None:
    assert read("what is \ud800?").text == "what is \ufffd?"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("When was it founded?", Kind.TIME),
        ("In which year did it open?", Kind.TIME),
        ("How many people work there?", Kind.QUANTITY),
        ("what percentage of the market", Kind.QUANTITY),
        ("Who leads it?", Kind.PERSON),
        ("whos the boss", Kind.PERSON),
        ("which company makes it", Kind.NAME),
        ("Why did it close?", Kind.REASON),
        ("What is her email address?", Kind.EMAIL),
        ("casip members", Kind.OTHER),
        ("How does it work?", Kind.OTHER),
        ("Who decided when to leave?", Kind.PERSON),
        ("What began when the wall fell?", Kind.OTHER),
        ("What was the date of the first Doctor Who episode?", Kind.TIME),
        ("the wall fell when", Kind.TIME),
    ],
)
def test_the_kind_of_answer_is_read_from_the_first_question_word(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "plural"),
    [
        ("Which companies joined?", True),
        ("Who are the members?", True),
        ("name the ministries", True),
        ("Who is the chair?", False),
        ("When was it founded?", False),
        ("What does it do?", False),
        ("which company publishes the paper", False),
        ("which two companies lead", True),
    ],
)
def test_a_question_for_several_things_is_known(text: str, plural: bool) -> None:
    assert read(text).plural is plural


@pytest.mark.parametrize(
    ("question", "fitting", "misfit"),
    [
        ("How many joined?", "six", "the ministry"),
        ("How many joined?", "more than 1,300", "among others"),
        ("By how much did it grow?", "twofold", "China"),
        ("When did it open?", "last week", "Paris"),
        ("When did it open?", "2030", "the board"),
        ("What is his email?", "a@b.example", "the professor"),
        ("Who wrote it?", "Ann Lee", "quickly"),
        ("Which company makes it?", "Acme", "making things"),
    ],
)
def test_answers_look_like_what_was_asked_for(question: str, fitting: str, misfit: str) -> None:
    assert fits(read(question), fitting)
    assert not fits(read(question), misfit)
