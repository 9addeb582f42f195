import threading
import time
from collections.abc import Callable, Iterator

import pytest

from index import Change, DocumentError, Progress, Stage
from index.progress import Report
from web.library.jobs import KEPT, Job, Jobs, State, Work

READING = Progress(Stage.READING, 2, 1, 5, 0, "a.txt", 1.5)


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs()
    jobs.start()
    yield jobs
    jobs.stop()


def doing(act: Callable[[Report], Change]) -> Work:
    return Work(act, lambda: None)


def ended(jobs: Jobs, job: Job) -> Job:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = jobs.get(job.id)
        assert found is not None
        if not found.busy:
            return found
        time.sleep(0.005)
    raise AssertionError(found)


def test_a_job_ends_with_what_it_changed(jobs: Jobs) -> None:
    found = ended(jobs, jobs.add(("a.txt",), doing(lambda _: Change(added=("a.txt",)))))
    assert (found.state, found.change, found.problem) == (State.DONE, Change(added=("a.txt",)), None)
    assert found.ended is not None
    assert found.ended >= found.since


def test_one_job_runs_at_a_time_in_the_order_they_came(jobs: Jobs) -> None:
    log: list[str] = []

    def work(name: str) -> Work:
        def act(_: Report) -> Change:
            log.append(f"{name} begins")
            time.sleep(0.02)
            log.append(f"{name} ends")
            return Change()

        return doing(act)

    last = [jobs.add((name,), work(name)) for name in "abc"][-1]
    ended(jobs, last)
    assert log == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]
    assert [job.names for job in jobs.all()] == [("c",), ("b",), ("a",)]


def test_progress_is_seen_while_it_runs_and_cancelling_stops_it(jobs: Jobs) -> None:
    reported, go_on = threading.Event(), threading.Event()

    def act(report: Report) -> Change:
        report(READING)
        reported.set()
        assert go_on.wait(10)
        report(READING)
        raise AssertionError("it was not stopped")

    job = jobs.add(("a.txt",), doing(act))
    assert reported.wait(10)
    running = jobs.get(job.id)
    assert running is not None
    assert (running.state, running.progress) == (State.RUNNING, READING)
    stopping = jobs.cancel(job.id)
    assert stopping is not None
    assert stopping.stopping
    go_on.set()
    found = ended(jobs, job)
    assert (found.state, found.stopping, found.progress) == (State.CANCELLED, False, None)


def test_a_job_that_waits_is_cancelled_at_once_and_let_go_of(jobs: Jobs) -> None:
    go_on, dropped = threading.Event(), threading.Event()
    jobs.add(("first",), doing(lambda _: Change(added=("first",) * go_on.wait(10))))
    waiting = jobs.add(("second",), Work(lambda _: pytest.fail("it ran"), dropped.set))
    cancelled = jobs.cancel(waiting.id)
    assert cancelled is not None
    assert cancelled.state is State.CANCELLED
    go_on.set()
    assert dropped.wait(10)


def test_errors_are_told_and_the_next_job_runs(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def wrong(_: Report) -> Change:
        raise DocumentError("a.txt: no.")

    def broken(_: Report) -> Change:
        raise ZeroDivisionError

    assert ended(jobs, jobs.add((), doing(wrong))).problem == "a.txt: no."
    assert "log" in (ended(jobs, jobs.add((), doing(broken))).problem or "")
    assert "ZeroDivisionError" in caplog.text
    assert ended(jobs, jobs.add((), doing(lambda _: Change()))).state is State.DONE


def test_ending_stops_what_runs_and_leaves_what_waits() -> None:
    jobs = Jobs()
    began = threading.Event()

    def act(report: Report) -> Change:
        began.set()
        while True:
            report(READING)

    running = jobs.add(("a",), doing(act))
    waiting = jobs.add(("b",), doing(lambda _: pytest.fail("it ran")))
    jobs.start()
    assert began.wait(10)
    jobs.stop()
    assert [jobs.get(job.id).state for job in (running, waiting)] == [State.CANCELLED, State.WAITING]  # type: ignore[union-attr]


def test_old_jobs_are_forgotten_and_unfinished_ones_noted(jobs: Jobs) -> None:
    jobs.note_unfinished(("a.txt",))
    assert jobs.all()[0].state is State.UNFINISHED
    for _ in range(KEPT + 5):
        ended(jobs, jobs.add((), doing(lambda _: Change())))
    assert len(jobs.all()) <= KEPT + 1
    assert jobs.cancel("unknown") is None
