"""Intake: the one thread that writes to the inbox what comes in, as many at once as wait.

An event is acknowledged when it is on the disk. One commit a time, with its wait for the disk, is too slow for a
burst; one commit for all that came in during the last one is not.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from web.chat.slack.inbox import Inbox
from web.chat.slack.messages import Incoming

log = logging.getLogger(__name__)

BATCH = 500


class Intake:
    """Takes what comes in from any thread."""

    def __init__(self, opener: Callable[[], Inbox], kept: Callable[[], None]) -> None:
        """Name what opens the inbox, and what is called when something new is in it."""
        self._opener = opener
        self._kept = kept
        self._inbox: Inbox | None = None
        self._queue: queue.SimpleQueue[tuple[Incoming, Future[bool]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="pincite-chat-intake", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End once everything that came in is written."""
        self._queue.put(None)
        self._thread.join(10)

    def put(self, incoming: Incoming) -> "Future[bool]":
        """Return what ends once `incoming` is on the disk: with whether it is new, or with a LibraryError."""
        written: Future[bool] = Future()
        self._queue.put((incoming, written))
        return written

    def _run(self) -> None:
        ending = False
        while not ending:
            batch = [self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get())
            ending = None in batch
            self._write([entry for entry in batch if entry is not None])
        if self._inbox is not None:
            self._inbox.close()

    def _write(self, batch: list[tuple[Incoming, "Future[bool]"]]) -> None:
        batch = [(incoming, written) for incoming, written in batch if written.set_running_or_notify_cancel()]
        if not batch:
            return
        try:
            self._inbox = self._inbox or self._opener()
            new = self._inbox.put([incoming for incoming, _ in batch])
        except Exception as error:  # whoever waits is told, and Slack sends it again
            log.exception("What came in from chat could not be kept.")
            for _, written in batch:
                written.set_exception(error)
            return
        for (_, written), is_new in zip(batch, new, strict=True):
            written.set_result(is_new)
        if any(new):
            self._kept()
