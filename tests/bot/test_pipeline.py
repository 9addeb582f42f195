"""From a question to an answer, over small libraries of real documents."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import Bot, Confidence, Reader, Reason
from bot.question import read
from index import Embedder, Library, QuestionError
from index.formats import make_document

Asking = Callable[..., Bot]
"""Takes texts and gives a bot over a library of them."""


@pytest.fixture
def ask_of(tmp_path: Path, embedder: Embedder, reader: Reader) -> Asking:
    def make(*texts: str, min_confidence: float | None = None) -> Bot:
        library = Library(tmp_path, embedder)
        library.add_documents(make_document(text, source=f"{number}.txt") for number, text in enumerate(texts))
        return Bot(library, reader, Confidence.of(reader.folder), min_confidence)

    return make


def test_an_empty_library_says_so(ask_of: Asking) -> None:
    answer = ask_of().ask("When was it founded?")
    assert answer.reason is Reason.EMPTY_LIBRARY
    assert answer.alternatives == ()


def test_sources_that_say_the_same_are_one_answer_with_a_citation_each(ask_of: Asking) -> None:
    bot = ask_of(
        "The Tarn bridge was opened in May 1931 by Agnes Fell.",
        "Agnes Fell opened the Tarn bridge in May 1931, the council's minutes say.",
    )
    answer = bot.ask("When was the Tarn bridge opened?")
    assert answer.text == "May 1931"
    assert len(answer.documents) == 2
    assert {citation.exact for citation in answer.citations} == {"May 1931"}


def test_sources_that_differ_are_shown_side_by_side(ask_of: Asking) -> None:
    bot = ask_of(
        "The Tarn bridge was opened in May 1931 by Agnes Fell.",
        "The Tarn bridge was opened in June 1934 by Agnes Fell.",
    )
    answer = bot.ask("When was the Tarn bridge opened?")
    said = {answer.text, *(other.citation.exact for other in answer.alternatives)}
    assert said >= {"May 1931", "June 1934"}
    assert all(other.confidence is not None for other in answer.alternatives)


def test_an_abstention_shows_the_nearest_passages_and_why(ask_of: Asking) -> None:
    bot = ask_of("The Tarn bridge was opened in May 1931 by Agnes Fell.", min_confidence=1.0)
    answer = bot.ask("When was the Tarn bridge opened?")
    assert answer.reason is Reason.LOW_CONFIDENCE
    assert answer.text is None
    assert answer.alternatives[0].citation.exact.startswith("The Tarn bridge")
    assert answer.alternatives[0].confidence is None


def test_what_no_passage_answers_is_abstained_from(ask_of: Asking) -> None:
    answer = ask_of("The Tarn bridge was opened in May 1931 by Agnes Fell.").ask("How do whales sleep?")
    assert answer.reason is Reason.NO_MATCH
    assert answer.alternatives


def test_a_removed_document_answers_nothing_and_a_changed_one_anew(ask_of: Asking) -> None:
    bot = ask_of("The Tarn bridge was opened in May 1931 by Agnes Fell.")
    assert bot.ask("When was the Tarn bridge opened?").text == "May 1931"
    bot.library.add_documents([make_document("The Tarn bridge was opened in June 1934.", source="0.txt")])
    assert bot.ask("When was the Tarn bridge opened?").text == "June 1934"
    bot.library.remove([listed.id for listed in bot.library.documents()])
    assert bot.ask("When was the Tarn bridge opened?").reason is Reason.EMPTY_LIBRARY


def test_a_long_passage_is_read_to_its_end(ask_of: Asking) -> None:
    filler = "ab cd ef gh ij kl mn op qr st uv wx yz " * 20
    answer = ask_of(f"{filler}the Tarn bridge was opened in May 1931").ask("When was the Tarn bridge opened?")
    assert answer.text == "May 1931"


def test_bad_questions_are_errors_before_anything_is_searched(ask_of: Asking) -> None:
    bot = ask_of("Something.")
    with pytest.raises(QuestionError):
        bot.ask(" ")
    with pytest.raises(QuestionError, match="English"):
        bot.ask("Wann wurde die Brücke eröffnet?")


def test_readings_keep_spans_inside_sentences(ask_of: Asking) -> None:
    bot = ask_of("It rained. Agnes Fell left. Tom Reed came. The dog slept.")
    text = bot.library.document(bot.library.documents()[0].id).text
    for reading in bot.read(read("Who left?"), 8):
        assert reading.spans
        assert not any(". " in text[span.start : span.end] for span in reading.spans)


def test_a_question_without_a_word_to_look_for_matches_nothing(ask_of: Asking) -> None:
    bot = ask_of("Agnes Fell, Editor\n\nThe Tarn bridge was opened in May 1931.")
    for question in ("who", "What is it?", "why?", "\ud800 who"):
        assert bot.ask(question).reason is Reason.NO_MATCH


def test_no_alternative_is_more_confident_than_the_answer(ask_of: Asking) -> None:
    bot = ask_of(
        "The Tarn bridge was opened in May 1931. It was widened in 1950 and painted in June 1962.",
        "In 1929 the council chose the site of the Tarn bridge, opened two years later.",
    )
    for question in ("When was the Tarn bridge opened?", "When was the bridge painted?", "Tarn bridge year"):
        answer = bot.ask(question)
        assert all((other.confidence or 0) <= answer.confidence for other in answer.alternatives if answer.answered)


def test_a_byline_answers_what_its_document_is_asked_about(ask_of: Asking) -> None:
    bot = ask_of(
        "Bridges of the Dale\n\nAgnes Fell, Editor, The Mill\n\nMarch 3, 2021\n\nThe Tarn bridge is old and long."
    )
    assert bot.ask("When was the article published?").text == "March 3, 2021"
    assert bot.ask("Who wrote the article on bridges?").text == "Agnes Fell"
