"""Service: the Desk of a running server, loaded behind its back so that pages come at once."""

import logging
import threading
from collections.abc import Callable

from bot import Bot
from index import PinciteError
from web.desk import Desk

log = logging.getLogger(__name__)


class NotReadyError(PinciteError):
    """The models and the index are still being loaded, or could not be."""


class Service:
    """Loads a Desk once, in a thread. Readiness means: index loaded and verified, models warm."""

    def __init__(self, opener: Callable[[], Desk]) -> None:
        """Name what opens the Desk."""
        self._opener = opener
        self._desk: Desk | None = None
        self._failure: PinciteError | None = None
        self._done = threading.Event()

    def start(self) -> None:
        """Begin to load."""
        threading.Thread(target=self._load, name="pincite-load", daemon=True).start()

    def stop(self) -> None:
        """End what the Desk does in the background."""
        if self._desk is not None:
            self._desk.suggested.stop()

    def _load(self) -> None:
        try:
            self._desk = self._opener()
        except PinciteError as error:
            log.error("%s", error)
            self._failure = error
        except Exception:
            log.exception("Pincite could not start.")
            self._failure = PinciteError("Pincite could not start; its log says why.")
        finally:
            self._done.set()

    def wait(self, seconds: float) -> bool:
        """Wait until loading has ended, at most `seconds`; tell whether it has."""
        return self._done.wait(seconds)

    @property
    def loading(self) -> bool:
        """Whether loading has not ended yet."""
        return not self._done.is_set()

    @property
    def bot(self) -> Bot:
        """The Bot at the desk. Raises NotReadyError as `desk` does."""
        return self.desk.bot

    @property
    def desk(self) -> Desk:
        """The Desk. Raises NotReadyError while it is loading, and what went wrong where it cannot be."""
        if self._failure is not None:
            raise NotReadyError(str(self._failure)) from self._failure
        if self._desk is None:
            raise NotReadyError("Pincite is still loading its index and models; try again in a moment.")
        return self._desk
