import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.expected.proposals import MOST_WORDS, proposals

MADE = [
    ("The University of Warsaw was founded in 1816.", "When was the University of Warsaw founded?", "1816"),
    ("In 1985, Marble Hill was renamed Kingsbridge.", "When was Marble Hill renamed Kingsbridge?", "1985"),
    ("The Eiffel Tower was designed by Gustave Eiffel.", "Who designed the Eiffel Tower?", "Gustave Eiffel"),
    ("Apple introduced the Lisa in May 1983.", "When did Apple introduce the Lisa?", "May 1983"),
    ("Marie Curie discovered radium in 1898.", "Who discovered radium?", "Marie Curie"),
    ("The Borgata opened in July 2003.", "When did the Borgata open?", "July 2003"),
    ("The gate opens at nine.", "When does the gate open?", "nine"),
    ("Sam Altman, CEO of OpenAI, spoke last.", "Who is the CEO of OpenAI?", "Sam Altman"),
    ("The notice period is three months.", "What is the notice period?", "three months"),
    ("The capital of France is Paris.", "What is the capital of France?", "Paris"),
    ("Alaska Bay is the largest bay in Europe.", "What is the largest bay in Europe?", "Alaska Bay"),
    ("IBM has a population of 5 million people.", "What is the population of IBM?", "5 million people"),
    ("For reference, Norfolk Island has 174 native plants.", "How many native plants does Norfolk Island have?", "174"),
    ("There are 38 bridges in Berlin Mitte.", "How many bridges are there in Berlin Mitte?", "38"),
    ("A night in a hotel may cost 110 euros.", "How much may a night in a hotel cost?", "110 euros"),
    ("The Eiffel Tower is 330 metres tall.", "How tall is the Eiffel Tower?", "330 metres"),
    ("A trigger is a facility that joins packages.", "What is a trigger?", "a facility that joins packages"),
    ("Zersenay Tadese is an Eritrean athlete.", "Who is Zersenay Tadese?", "an Eritrean athlete"),
    ("CASIP, China’s new consortium of makers, grows.", "What is CASIP?", "China’s new consortium of makers"),
    ("To be specific, CASIP seeks to build a chain.", "What does CASIP seek to do?", "build a chain"),
    ("Title VII prohibits discrimination at work.", "What does Title VII prohibit?", "discrimination at work"),
    ("Expenses must be claimed within 30 days.", "When must expenses be claimed?", "within 30 days"),
    ("It is the work of a Center for Unusual Things (CUT).", "What does CUT stand for?", "Center for Unusual Things"),
    ("About 5% of adults are left handed.", "What percentage of adults are left handed?", "About 5%"),
    ("The default port is 8080.", "What is the default port?", "8080"),
    ("The fc-list program lists all fonts.", "What does the fc-list program do?", "lists all fonts"),
    ("The apt settings are stored in /etc/apt.", "Where are the apt settings stored?", "/etc/apt"),
    ("Tesla is headquartered in Austin, Texas.", "Where is Tesla headquartered?", "Austin, Texas"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "question", "answer"), MADE)
def test_a_sentence_gives_the_question_that_it_answers(sentence: str, question: str, answer: str) -> None:
    found = {one.question: sentence[one.start : one.end] for one in proposals(sentence, {"Apple", "Tesla"})}
    assert found.get(question) == answer, found


@pytest.mark.parametrize(
    "sentence",
    [
        "It was founded in 1816 by a king.",
        "This company was founded in 1816.",
        "Many people were born in 1816.",
        "The problem is a lack of money.",
        "The report has three parts.",
        "Its capital is Paris, a city.",
        "Windows is a registered trademark of Microsoft.",
        "The United States is the country’s largest investor.",
        "Among Orthodox Jews, the rate stands at about 4 children, so far.",
        "Was the University of Warsaw founded in 1816?",
        "| The gate | opens at nine |.",
        "The gate opens at nine",
        "",
        "...",
    ],
)
def test_what_would_be_no_question_is_left(sentence: str) -> None:
    assert not list(proposals(sentence, {"Windows"}))


def test_line_breaks_are_no_part_of_a_question_and_stay_in_the_answer() -> None:
    sentence = "The University\n  of Warsaw was founded on 19 November\n  1816."
    (one,) = proposals(sentence)
    assert one.question == "When was the University of Warsaw founded?"
    assert sentence[one.start : one.end] == "19 November\n  1816"


WORDS = sorted(set(re.findall(r"\S+", " ".join(sentence for sentence, _, _ in MADE))))
SENTENCES = st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=24).map(" ".join).map("{}.".format))


@settings(deadline=None)
@given(SENTENCES)
def test_any_text_gives_questions_whose_answers_are_a_slice_of_it(text: str) -> None:
    for one in proposals(text, {"Apple"}):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        assert one.question.endswith("?")
        assert one.question[0].isupper()
        assert 3 <= len(one.question.split()) <= MOST_WORDS
        assert "\0" not in one.question
