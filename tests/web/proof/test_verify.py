"""`pincite verify`: what is proven, what is told, and that no model is needed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import Bot
from index.formats import make_document
from tests.conftest import CHECKOUT
from tests.web.proof.conftest import BRIDGE, MILL, MINUTES, OPENED, UNSAID
from web.cli import main
from web.proof import pack
from web.proof.receipt import receipt_of, seal

Made = Callable[..., Path]
"""Takes a question and gives the file of its receipt; with pack=True of its answer pack."""


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.index.light import LightEmbedder

    monkeypatch.setattr("index.writer.Embedder", LightEmbedder)


@pytest.fixture
def made(bridges: Bot, tmp_path: Path) -> Made:
    def make(asked: str = OPENED, /, *, page: bool = False, **changed: object) -> Path:
        answer = bridges.ask(asked)
        receipt = receipt_of(bridges, answer)
        path = tmp_path / ("pack.html" if page else "receipt.json")
        if page:
            path.write_text(pack.render(receipt, pack.documents_of(answer)), encoding="utf-8")
        else:
            path.write_text(json.dumps(json.loads(receipt.as_json()) | changed), encoding="utf-8")
        return path

    return make


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number, text in enumerate((BRIDGE, MINUTES, MILL)):
        (folder / f"copy-{number}.txt").write_text(text, encoding="utf-8")
    return folder


def verified(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    status = main(["verify", str(path), "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def kinds(body: dict[str, object]) -> list[str]:
    return [fault["kind"] for fault in body["faults"]]  # type: ignore[attr-defined]


def sealed(path: Path, change: Callable[[dict[str, object]], object]) -> Path:
    """Change a receipt as a forger would, with a new seal."""
    receipt = json.loads(path.read_text(encoding="utf-8"))
    change(receipt)
    receipt["sha256"] = seal(receipt)
    path.write_text(json.dumps(receipt), encoding="utf-8")
    return path


@pytest.mark.parametrize("question", [OPENED, UNSAID])
@pytest.mark.parametrize("page", [False, True])
def test_what_was_answered_is_proven(
    made: Made, bridges: Bot, files: Path, capsys: pytest.CaptureFixture[str], question: str, page: bool
) -> None:
    path = made(question, page=page)
    for where in (["--library", str(bridges.library.folder)], ["--documents", str(files)]):
        status, body = verified(capsys, path, *where)
        assert (status, body["proven"], body["faults"], body["notes"]) == (0, True, [], [])
        assert body["question"] == question
        assert all(place["proven"] for place in body["citations"])  # type: ignore[attr-defined]


def test_it_is_said_in_words_too(made: Made, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(made()), "--documents", str(files)]) == 0
    out = capsys.readouterr().out
    assert f"{OPENED}\nMay 1931" in out
    assert "Proven: every word stands where the receipt says." in out


def test_somebody_with_the_one_document_proves_its_citation(
    made: Made, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, body = verified(capsys, made(), "--documents", str(files / "copy-0.txt"))
    assert status == 1
    by_source = {place["document"]["source"]: place["proven"] for place in body["citations"]}  # type: ignore[attr-defined]
    assert by_source["0.txt"] is True
    assert by_source["1.txt"] is False
    assert "gone" in kinds(body)


def test_a_changed_document_is_told_with_where_the_words_stand_now(
    made: Made, bridges: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made()
    own = ["--library", str(bridges.library.folder)]
    for text, kind, words in (
        (f"Preface.\n\n{BRIDGE}", "moved", "the words stand at 40-48 now, in the same words"),
        (BRIDGE + " It is green.", "changed", "stand there still"),
        (BRIDGE.replace("May 1931", "June 1934"), "changed", "not in it any more"),
    ):
        bridges.library.add_documents([make_document(text, source="0.txt")])
        status, body = verified(capsys, path, *own)
        assert (status, body["proven"]) == (1, False)
        assert kind in kinds(body)
        assert any(words in fault["what"] for fault in body["faults"])  # type: ignore[attr-defined]
        assert body["notes"] == ["The library has changed since then; the question may be answered otherwise now."]
    first = next(listed.id for listed in bridges.library.documents() if listed.source == "0.txt")
    bridges.library.remove([first])
    assert "gone" in kinds(verified(capsys, path, *own)[1])


@pytest.mark.parametrize("name", ["question", "text", "confidence", "made_at", "threshold", "documents"])
def test_a_receipt_that_was_changed_is_told(
    made: Made, files: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    other = {"confidence": 0.99, "made_at": "2020-01-01T00:00:00Z", "threshold": 0.5, "documents": []}
    path = made(UNSAID if name == "documents" else OPENED, **{name: other.get(name, "June 1934")})
    status, body = verified(capsys, path, "--documents", str(files))
    assert status == 1
    assert "tampered" in kinds(body)


def test_a_forger_who_seals_anew_is_told_by_the_documents(
    made: Made, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def first(receipt: dict[str, object]) -> dict[str, object]:
        return receipt["citations"][0]  # type: ignore[index, no-any-return]

    for change, kind in (
        (lambda r: (first(r).update(exact="June 1934"), r.update(text="June 1934")), "offsets"),
        (lambda r: first(r).update(start=first(r)["start"] + 1), "offsets"),
        (lambda r: first(r).update(start=-5, end=3), "offsets"),
        (lambda r: first(r).update(start=10**9, end=10**9 + 8), "offsets"),
        (lambda r: first(r).update(prefix="was not "), "offsets"),
        (lambda r: first(r).update(suffix=" by nobody"), "offsets"),
        (lambda r: first(r).update(quote="It was never opened."), "offsets"),
        (lambda r: first(r)["document"].update(sha256="0" * 64), "changed"),
        (lambda r: r.update(text="June 1934"), "tampered"),
        (lambda r: r.update(reason="no_span"), "tampered"),
        (lambda r: r.update(items=[[0, 9999]]), "tampered"),
    ):
        path = sealed(made(), change)
        files_named = [str(files / "copy-0.txt"), str(files / "copy-1.txt")]
        if kind == "changed":
            (files / "0.txt").write_text(BRIDGE + " More.", encoding="utf-8")
            files_named = [str(files / "0.txt"), str(files / "copy-1.txt")]
        status, body = verified(capsys, path, "--documents", *files_named)
        assert status == 1
        assert kind in kinds(body), body


def test_a_page_that_was_changed_around_its_receipt_is_told(
    made: Made, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(page=True)
    html = path.read_text(encoding="utf-8")
    path.write_text(html.replace('<p class="words">May 1931', '<p class="words">May 1951'), encoding="utf-8")
    status, body = verified(capsys, path, "--documents", str(files))
    assert (status, kinds(body)) == (1, ["tampered"])
    path.write_text(html.replace(f"pack {pack.FORM}", "pack 000000000000"), encoding="utf-8")
    status, body = verified(capsys, path, "--documents", str(files))
    assert status == 0
    assert "not compared" in str(body["notes"])


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "null", "not JSON", "<!doctype html><p>x", '{"pincite_receipt": 1, "pincite_receipt": 1}',
     "[" * 9999, '{"pincite_receipt": NaN}', "\0"],
)  # fmt: skip
def test_what_is_no_receipt_is_bad_use(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    assert main(["verify", str(path), "--documents", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("pincite: ")


@pytest.mark.parametrize("version", [2, 0, "1", None, True, [1]])
def test_an_unknown_version_is_refused_with_what_to_do(
    made: Made, capsys: pytest.CaptureFixture[str], files: Path, version: object
) -> None:
    assert main(["verify", str(made(pincite_receipt=version)), "--documents", str(files)]) == 2
    assert "Verify it with the Pincite that made it" in capsys.readouterr().err


def test_bad_use_and_failures_are_told_apart(made: Made, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(made())
    assert main(["verify", str(files / "nothing.json"), "--documents", str(files)]) == 2
    assert main(["verify", path, "--documents", str(files), "--library", str(files)]) == 2
    assert main(["verify", path, "--library", str(files)]) == 3
    assert main(["verify", path, "--documents", str(files / "nothing.txt")]) == 3
    assert "Traceback" not in capsys.readouterr().err


def test_verifying_loads_no_model(made: Made, files: Path) -> None:
    path = made()
    look = (
        "import sys; from web.cli import main; status = main(sys.argv[1:]);"
        "models = ('torch', 'transformers', 'sentence_transformers', 'onnxruntime');"
        "print([name for name in models if name in sys.modules], status)"
    )
    command = [sys.executable, "-c", look, "verify", str(path), "--documents", str(files)]
    env = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=files, env=env)
    assert done.stdout.splitlines()[-1] == "[] 0"
