from pathlib import Path

import pytest

from bot import Bot, Reader
from index import Embedder
from tests.bot.expected.conftest import handbook, write

__all__ = ["handbook"]  # a fixture


@pytest.fixture
def models(embedder: Embedder, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks in this process use the models of the whole test run."""
    monkeypatch.setattr("web.checks.bots.Embedder", lambda: embedder)
    monkeypatch.setattr("web.checks.bots.Reader", lambda folder, threads: reader)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the documents of the handbook in `handbook`."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "handbook")
    return tmp_path


@pytest.fixture(scope="session")
def handbook_library(handbook: Bot) -> Path:
    """The folder of the library that the handbook's bot has."""
    return handbook.library.folder
