"""Jobs: changes of the library that take a while, one at a time, behind the server's back."""

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from index import Cancelled, Change, PinciteError, Progress
from index.progress import Report

log = logging.getLogger(__name__)

KEPT = 30
"""Jobs that are remembered after they ended."""
STOP_SECONDS = 10.0


class State(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNFINISHED = "unfinished"
    """The server ended before it did; nothing of it is kept."""


BUSY = (State.WAITING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """One change of the library. `names` are the files it is about, `problem` says what kept it from being done.

    Once it is cancelled, `stopping` holds until it has ended. Times are UTC.
    """

    id: str
    names: tuple[str, ...]
    state: State
    since: datetime
    stopping: bool = False
    progress: Progress | None = None
    change: Change | None = None
    problem: str | None = None
    ended: datetime | None = None

    @property
    def busy(self) -> bool:
        """Whether it has not ended."""
        return self.state in BUSY


@dataclass(frozen=True, slots=True)
class Work:
    """What a job does, telling its progress, and how it is let go of where it is not begun at all."""

    do: Callable[[Report], Change]
    drop: Callable[[], None]


class Jobs:
    """The jobs of one server, in the order in which they came. Safe to use from several threads."""

    def __init__(self, prepare: Callable[[], None] = lambda: None) -> None:
        """Wait for `start`. `prepare` is done before the first job."""
        self.stopping = False
        self._prepare = prepare
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._queue: queue.Queue[tuple[str, Work] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="pincite-jobs", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Cancel what is being done, leave what waits, and end."""
        self.stopping = True
        self._queue.put(None)
        self._thread.join(STOP_SECONDS)

    def add(self, names: tuple[str, ...], work: Work) -> Job:
        """Queue `work` and return its job."""
        job = Job(secrets.token_hex(8), names, State.WAITING, datetime.now(UTC))
        with self._lock:
            self._jobs[job.id] = job
            ended = [one.id for one in self._jobs.values() if not one.busy]
            for old in ended[:-KEPT]:
                del self._jobs[old]
        self._queue.put((job.id, work))
        return job

    def note_unfinished(self, names: tuple[str, ...]) -> None:
        """Remember a job that an earlier server did not finish."""
        now = datetime.now(UTC)
        job = Job(secrets.token_hex(8), names, State.UNFINISHED, now, ended=now)
        with self._lock:
            self._jobs[job.id] = job

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        with self._lock:
            return list(self._jobs.values())[::-1]

    def get(self, job_id: str) -> Job | None:
        """Return one job, or None where it is not known any more."""
        with self._lock:
            return self._jobs.get(job_id)

    def cancel(self, job_id: str) -> Job | None:
        """Have a job stop as soon as it can, and return it, or None where it is unknown. One that ended stays."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None and job.state is State.WAITING:
                self._jobs[job_id] = job = replace(job, state=State.CANCELLED, ended=datetime.now(UTC))
            elif job is not None and job.busy:
                self._jobs[job_id] = job = replace(job, stopping=True)
            return job

    def _run(self) -> None:
        try:
            self._prepare()
        except Exception:
            log.exception("What an earlier server left could not be looked at.")
        while (item := self._queue.get()) is not None and not self.stopping:
            job_id, work = item
            try:
                if self._begun(job_id):
                    self._end(job_id, *self._do(job_id, work))
                else:
                    work.drop()
            except Exception:
                log.exception("A change of the library failed.")
                self._end(job_id, State.FAILED, problem="Pincite failed at this; its log says why.")

    def _do(self, job_id: str, work: Work) -> tuple[State, Change | None, str | None]:
        """Do a job; return how it ended, what it changed, and what kept it from it."""

        def report(progress: Progress) -> None:
            if self.stopping or self._changed(job_id, progress=progress).stopping:
                raise Cancelled("Cancelled; nothing was changed.")

        try:
            return State.DONE, work.do(report), None
        except Cancelled:
            return State.CANCELLED, None, None
        except PinciteError as error:
            return State.FAILED, None, str(error)

    def _begun(self, job_id: str) -> bool:
        """Note that a job runs; tell whether it does, and was not cancelled before."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or not job.busy:
                return False
            self._jobs[job_id] = replace(job, state=State.RUNNING)
            return True

    def _changed(self, job_id: str, **given: object) -> Job:
        with self._lock:
            job = self._jobs[job_id] = replace(self._jobs[job_id], **given)  # type: ignore[arg-type]
            return job

    def _end(self, job_id: str, state: State, change: Change | None = None, problem: str | None = None) -> None:
        self._changed(
            job_id, state=state, change=change, problem=problem, stopping=False, progress=None, ended=datetime.now(UTC)
        )
