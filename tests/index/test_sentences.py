import time

import pytest

from index.sentences import blocks, lines, sentence_around, sentences


def block_words(text: str) -> list[str]:
    return [text[start:end] for start, end in blocks(text)]


def sentence_words(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, len(text))]


def test_lines_come_without_the_blanks_around_them() -> None:
    text = "  one \n\n\t\n two"
    assert [text[start:end] for start, end in lines(text)] == ["one", "two"]
    assert list(lines(text, 6, 9)) == []


def test_blank_lines_part_blocks_even_where_they_hold_blanks() -> None:
    assert block_words("One.\n\nTwo.\n \t \nThree.") == ["One.", "Two.", "Three."]


def test_lines_of_a_list_are_blocks_of_their_own() -> None:
    assert block_words("These:\n- one\n- two\n1. three") == ["These:", "- one", "- two", "1. three"]


def test_hard_wrapped_lines_are_one_block() -> None:
    text = "This paragraph was wrapped by an editor at about seventy characters\nand goes on in the next line."
    assert block_words(text) == [text]


def test_lines_that_begin_anew_are_not_taken_for_wrapped_ones() -> None:
    assert block_words("A short line\nAnother line") == ["A short line", "Another line"]


def test_nothing_but_blanks_has_no_blocks() -> None:
    assert block_words("") == block_words(" \n\t\n\u2003") == []


def test_a_very_long_blank_line_is_passed_at_once() -> None:
    began = time.monotonic()
    assert block_words("one\n" + " " * 1_000_000 + "\ntwo") == ["one", "two"]
    assert time.monotonic() - began < 2


def test_sentences_end_at_their_marks() -> None:
    assert sentence_words("One. Two! Three? “Four.” Five… Six") == ["One.", "Two!", "Three?", "“Four.”", "Five…", "Six"]


@pytest.mark.parametrize(
    "text",
    [
        "Michael C. Anderson wrote it.",
        "Mr. Smith met Dr. Jones.",
        "It costs 3.50 dollars.",
        "See e.g. the list.",
        "1. The first item",
        "He came from the U.S. and stayed.",
        "They asked www.example.org about it.",
    ],
)
def test_a_dot_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert sentence_words(text) == [text]


def test_chinese_sentences_end_without_a_blank() -> None:
    assert sentence_words("电池很重要。比亚迪在中国。") == ["电池很重要。", "比亚迪在中国。"]


def test_the_sentence_around_a_place_is_whole() -> None:
    text = "First one. The answer is here, at last. Another."
    start = text.index("answer")
    assert text[slice(*sentence_around(text, start, start + 6))] == "The answer is here, at last."


def test_a_place_across_sentences_gets_all_of_them() -> None:
    text = "First one. Second one.\n- Third\n\nFourth."
    assert text[slice(*sentence_around(text, 6, 28))] == "First one. Second one.\n- Third"


def test_the_sentence_around_covers_its_place_in_text_without_any() -> None:
    text = "x" * 20_000
    start, end = sentence_around(text, 9_000, 9_010)
    assert start <= 9_000 < 9_010 <= end
