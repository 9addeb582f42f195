import pytest

from bot.conversation.phrases import Sort, is_plural, opening, phrases, possessive, sort_of


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("When was CASIP established?", ["CASIP"]),
        ("Who do BYD and CATL supply batteries to?", ["BYD and CATL", "BYD", "CATL", "batteries"]),
        ("When did the film about Ann Lee come out?", ["the film about Ann Lee", "the film", "Ann Lee"]),
        ("What does the X200 weigh?", ["the X200"]),
        ("Is Acme profitable?", ["Acme"]),
        ("How much did CATL's power battery sales surge?", ["CATL's power battery sales", "CATL"]),
        ("Which battery makers did the government summon?", ["battery makers", "the government"]),
        ("Why?", []),
    ],
)  # fmt: skip
def test_the_phrases_of_a_question_are_found(question: str, found: list[str]) -> None:
    assert [phrase.text for phrase in phrases(question)] == found
    assert all(question[phrase.start : phrase.end] == phrase.text for phrase in phrases(question))


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Michael C. Anderson", Sort.PERSON),
        ("Tsinghua University", Sort.NAME),
        ("CATL", Sort.NAME),
        ("January 2024", Sort.TIME),
        ("Mondays", Sort.TIME),
        ("1,300 patents", Sort.NUMBER),
        ("the library", Sort.THING),
        ("", Sort.THING),
    ],
)
def test_letters_tell_what_sort_of_thing_is_named(text: str, sort: Sort) -> None:
    assert sort_of(text) is sort


def test_several_things_are_told_from_one() -> None:
    assert all(is_plural(text) for text in ("BYD and CATL", "Chinese companies", "the members of the club", "people"))
    assert not any(is_plural(text) for text in ("Toyota", "the business", "CATL's share", "Mercedes", ""))


def test_an_owner_is_marked_as_one() -> None:
    assert possessive("Toyota") == "Toyota's"
    assert possessive("Chinese companies") == "Chinese companies'"


def test_a_phrase_opens_a_text_or_none_does() -> None:
    assert opening("the treaty that was signed") == "the treaty"
    assert opening("established in May") == ""
