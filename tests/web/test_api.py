import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from index import Library
from index.formats import make_document
from index.store import FILE
from web.app import MAX_BODY_BYTES, create_app
from web.desk import Desk
from web.opening import open_bot
from web.settings import Settings
from web.suggested import Suggested

ANSWERED = "When was CASIP established?"
ABSTAINED = "What is the price of one CASIP battery?"

CITATION = {
    "document", "start", "end", "exact", "prefix", "suffix", "quote", "quote_start", "quote_end", "page", "url",
}  # fmt: skip


def ask(client: TestClient, question: str, **more: object) -> Response:
    return client.post("/api/ask", json={"question": question, **more})


def check_problem(response: Response, status: int) -> str:
    """RFC 9457, and no trace of the machinery behind it. Returns the detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in response.text
    return str(body["detail"])


def check_citation(client: TestClient, citation: dict, extra: frozenset[str] = frozenset()) -> None:
    """Anyone can check it: the document's hash, the offsets, the quote with its context."""
    assert set(citation) == CITATION | extra
    assert set(citation["document"]) == {"id", "title", "source", "sha256"}
    response = client.get(f"/api/documents/{citation['document']['id']}")
    assert response.status_code == 200
    document = response.json()
    assert {name: document[name] for name in citation["document"]} == citation["document"]
    text = document["text"]
    assert hashlib.sha256(text.encode()).hexdigest() == citation["document"]["sha256"]
    start, end = citation["start"], citation["end"]
    assert text[start:end] == citation["exact"] != ""
    assert citation["prefix"] == text[max(0, start - 32) : start]
    assert citation["suffix"] == text[end : end + 32]
    assert text[citation["quote_start"] : citation["quote_end"]] == citation["quote"]
    assert citation["quote_start"] <= start < end <= citation["quote_end"]
    assert citation["url"] == f"/documents/{document['id']}?start={start}&end={end}#cite"


def test_an_answer_has_exactly_the_shape_of_the_contract(client: TestClient) -> None:
    response = ask(client, ANSWERED)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == [
        "question", "answered", "text", "confidence", "reason", "citations", "items", "alternatives", "conversation",
        "took_ms", "asked", "id", "filter",
    ]  # fmt: skip
    assert (body["question"], body["answered"], body["reason"]) == (ANSWERED, True, None)
    assert body["asked"] == ANSWERED
    assert "January 2024" in body["text"]
    assert body["text"] == body["citations"][0]["exact"]
    assert 0 < body["confidence"] < 1
    assert isinstance(body["took_ms"], int)
    for citation in body["citations"]:
        check_citation(client, citation)
    for alternative in body["alternatives"]:
        check_citation(client, alternative, frozenset({"confidence"}))


def test_an_abstention_has_exactly_the_shape_of_the_contract(client: TestClient) -> None:
    body = ask(client, ABSTAINED).json()
    assert (body["answered"], body["text"], body["citations"], body["items"]) == (False, None, [], [])
    assert body["reason"] in ("no_match", "no_span", "low_confidence")
    assert body["alternatives"]
    for alternative in body["alternatives"]:
        check_citation(client, alternative, frozenset({"confidence"}))
        assert alternative["confidence"] is None


def test_a_list_gives_its_items_as_places_inside_the_answer(client: TestClient) -> None:
    body = ask(client, "Which government bodies does CASIP include?").json()
    assert body["answered"]
    first = body["citations"][0]
    text = client.get(f"/api/documents/{first['document']['id']}").json()["text"]
    assert len(body["items"]) >= 3
    for item in body["items"]:
        assert first["start"] <= item["start"] < item["end"] <= first["end"]
        assert text[item["start"] : item["end"]] == item["exact"]


def test_an_empty_library_is_a_reason(own: TestClient) -> None:
    body = ask(own, ANSWERED).json()
    assert (body["answered"], body["reason"], body["alternatives"]) == (False, "empty_library", [])


def test_offsets_count_code_points_in_any_script(own: TestClient, library: Library) -> None:
    text = "👩‍👩‍👧 Ünïcödé 电池.\r\n\r\nThe Zebra Society was founded in 1987 by José Müller in Zürich.\n"
    library.add_documents([make_document(text, source="zebra.txt")])
    body = ask(own, "When was the Zebra Society founded?").json()
    assert "1987" in body["text"]
    check_citation(own, body["citations"][0])


def test_a_removed_document_is_not_cited_again(own: TestClient, library: Library) -> None:
    document = make_document("The Zebra Society was founded in 1987 in Vienna.", source="zebra.txt")
    library.add_documents([document])
    assert ask(own, "When was the Zebra Society founded?").json()["answered"]
    library.remove([document.id])
    assert ask(own, "When was the Zebra Society founded?").json()["reason"] == "empty_library"
    check_problem(own.get(f"/api/documents/{document.id}"), 404)


