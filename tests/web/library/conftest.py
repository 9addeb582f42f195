from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot import Bot, Confidence, Reader
from bot.journal import Journal
from index import Library
from tests.index.light import LightEmbedder
from web.app import create_app
from web.desk import Desk
from web.library.keeper import Keeper
from web.settings import Settings


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty library of one's own, whose vectors mean nothing."""
    return Library(tmp_path / "library", LightEmbedder())


@pytest.fixture
def desk(library: Library, reader: Reader) -> Desk:
    bot = Bot(library, reader, Confidence.of(reader.folder))
    return Desk(bot, Journal(library.folder, days=365))


@pytest.fixture
def site(library: Library, desk: Desk) -> Iterator[TestClient]:
    """A running service over `library`, which is a person's own."""
    app = create_app(Settings(library=library.folder), lambda: desk)
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client


@pytest.fixture
def keeper(site: TestClient) -> Keeper:
    keeper: Keeper = site.app.state.keeper  # type: ignore[attr-defined]
    return keeper


Send = Callable[..., dict]


@pytest.fixture
def send(site: TestClient) -> Send:
    """Uploads files by their names and texts, and returns the job when it has ended."""

    def sent(files: dict[str, str]) -> dict:
        response = site.post("/api/documents", files=[("files", (name, text)) for name, text in files.items()])
        assert response.status_code == 202, response.text
        return ended(site, response.headers["location"])

    return sent


def ended(site: TestClient, address: str) -> dict:
    """Return a job once it has ended."""
    import time

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job: dict = site.get(address).json()
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.02)
    pytest.fail(f"still {job}")
