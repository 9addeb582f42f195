import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from bot import Bot
from index.store import FILE
from tests.conftest import CHECKOUT
from tests.web.test_api import CITATION
from web.cli import main
from web.terminal import show
from web.words import confidence_in_words, percent

ANSWERED = "When was CASIP established?"
ABSTAINED = "What is the price of one CASIP battery?"


@pytest.fixture(autouse=True)
def seeds(command_line: Path, seeds_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PINCITE_SEEDS", str(seeds_copy))
    return seeds_copy


@pytest.fixture
def docs(command_line: Path) -> Path:
    docs = command_line / "docs"
    docs.mkdir()
    (docs / "zebra.txt").write_text("The Zebra Society was founded in 1987 in Vienna.")
    (docs / "okapi.md").write_text("# Okapi Club\n\nThe Okapi Club meets every Tuesday.")
    return docs


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Return what was printed, after a look that no traceback is in it."""
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return out, err


def failed(capsys: pytest.CaptureFixture[str], *words: str) -> None:
    """One clear message, nothing else."""
    out, err = said(capsys)
    assert out == ""
    assert err.startswith("pincite: ")
    for word in words:
        assert word in err


def test_an_answer_is_printed_with_its_sentence_and_place(capsys: pytest.CaptureFixture[str], bot: Bot) -> None:
    assert main(["ask", ANSWERED]) == 0
    out, err = said(capsys)
    answer = bot.ask(ANSWERED)
    first = answer.citations[0]
    assert out.splitlines()[0] == answer.text
    assert f"{percent(answer.confidence)} {confidence_in_words(answer.confidence)}" in out
    assert first.quote in out
    assert f"{first.document.source}, characters {first.start}-{first.end}" in out
    assert err == ""


def test_an_abstention_says_so_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", ABSTAINED]) == 1
    out, _ = said(capsys)
    assert out.startswith("The sources don't say.\n")
    assert "Nearest passage" in out


def test_a_named_conversation_is_gone_on_with(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", ANSWERED, "--conversation", "trip"]) == 0
    assert "Read as" not in said(capsys)[0]
    assert main(["ask", "and what does it stand for?", "--conversation", "trip"]) == 0
    out, _ = said(capsys)
    assert out.startswith("Read as: What does CASIP stand for?\nChina All-Solid-State Battery")


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str], bot: Bot) -> None:
    assert main(["ask", ANSWERED, "--json"]) == 0
    body = json.loads(said(capsys)[0])
    assert list(body) == [
        "question", "answered", "text", "confidence", "reason", "citations", "items", "alternatives", "conversation",
        "took_ms", "asked", "id", "filter",
    ]  # fmt: skip
    assert (body["answered"], body["reason"]) == (True, None)
    for citation in body["citations"]:
        assert set(citation) == CITATION
        document = bot.library.document(citation["document"]["id"])
        assert document is not None
        assert document.sha256 == citation["document"]["sha256"]
        assert document.text[citation["start"] : citation["end"]] == citation["exact"]
    assert body["text"] == body["citations"][0]["exact"]


def test_json_of_an_abstention_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", ABSTAINED, "--json", "--top-k", "50"]) == 1
    body = json.loads(said(capsys)[0])
    assert (body["answered"], body["text"], body["citations"]) == (False, None, [])
    assert body["reason"] in ("no_match", "no_span", "low_confidence")


def test_colour_marks_the_words_and_changes_none(bot: Bot) -> None:
    answer = bot.ask(ANSWERED)
    coloured, plain = io.StringIO(), io.StringIO()
    show(answer, Console(file=coloured, force_terminal=True, color_system="standard", highlight=False, soft_wrap=True))
    show(answer, Console(file=plain, highlight=False, soft_wrap=True))
    assert f"\x1b[1;30;43m{answer.text}\x1b[0m" in coloured.getvalue()
    assert "\x1b" not in plain.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [[], ["ask"], ["nothing"], ["ask", "a", "b"], ["ask", "Who?", "--top-k", "0"], ["ask", "Who?", "--top-k", "51"],
     ["ask", "Who?", "--top-k", "x"], ["ask", "Who?", "--top-k", "9" * 5000],
     ["ask", "Who?", "--conversation", "a b"], ["list", "--tag"],
     ["ask", "Who?", "--conversation", "x" * 65], ["add"],
     ["remove", "--under"], ["sync"],
     ["serve", "--port", "x"], ["ask", "Who?", "--unknown"]],
)  # fmt: skip
def test_bad_use_ends_with_2_and_how_to_use_it(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    out, err = said(capsys)
    assert out == ""
    assert err.startswith("usage: pincite")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out, _ = said(capsys)
    assert all(f"    {command} " in out for command in ("ask", "add", "remove", "list", "sync", "serve"))


def test_a_library_of_ones_own(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["--library", "own"]
    assert main(["add", str(docs), *own]) == 0
    out, err = said(capsys)
    assert out == "added docs/okapi.md\nadded docs/zebra.txt\n2 added\n"
    assert err == ""

    assert main(["list", *own]) == 0
    lines = said(capsys)[0].splitlines()
    assert [line.split(maxsplit=2)[1:] for line in lines] == [
        ["docs/okapi.md", "Okapi Club"],
        ["docs/zebra.txt", "The Zebra Society was founded in 1987 in Vienna."],
    ]

    assert main(["ask", "When was the Zebra Society founded?", *own]) == 0
    assert "1987" in said(capsys)[0].splitlines()[0]

    okapi = lines[0].split()[0]
    assert main(["remove", okapi, *own, "--json"]) == 0
    assert json.loads(said(capsys)[0])["removed"] == ["docs/okapi.md"]

    (docs / "zebra.txt").write_text("The Zebra Society was founded in 1999 in Vienna.")
    assert main(["sync", str(docs), *own, "--json"]) == 0
    change = json.loads(said(capsys)[0])
    assert [one["after"]["place"]["exact"] for one in change.pop("diff")["changes"]] == ["1999"]
    assert change == {
        "added": ["docs/okapi.md"], "replaced": ["docs/zebra.txt"], "removed": [], "unchanged": [],
        "failed": [], "notes": [], "moved": [],
    }  # fmt: skip
    assert main(["sync", str(docs), *own]) == 0
    assert said(capsys)[0] == "2 unchanged\n"
    assert main(["ask", "When was the Zebra Society founded?", *own]) == 0
    assert "1999" in said(capsys)[0].splitlines()[0]


def test_the_list_as_json(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", str(docs), "--library", "own"])
    said(capsys)
    assert main(["list", "--library", "own", "--json"]) == 0
    listed = json.loads(said(capsys)[0])
    known = {"author", "date", "language", "tags", "url"}
    assert [set(entry) for entry in listed] == [{"id", "title", "source", "sha256", "characters"} | known] * 2
    assert listed[1]["characters"] == len("The Zebra Society was founded in 1987 in Vienna.")


def test_without_a_library_the_seeds_are_listed(capsys: pytest.CaptureFixture[str], seeds: Path) -> None:
    assert main(["list"]) == 0
    assert [line.split()[1] for line in said(capsys)[0].splitlines()] == [
        f"seeds/{p.name}" for p in sorted(seeds.iterdir())
    ]


@pytest.mark.parametrize("arguments", [["add", "docs"], ["remove", "x"], ["sync", "docs"]])
def test_the_seeds_are_not_changed_by_commands(
    arguments: list[str], docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    failed(capsys, "--library DIR")


def test_files_that_cannot_be_added_are_named_and_end_with_3(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (docs / "bad.txt").write_bytes(b"\x89PNG")
    os.mkfifo(docs / "pipe.txt")
    assert main(["add", str(docs), "gone.txt", "n" * 300, "--library", "own"]) == 3
    out, err = said(capsys)
    assert out.endswith("2 added\n")
    assert len(err.splitlines()) == 4
    assert all(line.startswith("pincite: ") for line in err.splitlines())
    assert main(["add", str(docs), "--library", "own", "--json"]) == 3
    assert len(json.loads(said(capsys)[0])["failed"]) == 2


def test_an_unknown_id_is_named(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", str(docs), "--library", "own"])
    said(capsys)
    assert main(["remove", "nope", "--library", "own"]) == 3
    failed(capsys, "'nope'", "pincite list")


def test_syncing_a_missing_folder_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "gone", "--library", "own"]) == 3
    failed(capsys, "gone: there is no such folder")


@pytest.mark.parametrize("arguments", [["ask", ANSWERED], ["list"], ["serve", "--port", "0"]])
def test_a_missing_seeds_folder_is_named_and_nothing_made(
    arguments: list[str], command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(command_line / "gone" / "seeds"))
    assert main(arguments) == 3
    failed(capsys, "gone/seeds: there is no such folder", "PINCITE_SEEDS")
    assert list(command_line.iterdir()) == []


def test_a_seeds_folder_that_is_a_file_a_circle_or_too_long_is_named(
    command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (command_line / "file").write_text("words")
    (command_line / "circle").symlink_to("circle")
    for name in ("file", "circle", "n" * 300):
        monkeypatch.setenv("PINCITE_SEEDS", str(command_line / name))
        assert main(["ask", ANSWERED]) == 3
        failed(capsys, "there is no such folder")


def test_a_seeds_folder_that_may_not_be_read_is_named(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(docs))
    docs.chmod(0)
    try:
        if os.access(docs, os.R_OK):
            pytest.skip("whoever runs this may read everything (root); the circle of links above stands for it")
        assert main(["ask", ANSWERED]) == 3
        failed(capsys, "cannot be read (Permission denied)")
    finally:
        docs.chmod(0o700)


def test_an_empty_seeds_folder_answers_nothing(
    command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (command_line / "empty").mkdir()
    monkeypatch.setenv("PINCITE_SEEDS", str(command_line / "empty"))
    assert main(["ask", ANSWERED, "--json"]) == 1
    assert json.loads(said(capsys)[0])["reason"] == "empty_library"
    assert main(["ask", ANSWERED]) == 1
    assert "no documents here yet" in said(capsys)[0]
    assert main(["list"]) == 0
    assert said(capsys)[0] == ""


def test_one_bad_seed_does_not_keep_the_others_from_answering(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (docs / "bad.txt").write_bytes(b"\x89PNG")
    monkeypatch.setenv("PINCITE_SEEDS", str(docs))
    assert main(["ask", "When was the Zebra Society founded?"]) == 0
    assert "1987" in said(capsys)[0]
    assert "bad.txt: holds a PNG picture" in caplog.text


def test_seeds_that_moved_are_not_there_twice(
    docs: Path, command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("one", "two"):
        if place == "one":
            (command_line / "one").mkdir()
            docs.rename(command_line / "one" / "docs")
        else:
            (command_line / "one").rename(command_line / "two")
        monkeypatch.setenv("PINCITE_SEEDS", str(command_line / place / "docs"))
        assert main(["list"]) == 0
        assert len(said(capsys)[0].splitlines()) == 2


@pytest.mark.parametrize("arguments", [["ask", ANSWERED], ["list"], ["add", "docs"], ["sync", "docs"], ["remove", "x"]])
def test_a_damaged_library_of_ones_own_is_named_and_kept(
    arguments: list[str], docs: Path, command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (command_line / "own").mkdir()
    (command_line / "own" / FILE).write_text("This is no database. " * 100)
    assert main([*arguments, "--library", "own"]) == 3
    failed(capsys, "is damaged", "add the documents again")
    assert (command_line / "own" / FILE).read_text().startswith("This is no database.")


def test_a_damaged_library_of_the_seeds_is_made_anew(
    docs: Path, command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(docs))
    (command_line / ".pincite" / "docs").mkdir(parents=True)
    (command_line / ".pincite" / "docs" / FILE).write_text("This is no database. " * 100)
    assert main(["ask", "When was the Zebra Society founded?"]) == 0
    assert "1987" in said(capsys)[0]
    assert len(list((command_line / ".pincite").glob("docs-damaged-*"))) == 1


def test_a_damaged_index_file_changes_no_answer(
    docs: Path, command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(docs))
    assert main(["ask", "When was the Zebra Society founded?"]) == 0
    right = said(capsys)[0]
    for path in (command_line / ".pincite" / "docs").glob("dense*"):
        path.write_bytes(b"\x00garbage\xff" * 50)
    assert main(["ask", "When was the Zebra Society founded?"]) == 0
    assert said(capsys)[0] == right


@pytest.mark.parametrize("place", ["file", "file/inner", "/proc/nothing", "n" * 300])
def test_a_library_that_cannot_be_made_is_named(
    place: str, command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (command_line / "file").write_text("words")
    (command_line / "docs").mkdir(exist_ok=True)
    assert main(["sync", "docs", "--library", place]) == 3
    failed(capsys, "cannot be made", "--library")


def test_a_server_begins_an_empty_library_where_it_is_told_to(command_line: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        assert main(["serve", "--new", "--library", "fresh", "--port", port]) == 3, "the port is taken"
    assert (command_line / "fresh" / FILE).is_file()
    assert main(["list", "--library", "fresh"]) == 0


@pytest.mark.parametrize("command", [["ask", "When was it founded?"], ["list"], ["serve"], ["remove", "x"]])
def test_a_library_that_is_not_there_is_not_made_by_looking_at_it(
    command: list[str], command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--library", "slip"]) == 3
    failed(capsys, "There is no library in slip", "pincite sync")
    assert not (command_line / "slip").exists()


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("MIN_CONFIDENCE", "2"), ("THREADS", "0"), ("PORT", "99999")]
)
def test_a_bad_setting_is_named(
    name: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PINCITE_{name}", value)
    assert main(["ask", ANSWERED]) == 2
    failed(capsys, f"PINCITE_{name}: ")


def test_a_reader_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_READER", "/no/such/reader")
    assert main(["ask", ANSWERED]) == 3
    failed(capsys, "/no/such/reader")


def test_a_minimum_of_confidence_is_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_MIN_CONFIDENCE", "1")
    assert main(["ask", ANSWERED, "--json"]) == 1
    assert json.loads(said(capsys)[0])["reason"] == "low_confidence"


def test_a_busy_port_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 3
    failed(capsys, f"Cannot listen on 127.0.0.1:{port} (Address already in use", "--port")


@pytest.mark.parametrize("host", ["203.0.113.1", "no.such.host.invalid", "::zz", "a" * 300])
def test_an_address_that_is_not_here_is_named(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", host, "--port", "0"]) == 3
    failed(capsys, "Cannot listen on", "--host")


def test_control_characters_of_a_document_do_not_reach_the_terminal(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "evil.txt").write_text("The Gnu \x1b[31mGuild\x1b]0;title\x07 was founded in 1955 in Oslo.")
    main(["add", str(docs), "--library", "own"])
    assert main(["ask", "When was the Gnu Guild founded?", "--library", "own"]) in (0, 1)
    assert main(["list", "--library", "own"]) == 0
    out, err = said(capsys)
    assert "1955" in out
    assert "\x1b" not in out + err
    assert "\x07" not in out + err


def environment(**more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**ours, "PYTHONPATH": str(CHECKOUT), **more}


def test_the_real_command_answers_and_writes_nothing_but_beside_the_seeds(seeds: Path, command_line: Path) -> None:
    copy = shutil.copytree(seeds, command_line / "place" / "seeds")
    before = {path: path.read_bytes() for path in copy.iterdir()}
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", "ask", ANSWERED, "--json"],
        cwd=command_line, env=environment(PINCITE_SEEDS=str(copy)), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "January 2024" in json.loads(done.stdout)["text"]
    assert done.stderr == ""
    assert {path: path.read_bytes() for path in copy.iterdir()} == before
    assert {path.name for path in (command_line / "place").iterdir()} == {"seeds", ".pincite"}
    assert {path.name for path in command_line.iterdir()} == {"place"}


def test_a_closed_pipe_is_no_traceback(seeds: Path, command_line: Path) -> None:
    """`pincite list | head -0`: whoever reads has gone."""
    with subprocess.Popen(
        [sys.executable, "-m", "web.cli", "list"],
        cwd=command_line, env=environment(PINCITE_SEEDS=str(seeds)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as listing:  # fmt: skip
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 3


@pytest.mark.parametrize(
    ("host", "key", "warned"), [("0.0.0.0", "", True), ("0.0.0.0", "a key", False), ("127.0.0.1", "", False)]
)
def test_serving_everybody_without_a_key_is_warned_of(
    host: str,
    key: str,
    warned: bool,
    seeds: Path,
    command_line: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PINCITE_SEEDS", str(seeds))
    monkeypatch.setenv("PINCITE_API_KEY", key)
    monkeypatch.setattr("uvicorn.Server.run", lambda _, sockets: [listener.close() for listener in sockets])
    assert main(["serve", "--host", host, "--port", "0"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Pincite is at http://{host}:")
    assert ("PINCITE_API_KEY" in err) == warned


def test_the_real_server_is_alive_at_once_then_ready_and_ends_when_told(seeds: Path, command_line: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--port", "0"],
        cwd=command_line, env=environment(PINCITE_SEEDS=str(seeds)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        assert line.startswith("Pincite is at http://127.0.0.1:"), line
        address = line.split()[3]
        assert httpx2.get(f"{address}/healthz", timeout=60).status_code == 200
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            ready = httpx2.get(f"{address}/readyz")
            if ready.status_code == 200:
                assert ready.json()["documents"] == 2
                break
            assert ready.status_code == 503
            time.sleep(0.5)
        else:
            pytest.fail("never ready")
        server.terminate()
        assert server.wait(30) in (0, -15)
        assert "Traceback" not in server.stdout.read()
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def test_a_page_that_is_left_out_is_noted_and_an_answer_names_its_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.index.formats.made import column, pdf
    from tests.index.formats.test_pdf import PICTURE

    lines = ["The mill on the river was built by monks.", "It was sold to the town of Ulm in 1805."]
    (tmp_path / "mill.pdf").write_bytes(pdf([column(50, 700, "The first page."), PICTURE, column(50, 700, *lines)]))
    own = ["--library", str(tmp_path / "library")]
    assert main(["add", str(tmp_path / "mill.pdf"), *own]) == 0
    out, err = said(capsys)
    assert out.endswith("1 added\n")
    assert err == f"pincite: {tmp_path / 'mill.pdf'}: page 2 is a picture without words; OCR may find some.\n"
    assert main(["ask", "When was the mill sold to Ulm?", *own, "--json"]) == 0
    (citation,) = json.loads(said(capsys)[0])["citations"]
    assert (citation["exact"], citation["page"]) == ("1805", 3)
