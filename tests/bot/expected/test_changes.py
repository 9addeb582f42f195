import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.expected.changes import Kind, change, kind_of, same_meaning
from bot.expected.outcome import Outcome
from bot.expected.verdict import Quoted
from bot.journal import Place

ABSTAINED = Outcome(0.1, "no_span")


def told(words: str, start: int = 0, document: str = "leave") -> Outcome:
    place = Place(document, "Leave", f"{document}.md", "hash", start, start + len(words), words, f"It says {words}.")
    return Outcome(0.9, None, place, Quoted("It says ", words, ".", f"{document}.md"))


outcomes = st.one_of(
    st.just(ABSTAINED),
    st.builds(
        told,
        st.lists(st.sampled_from("the 28 28.5 2.85 twenty not days Marsh Bruno –".split()), min_size=1, max_size=4).map(
            " ".join
        ),
        st.integers(0, 3),
        st.sampled_from(["leave", "travel"]),
    ),
)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (told("31 March"), told("31 March"), Kind.UNCHANGED),
        (ABSTAINED, ABSTAINED, Kind.UNCHANGED),
        (ABSTAINED, Outcome(0.4, "low_confidence"), Kind.UNCHANGED),
        (told("31 March"), told("31 March", 40), Kind.MOVED),
        (told("31 March"), told("31 March", document="travel"), Kind.MOVED),
        (told("31 March"), told("31\nMarch", 40), Kind.MOVED),
        (told("Bruno Marsh"), told("bruno marsh"), Kind.REWORDED),
        (told("Bruno Marsh"), told("Mr. Bruno Marsh"), Kind.REWORDED),
        (told("twenty days"), told("20 days"), Kind.REWORDED),
        (told("on 31 March"), told("31 March", 3), Kind.REWORDED),
        (told("31 March"), told("30 June"), Kind.CHANGED),
        (told("31 March"), told("March"), Kind.CHANGED),
        (told("3.5 days"), told("35 days"), Kind.CHANGED),
        (told("1,300"), told("1300"), Kind.REWORDED),
        (told("allowed"), told("not allowed"), Kind.CHANGED),
        (told("is paid for"), told("isn't paid for"), Kind.CHANGED),
        (told("110 euros"), told("less than 110 euros"), Kind.CHANGED),
        (told("-5 degrees"), told("5 degrees"), Kind.CHANGED),
        (told("31 March"), ABSTAINED, Kind.VANISHED),
        (ABSTAINED, told("31 March"), Kind.NEWLY_ANSWERED),
    ],
)
def test_each_way_of_changing_has_its_kind(before: Outcome, after: Outcome, kind: Kind) -> None:
    assert kind_of(before, after) is kind


@given(outcomes, outcomes)
def test_backwards_the_kind_is_its_mirror(before: Outcome, after: Outcome) -> None:
    mirror = {Kind.VANISHED: Kind.NEWLY_ANSWERED, Kind.NEWLY_ANSWERED: Kind.VANISHED}
    there = kind_of(before, after)
    assert kind_of(after, before) is mirror.get(there, there)


@given(outcomes, outcomes)
def test_only_the_same_words_at_the_same_place_are_unchanged(before: Outcome, after: Outcome) -> None:
    same = before.text == after.text and (before.place is None or before.place == after.place)
    assert (kind_of(before, after) is Kind.UNCHANGED) == same
    assert (kind_of(before, after) is Kind.MOVED) == (before.text == after.text and not same)


@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["{} days", "about {}", "{}"]))
def test_another_number_is_never_a_rewording(one: int, other: int, words: str) -> None:
    assert same_meaning(words.format(one), words.format(other)) == (one == other)


@given(outcomes)
def test_an_outcome_survives_json(outcome: Outcome) -> None:
    assert Outcome.from_json(outcome.as_json()) == outcome


@pytest.mark.parametrize(
    ("before", "after", "right", "worse"),
    [
        (told("31 March"), told("30 June"), None, True),
        (told("31 March"), ABSTAINED, None, True),
        (ABSTAINED, told("31 March"), None, False),
        (told("31 March"), told("31 March", 5), None, False),
        (told("31 March"), told("30 June"), True, False),
        (told("31 March"), ABSTAINED, True, False),
        (told("31 March"), told("30 June"), False, True),
        (ABSTAINED, told("31 March"), False, True),
        (told("31 March"), told("31 March", 5), False, False),
    ],
)
def test_what_is_expected_decides_whether_it_is_worse(
    before: Outcome, after: Outcome, right: bool | None, worse: bool
) -> None:
    found = change("When?", before, after, right)
    assert found.worse is worse
    assert found.expected is (right is not None)
