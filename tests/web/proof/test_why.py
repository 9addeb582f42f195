"""The page and the JSON that say why."""

import math
from dataclasses import fields

import pytest
from fastapi.testclient import TestClient

from bot import Bot
from bot.evidence import LONGEST, Evidence
from bot.why import why
from tests.web.conftest import Page
from tests.web.proof.conftest import BRIDGE, OPENED, UNSAID, Asking
from web.proof.features import FEATURES, effect_in_words
from web.proof.why import WhyOut
from web.words import REASONS


def test_every_feature_of_the_evidence_has_words() -> None:
    assert list(FEATURES) == [field.name for field in fields(Evidence)]
    for feature in FEATURES.values():
        assert feature.name
        assert feature.unit
        assert all(feature.says(value).endswith(".") for value in (-20.0, -1.0, 0.0, 0.4, 1.0, 2.0, 3.0, 15.0, 30.0))


def test_logarithms_are_said_as_the_counts_they_are_of() -> None:
    rank, length = FEATURES["rank"].says, FEATURES["length"].says
    assert rank(0.0) == "Its passage is the first that was found."
    assert rank(math.log(8)) == "Its passage is number 8 of those that were found."
    assert [length(math.log(count)) for count in (1, 3, LONGEST)] == [
        "It is a single word.",
        "It has 3 words.",
        "It has 40 words or more.",
    ]


def test_effects_of_every_size_have_words() -> None:
    said = [effect_in_words(effect) for effect in (5.0, 0.5, 0.0, -0.5, -5.0)]
    assert len(set(said)) == 5
    assert said[0] == "speaks strongly for it"
    assert said[-1] == "speaks strongly against it"


def test_the_json_is_the_answer_with_its_evidence(pages: TestClient, bridges: Bot) -> None:
    response = pages.get("/api/why", params={"question": OPENED})
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    answer = bridges.ask(OPENED)
    assert (body["text"], body["answered"]) == (answer.text, True)
    assert body["confidence"] == round(answer.confidence, 4)
    assert [place["document"]["id"] for place in body["answers"][0]["places"]] == [
        citation.document.id for citation in answer.citations
    ]
    assert [gate["passed"] for gate in body["gates"]] == [True, True, True]
    for passage in body["passages"]:
        text = bridges.library.document(passage["document"]["id"]).text
        assert passage["text"] == text[passage["start"] : passage["end"]]
        for span in passage["spans"]:
            assert span["exact"] == text[span["start"] : span["end"]]


def test_the_page_shows_what_decided_and_every_passage(pages: TestClient, bridges: Bot) -> None:
    html = pages.get("/why", params={"q": OPENED}).text
    page = Page(html)
    found = WhyOut.of(why(bridges, OPENED))
    assert "Why this answer" in page.text
    assert page.text.count("Yes.") == 3
    for passage in found.passages:
        assert passage.url in page.values("a", "href")
        assert passage.said in page.text
        assert passage.found in page.text
    assert page.marks == [passage.spans[0].exact for passage in found.passages if passage.spans]
    for term in found.terms:
        assert term.says in page.text
    assert f"{found.confidence:.4f}" in page.text
    assert "style=" not in html
    assert page.values("script", "src") == ["/static/pincite.js"]


def test_why_no_answer_names_the_gate_that_was_not_passed(ask_of: Asking, bridges: Bot, pages: TestClient) -> None:
    page = Page(pages.get("/why", params={"q": UNSAID}).text)
    answer = bridges.ask(UNSAID)
    assert answer.reason is not None
    assert "Why no answer" in page.text
    assert REASONS[answer.reason] in page.text
    assert page.text.count(" No.") == 1
    held_back = WhyOut.of(why(ask_of(BRIDGE, min_confidence=0.999), OPENED))
    assert "answers are shown from 99%" in held_back.gates[2].says
    assert held_back.answers[0].shown == "held back"


@pytest.mark.parametrize("question", ["what", "xylophone quarks"])
def test_what_nothing_matches_has_a_page_too(pages: TestClient, question: str) -> None:
    response = pages.get("/why", params={"q": question})
    assert response.status_code == 200
    assert "Not asked." in response.text


def test_asking_why_keeps_no_question(pages: TestClient, bridges: Bot) -> None:
    for path, key in (("/why", "q"), ("/api/why", "question")):
        assert pages.get(path, params={key: OPENED}).status_code == 200
    assert pages.get("/api/questions").json()["stored"] == 0


def test_what_cannot_be_asked_is_said_as_a_problem(pages: TestClient) -> None:
    assert pages.get("/why", params={"q": " "}).status_code == 422
    response = pages.get("/api/why", params={"question": "?"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
