import pytest

from web.chat.smalltalk import READY, WELCOME, said_to

HELP = "Ask a question."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", HELP), ("  ", HELP), ("HELP", HELP), ("hi", HELP), ("Hi!", HELP), ("hello there", HELP),
        ("Good morning, Pincite :wave:", HELP), ("hey 👋", HELP), ("thanks!", WELCOME), ("Thank you.", WELCOME),
        ("ok, thanks a lot :+1:", WELCOME), ("many thanks for your help", WELCOME), ("ok", READY), ("Great!", READY),
    ],
)  # fmt: skip
def test_what_is_only_polite_gets_a_short_line(text: str, said: str) -> None:
    assert said_to(text, HELP) == said


@pytest.mark.parametrize(
    "text",
    ["hi, when was CASIP established?", "thanks, and its budget?", "ok 2024?", "Good morning America budget",
     "hello 電池は?", "who is Hi?", "helpdesk", "?!", "👍", "okra"],
)  # fmt: skip
def test_a_question_is_one_however_it_begins(text: str) -> None:
    assert said_to(text, HELP) is None