def test_a_conversation_is_given_a_name_or_keeps_its_own(client: TestClient) -> None:
    assert ask(client, ANSWERED, conversation="team-7_a").json()["conversation"] == "team-7_a"
    names = {ask(client, ANSWERED, conversation=None).json()["conversation"] for _ in range(2)}
    assert len(names) == 2
    assert all(names)


def test_a_follow_up_is_answered_as_the_question_it_stands_for(client: TestClient) -> None:
    conversation = ask(client, ANSWERED).json()["conversation"]
    body = ask(client, "and what does it stand for?", conversation=conversation).json()
    assert (body["question"], body["asked"]) == ("What does CASIP stand for?", "and what does it stand for?")
    assert body["conversation"] == conversation
    assert body["text"] == body["citations"][0]["exact"]
    check_citation(client, body["citations"][0])
    alone = ask(client, body["question"]).json()
    assert (alone["text"], alone["confidence"]) == (body["text"], body["confidence"])


@pytest.mark.parametrize("conversation", ["", "a b", "x" * 65, "a\n", "<b>", 7, ["a"]])
def test_a_conversation_that_is_no_name_is_refused(client: TestClient, conversation: object) -> None:
    assert "conversation" in check_problem(ask(client, ANSWERED, conversation=conversation), 422)


@pytest.mark.parametrize("top_k", [1, 50])
def test_top_k_from_1_to_50_is_taken(client: TestClient, top_k: int) -> None:
    assert ask(client, ANSWERED, top_k=top_k).status_code == 200


@pytest.mark.parametrize("top_k", [0, -1, 51, 10**30, 1.5, "many", None, [8], {}])
def test_any_other_top_k_is_refused(client: TestClient, top_k: object) -> None:
    assert "top_k" in check_problem(ask(client, ANSWERED, top_k=top_k), 422)


@pytest.mark.parametrize("question", [None, 7, True, ["When?"], {"q": "When?"}])
def test_a_question_of_another_type_is_refused(client: TestClient, question: object) -> None:
    assert "question" in check_problem(client.post("/api/ask", json={"question": question}), 422)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"When?"', b"{}", b"\xff", b"\0", b"[" * 10_000, b"NaN"])
def test_a_body_that_is_no_request_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    check_problem(response, response.status_code)


def test_a_form_is_no_request(client: TestClient) -> None:
    check_problem(client.post("/api/ask", data={"question": ANSWERED}), 422)


def test_unknown_fields_are_passed_over(client: TestClient) -> None:
    assert ask(client, ANSWERED, future_field=1).status_code == 200


@pytest.mark.parametrize("escaped", [r"\ud800", r"When was CASIP established?\udfff", r"\ud83d When?"])
def test_a_lone_surrogate_is_no_server_error(client: TestClient, escaped: str) -> None:
    body = f'{{"question": "{escaped}"}}'.encode()
    response = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 422)
    response.json()
    if response.status_code == 422:
        check_problem(response, 422)


def test_a_lone_surrogate_elsewhere_is_no_server_error(client: TestClient) -> None:
    body = rb'{"question": "When?", "conversation": "\ud800", "\udfff": 1}'
    check_problem(client.post("/api/ask", content=body, headers={"content-type": "application/json"}), 422)


def test_a_huge_body_is_refused(client: TestClient) -> None:
    check_problem(ask(client, "x" * (MAX_BODY_BYTES + 1)), 413)


