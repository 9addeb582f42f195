import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from index import DamagedLibraryError, LibraryError
from tests.conftest import CHECKOUT
from tests.web.chat.slack.conftest import Start
from tests.web.chat.slack.payloads import ADA, GENERAL
from web.chat.slack.inbox import FILE, KEEP_SECONDS, REPLY_SECONDS, Inbox, State
from web.chat.slack.intake import Intake
from web.chat.slack.messages import Action, Asked, Incoming, Pressed, Why


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def asked(key: str, ts: str = "", why: Why = Why.ADDRESSED, thread: str = "", channel: str = GENERAL) -> Asked:
    return Asked(key, "T0TEAM", channel, ADA, f"question {key}", why, ts or f"{key}.1", thread)


def test_what_comes_in_twice_is_kept_once_over_restarts_too(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox.put([asked("1"), asked("2"), asked("1")]) == [True, True, False]
    inbox.done("1")
    assert Inbox(tmp_path).put([asked("1"), asked("2"), asked("3")]) == [False, False, True]


def test_the_same_message_under_another_event_is_known(inbox: Inbox) -> None:
    assert inbox.put([asked("Ev1", "7.1"), asked("Ev2", "7.1"), asked("Ev3", "7.1", channel="C0OTHER")]) == [
        True, False, True,
    ]  # fmt: skip


def test_a_mention_takes_the_place_of_its_own_message_until_that_is_answered(inbox: Inbox) -> None:
    overheard, mention = asked("Ev1", "7.1", Why.LISTENED), asked("Ev2", "7.1")
    for settle in (lambda: None, lambda: inbox.silent("Ev1")):
        assert inbox.put([overheard]) == [True]
        settle()
        assert inbox.put([mention]) == [True]
        item = inbox.next()
        assert item is not None
        assert (item.key, item.state, item.incoming) == ("Ev1", State.NEW, mention)
        inbox.silent("Ev1")
        assert inbox.next() is not None, "a mention is never let go in silence"
        inbox.connection.execute("DELETE FROM inbox")
    for settle in (lambda: inbox.posting("Ev1", {"text": "x"}), lambda: inbox.done("Ev1")):
        inbox.put([overheard])
        settle()
        assert inbox.put([mention]) == [False]
        inbox.connection.execute("DELETE FROM inbox")


def test_a_thread_is_known_from_the_first_question_in_it(inbox: Inbox) -> None:
    follow = asked("Ev2", "8.2", Why.THREAD, thread="8.1")
    assert inbox.put([follow]) == [False]
    assert inbox.put([asked("Ev1", "8.1"), follow]) == [True, True]
    inbox.done("Ev1")
    assert inbox.put([asked("Ev3", "8.3", Why.THREAD, thread="8.1")]) == [True]
    inbox.put([asked("Ev4", "9.1", Why.LISTENED)])
    inbox.silent("Ev4")
    assert inbox.put([asked("Ev5", "9.2", Why.THREAD, thread="9.1")]) == [False]


def test_the_oldest_comes_first_and_one_of_a_conversation_at_a_time(inbox: Inbox) -> None:
    first, second = asked("1", "1.1"), asked("2", "1.2", thread="1.1")
    inbox.put([first, second, asked("3")])
    item = inbox.next()
    assert item is not None
    assert item.incoming == first
    assert first.conversation == second.conversation
    item = inbox.next({first.conversation})
    assert item is not None
    assert item.key == "3"


def test_what_was_put_off_waits(inbox: Inbox) -> None:
    inbox.put([asked("1")])
    inbox.later("1", 0.2, tries=2)
    assert inbox.next() is None
    time.sleep(0.25)
    item = inbox.next()
    assert item is not None
    assert item.tries == 2


def test_a_button_comes_back_as_it_was_and_a_share_is_done_once(inbox: Inbox) -> None:
    blocks = [{"type": "section"}]
    press = Pressed("k1", "T", GENERAL, ADA, Action.SHARE, "v", "Ev1", "1.1", "", "https://x", "text", blocks)
    again = Pressed("k2", "T", GENERAL, ADA, Action.SHARE, "v", "Ev1", "1.1", "", "https://x", "text", blocks)
    vote = Pressed("k3", "T", GENERAL, ADA, Action.GOOD, "v", "Ev1", "1.1", "", "https://x")
    other = Pressed("k4", "T", GENERAL, ADA, Action.GOOD, "v", "Ev1", "1.1", "", "https://x")
    assert inbox.put([press, again, vote, other]) == [True, False, True, True]
    item = inbox.next()
    assert item is not None
    assert item.incoming == press


def test_replies_to_commands_are_kept_for_their_buttons_and_keys_for_longer(inbox: Inbox) -> None:
    inbox.put([asked("1"), asked("2")])
    inbox.done("1", {"text": "reply"})
    assert inbox.reply("1") == {"text": "reply"}
    inbox.forget(time.time() + REPLY_SECONDS + 1)
    assert inbox.reply("1") is None
    assert inbox.put([asked("1")]) == [False]
    inbox.forget(time.time() + KEEP_SECONDS + 1)
    assert inbox.put([asked("1"), asked("2")]) == [True, False], "what is not answered is never forgotten"


def test_a_damaged_inbox_is_moved_aside(start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / FILE).write_text("no database " * 1000)
    with pytest.raises(DamagedLibraryError, match=f"Move its file, {FILE}, away"):
        Inbox(tmp_path / "library")
    workspace = start()
    workspace.idle()
    assert list((tmp_path / "library").glob(f"damaged-*-{FILE}"))
    assert "It was moved to" in caplog.text


def test_what_waits_together_is_written_in_one_commit(tmp_path: Path) -> None:
    batches: list[int] = []
    free = threading.Event()

    class Slow(Inbox):
        def put(self, batch: Sequence[Incoming]) -> list[bool]:
            batches.append(len(batch))
            free.wait(5)
            return super().put(batch)

    inbox = Slow(tmp_path)
    intake = Intake(lambda: inbox, lambda: None)
    intake.start()
    written = [intake.put(asked("0"))]
    while not batches:
        time.sleep(0.01)
    written += [intake.put(asked(str(number))) for number in range(1, 101)]
    assert written[50].cancel(), "whoever goes away before it is written is not waited for"
    free.set()
    intake.stop()
    assert all(one.result() for one in written if not one.cancelled())
    assert batches == [1, 99]


def test_an_inbox_that_fails_tells_whoever_waits_and_works_the_next_time(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    tries = iter([LibraryError("The disk is full."), None])

    def opener() -> Inbox:
        failure = next(tries)
        if failure:
            raise failure
        return inbox

    intake = Intake(opener, lambda: None)
    intake.start()
    with pytest.raises(LibraryError, match="disk is full"):
        intake.put(asked("1")).result(5)
    assert intake.put(asked("1")).result(5) is True
    intake.stop()


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    script = (
        "import os, sys, signal, pathlib\n"
        "from web.chat.slack.inbox import Inbox\n"
        "from web.chat.slack.messages import Asked, Why\n"
        "inbox = Inbox(pathlib.Path(sys.argv[1]))\n"
        "inbox.put([Asked(str(n), 'T', 'C', 'U', 'x', Why.ADDRESSED, f'{n}.1') for n in range(100)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=CHECKOUT, check=False)
    count = Inbox(tmp_path).connection.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()[0]
    assert count == 100


def test_words_are_json_that_an_older_process_has_written(inbox: Inbox) -> None:
    inbox.put([asked("1")])
    ((words,),) = inbox.connection.execute("SELECT incoming FROM inbox").fetchall()
    assert json.loads(words)["kind"] == "asked"
