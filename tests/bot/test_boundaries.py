"""Each thing a naive decoder gets wrong, on texts that are not the seeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.boundaries import mend
from bot.question import read

CASES = [
    # what the model pointed at, in ⟦ ⟧; the question; what a careful reader would take
    ("The plant was opened⟦ in Leeds,⟧ by the mayor.", "Where?", "in Leeds"),
    ("He paid ⟦$4⟧.50 for it.", "How much did he pay?", "$4.50"),
    ("It sold 1⟦,300⟧ units.", "How many units?", "1,300"),
    ("A solid-⟦state⟧ battery", "What battery?", "solid-state"),
    ("They met at the ⟦Merc⟧edes-Benz works.", "Where?", "Mercedes-Benz"),
    ("Sales grew ⟦12⟧% in May.", "By what percentage?", "12%"),
    ("More than ⟦forty⟧ boats came.", "How many boats?", "More than forty"),
    ("at least ⟦two weeks⟧ before", "How long before?", "at least two weeks"),
    ("It costs up to ⟦3⟧ million euros.", "How much?", "up to 3 million"),
    ("for more than a ⟦quarter-century⟧.", "How long?", "more than a quarter-century"),
    ("Opened on 4 ⟦May⟧ 1931 by the king", "When was it opened?", "4 May 1931"),
    ("since ⟦1931⟧, when", "In what year?", "1931"),
    ("on February ⟦19⟧, 2024 in", "When?", "February 19, 2024"),
    ("on February 19, ⟦2024⟧ in", "Which year?", "2024"),
    ("It was led by ⟦Agnes⟧ Mary Fell until", "Who led it?", "Agnes Mary Fell"),
    ("wrote J. ⟦Firth⟧ in reply", "Who wrote?", "J. Firth"),
    ("worked at ⟦Smart⟧ Manufacturing. Before that", "Where?", "Smart Manufacturing"),
    ("It was Agnes ⟦Fell⟧ who came", "Who came?", "Agnes Fell"),
    ("After that, President ⟦Fell⟧ came.", "Who came?", "Fell"),
    ("In Leeds there are only ⟦six⟧ of them", "How many?", "six"),
    ("⟦Ann Lee, Head of Care⟧, North Ward\n\nNext", "Who wrote this?", "Ann Lee"),
    ("called “⟦The Long Way⟧” by", "What was it called?", "The Long Way"),
    ("called ⟦“The Long Way⟧” by", "What was it called?", "The Long Way"),
    ("the ⟦Trade Office (TO⟧) said", "Which office?", "Trade Office (TO)"),
    ("the office ⟦(in Leeds⟧, England) said", "Where?", "in Leeds"),
    ("the Office ⟦of Trade)⟧ said", "Which office?", "of Trade"),
    ('said "⟦no comment⟧" twice', "What did they say?", "no comment"),
    ("according to ⟦Hartwell’s⟧ figures", "Whose figures?", "Hartwell"),
    ("at 9:15 ⟦a.m.⟧ sharp", "When?", "a.m."),
    ("made by ⟦Dale Ltd.⟧ in", "Who made it?", "Dale Ltd."),
    ("in ⟦U.S.⟧ waters", "Where?", "U.S."),
    ("members are Ada, ⟦Bell⟧, Cora, and Dee.", "Who are the members?", "Ada, Bell, Cora, and Dee"),
    (
        "Bring:\n- ⟦a lamp⟧\n- two ropes\n- a map\n\nThen go.",
        "Which things are needed?",
        "a lamp\n- two ropes\n- a map",
    ),
    ("the ⟦**bold**⟧ word", "Which word?", "bold"),
    ("naïve cafe⟦\u0301⟧ culture", "What?", "naïve cafe\u0301".removeprefix("naïve ")),
    ("全固体⟦電池⟧を開発", "What?", "電池"),
    ("temperatures of ⟦-40⟧ degrees", "How cold?", "-40"),
]


@pytest.mark.parametrize(("marked", "question", "wanted"), CASES)
def test_edges_are_put_where_a_careful_reader_would(marked: str, question: str, wanted: str) -> None:
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "")
    first, last = mend(text, start, end, read(question))
    assert text[first:last] == wanted


@given(
    st.text(min_size=1), st.data(), st.sampled_from(["who are they?", "when?", "how many?", "why?", "who wrote it?"])
)
def test_mending_never_leaves_the_text_and_never_empties_a_span(text: str, data: st.DataObject, question: str) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = mend(text, start, end, read(question))
    assert 0 <= first < last <= len(text)
    if text[start:end].strip() != "" and (first, last) != (start, end):
        assert text[first:last].strip()
