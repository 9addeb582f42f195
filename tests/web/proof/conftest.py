"""Bots over small libraries, with the real reader and an embedder that needs no model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot import Bot, Confidence, Reader
from bot.journal import Journal
from index import Library
from index.formats import make_document
from tests.index.light import LightEmbedder
from web.app import create_app
from web.desk import Desk

BRIDGE = "The Tarn bridge was opened in May 1931 by Agnes Fell. It is 120 metres long."
MINUTES = "Minutes\n\nAgnes Fell opened the Tarn bridge in May 1931, the council says."
MILL = "The mill at Tarn burnt down in 1902. Nobody was hurt."
OPENED = "When was the Tarn bridge opened?"
UNSAID = "Which colour does the Tarn bridge have?"

Asking = Callable[..., Bot]
"""Takes texts and gives a bot over a library of them."""


@pytest.fixture
def ask_of(tmp_path: Path, reader: Reader) -> Asking:
    def make(*texts: str, min_confidence: float | None = None) -> Bot:
        library = Library(tmp_path / "library", LightEmbedder())
        library.add_documents(make_document(text, source=f"{number}.txt") for number, text in enumerate(texts))
        return Bot(library, reader, Confidence.of(reader.folder), min_confidence)

    return make


@pytest.fixture
def bridges(ask_of: Asking) -> Bot:
    return ask_of(BRIDGE, MINUTES, MILL)


@pytest.fixture
def pages(bridges: Bot) -> Iterator[TestClient]:
    """A running service over the bridges."""
    app = create_app(opener=lambda: Desk(bridges, Journal(bridges.library.folder, days=365)))
    with TestClient(app) as client:
        assert app.state.service.wait(60)
        yield client
