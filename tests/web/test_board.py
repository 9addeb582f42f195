from dataclasses import replace

import pytest

from bot import Citation
from bot.answer import Alternative
from index import Document
from index.formats import make_document
from tests.web.said import AGREED, AGREEING_PLACES, DIFFERING, HARBOUR, HISTORY, LETTERS, SAID, place
from web.board import NEIGHBOUR, Board, around


def with_other(other: Citation) -> Board:
    return Board.of(replace(SAID[AGREED], alternatives=(Alternative(other, 0.5),)))


def test_places_are_numbered_through_the_answer_and_what_else_is_said() -> None:
    board = Board.of(SAID[DIFFERING])
    assert [(one.number, one.citation) for one in board.places] == list(enumerate(AGREEING_PLACES, 1))
    assert [(one.number, one.citation.exact, one.confidence) for one in board.others] == [(4, "1991", 0.6)]


def test_an_address_names_the_other_spans_in_its_own_document() -> None:
    one, two, three = (citation.start for citation in AGREEING_PLACES)
    first, second, third = (one_place.url for one_place in Board.of(SAID[AGREED]).places)
    assert first == f"/documents/{HARBOUR.id}?start={one}&end={one + 4}&also={two}-{two + 4}#cite"
    assert second == f"/documents/{HARBOUR.id}?start={two}&end={two + 4}&also={one}-{one + 4}#cite"
    assert third == f"/documents/{LETTERS.id}?start={three}&end={three + 4}#cite"


@pytest.mark.parametrize(
    ("other", "differ"),
    [
        (place(HISTORY, "1991"), True),
        (place(HARBOUR, "Tuesday"), False),  # the source that is cited: it cannot differ from itself
        (place(HISTORY, "friends of Ana Reis"), True),
        (place(make_document("It opened in May 1987.", source="m.txt"), "May 1987"), False),
    ],
)
def test_sources_differ_where_another_one_says_something_else(other: Citation, differ: bool) -> None:
    assert with_other(other).differ is differ


def test_nothing_differs_from_an_answer_alone() -> None:
    assert not Board.of(SAID[AGREED]).differ


def shown(document: Document, words: str) -> str:
    return document.text[slice(*around(place(document, words)))]


def test_the_context_is_the_sentence_with_its_neighbours() -> None:
    words = shown(HARBOUR, "José")
    assert words.startswith("It was a wet year. The Zebra")
    assert words.endswith("It met every Tuesday.")
    assert shown(HISTORY, "Few") == HISTORY.text.strip()


def test_the_context_is_short_whatever_stands_around() -> None:
    long = make_document(f"{'word ' * 4_000}. The gate opens at nine. {'word ' * 4_000}.", source="long.txt")
    start, end = around(place(long, "nine"))
    quote_start, quote_end = place(long, "nine").quote_range
    assert start >= quote_start - NEIGHBOUR
    assert end <= quote_end + NEIGHBOUR


def test_the_context_of_the_only_sentence_is_that_sentence() -> None:
    assert (
        shown(make_document("\n\nThe gate opens at nine.\n\n", source="one.txt"), "nine") == "The gate opens at nine."
    )
