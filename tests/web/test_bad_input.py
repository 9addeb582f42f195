"""Issue 2's list of bad input, through every face: a clear message or a right answer, never a trace."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Page
from web.cli import main

Outcome = tuple[str, str]
"""What came of a question ("answered", "abstained" or "refused"), and the answer or the message."""

Ask = Callable[[str], Outcome]


@pytest.fixture(params=["command line", "service", "page"])
def ask(
    request: pytest.FixtureRequest,
    client: TestClient,
    command_line: Path,
    seeds_copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    monkeypatch.setenv("PINCITE_SEEDS", str(seeds_copy))

    def by_command(question: str) -> Outcome:
        # Two dashes end the options, as in any command: a question may begin with one.
        status = main(["ask", "--json", "--", question])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        if status == 2:
            assert out == ""
            assert err.startswith("pincite: ")
            assert len(err.splitlines()) == 1
            return "refused", err
        assert err == ""
        assert status in (0, 1)
        return outcome(json.loads(out), answered=status == 0)

    def by_service(question: str) -> Outcome:
        response = client.post(
            "/api/ask", content=json.dumps({"question": question}), headers={"content-type": "application/json"}
        )
        assert response.status_code in (200, 422)
        if response.status_code == 422:
            assert response.headers["content-type"] == "application/problem+json"
            return "refused", response.json()["detail"]
        return outcome(response.json(), answered=response.json()["answered"])

    def by_page(question: str) -> Outcome:
        response = client.get("/", params={"q": question})
        assert response.status_code in (200, 422)
        assert "Traceback" not in response.text
        page = Page(response.text)
        if response.status_code == 422:
            return "refused", page.text
        if page.marks:
            assert "The sources don’t say" not in page.text
            return "answered", page.marks[0]
        assert "The sources don’t say" in page.text
        return "abstained", ""

    return {"command line": by_command, "service": by_service, "page": by_page}[request.param]


def outcome(body: dict, answered: bool) -> Outcome:
    assert body["answered"] is answered
    assert (body["text"] is None) is not answered
    return ("answered", body["text"]) if answered else ("abstained", body["reason"])


@pytest.mark.parametrize(
    "question",
    ["", " ", "\t\n\r ", "\u00a0\u2003\u3000", "\0", "\x01\x07\x1b\x7f\x85", "?", "?!…", '"', "*", "-", "()", "\u2028"],
)
def test_a_question_without_words_is_called_empty(ask: Ask, question: str) -> None:
    what, message = ask(question)
    assert what == "refused"
    assert "The question is empty. Type a question in words." in message


@pytest.mark.parametrize("question", ["x" * 10_000, "why " * 2_500, "When was CASIP established? " * 360, "é" * 10_000])
def test_ten_thousand_characters_are_called_too_long(ask: Ask, question: str) -> None:
    what, message = ask(question)
    assert what == "refused"
    assert "characters; at most 1,000 are read" in message


PLAIN = "When was CASIP established?"

DISGUISED = [
    "\0When\x07 was CASIP\x1b established?\r\n",
    "  When\twas\n\nCASIP\r\nestablished ?  ",
    "\ufeffWhen was CASIP established?",
    'When was "CASIP" established?',
    'When was CASIP established?"',
    "When was CASIP* established?",
    "When was -CASIP established?",
    "When was CASIP established? NEAR(",
    "When was (CASIP) established)",
    "When was CASIP established AND OR NOT",
    "text: When was CASIP established?",
    "{text context}: When was CASIP established?",
    "^When was CASIP + established?",
    "'; DROP TABLE documents; -- When was CASIP established?",
    "When was <b>CASIP</b> established?",
    "<script>alert(1)</script> When was CASIP established?",
    "When was CASIP established? &amp; {{ 7*7 }} {% raw %}",
    "When was CASIP\u200b established?",
    "When was CASIP established? \U0001f50b",
]


@pytest.mark.parametrize("question", DISGUISED)
def test_operators_markup_and_controls_change_no_answer_into_a_wrong_one(ask: Ask, question: str) -> None:
    what, answer = ask(question)
    assert what in ("answered", "abstained")
    if what == "answered":
        assert "January 2024" in answer


def test_most_of_them_are_answered(ask: Ask) -> None:
    answered = [
        question for question in [PLAIN, *DISGUISED] if isinstance(question, str) and ask(question)[0] == "answered"
    ]
    assert PLAIN in answered
    assert len(answered) >= 12


@pytest.mark.parametrize(
    "question", ["NEAR(", '"CASIP', "CASIP*", "-CASIP", "NEAR(CASIP BYD, 5)", "CASIP AND NOT BYD", "col:CASIP"]
)
def test_operators_alone_are_only_words(ask: Ask, question: str) -> None:
    assert ask(question)[0] in ("answered", "abstained")


@pytest.mark.parametrize(
    "question", ["\ud800", "\udfff When was CASIP established?", "When was \udcff CASIP established?"]
)
def test_half_characters_are_no_failure(ask: Ask, question: str, request: pytest.FixtureRequest) -> None:
    if request.node.callspec.params["ask"] == "page":
        pytest.skip("an address cannot carry half a character")
    what, answer = ask(question)
    assert what != "answered" or "January 2024" in answer


NOT_ENGLISH = {
    "¿Cuándo se fundó CASIP?": "January 2024",
    "¿Quién es el profesor de la Universidad de Tsinghua?": "Ouyang Minggao",
    "¿Cuántas patentes tiene Toyota?": "1,300",
    "Quand CASIP a-t-elle été créée ?": "January 2024",
    "Qui est le rédacteur en chef de Battery Technology ?": "Michael C. Anderson",
    "Combien de brevets Toyota possède-t-elle ?": "1,300",
    "Wann wurde CASIP gegründet?": "January 2024",
    "Wer ist der Professor der Tsinghua-Universität?": "Ouyang Minggao",
    "Wie viele Patente hat Toyota?": "1,300",
    "CASIP是什么时候成立的？": "January 2024",
    "丰田有多少项专利？": "1,300",
    "Когда была основана платформа CASIP?": "January 2024",
    "Сколько патентов у Toyota?": "1,300",
    "متى تأسست CASIP؟": "January 2024",
    "كم عدد براءات اختراع تويوتا؟": "1,300",
}


@pytest.mark.parametrize("question", NOT_ENGLISH)
def test_questions_in_other_languages_are_never_answered_wrongly(ask: Ask, question: str) -> None:
    what, answer = ask(question)
    if what == "answered":
        assert NOT_ENGLISH[question] in answer
    if what == "refused":
        assert "Ask it in English" in answer


def test_questions_in_other_languages_are_mostly_told_what_to_do(ask: Ask) -> None:
    refused = [question for question in NOT_ENGLISH if ask(question)[0] == "refused"]
    assert len(refused) >= 12


@pytest.mark.parametrize(
    "question", ["a", "1", "the", "Ω", "電", "who", "🔋 a", "_" * 900, "word " * 190, "e\u0301" * 400]
)
def test_odd_questions_are_no_failure(ask: Ask, question: str) -> None:
    assert ask(question)[0] in ("answered", "abstained", "refused")


def test_a_question_that_begins_with_a_dash_can_be_asked(
    command_line: Path, seeds_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(seeds_copy))
    assert main(["ask", "--", "-When was CASIP established?"]) in (0, 1)
    assert "Traceback" not in capsys.readouterr().err
