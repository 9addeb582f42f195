"""Receipts: what is in them, and that it is what was answered."""

import hashlib
import json
import re

import pytest
from fastapi.testclient import TestClient

from bot import Bot
from tests.web.proof.conftest import BRIDGE, OPENED, UNSAID, Asking
from web.proof.receipt import Receipt, fingerprint, receipt_of, seal


def test_a_receipt_holds_the_answer_and_all_that_is_needed_to_check_it(bridges: Bot) -> None:
    answer = bridges.ask(OPENED)
    receipt = receipt_of(bridges, answer)
    assert (receipt.question, receipt.text, receipt.answered) == (OPENED, answer.text, True)
    assert len(receipt.citations) == len(answer.citations) == 2
    for cited, citation in zip(receipt.citations, answer.citations, strict=True):
        assert (cited.start, cited.end, cited.exact) == (citation.start, citation.end, citation.exact)
        assert (cited.prefix, cited.suffix) == (citation.prefix, citation.suffix)
        assert cited.document.sha256 == hashlib.sha256(citation.document.text.encode()).hexdigest()
    assert receipt.documents == []
    assert (receipt.library.documents, receipt.threshold) == (3, bridges.threshold)


def test_an_abstention_names_every_document_there_was(bridges: Bot) -> None:
    receipt = receipt_of(bridges, bridges.ask(UNSAID))
    assert (receipt.answered, receipt.text, receipt.citations) == (False, None, [])
    assert {source.sha256 for source in receipt.documents} == {one.sha256 for one in bridges.library.documents()}
    assert receipt.alternatives
    assert receipt.reason is not None


def test_the_files_that_answered_are_named_by_their_sha256(bridges: Bot) -> None:
    models = receipt_of(bridges, bridges.ask(OPENED)).models
    assert {"confidence.json", "tokenizer.json", "reader.int8.onnx.gz", "second.int8.onnx.gz"} <= set(models.reader)
    for name, sha256 in models.reader.items():
        assert sha256 == hashlib.sha256((bridges.reader.folder / name).read_bytes()).hexdigest()
    assert models.embedder == "light"


def test_the_seal_is_of_all_the_rest(bridges: Bot) -> None:
    receipt = json.loads(receipt_of(bridges, bridges.ask(OPENED)).as_json())
    assert receipt["sha256"] == seal(receipt)
    for name in set(receipt) - {"sha256"}:
        assert seal(receipt | {name: "other"}) != receipt["sha256"]


def test_the_state_of_a_library_does_not_hang_on_the_order_or_the_names(bridges: Bot, ask_of: Asking) -> None:
    listed = bridges.library.documents()
    assert fingerprint(listed) == fingerprint(reversed(listed))
    assert fingerprint(listed) != fingerprint(listed[1:])


def test_json_shows_what_hides(ask_of: Asking) -> None:
    bot = ask_of("The Tarn bridge was opened in May 1931 by Agnes\u202e lleF\u202c.\ufeff \x85 \U0001ffff end")
    receipt = receipt_of(bot, bot.ask(OPENED))
    text = receipt.as_json()
    assert re.search("[\x7f-\x9f\u202a-\u202e\ufeff\U0001ffff]", text) is None
    assert Receipt.model_validate_json(text) == receipt


def test_the_service_gives_a_receipt_as_a_file(pages: TestClient, bridges: Bot) -> None:
    response = pages.get("/receipt", params={"q": OPENED})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"] == (
        'attachment; filename="pincite-when-was-the-tarn-bridge-opened.receipt.json"'
    )
    receipt = Receipt.model_validate_json(response.content)
    assert receipt.text == bridges.ask(OPENED).text
    assert pages.get("/api/questions").json()["stored"] == 0


@pytest.mark.parametrize("path", ["/receipt", "/pack", "/why"])
def test_what_cannot_be_asked_cannot_be_taken_away(pages: TestClient, path: str) -> None:
    for question in ("", "?", "x" * 2000):
        assert pages.get(path, params={"q": question}).status_code == 422
    assert pages.get(path).status_code == 422


def test_a_filter_stands_in_the_receipt_the_page_and_the_pack(pages: TestClient, bridges: Bot) -> None:
    chosen = {"q": OPENED, "source": "1.txt"}
    receipt = Receipt.model_validate_json(pages.get("/receipt", params=chosen).content)
    assert receipt.filter is not None
    assert receipt.filter.source == "1.txt"
    assert {place.document.source for place in receipt.cited} == {"1.txt"}
    assert "Asked only of documents from 1.txt." in pages.get("/pack", params=chosen).text
    page = pages.get("/why", params=chosen).text
    assert "asked of documents from 1.txt" in page
    assert "opened%3F&amp;source=1.txt" in page
    why = pages.get("/api/why", params={"question": OPENED, "source": "1.txt"}).json()
    assert why["filter"]["source"] == "1.txt"
    assert {passage["document"]["source"] for passage in why["passages"]} == {"1.txt"}
    none = Receipt.model_validate_json(pages.get("/receipt", params=chosen | {"q": UNSAID}).content)
    assert [source.source for source in none.documents] == ["1.txt"]
    links = pages.get("/", params=chosen).text
    assert "/why?q=When+was+the+Tarn+bridge+opened%3F&amp;source=1.txt" in links
    assert pages.get("/pack", params={"q": OPENED, "since": "yesterday"}).status_code == 422


def test_an_empty_library_has_a_receipt_too(ask_of: Asking) -> None:
    bot = ask_of()
    receipt = receipt_of(bot, bot.ask(OPENED))
    assert (receipt.documents, receipt.alternatives, receipt.library.documents) == ([], [], 0)
    assert BRIDGE not in receipt.as_json()
