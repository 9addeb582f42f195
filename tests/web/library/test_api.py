import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index import Library
from index.progress import Report
from tests.web.library.conftest import Send, ended
from tests.web.test_api import check_problem
from tests.web.test_samesite import FOREIGN
from web import app as application
from web.app import create_app
from web.desk import Desk
from web.library import receive
from web.library.keeper import Keeper
from web.settings import Settings

GATE = "The gate opens at nine."


def titles(site: TestClient, **wanted: object) -> list[str]:
    response = site.get("/api/documents", params=wanted)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    return [document["title"] for document in response.json()["documents"]]


def kept(library: Library) -> list[str]:
    """What is in the library's folder of files, jobs aside; none may be left."""
    folder = library.folder / "files"
    if folder.is_dir():
        assert list((folder / ".jobs").iterdir()) == []
    return sorted(path.name for path in folder.glob("*") if path.name != ".jobs")


def hold(keeper: Keeper) -> Callable[[], None]:
    """Keep the next uploads from going on; return what lets them."""
    go_on = threading.Event()
    add = keeper.uploads.library.add

    def held(paths: list[Path], report: Report) -> object:
        def waiting(progress: object) -> None:
            assert go_on.wait(20)
            report(progress)  # type: ignore[arg-type]

        return add(paths, waiting)

    keeper.uploads.library.add = held  # type: ignore[method-assign, assignment]
    return go_on.set


def test_files_are_uploaded_listed_asked_and_removed(site: TestClient, send: Send, library: Library) -> None:
    job = send({"gate.txt": GATE, "fence.md": "# The fence\n\nIt is green."})
    assert (job["state"], sorted(job["added"]), job["failed"]) == ("done", ["fence.md", "gate.txt"], [])
    assert kept(library) == ["fence.md", "gate.txt"]
    listed = site.get("/api/documents").json()
    assert (listed["found"], listed["page"], listed["pages"]) == (2, 1, 1)
    fence, gate = listed["documents"]
    assert (fence["title"], fence["media_type"], fence["passages"]) == ("The fence", "text/markdown", 1)
    assert site.get(f"/api{gate['url']}").json()["text"] == GATE
    assert site.delete(f"/api/documents/{gate['id']}").status_code == 204
    assert titles(site) == ["The fence"]
    assert kept(library) == ["fence.md"]
    check_problem(site.delete(f"/api/documents/{gate['id']}"), 404)


def test_the_same_name_again_replaces(site: TestClient, send: Send, library: Library) -> None:
    send({"gate.txt": GATE})
    before = site.get("/api/documents").json()["documents"][0]["id"]
    assert send({"gate.txt": "It opens at ten."})["replaced"] == ["gate.txt"]
    after = site.get("/api/documents").json()["documents"]
    assert [document["id"] for document in after] == [before]
    assert site.get(f"/api/documents/{before}").json()["text"] == "It opens at ten."
    assert send({"gate.txt": "It opens at ten."})["unchanged"] == ["gate.txt"]


def test_names_cannot_lead_elsewhere(send: Send, library: Library, tmp_path: Path) -> None:
    job = send({"../../evil.txt": "One.", "..\\evil.txt": "Two.", "evil\nname.txt": "Three.", "/etc/con.txt": "Four."})
    assert len(job["added"]) == 4, job
    assert len(kept(library)) == 4
    assert sum("~" in name for name in kept(library)) == 3, "clients write a newline as %0A, which is a plain name"
    assert [path.name for path in tmp_path.iterdir()] == ["library"]


def test_files_that_cannot_be_read_are_named_and_the_rest_is_kept(send: Send, library: Library) -> None:
    job = send({"gate.txt": GATE, "song.mp3": "la", "empty.txt": "", "bad.pdf": "no pdf"})
    assert job["state"] == "done"
    assert job["added"] == ["gate.txt"]
    assert sorted(problem.partition(":")[0] for problem in job["failed"]) == ["bad.pdf", "empty.txt", "song.mp3"]
    assert str(library.folder) not in str(job)
    assert kept(library) == ["gate.txt"]


