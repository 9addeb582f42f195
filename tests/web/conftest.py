import os
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect, sync_playwright

from bot import Bot, Confidence, Reader
from bot.journal import Journal
from index import Embedder, Library
from tests.conftest import SEEDS
from web.app import create_app
from web.desk import Desk


class Page(HTMLParser):
    """What a browser would show: all text, the text of each <mark>, and every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.marks: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._inside_mark = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._inside_mark = True
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._inside_mark = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside_mark:
            self.marks[-1] += data

    def values(self, tag: str, attribute: str) -> list[str]:
        return [value for name, given in self.tags if name == tag and (value := given.get(attribute)) is not None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all: Playwright runs once in a thread."""
    from tests.web.browser.looking import FLAGS, PATIENCE

    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("needs Chromium: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk over the seeds, with a journal of its own."""
    return Desk(bot, Journal(tmp_path_factory.mktemp("journal"), days=365))


@pytest.fixture(scope="session")
def client(desk: Desk) -> Iterator[TestClient]:
    """A running service over the seeds."""
    app = create_app(opener=lambda: desk)
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    """An empty library of one's own."""
    return Library(tmp_path / "library", embedder)


@pytest.fixture
def own(library: Library, reader: Reader) -> Iterator[TestClient]:
    """A running service over `library`."""
    bot = Bot(library, reader, Confidence.of(reader.folder))
    app = create_app(opener=lambda: Desk(bot, Journal(library.folder, days=365)))
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


@pytest.fixture
def command_line(tmp_path: Path, embedder: Embedder, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run commands in, with the models of the whole test run. Returns the folder."""

    def opened(folder: Path, threads: int | None) -> Reader:
        return reader if folder == reader.folder else Reader(folder, threads)

    monkeypatch.setattr("index.library.Embedder", lambda: embedder)
    monkeypatch.setattr("web.opening.Reader", opened)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def seeds_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds in a folder of their own, so that what is made beside them is not made in the checkout."""
    return Path(shutil.copytree(SEEDS, tmp_path_factory.mktemp("checkout") / "seeds"))
