"""Worker: the threads that do what lies in the inbox, behind the back of whoever asked."""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from index import LibraryError, PinciteError
from web.chat.slack.answers import Answers
from web.chat.slack.buttons import Buttons
from web.chat.slack.client import SlackAwayError
from web.chat.slack.inbox import Inbox, Item
from web.chat.slack.messages import Asked

log = logging.getLogger(__name__)

THREADS = 4
"""Questions are read one at a time, but most of the work is waiting for Slack."""
LOOK_SECONDS = 1.0
"""How often to look for what was put off, or came in through another process."""
TIDY_SECONDS = 300.0
PAUSES = (1, 2, 5, 15, 60, 120, 300)
"""Seconds between tries while Slack does not answer."""
SETTLED_SECONDS = 0.05
BURST_SECONDS = 1.0
"""A burst is let in before the models take the processors: until nothing came for so long, or for so long at most."""
LOCK = "chat.lock"


class Worker:
    """Does each item once. Of several processes over one library, one works at a time; its end frees the place."""

    def __init__(
        self,
        folder: Path,
        inbox: Callable[[], Inbox],
        ready: Callable[[], bool],
        answers: Answers,
        buttons: Buttons,
    ) -> None:
        """Work on the inbox in `folder` once `ready` says so."""
        self._folder = folder
        self._inbox = inbox
        self._ready = ready
        self._answers = answers
        self._buttons = buttons
        self._busy: set[str] = set()
        self._new = threading.Condition()
        self._stopping = threading.Event()
        self._lock_file: int | None = None
        self._tidy_at = 0.0
        self._last_came = self._burst_began = 0.0
        self._threads = [
            threading.Thread(target=self._run, name=f"pincite-chat-{number}", daemon=True) for number in range(THREADS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what is being done now."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join(15)
        if self._lock_file is not None:
            try:
                self._inbox().settle()
            except PinciteError as error:
                log.error("%s", error)
            os.close(self._lock_file)

    def wake(self) -> None:
        """Look for what came in, once no more is coming."""
        with self._new:
            now = time.monotonic()
            if now - self._last_came > SETTLED_SECONDS:
                self._burst_began = now
            self._last_came = now
            self._new.notify_all()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._step():
                    with self._new:
                        self._new.wait(SETTLED_SECONDS if self._in_burst() else LOOK_SECONDS)
            except PinciteError as error:
                log.error("%s", error)
                self._stopping.wait(LOOK_SECONDS)
            except Exception:
                log.exception("The chat's work stumbled; it goes on.")
                self._stopping.wait(LOOK_SECONDS)

    def _step(self) -> bool:
        """Do one thing; tell whether there was one."""
        with self._new:
            if self._stopping.is_set() or self._in_burst() or not self._ready() or not self._alone():
                return False
            inbox = self._inbox()
            item = inbox.next(self._busy)
            if item is not None:
                self._busy.add(item.incoming.conversation)
        if item is None:
            self._tidy(inbox)
            return False
        try:
            self._do(inbox, item)
        finally:
            with self._new:
                self._busy.discard(item.incoming.conversation)
                self._new.notify()
        return True

    def _do(self, inbox: Inbox, item: Item) -> None:
        try:
            if isinstance(item.incoming, Asked):
                self._answers.work(inbox, item, item.incoming)
            else:
                self._buttons.work(inbox, item, item.incoming)
        except (SlackAwayError, LibraryError) as error:
            if isinstance(error, SlackAwayError) and error.seconds:  # Slack asks to wait, and has done nothing
                inbox.later(item.key, error.seconds, item.tries)
            elif item.tries < len(PAUSES):
                log.warning("%s It is tried again in %d s.", error, PAUSES[item.tries])
                inbox.later(item.key, PAUSES[item.tries], item.tries + 1)
            else:
                self._give_up(inbox, item, error)
        except PinciteError as error:
            self._give_up(inbox, item, error)
        except Exception as error:
            log.exception("Something asked in Slack could not be done.")
            self._give_up(inbox, item, error)

    def _give_up(self, inbox: Inbox, item: Item, error: Exception) -> None:
        log.error("Given up on a message from Slack: %s", error)
        inbox.failed(item.key)
        try:
            if isinstance(item.incoming, Asked):
                self._answers.give_up(item.incoming, error)
            else:
                self._buttons.give_up(item.incoming, error)
        except PinciteError as again:
            log.error("Whoever asked could not be told either: %s", again)

    def _in_burst(self) -> bool:
        now = time.monotonic()
        return now - self._last_came < SETTLED_SECONDS and now - self._burst_began < BURST_SECONDS

    def _alone(self) -> bool:
        """Tell whether this process is the one that works. The lock goes with the process, however it ends."""
        if self._lock_file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._lock_file = file
        return True

    def _tidy(self, inbox: Inbox) -> None:
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            inbox.forget()
        inbox.settle()
