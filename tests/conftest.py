"""What the tests share. The models are loaded once for the whole run."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"
# Tests run side by side: threads that wait for one another would cost a third of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import Bot, Confidence, Reader
from index import Embedder, Library

CHECKOUT = Path(__file__).resolve().parent.parent
SEEDS = CHECKOUT / "seeds"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("PINCITE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(threads=1)


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("seeds-library"), embedder)
    assert not library.sync(SEEDS).failed
    yield library
    library.close()


@pytest.fixture(scope="session")
def bot(seeds_library: Library, reader: Reader) -> Bot:
    bot = Bot(seeds_library, reader, Confidence.of(reader.folder))
    bot.warm()
    return bot


Report = Callable[[str], None]
"""Takes a line that is printed when the run ends: the numbers the README gives."""

REPORTED: list[str] = []


@pytest.fixture(scope="session")
def report() -> Report:
    return REPORTED.append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what was reported where tests run in several processes."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["reported"] = REPORTED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    REPORTED.extend(getattr(node, "workeroutput", {}).get("reported", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in REPORTED:
        terminalreporter.write_line(line)
