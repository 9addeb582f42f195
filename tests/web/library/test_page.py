import re

import pytest
from fastapi.testclient import TestClient

from bot import Answer, Citation
from index import Library
from tests.web.library.conftest import Send
from tests.web.test_pages import EVIL, check_safe
from web.desk import Desk

GATE = "The gate opens at nine. It closes at five."


def cite(desk: Desk, source: str, start: int, end: int) -> None:
    """Keep a question that was answered at a place of the document called `source`."""
    listed = next(one for one in desk.bot.library.documents() if one.source == source)
    document = desk.bot.library.document(listed.id)
    assert document is not None
    answer = Answer("When does it open?", 0.9, (Citation(document, start, end),))
    assert desk.journal.record(answer, asked="When does it open?", face="page", conversation="c", took_ms=1)


def test_an_empty_library_teaches_what_to_do(site: TestClient) -> None:
    page = check_safe(site.get("/library"))
    assert "No documents yet" in page.text
    assert ("form", "multipart/form-data") in [(tag, given.get("enctype")) for tag, given in page.tags]
    assert "table" not in [tag for tag, _ in page.tags]


def test_the_table_says_what_each_document_is_and_did(site: TestClient, send: Send, desk: Desk) -> None:
    long = "# The fence\n\n" + "\n\n".join(f"Part {n}. " + "The fence is green here. " * 40 for n in range(9))
    send({"gate.txt": GATE, "fence.md": long})
    cite(desk, "gate.txt", 18, 22)
    cite(desk, "gate.txt", 18, 22)
    page = check_safe(site.get("/library?sort=cited"))
    assert re.search(r"2 documents, \d+ passages", page.text)
    assert page.text.index("gate.txt") < page.text.index("fence.md")
    assert "twice" in page.text
    assert "never" in page.text
    assert ", 1 of them cited" in " ".join(page.text.split())
    assert [given.get("aria-sort") for tag, given in page.tags if given.get("aria-sort")] == ["descending"]
    assert "never cited" in page.text
    listed = site.get("/api/documents?sort=cited").json()["documents"]
    assert [document["cited"] for document in listed] == [2, 0]
    assert listed[0]["last_cited"]
    assert [document["source"] for document in site.get("/api/documents?used=never").json()["documents"]] == [
        "fence.md"
    ]


def test_a_place_in_a_text_that_changed_colours_nothing(site: TestClient, send: Send, desk: Desk) -> None:
    send({"gate.txt": GATE})
    cite(desk, "gate.txt", 18, 22)
    assert ", 1 of them cited" in " ".join(check_safe(site.get("/library")).text.split())
    send({"gate.txt": "New. " + GATE})
    text = " ".join(check_safe(site.get("/library")).text.split())
    assert ", 0 of them cited" in text
    assert "once" in text, "it answered all the same"


def test_without_a_script_files_are_uploaded_and_removed(site: TestClient, library: Library) -> None:
    answer = site.post("/library", files=[("files", ("gate.txt", GATE))], follow_redirects=False)
    assert answer.status_code == 303
    assert re.fullmatch(r"/library#job-\w+", answer.headers["location"])
    for _ in range(500):
        page = check_safe(site.get("/library"))
        if "Done: 1 added." in page.text:
            break
    assert "Done: 1 added." in page.text
    asked = next(address for address in page.values("a", "href") if address.endswith("/remove"))
    confirm = check_safe(site.get(asked))
    assert "cannot be undone" in confirm.text
    assert library.count()[0] == 1, "to be asked is not to be removed"
    gone = site.post("/library/remove", data={"id": asked.split("/")[2]})
    assert "was removed" in check_safe(gone).text
    assert library.count()[0] == 0
    assert site.get(asked).status_code == 404


def test_problems_of_an_upload_are_a_page(site: TestClient) -> None:
    answer = site.post("/library", files=[("files", ("a.exe", "MZ"))])
    assert answer.status_code == 422
    assert "a.exe" in check_safe(answer).text
    assert site.post("/library/jobs/unknown/cancel").status_code == 404


@pytest.mark.parametrize("words", [EVIL, "\u202edcba", "%s" * 100])
def test_titles_names_and_searches_are_shown_as_words(site: TestClient, send: Send, words: str) -> None:
    send({"evil.txt": f"{words}\n\nText."})
    check_safe(site.get("/library"))
    check_safe(site.get("/library", params={"q": words.encode("utf-8", "replace")}))
    check_safe(site.get(f"/library/{site.get('/api/documents').json()['documents'][0]['id']}/remove"))


def test_orders_and_filters_are_links_that_keep_one_another(site: TestClient, send: Send) -> None:
    send({"b.txt": "Beta.", "a.md": "# Alpha\n\nWords."})
    page = check_safe(site.get("/library?q=e&sort=title&used=never"))
    links = [address for address in page.values("a", "href") if address.startswith("/library?")]
    assert "/library?q=e&used=never&sort=title&turned=true" in links
    assert "/library?q=e&sort=title" in links
    for link in links:
        assert site.get(link).status_code == 200
    assert "No document is like that" in site.get("/library?q=zeppelin").text


def test_the_passages_of_a_document_are_shown_with_how_often_each_was_cited(
    site: TestClient, send: Send, desk: Desk
) -> None:
    send(
        {
            "fence.md": "# The fence\n\n"
            + "\n\n".join(f"## Part {n}\n\n" + f"Fence {n} is green. " * 60 for n in range(9))
        }
    )
    document = site.get("/api/documents").json()["documents"][0]
    cite(desk, "fence.md", 700, 710)
    page = check_safe(site.get(f"/library/{document['id']}"))
    assert f"1 of {document['passages']} passages was cited" in page.text
    assert page.text.count("never cited") == document["passages"], "each of the others, and the key"
    links = [link for link in page.values("a", "href") if link.startswith(f"/documents/{document['id']}?start=")]
    assert len(links) == document["passages"]
    check_safe(site.get(links[0]))
    only = check_safe(site.get(f"/library/{document['id']}?used=cited"))
    assert "cited once" in only.text
    assert len([link for link in only.values("a", "href") if "start=" in link]) == 1
    check_safe(site.get(f"/library/{document['id']}?used=never&page=99"))
    assert site.get("/library/unknown").status_code == 404
