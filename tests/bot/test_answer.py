"""Answers and citations that exist can be trusted: the invariants live in the types."""

import pytest

from bot import Answer, Citation, Reason
from index import DocumentError
from index.formats import make_document

DOCUMENT = make_document(
    "First things. The bridge was opened in 1931 by Agnes Fell. Later, it fell.", source="b & c.txt"
)
START = DOCUMENT.text.index("1931")
PLACE = Citation(DOCUMENT, START, START + 4)


def test_a_citation_gives_the_w3c_selectors_and_its_sentence() -> None:
    assert PLACE.exact == "1931"
    assert PLACE.prefix == DOCUMENT.text[START - 32 : START]
    assert PLACE.suffix == " by Agnes Fell. Later, it fell."
    assert PLACE.quote == "The bridge was opened in 1931 by Agnes Fell."
    assert PLACE.page is None
    assert PLACE.url == f"/documents/{DOCUMENT.id}?start={START}&end={START + 4}#cite"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_no_citation_lies_outside_its_document(start: int, end: int) -> None:
    with pytest.raises(DocumentError, match="no place"):
        Citation(DOCUMENT, start, end)


def test_the_text_of_an_answer_is_that_of_its_first_citation() -> None:
    answer = Answer("When?", 0.9, (PLACE, Citation(DOCUMENT, 0, 5)))
    assert answer.answered
    assert answer.text == "1931"
    assert list(answer.documents) == [DOCUMENT]


def test_an_abstention_has_no_text() -> None:
    answer = Answer("When?", 0.1, reason=Reason.LOW_CONFIDENCE)
    assert not answer.answered
    assert answer.text is None


def test_an_answer_has_citations_or_a_reason_and_never_both() -> None:
    with pytest.raises(ValueError, match="abstention"):
        Answer("When?", 0.9)
    with pytest.raises(ValueError, match="abstention"):
        Answer("When?", 0.9, (PLACE,), reason=Reason.NO_SPAN)


def test_confidence_is_a_probability_and_items_lie_in_the_answer() -> None:
    with pytest.raises(ValueError, match="probability"):
        Answer("When?", 1.2, (PLACE,))
    with pytest.raises(ValueError, match="outside"):
        Answer("When?", 0.5, (PLACE,), items=((0, 4),))