def test_a_huge_body_without_a_length_is_refused(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 2048

    response = client.post("/api/ask", content=chunks(), headers={"content-type": "application/json"})
    check_problem(response, 413)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(client: TestClient, method: str) -> None:
    response = client.request(method, "/api/ask")
    check_problem(response, 405)
    assert "POST" in response.headers["allow"]


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/ask/more", "/api/documents/nope"])
def test_an_address_with_nothing_behind_it_says_so(client: TestClient, path: str) -> None:
    check_problem(client.get(path), 404)


@pytest.mark.parametrize("name", ["%00", "%ff", "%ED%A0%80", "..%2f..", "'%20OR%201=1", "%3Cscript%3E"])
def test_a_document_that_cannot_be_is_not_found(client: TestClient, name: str) -> None:
    check_problem(client.get(f"/api/documents/{name}"), 404)


def test_a_document_id_longer_than_any_is_refused(client: TestClient) -> None:
    check_problem(client.get(f"/api/documents/{'a' * 65}"), 422)


def test_the_service_is_alive_before_and_ready_after_loading(desk: Desk) -> None:
    may_load = threading.Event()

    def opener() -> Desk:
        assert may_load.wait(30)
        return desk

    app = create_app(opener=opener)
    with TestClient(app) as client:
        assert client.get("/healthz").json()["status"] == "alive"
        for response in (client.get("/readyz"), ask(client, ANSWERED), client.get("/api/documents/x")):
            assert "still loading" in check_problem(response, 503)
            assert int(response.headers["retry-after"]) > 0
        may_load.set()
        assert app.state.service.wait(30)
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert (ready.json()["status"], ready.json()["documents"]) == ("ready", 2)
        assert ready.json()["passages"] >= 2
        assert ask(client, ANSWERED).json()["answered"]


def unready(settings: Settings) -> Iterator[str]:
    """Yield the reason why a service with these settings is not ready."""
    app = create_app(settings)
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        assert client.get("/healthz").status_code == 200
        detail = check_problem(client.get("/readyz"), 503)
        assert check_problem(ask(client, ANSWERED), 503) == detail
        yield detail


def test_a_missing_seeds_folder_is_why_the_service_is_not_ready(command_line: Path) -> None:
    (detail,) = unready(Settings(seeds=command_line / "gone"))
    assert "gone: there is no such folder" in detail
    assert "PINCITE_SEEDS" in detail


def test_a_damaged_library_is_why_the_service_is_not_ready(command_line: Path) -> None:
    (command_line / FILE).write_text("This is no database. " * 100)
    (detail,) = unready(Settings(library=command_line))
    assert "is damaged" in detail
    assert "add the documents again" in detail
    assert (command_line / FILE).read_text().startswith("This is no database."), "a person's own is left as it is"


def test_a_missing_reader_is_why_the_service_is_not_ready(command_line: Path) -> None:
    (detail,) = unready(Settings(reader=command_line / "no-reader"))
    assert "no-reader" in detail


def test_a_damaged_library_of_the_seeds_is_made_anew(command_line: Path) -> None:
    seeds = command_line / "seeds"
    seeds.mkdir()
    (seeds / "a.txt").write_text("The Zebra Society was founded in 1987 in Vienna.")
    settings = Settings(seeds=seeds)
    open_bot(settings).library.close()
    database = settings.library_folder / FILE
    for path in settings.library_folder.glob(f"{FILE}-*"):
        path.unlink()
    database.write_bytes(b"\0" * database.stat().st_size)
    database.write_text("This is no database. " * 100)
    bot = open_bot(settings)
    assert "1987" in (bot.ask("When was the Zebra Society founded?").text or "")
    assert len(list(settings.library_folder.parent.glob("seeds-damaged-*"))) == 1


def test_a_document_damaged_while_the_service_runs_answers_nothing(own: TestClient, library: Library) -> None:
    library.add_documents([make_document("The Zebra Society was founded in 1987 in Vienna.", source="zebra.txt")])
    with library.transaction():
        library.connection.execute("UPDATE documents SET text = replace(text, '1987', '1999')")
    assert "is damaged" in check_problem(ask(own, "When was the Zebra Society founded?"), 503)


def test_what_nobody_foresaw_is_a_problem_without_its_insides() -> None:
    class Broken:
        suggested = Suggested(None)  # type: ignore[arg-type]

        def ask(self, question: str, top_k: int) -> None:
            raise RuntimeError("the insides")

    app = create_app(opener=Broken)  # type: ignore[arg-type]
    with TestClient(app, raise_server_exceptions=False) as client:
        assert app.state.service.wait(30)
        assert "insides" not in check_problem(ask(client, ANSWERED), 500)


def test_openapi_describes_the_contract(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/ask", "/api/checks", "/api/documents", "/api/documents/{document_id}", "/api/folders", "/api/jobs",
        "/api/jobs/{job_id}", "/api/questions", "/api/questions.csv", "/api/questions.json", "/api/sync", "/api/votes",
        "/api/why", "/healthz", "/readyz",
    }  # fmt: skip
    operation = schema["paths"]["/api/ask"]["post"]
    assert {"200", "422", "503"} <= set(operation["responses"])
    parts = schema["components"]["schemas"]
    assert set(parts["AskRequest"]["properties"]) == {"question", "conversation", "top_k", "filter"}
    assert parts["AskRequest"]["required"] == ["question"]
    top_k = parts["AskRequest"]["properties"]["top_k"]
    assert (top_k["minimum"], top_k["maximum"], top_k["default"]) == (1, 50, 8)
    body = ask(client, ANSWERED).json()
    assert set(parts["AskResponse"]["properties"]) == set(body) == set(parts["AskResponse"]["required"])
    assert set(parts["CitationOut"]["properties"]) == CITATION
    reasons = json.dumps(parts["Reason"])
    assert all(name in reasons for name in ("no_match", "no_span", "low_confidence", "empty_library"))


def test_openapi_says_problems_are_problem_json(client: TestClient) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
    ],
)
def test_a_name_that_was_pointed_here_from_elsewhere_reads_nothing(desk: Desk, name: str, status: int) -> None:
    app = create_app(opener=lambda: desk, hosts=frozenset({"localhost", "127.0.0.1", "::1"}))
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        response = client.get("/readyz", headers={"Host": name})
    assert response.status_code == status
    if status != 200:
        assert response.headers["content-type"] == "application/problem+json"
        assert "PINCITE_ALLOWED_HOSTS" in response.json()["detail"]