def test_two_files_of_one_name_are_not_mixed_up(site: TestClient, library: Library) -> None:
    response = site.post("/api/documents", files=[("files", ("a.txt", "One.")), ("files", ("a.txt", "Two."))])
    job = ended(site, response.headers["location"])
    assert job["added"] == ["a.txt"]
    assert "another file of this name" in job["failed"][0]
    assert (library.folder / "files" / "a.txt").read_text() == "One."


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/form-data; boundary=x", b"", 422),
        ("multipart/form-data; boundary=x", b"no form at all", 422),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf', 422),  # noqa: E501
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n', 422),  # noqa: E501
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.exe"\r\n\r\nMZ\r\n--x--\r\n', 422),  # noqa: E501
    ],
)  # fmt: skip
def test_what_is_no_whole_form_leaves_nothing(
    site: TestClient, library: Library, content_type: str, body: bytes, status: int
) -> None:
    check_problem(site.post("/api/documents", content=body, headers={"Content-Type": content_type}), status)
    assert kept(library) == []
    assert site.get("/api/jobs").json() == []


def test_what_is_too_large_is_a_problem_and_leaves_nothing(
    site: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "MAX_BYTES", 1000)
    files = [("files", ("a.txt", "x" * 500)), ("files", ("b.txt", "x" * 1001))]
    assert "b.txt is too large" in check_problem(site.post("/api/documents", files=files), 413)
    assert kept(library) == []
    monkeypatch.setattr(application, "MAX_UPLOAD_BYTES", 2000)
    files = [("files", (f"{name}.txt", "x" * 900)) for name in "abc"]
    assert "together" in check_problem(site.post("/api/documents", files=files), 413)
    body = b"--x\r\n" + b"x" * 3000
    chunked = site.post(
        "/api/documents", content=iter([body]), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert chunked.status_code in (413, 422)
    assert kept(library) == []
    check_problem(site.post("/api/ask", content=b" " * 70_000), 413)


def test_progress_is_told_and_questions_are_answered_meanwhile(
    site: TestClient, send: Send, keeper: Keeper, library: Library
) -> None:
    send({"gate.txt": GATE})
    go_on = hold(keeper)
    response = site.post("/api/documents", files=[("files", ("gate.txt", "New words."))])
    address = response.headers["location"]
    assert response.json()["state"] in ("waiting", "running")
    listed = site.get("/api/documents").json()["documents"]
    assert site.get(f"/api/documents/{listed[0]['id']}").json()["text"] == GATE
    assert site.post("/api/ask", json={"question": "When does the gate open?"}).status_code == 200
    check_problem(site.delete(f"/api/documents/{listed[0]['id']}"), 409)
    go_on()
    assert ended(site, address)["replaced"] == ["gate.txt"]


def test_cancelling_changes_nothing(site: TestClient, send: Send, keeper: Keeper, library: Library) -> None:
    send({"gate.txt": GATE})
    go_on = hold(keeper)
    first, second = (
        site.post("/api/documents", files=[("files", (name, "New words."))]).headers["location"]
        for name in ("gate.txt", "fence.txt")
    )
    for address in (first, second):
        assert site.delete(address).status_code == 202
    go_on()
    for address in (first, second):
        assert ended(site, address)["state"] == "cancelled"
        check_problem(site.delete(address), 409)
    assert send({"third.txt": "Third."})["state"] == "done"
    assert kept(library) == ["gate.txt", "third.txt"]
    assert (library.folder / "files" / "gate.txt").read_text() == GATE
    check_problem(site.delete("/api/jobs/unknown"), 404)
    check_problem(site.get("/api/jobs/unknown"), 404)


def test_documents_are_found_and_sorted(site: TestClient, send: Send) -> None:
    send({"b.txt": "Beta.", "a.md": "# Alpha\n\n" + "Long words follow here. " * 200, "c.txt": "Gamma."})
    assert titles(site) == ["Alpha", "Beta.", "Gamma."]
    assert titles(site, sort="title", turned=True) == ["Gamma.", "Beta.", "Alpha"]
    assert titles(site, sort="passages")[0] == "Alpha"
    assert titles(site, sort="size", turned=True)[-1] == "Alpha"
    assert titles(site, q="ALPHA md") == ["Alpha"]
    assert titles(site, type="text/plain") == ["Beta.", "Gamma."]
    assert titles(site, used="cited") == []
    assert len(titles(site, used="never", page=7)) == 3, "past the last page is the last one"
    check_problem(site.get("/api/documents", params={"sort": "colour"}), 422)


def test_the_seeds_are_not_changed_over_http(desk: Desk) -> None:
    with TestClient(create_app(Settings(), lambda: desk)) as client:
        assert client.app.state.service.wait(60)  # type: ignore[attr-defined]
        detail = check_problem(client.post("/api/documents", files=[("files", ("a.txt", "A."))]), 409)
        assert "pincite serve --new --library" in detail
        check_problem(client.delete("/api/documents/x"), 409)
        assert "pincite serve --new --library" in client.get("/library").text
        assert client.post("/library", files=[("files", ("a.txt", "A."))]).status_code == 409
        assert client.post("/library/remove", data={"id": "x"}).status_code == 409
        assert not (desk.bot.library.folder / "files").exists()


@pytest.mark.parametrize("headers", FOREIGN)
def test_other_sites_pages_can_change_nothing(
    site: TestClient, send: Send, library: Library, headers: dict[str, str]
) -> None:
    job = send({"gate.txt": GATE})
    found = site.get("/api/documents").json()["documents"][0]["id"]
    files = [("files", ("a.txt", "A."))]
    for answer in (
        site.post("/api/documents", files=files, headers=headers),
        site.post("/library", files=files, headers=headers),
        site.delete(f"/api/documents/{found}", headers=headers),
        site.post("/library/remove", data={"id": found}, headers=headers),
        site.delete(f"/api/jobs/{job['id']}", headers=headers),
        site.post(f"/library/jobs/{job['id']}/cancel", headers=headers),
    ):
        assert answer.status_code == 403
    assert kept(library) == ["gate.txt"]


def test_without_the_key_nothing_is_listed_or_changed(library: Library, desk: Desk) -> None:
    with TestClient(create_app(Settings(library=library.folder, api_key="k"), lambda: desk)) as client:
        assert client.app.state.service.wait(60)  # type: ignore[attr-defined]
        for method, path in (
            ("GET", "/library"), ("GET", "/library/jobs"), ("GET", "/api/documents"), ("GET", "/api/jobs"),
            ("POST", "/api/documents"), ("POST", "/library"), ("DELETE", "/api/documents/x"),
            ("DELETE", "/api/jobs/x"), ("POST", "/library/remove"),
        ):  # fmt: skip
            assert client.request(method, path).status_code == 401, path
        assert client.get("/api/documents", headers={"Authorization": "Bearer k"}).status_code == 200


def test_what_a_killed_server_left_is_undone_and_said(library: Library, desk: Desk) -> None:
    from index.uploads import Uploads

    staging = Uploads(library).stage()
    with staging.file("gate.txt") as file:
        file.write(GATE.encode())
    staging.seal()
    import os

    os.close(staging._lock)  # as the end of its process does
    with TestClient(create_app(Settings(library=library.folder), lambda: desk)) as client:
        assert client.app.state.service.wait(60)  # type: ignore[attr-defined]
        import time

        for _ in range(200):
            if client.get("/api/jobs").json():
                break
            time.sleep(0.02)
        job = client.get("/api/jobs").json()[0]
        assert (job["state"], job["files"]) == ("unfinished", ["gate.txt"])
        assert "Not finished" in client.get("/library").text
        assert titles(client) == []
    assert kept(library) == []


def test_the_service_describes_uploads(site: TestClient) -> None:
    described = site.get("/openapi.json").json()
    assert "multipart/form-data" in described["paths"]["/api/documents"]["post"]["requestBody"]["content"]
    assert {"get", "delete"} <= set(described["paths"]["/api/jobs/{job_id}"])


def test_folders_that_are_followed_are_synced_and_no_others(site: TestClient, library: Library, tmp_path: Path) -> None:
    check_problem(site.post("/api/sync"), 409)
    notes, alone = tmp_path / "notes", tmp_path / "alone.txt"
    (notes / "inner").mkdir(parents=True)
    (notes / "a.txt").write_text("Alpha.")
    (notes / "inner" / "b.txt").write_text("Beta.")
    alone.write_text("Alone.")
    library.add([notes, alone])
    folders = site.get("/api/folders").json()
    assert [(folder["name"], folder["documents"]) for folder in folders] == [("notes", 2)]
    assert str(tmp_path) not in str(folders)
    (notes / "a.txt").unlink()
    (notes / "c.txt").write_text("Gamma.")
    jobs = site.post("/api/sync", json={"folder": folders[0]["id"]}).json()
    job = ended(site, f"/api/jobs/{jobs[0]['id']}")
    assert (job["files"], job["added"], job["removed"]) == (["notes"], ["notes/c.txt"], ["notes/a.txt"])
    assert titles(site) == ["Alone.", "Gamma.", "Beta."]
    assert site.post("/library/sync", data={"folder": folders[0]["id"]}, follow_redirects=False).status_code == 303
    for folder in (str(notes)[:64], "notes", "/", ""):
        check_problem(site.post("/api/sync", json={"folder": folder}), 404)
    check_problem(site.post("/api/sync", json={"folder": "x" * 65}), 422)
