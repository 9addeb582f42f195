"""A reader of English says so when it is asked in another language."""

import pytest

from bot.language import check, is_english
from index import QuestionError

FOREIGN = [
    "¿Cuándo se estableció CASIP?",
    "Quand la plateforme CASIP a-t-elle été créée ?",
    "Wann wurde CASIP gegründet?",
    "Quando è stata fondata CASIP?",
    "Quem escreveu o artigo?",
    "Wie is de hoogleraar?",
    "CASIP是什么时候成立的？",
    "Когда была основана CASIP?",
    "متى تأسست CASIP؟",
    "CASIP はいつ設立されましたか",
    "מתי הוקמה CASIP?",
]
ENGLISH = [
    "When was CASIP established?",
    "casip members",
    "los angeles population",
    "CATL BYD market share",
    "who is Ouyang Minggao",
    "What does 全固体電池 mean?",
    "El Niño effects",
    "whos the proffesor from tsinghua univeristy",
    "2030",
    "die casting process steps",
]


@pytest.mark.parametrize("question", FOREIGN)
def test_questions_in_other_languages_are_turned_away(question: str) -> None:
    assert not is_english(question)
    with pytest.raises(QuestionError, match="Ask it in English"):
        check(question, "en")


@pytest.mark.parametrize("question", ENGLISH)
def test_english_and_bare_names_are_asked(question: str) -> None:
    check(question, "en")


def test_a_reader_that_does_not_say_what_it_reads_is_asked_anything() -> None:
    for question in FOREIGN:
        check(question, None)
