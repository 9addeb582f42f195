"""What follow-ups are read as, before anything is asked; and which reading is taken."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Answer, Citation, Reason
from bot.conversation import Turn, choose, meanings
from bot.conversation.meanings import ASKED, MOST
from bot.question import MAX_CHARACTERS
from index.formats import make_document

BRIDGE = Turn("Who designed the Tarn bridge?", "Agnes Fell", "Agnes Fell designed the Tarn bridge in 1931.")
PATENTS = Turn("How many battery patents does Toyota have?", "more than 1,300")
MAKERS = Turn("Which companies hold more than 50% of the market?", "BYD and CATL")
ACME = Turn("Who is the CEO of Acme?", "Jane Roe")
SALES = Turn("How much did CATL's sales surge?", "twofold")
BORN = Turn("Where was Marie Curie born?", "Warsaw")
TREATY = Turn("Which countries did the treaty include?", "France, Italy and Spain")
WRITTEN = Turn("who wrote dubliners", "James Joyce", "Dubliners was written by James Joyce.")
ARTICLE = Turn("Who wrote the article about the China SSB Alliance?", "Michael C. Anderson")


def likeliest(question: str, *turns: Turn) -> str:
    return max(meanings(question, turns), key=lambda meaning: meaning.prior).question


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        (BRIDGE, "how long is it?", "How long is the Tarn bridge?"),
        (BRIDGE, "When was she born?", "When was Agnes Fell born?"),
        (BRIDGE, "What else did she design?", "What else did Agnes Fell design?"),
        (ACME, "and what is her background?", "What is Jane Roe's background?"),
        (ACME, "where is it based?", "Where is Acme based?"),
        (MAKERS, "Who do they supply?", "Who do BYD and CATL supply?"),
        (MAKERS, "What are their plans?", "What are BYD and CATL's plans?"),
        (BORN, "who lives there?", "Who lives in Warsaw?"),
        (WRITTEN, "when did he write it", "When did James Joyce write Dubliners?"),
        (ARTICLE, "When was it published?", "When was the article about the China SSB Alliance published?"),
        (ARTICLE, "What is his job title?", "What is Michael C. Anderson's job title?"),
        (TREATY, "when was it signed?", "When was the treaty signed?"),
    ],
)
def test_a_pronoun_is_read_as_what_was_spoken_of(turn: Turn, question: str, meant: str) -> None:
    assert likeliest(question, turn) == meant


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        (PATENTS, "What about Chinese companies?", "How many battery patents do Chinese companies have?"),
        (PATENTS, "and BYD?", "How many battery patents does BYD have?"),
        (BRIDGE, "and the Mill bridge?", "Who designed the Mill bridge?"),
        (ACME, "how about Globex?", "Who is the CEO of Globex?"),
        (ACME, "and the CFO?", "Who is the CFO of Acme?"),
        (Turn("Who won the race in 2019?"), "and in 2020?", "Who won the race in 2020?"),
        (Turn("When does the library open on Sundays?"), "and on Mondays?", "When does the library open on Mondays?"),
        (Turn("What is the refund policy?"), "and for books?", "What is the refund policy for books?"),
        (BRIDGE, "what about its length?", "What is the Tarn bridge's length?"),
    ],
)
def test_another_thing_takes_the_place_of_what_is_like_it(turn: Turn, question: str, meant: str) -> None:
    assert likeliest(question, turn) == meant


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        (SALES, "when was that?", "When did CATL's sales surge?"),
        (SALES, "why?", "Why did CATL's sales surge?"),
        (BRIDGE, "in which year?", "In which year was the Tarn bridge designed?"),
        (SALES, "Who said that?", "Who said that CATL's sales surged twofold?"),
        (PATENTS, "and how many does BYD have?", "How many battery patents does BYD have?"),
        (TREATY, "how many?", "How many countries did the treaty include?"),
        (Turn("How many people work at Acme?", "450"), "Who are they?", "Which people work at Acme?"),
        (BRIDGE, "who is she?", "Who is Agnes Fell?"),
    ],
)
def test_what_is_left_out_is_put_in_from_the_turn_before(turn: Turn, question: str, meant: str) -> None:
    assert likeliest(question, turn) == meant


SOLID = Turn("How many all-solid-state battery patents does Toyota have?", "more than 1,300")
SMALL = Turn("how many all-solid-state battery patents does toyota have")
ASKED_BARE = Turn("what about Chinese companies?", "28%", "Chinese companies hold 28%.")


@pytest.mark.parametrize(
    ("turns", "question", "meant"),
    [
        ((PATENTS,), "what about 2020?", "How many battery patents does Toyota have in 2020?"),
        ((PATENTS,), "what about Chinese companies?", "How many battery patents do Chinese companies have?"),
        ((SOLID,), "what about BYD?", "How many all-solid-state battery patents does BYD have?"),
        ((SMALL,), "how about BYD?", "How many all-solid-state battery patents does BYD have?"),
        ((SOLID, ASKED_BARE), "and BYD?", "How many all-solid-state battery patents does BYD have?"),
        ((SOLID, Turn("Why?")), "and BYD?", "How many all-solid-state battery patents does BYD have?"),
        ((Turn("what does the x200 weigh"),), "and the X300?", "What does the X300 weigh?"),
        ((ACME,), "and Globex's?", "Who is the CEO of Globex?"),
    ],
)
def test_a_name_to_swap_in_is_never_asked_by_itself(turns: tuple[Turn, ...], question: str, meant: str) -> None:
    alone, other, *_ = meanings(question, turns)
    assert alone.prior == -math.inf
    assert other.question == meant


def test_a_name_to_swap_in_is_not_asked_by_itself_however_sure_its_answer() -> None:
    ask, asked = answering({"what about Chinese companies?": (0.9, "new")})
    choose("what about Chinese companies?", (SOLID,), ask)
    assert "what about Chinese companies?" not in asked


@pytest.mark.parametrize("question", ["and what?", "what?", "What exactly?", "and which?", "Whose?", "how many?"])
def test_bare_question_words_without_a_noun_are_left_alone(question: str) -> None:
    for turn in (Turn("When was CASIP established?", "January 2024"), Turn("What does CASIP stand for?")):
        assert [meaning.question for meaning in meanings(question, (turn,))] == [question]


def test_an_older_turn_is_gone_back_to_where_the_last_names_nothing_fitting() -> None:
    assert likeliest("where did she study?", BRIDGE, Turn("What does the X200 weigh?", "2.3 kg")) == (
        "Where did Agnes Fell study?"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Who portrayed Butch Cassidy?",
        "When did Nikkei Asia say that it would close?",
        "Which newsletter can readers sign up for?",
        "CATL BYD global battery market share",
        "thanks!",
        "ok",
        "?",
    ],
)
def test_what_stands_alone_is_left_alone(question: str) -> None:
    assert [meaning.question for meaning in meanings(question, (PATENTS,))] == [question]


def test_what_may_stand_alone_is_likelier_to() -> None:
    alone, other, *_ = meanings("Where is the company based?", (ACME,))
    assert alone.prior > other.prior
    assert other.question == "Where is Acme based?"


WORDS = st.lists(
    st.sampled_from(
        "and what about it they its that when why who is was did the film of in Toyota CATL's Agnes Fell 2024 how many "
        "do Chinese companies have there those ones ? , ’ “x”".split()
    ),
    max_size=12,
).map(" ".join)
TEXT = st.one_of(st.text(max_size=80), WORDS)
TURNS = st.lists(st.builds(Turn, TEXT, st.none() | TEXT, TEXT, st.just("d"), TEXT), max_size=3)


@given(question=TEXT, turns=TURNS)
def test_any_text_after_any_turns_has_few_meanings_and_itself_first(question: str, turns: list[Turn]) -> None:
    found = meanings(question, turns)
    assert found[0].question == question
    assert len(found) <= MOST
    assert len({meaning.question for meaning in found}) == len(found)
    assert all(0 < len(meaning.question) <= MAX_CHARACTERS for meaning in found[1:])
    assert any(meaning.prior > -math.inf for meaning in found)


def test_a_long_text_takes_no_long_time_and_grows_no_longer() -> None:
    turn = Turn("A and " * 166, "B, C and D " * 20)
    assert all(
        len(meaning.question) <= MAX_CHARACTERS for meaning in meanings("who is it " + "in A of B " * 90, (turn,))
    )


DOCUMENTS = {name: make_document(f"It is {name} here.", source=f"{name}.txt") for name in ("old", "new")}


def answering(said: dict[str, tuple[float, str | None]]) -> tuple[Callable[[str], Answer], list[str]]:
    """Return what answers each question with a confidence, from the document named (None abstains), and a log."""
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        confidence, document = said.get(question, (0.0, None))
        if document is None:
            return Answer(question, confidence, reason=Reason.LOW_CONFIDENCE)
        return Answer(question, confidence, (Citation(DOCUMENTS[document], 6, 9),))

    return ask, asked


def test_what_stands_alone_is_asked_once_and_as_it_is() -> None:
    ask, asked = answering({})
    assert choose("Who portrayed Butch Cassidy?", (PATENTS,), ask).question == "Who portrayed Butch Cassidy?"
    assert asked == ["Who portrayed Butch Cassidy?"]


def test_a_confident_answer_to_the_likeliest_meaning_ends_the_asking() -> None:
    ask, asked = answering({"Who do BYD and CATL supply?": (0.8, "old")})
    assert choose("Who do they supply?", (MAKERS,), ask).question == "Who do BYD and CATL supply?"
    assert asked == ["Who do BYD and CATL supply?"]


def test_confidence_chooses_between_standing_alone_and_following() -> None:
    question, other = "Where is the company based?", "Where is Acme based?"
    ask, _ = answering({question: (0.35, "new"), other: (0.9, "old")})
    assert choose(question, (ACME,), ask).question == other
    ask, _ = answering({question: (0.45, "new"), other: (0.3, "old")})
    assert choose(question, (ACME,), ask).question == question


def test_an_answer_from_the_document_spoken_of_counts_for_more_and_the_same_answer_again_for_less() -> None:
    question, other = "Where is the company based?", "Where is Acme based?"
    said = {question: (0.4, "new"), other: (0.6, "old")}
    here = Turn(ACME.question, "Jane Roe", "", DOCUMENTS["old"].id)
    assert choose(question, (here,), answering(said)[0]).question == other
    repeated = Turn(ACME.question, DOCUMENTS["old"].text[6:9], "", DOCUMENTS["old"].id)
    assert choose(question, (repeated,), answering(said)[0]).question == question


def test_only_the_likeliest_meanings_are_asked() -> None:
    ask, asked = answering({})
    choose("Where was it?", (BRIDGE, PATENTS, MAKERS, ACME), ask)
    assert 0 < len(asked) <= ASKED
