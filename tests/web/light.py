"""A service without models, for tests of what is shown of documents."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI

from index import Library
from tests.index.light import LightEmbedder
from web.app import create_app
from web.serving import listen


def light_library(folder: Path) -> Library:
    """Return an empty library whose vectors mean nothing."""
    return Library(folder, LightEmbedder())


def light_app(library: Library) -> FastAPI:
    """Return an application that shows the documents of `library` and can answer nothing."""
    desk = SimpleNamespace(
        bot=SimpleNamespace(library=library), suggested=SimpleNamespace(questions=tuple, stop=lambda: None)
    )
    return create_app(opener=lambda: desk)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve `app` and yield its address."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    assert app.state.service.wait(60)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listener.close()
