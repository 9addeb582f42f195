import pytest

from bot.conversation.frames import Frame, asked_anew, frame, plain


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How many battery patents does Toyota have?", Frame("How many", "battery patents", "does", "Toyota have")),
        ("and by when does it open?", Frame("by when", "", "does", "it open")),
        ("Who wrote the article?", Frame("Who", "", "", "wrote the article")),
        ("Which companies hold shares?", Frame("Which", "companies", "", "hold shares")),
        ("who's that?", Frame("who", "", "is", "that")),
        ("Toyota's patents", None),
    ],
)
def test_a_question_falls_into_its_parts(question: str, parts: Frame | None) -> None:
    assert frame(question) == parts


def test_the_subject_stands_behind_the_helping_verb() -> None:
    found = frame("When was the article about the bridge published?")
    assert found is not None
    assert found.subject == "the article about the bridge"
    assert not found.copula
    weighed = frame("How much does the X200 weigh?")
    assert weighed is not None
    assert weighed.subject == "the X200"
    assert frame("Who is Joe Lefors?") == Frame("Who", "", "is", "Joe Lefors")
    assert Frame("Who", "", "is", "Joe Lefors").copula


@pytest.mark.parametrize(
    ("old", "answer", "new", "asked"),
    [
        ("How much did sales surge?", "twofold", "when", "When did sales surge?"),
        ("Who designed the Tarn bridge?", "Agnes Fell", "when", "When was the Tarn bridge designed?"),
        ("Who wrote the plays?", "Ann Lee", "why", "Why were the plays written?"),
        ("When was Dubliners written?", "1914", "who", "Who wrote Dubliners?"),
        ("What did she teach?", "English", "where", "Where did she teach English?"),
        ("Who is the CEO of Acme?", "Jane Roe", "since when", "Since when is the CEO of Acme Jane Roe?"),
        ("Who holds the record?", "Ann Lee", "since when", "Since when does Ann Lee hold the record?"),
        ("How many people work at Acme?", "450", "where", "Where do people work at Acme?"),
        ("How many makers are in it?", "six", "which ones", "Which makers are in it?"),
        ("What caused the outage?", None, "when", "When was the outage caused?"),
    ],
)
def test_other_question_words_are_asked_of_the_same_parts(old: str, answer: str | None, new: str, asked: str) -> None:
    before, after = frame(old), frame(new)
    assert before is not None
    assert after is not None
    assert asked_anew(before, after, answer)[0] == asked


def test_joining_words_and_contractions_go() -> None:
    assert plain("And, ok, what's that?") == "what is that"
    assert plain("whos the chair") == "who is the chair"
    assert plain("Andorra?") == "Andorra"
