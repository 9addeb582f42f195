"""What a turn came to, as it goes behind "who said"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Turn, meanings
from bot.conversation.statements import claim


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("What does CASIP stand for?", "China Platform", "that CASIP stands for China Platform"),
        ("What does CASIP seek to build?", "a supply chain", "that CASIP seeks to build a supply chain"),
        ("How many patents does Toyota have?", "1,331", "that Toyota has 1,331 patents"),
        ("How much did CATL's sales surge?", "twofold", "that CATL's sales surged twofold"),
        ("What did Toyota announce in 2023?", "a battery", "that Toyota announced a battery in 2023"),
        ("How many people did the club invite to Rome?", "45", "that the club invited 45 people to Rome"),
        ("When did CATL start production?", None, "that CATL started production"),
        ("What does the X200 weigh?", "2.3 kg", "that the X200 weighs 2.3 kg"),
        ("When did the deal fall through?", None, "that the deal fell through"),
        ("Why do Chinese companies carry coal?", "heat", "that Chinese companies carry coal"),
        ("When was CASIP established?", "January 2024", "that CASIP was established"),
        ("Who designed the bridge?", "Ann Fell", "that Ann Fell designed the bridge"),
        ("Who is the CEO of Acme?", "Jane Roe", "that the CEO of Acme is Jane Roe"),
        ("Who was summoned by the government?", "BYD", "that BYD was summoned by the government"),
        ("Which companies will CASIP include?", "BYD and CATL", "that CASIP will include BYD and CATL"),
    ],
)
def test_a_question_and_its_answer_make_a_statement(question: str, answer: str | None, said: str) -> None:
    assert claim(Turn(question, answer)) == said


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("What does CASIP stand for?", None, "that about CASIP"),
        ("What does Ann teach the children?", "English", "that about Ann"),
        ("What did Ann do?", "sleep", "that about Ann"),
        ("Who is the CEO of Acme?", None, "that about the CEO of Acme"),
        ("Who designed the bridge?", None, "that about the bridge"),
        ("Why?", None, ""),
        ("Toyota's patents", "1,331", ""),
    ],
)
def test_what_makes_no_statement_is_spoken_of_by_its_topic(question: str, answer: str | None, said: str) -> None:
    assert claim(Turn(question, answer)) == said


@pytest.mark.parametrize(
    ("verb", "does", "did"),
    [
        ("carry", "carries", "carried"),
        ("reach", "reaches", "reached"),
        ("have", "has", "had"),
        ("go", "goes", "went"),
        ("stop", "stops", "stopped"),
        ("stay", "stays", "stayed"),
        ("close", "closes", "closed"),
    ],
)
def test_a_verb_takes_the_form_that_its_helping_verb_had(verb: str, does: str, did: str) -> None:
    assert claim(Turn(f"When does CATL {verb}?")) == f"that CATL {does}"
    assert claim(Turn(f"When did CATL {verb}?")) == f"that CATL {did}"


def test_who_reported_that_asks_for_the_whole_statement() -> None:
    stands = Turn("What does CASIP stand for?", "China Platform")
    assert (
        meanings("who reported that?", (stands,))[-1].question == "Who reported that CASIP stands for China Platform?"
    )


TEXT = st.lists(
    st.sampled_from("what how many who does did is the Toyota Ann have stand for to in 2024 ? , x".split()), max_size=9
).map(" ".join)


@given(question=st.text(max_size=60) | TEXT, answer=st.none() | TEXT)
def test_no_question_is_too_odd_to_speak_of(question: str, answer: str | None) -> None:
    said = claim(Turn(question, answer))
    assert said == "" or said.startswith("that ")
