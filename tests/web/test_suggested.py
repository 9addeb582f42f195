from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import Answer
from index import Library
from index.formats import make_document
from tests.index.light import LightEmbedder
from tests.web.said import SaidBot, place
from web.suggested import LEAST, MOST, Suggested

SOURCES = [
    make_document(f"{name} Labs was founded in {year} in Oslo.", source=f"{name}.txt")
    for year, name in enumerate("Acme Bera Cora Dora Etna Fara".split(), 1990)
]


def question(source: int) -> str:
    return f"When was {SOURCES[source].text.split()[0]} Labs founded?"


def answer(source: int, confidence: float = 0.9) -> Answer:
    return Answer(question(source), confidence, (place(SOURCES[source], str(1990 + source)),))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path, LightEmbedder())
    library.add_documents(SOURCES)
    yield library
    library.close()


def made(suggested: Suggested) -> tuple[str, ...]:
    suggested.questions()
    suggested.wait(30)
    return suggested.questions()


def test_questions_that_are_answered_well_are_suggested_and_no_others(library: Library) -> None:
    said = [answer(0), answer(1, LEAST - 0.01), answer(2)]
    suggested = Suggested(SaidBot(library, {one.question: one for one in said}))
    assert suggested.questions() == (), "nobody waits for them"
    assert made(suggested) == (question(0), question(2))


def test_a_few_are_enough(library: Library) -> None:
    assert len(made(Suggested(SaidBot(library, {question(n): answer(n) for n in range(6)})))) == MOST


def test_they_are_made_again_where_the_library_changed(library: Library) -> None:
    suggested = Suggested(SaidBot(library, {question(0): answer(0), question(1): answer(1)}))
    assert made(suggested) == (question(0), question(1))
    library.remove([SOURCES[0].id])
    assert suggested.questions() == (), "a document that is gone answers nothing"
    assert made(suggested) == (question(1),)


def test_an_empty_library_suggests_nothing(tmp_path: Path) -> None:
    assert made(Suggested(SaidBot(Library(tmp_path, LightEmbedder()), {}))) == ()


def test_what_is_stopped_begins_no_more(library: Library) -> None:
    suggested = Suggested(SaidBot(library, {question(0): answer(0)}))
    suggested.stop()
    assert made(suggested) == ()
