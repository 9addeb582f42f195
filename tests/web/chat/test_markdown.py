import pytest

from bot import Answer, Citation, Reason
from bot.answer import Alternative
from index import Document
from index.formats import make_document
from tests.web.chat.conftest import told
from web.chat import mattermost
from web.chat.markdown import reply, window

DIALECT = mattermost.DIALECT
ROOT = "https://pincite.example"
BRIDGE = make_document(
    "First things. The bridge was opened in 1931 by Agnes Fell. Later it fell.", source="b.txt", title="Bridges"
)
OTHER = make_document("It is said that the bridge opened in 1932.", source="o.txt", title="Rumours")


def cite(document: Document, words: str) -> Citation:
    start = document.text.index(words)
    return Citation(document, start, start + len(words))


def test_an_answer_is_its_quote_with_the_words_in_bold_the_place_and_how_sure() -> None:
    place = cite(BRIDGE, "1931")
    said = reply(told(Answer("When?", 0.93, (place,))), ROOT, DIALECT)
    assert said.text == (
        f"> The bridge was opened in **1931** by Agnes Fell.\n\n(1) [Bridges]({ROOT}{place.url})\n\n93% very confident"
    )
    assert said.citations == (place,)


def test_every_further_source_and_what_differs_have_their_numbers() -> None:
    again = make_document("Opened in 1931.", source="c.txt", title="Chronicle")
    answer = Answer(
        "When?", 0.6, (cite(BRIDGE, "1931"), cite(again, "1931")), alternatives=(Alternative(cite(OTHER, "1932"), 0.4),)
    )
    said = reply(told(answer), ROOT, DIALECT)
    assert "60% fairly confident · 2 sources agree" in said.text
    assert "**The sources also say**\n\n> It is said that the bridge opened in **1932**.\n\n(3) [Rumours](" in said.text
    assert said.text.endswith(" · 40% unsure, read the quote")
    assert [citation.document.title for citation in said.citations] == ["Bridges", "Chronicle", "Rumours"]


def test_an_abstention_says_why_and_shows_the_nearest_passage_without_bold() -> None:
    answer = Answer("Who?", 0.1, alternatives=(Alternative(cite(OTHER, OTHER.text)),), reason=Reason.LOW_CONFIDENCE)
    said = reply(told(answer), ROOT, DIALECT)
    assert said.text.startswith("**The sources don't say.** The best words found are not likely enough")
    assert "Nearest passage:\n\n> It is said that the bridge opened in 1932.\n\n(1) [Rumours](" in said.text


def test_a_question_that_was_read_as_another_is_shown() -> None:
    answer = Answer("Who leads CASIP?", 0.9, (cite(BRIDGE, "Agnes Fell"),))
    shown = reply(told(answer, "and who leads it?"), ROOT, DIALECT).text
    assert shown.startswith("You asked: and who leads it?\nread as: Who leads CASIP?\n\n> ")
    assert reply(told(answer), ROOT, DIALECT).text.startswith("> ")


def test_a_private_reply_shows_the_question_that_nobody_else_saw() -> None:
    answer = Answer("Who *leads* it?", 0.9, (cite(BRIDGE, "Agnes Fell"),))
    shown = reply(told(answer), ROOT, DIALECT, private=True).text
    assert shown.startswith("You asked: Who &#42;leads&#42; it?\n\n> ")


def test_what_does_not_fit_is_left_out_and_said() -> None:
    long = make_document(f"It {'*' * 1400} was 1931.", source="l.txt", title="Stars")
    answer = Answer("When?", 0.9, (cite(long, "1931"), cite(long, "was"), cite(long, "It")))
    text = reply(told(answer), ROOT, DIALECT).text
    assert len(text) <= DIALECT.limit
    assert text.endswith("There is more than fits here.")


SENTENCES = " ".join(f"This is sentence {number} of many." for number in range(100))


@pytest.mark.parametrize("number", [0, 7, 50, 99])
def test_a_long_quote_is_cut_between_sentences_around_the_words(number: int) -> None:
    words = f"sentence {number} of"
    start = SENTENCES.index(words)
    window_start, window_end = window(SENTENCES, (0, len(SENTENCES)), (start, start + len(words)), 300)
    shown = SENTENCES[window_start:window_end]
    assert words in shown
    assert len(shown) <= 300
    assert shown.endswith(".")


def test_a_quote_without_sentences_is_cut_between_words() -> None:
    text = "word " * 500
    start, end = window(text, (0, len(text)), (1000, 1004), 200)
    assert text[start:end].split() == ["word"] * len(text[start:end].split())
    assert start <= 1000 < 1004 <= end <= start + 200


def test_words_longer_than_a_quote_may_be_are_cut_too() -> None:
    text = "x" * 1000
    assert window(text, (0, 1000), (10, 990), 200) == (0, 200)
    assert window(text, (0, 1000), (150, 990), 200) == (150, 350)
