import re
import string

from hypothesis import given
from hypothesis import strategies as st

from bot.expected.case import Quote
from bot.expected.words import headings_over, holds, normalised, occurrences, quote_places, same, same_heading
from index.formats import make_document, markdown_headings

TEXT = "Wool, salt and the “All-Solid-State” battery\n- of 1,300  kinds.\nThe end; of 1,300 kinds."


def test_case_punctuation_and_articles_do_not_count() -> None:
    assert same("The “China’s lead”, in an industry", "chinas lead in industry")
    assert not same("more than 1,300", "1,300")
    assert same("A", "a")
    assert not same("A", "B")


@given(st.text(string.printable))
def test_words_are_those_of_squads_script(text: str) -> None:
    without_punctuation = "".join(character for character in text.lower() if character not in string.punctuation)
    expected = tuple(re.sub(r"\b(a|an|the)\b", " ", without_punctuation).split())
    assert normalised(text) == expected or not expected


def test_occurrences_are_offsets_of_the_words() -> None:
    found = [TEXT[start:end] for start, end in occurrences(TEXT, "of 1300 kinds")]
    assert found == ["of 1,300  kinds.", "of 1,300 kinds."]
    assert holds(TEXT, "allsolidstate battery of")
    assert not holds(TEXT, "wool and salt")
    assert occurrences(TEXT, "…") == []


def test_a_quote_finds_its_place_by_what_stands_around_it() -> None:
    assert quote_places(TEXT, Quote("of 1,300 kinds")) == [(47, 62), (73, 87)]
    assert quote_places(TEXT, Quote("of 1,300 kinds", prefix="end;")) == [(73, 87)]
    assert quote_places(TEXT, Quote("of 1,300 kinds", suffix=".\nThe")) == [(47, 62)]
    assert quote_places(TEXT, Quote("of 1,300 kinds", prefix="start;")) == []


def test_headings_over_a_place_go_up_the_levels() -> None:
    text = "# A\n\n## B\n\nx\n\n### C\n\ny\n\n## D\n\nz\n"
    document = make_document(text, source="a.md", headings=markdown_headings(text))
    assert headings_over(document, text.index("y")) == ("C", "B", "A")
    assert headings_over(document, text.index("z")) == ("D", "A")
    assert headings_over(make_document("x", source="b"), 0) == ()


def test_headings_are_the_same_whatever_numbers_stand_before_them() -> None:
    assert same_heading("2.5. MEMORY MANAGEMENT", "Memory management")
    assert same_heading("3) Wheels:", "wheels")
    assert not same_heading("2024 Report", "Report")
    assert not same_heading("Holidays", "Holiday")
