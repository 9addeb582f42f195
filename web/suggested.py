"""Suggested: a few questions for the first page, made of the documents and kept where they answer them well."""

import logging
import threading
import time
from collections.abc import Iterator

from bot import Bot
from bot.expected.suggest import Candidate, Suggestion, candidates, confirmed
from index import PinciteError

log = logging.getLogger(__name__)

MOST = 4
LEAST = 0.5
"""Confidence, at least, with which they are answered."""
LONGEST = 80
"""Characters of a question that is read at a glance."""
DOCUMENTS = 12
"""Documents that questions are made of, spread over the library."""
CHARACTERS = 200_000
"""Length up to which a document is read for them."""
ASKED = 60
"""Questions that are asked to find them, at most."""


class Suggested:
    """The questions suggested for one state of a library, made in a thread of their own. Safe to use from several."""

    def __init__(self, bot: Bot) -> None:
        """Name who answers."""
        self._bot = bot
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._made: tuple[int, tuple[str, ...]] = (-1, ())

    def questions(self) -> tuple[str, ...]:
        """Return the questions, at most MOST; none while they are made for what the library holds now."""
        with self._bot.library.reading() as generation:
            pass
        known, found = self._made
        if known == generation:
            return found
        self.start()
        return ()

    def start(self) -> None:
        """Begin to make them, where that is not under way."""
        with self._lock:
            if self._stopped.is_set() or (self._thread and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._make, name="pincite-suggested", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End what is under way, and wait for that."""
        self._stopped.set()
        with self._lock:
            thread = self._thread
        if thread:
            thread.join()

    def wait(self, seconds: float) -> None:
        """Wait until what is under way has ended, at most `seconds`."""
        with self._lock:
            thread = self._thread
        if thread:
            thread.join(seconds)

    def _make(self) -> None:
        try:
            with self._bot.library.reading() as generation:
                pass
            found: list[Suggestion] = []
            for candidate in self._candidates():
                if self._stopped.is_set():
                    return
                self._ask(candidate, found)
                if len(found) == MOST:
                    break
            self._made = generation, tuple(suggestion.question for suggestion in found)
        except PinciteError as error:
            log.warning("No questions could be suggested: %s", error)

    def _ask(self, candidate: Candidate, found: list[Suggestion]) -> None:
        """Ask `candidate` and keep it in `found` where it is answered well, from a sentence that no other is from."""
        began = time.perf_counter()
        suggestion = confirmed(self._bot, candidate, max(LEAST, self._bot.threshold))
        if suggestion and all(
            (suggestion.place.document.id, suggestion.place.quote_range)
            != (other.place.document.id, other.place.quote_range)
            for other in found
        ):
            found.append(suggestion)
        self._stopped.wait(time.perf_counter() - began)  # half of the time belongs to the people who ask

    def _candidates(self) -> Iterator[Candidate]:
        """Yield the questions to ask, ASKED at most, each document's in turn."""
        listed = [document for document in self._bot.library.documents() if document.characters <= CHARACTERS]
        chosen = listed[:: max(1, -(-len(listed) // DOCUMENTS))]
        documents = filter(None, (self._bot.library.document(document.id) for document in chosen))
        queues = [
            iter([candidate for candidate in candidates(document) if len(candidate.question) <= LONGEST])
            for document in documents
        ]
        asked = 0
        while queues:
            for queue in list(queues):
                candidate = next(queue, None)
                if candidate is None:
                    queues.remove(queue)
                elif asked == ASKED:
                    return
                else:
                    asked += 1
                    yield candidate
