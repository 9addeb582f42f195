import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.formats.draft import Refused, Unparsed
from index.formats.sandbox import Sandbox
from tests.index.formats.made import column, pdf

HTML, PDF = "text/html", "application/pdf"
ENDLESS = [
    b"/X1 Do " * 40,
    b"/X2 Do " * 40,
    b"/X3 Do " * 40,
    b"/X4 Do " * 40,
    b"/X5 Do " * 40,
    b"BT /F1 9 Tf (x) Tj ET " * 40,
]
"""Forms that draw each other: 40 to the sixth letters in a file of two kilobytes."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(step=8)
    yield sandbox
    sandbox.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_one_child_reads_one_file_after_the_other(sandbox: Sandbox) -> None:
    pids = set()
    for number in range(5):
        assert sandbox.parse(HTML, f"<p>Words {number}".encode()).text == f"Words {number}"
        pids.add(sandbox.pid)
    assert len(pids) == 1


def test_threads_take_turns(sandbox: Sandbox) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(sandbox.parse(HTML, f"<p>Words {n}".encode()).text))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"Words {n}" for n in range(8)]


def test_a_page_that_never_ends_is_left_out_and_the_rest_kept() -> None:
    sandbox = Sandbox(step=2)
    draft = sandbox.parse(
        PDF, pdf([column(50, 700, "The first page."), b"/X0 Do", column(50, 700, "The last.")], forms=ENDLESS)
    )
    sandbox.close()
    assert draft.text == "The first page.\n\nThe last."
    assert draft.notes == ("page 2 cannot be read (stops the reader) and was left out.",)


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    sandbox = Sandbox(step=2)
    slow = b"<p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">words"
    with pytest.raises(Unparsed, match=r"^takes longer than 2 seconds; it may be damaged"):
        sandbox.parse(HTML, slow)
    assert sandbox.parse(HTML, b"<p>Words").text == "Words"
    sandbox.close()


def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_one_read() -> None:
    sandbox = Sandbox(memory=320_000_000, step=60)
    with pytest.raises(Unparsed, match=r"needs more than 320 MB of memory|makes its reader fail"):
        sandbox.parse(HTML, b"<b>x</b>" * 4_000_000)
    assert sandbox.parse(HTML, b"<p>Words").text == "Words"
    sandbox.close()


def test_a_child_that_was_killed_is_followed_by_another(sandbox: Sandbox) -> None:
    sandbox.parse(HTML, b"<p>Words")
    assert sandbox.pid is not None
    os.kill(sandbox.pid, 9)
    assert sandbox.parse(HTML, b"<p>More").text == "More"


def test_a_child_that_dies_over_a_file_costs_that_file_alone(sandbox: Sandbox) -> None:
    sandbox.parse(HTML, b"<p>Words")
    slow = b"<p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">words"
    killer = threading.Timer(1.0, lambda: os.kill(sandbox.pid or 0, 9))
    killer.start()
    with pytest.raises(Unparsed, match="makes its reader fail"):
        sandbox.parse(HTML, slow)
    killer.join()
    assert sandbox.parse(HTML, b"<p>More").text == "More"


def test_an_interrupt_leaves_nothing_behind_that_the_next_file_could_get(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.parse(HTML, b"<p>Words")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "_line", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sandbox.parse(HTML, b"<p>Stale")
    assert sandbox.parse(HTML, b"<p>Fresh").text == "Fresh"


def test_a_refusal_leaves_the_child_as_it_is(sandbox: Sandbox) -> None:
    sandbox.parse(HTML, b"<p>Words")
    before = sandbox.pid
    with pytest.raises(Refused, match="is no PDF"):
        sandbox.parse(PDF, b"words")
    assert sandbox.pid == before


def test_what_unfolds_to_more_text_than_can_be_kept_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="holds more than 20,000,000 characters"):
        sandbox.parse(HTML, b"<p>" + b"words " * 3_500_000)


def test_closing_ends_the_child(sandbox: Sandbox) -> None:
    sandbox.parse(HTML, b"<p>Words")
    pid = sandbox.pid
    sandbox.close()
    assert pid is not None
    assert not alive(pid)
    assert sandbox.pid is None


def test_the_child_ends_with_its_parent_also_in_the_midst_of_a_file() -> None:
    code = (
        "import threading, time\nfrom index.formats.sandbox import Sandbox\nsandbox = Sandbox()\n"
        "sandbox.parse('text/html', b'<p>Words')\nprint(sandbox.pid, flush=True)\n"
        "sandbox.parse('text/html', b'<p ' + b' '.join(b'a%d=1' % n for n in range(900_000)) + b'>words')\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.5)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    ends = time.monotonic() + 20
    while alive(pid) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not alive(pid)


def test_the_child_loads_no_models() -> None:
    code = "import sys\nfrom index.formats import worker\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "onnxruntime", "sentence_transformers"} & set(done.stdout.split())
