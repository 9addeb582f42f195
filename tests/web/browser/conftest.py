"""The fixtures of a real browser at a running server."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Request

from bot import Reader
from tests.web.browser.looking import DESKTOP, PATIENCE, Open
from tests.web.said import said_desk
from web.app import create_app
from web.desk import Desk
from web.serving import listen
from web.settings import Settings

if TYPE_CHECKING:
    from tests.web.browser.states import Sites


@contextmanager
def serving(desk: Desk, *, own: bool = False) -> Iterator[str]:
    """Serve `desk`, as a person's `own` library or as seeds; yield the address."""
    settings = Settings(library=desk.bot.library.folder) if own else None
    with running(create_app(settings, opener=lambda: desk)) as (app, address):
        assert app.state.service.wait(60)
        yield address


@contextmanager
def running(app: FastAPI) -> Iterator[tuple[FastAPI, str]]:
    """Run `app`; yield it and its address."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield app, f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listener.close()


@pytest.fixture(scope="package")
def site(desk: Desk) -> Iterator[str]:
    """The address of a running server over the seeds."""
    with serving(desk) as address:
        yield address


@pytest.fixture(scope="package")
def said_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server that needs no models: see `tests.web.said`."""
    with serving(said_desk(tmp_path_factory.mktemp("said"))) as address:
        yield address


@pytest.fixture(scope="package")
def sites(tmp_path_factory: pytest.TempPathFactory, reader: Reader) -> "Iterator[Sites]":
    """Running servers with every page in every state: see `tests.web.browser.states`."""
    from tests.web.browser.states import sites_in  # which serves by this module

    with sites_in(tmp_path_factory.mktemp("states"), reader) as sites:
        yield sites


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page of the site; at the end, nothing may have been said on any console or fetched elsewhere."""
    with visiting(browser, site) as opened:
        yield opened


@pytest.fixture
def look(browser: Browser, said_site: str) -> Iterator[Open]:
    """Opens a page of the server without models, as `visit` does."""
    with visiting(browser, said_site) as opened:
        yield opened


@contextmanager
def visiting(browser: Browser, site: str) -> Iterator[Open]:
    """Yield what opens pages of `site`; `options` are those of a browser's context."""
    complaints: list[str] = []
    contexts = []

    def opened(
        path: str = "/",
        *,
        javascript: bool = True,
        viewport: dict[str, int] = DESKTOP,
        dark: bool = False,
        **options: object,
    ) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            base_url=site,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
        page.on("request", lambda request: request.url.startswith(site) or complaints.append(request.url))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _failure(request: Request) -> list[str]:
    """Return what failed; a fetch that ends because the person goes on to the next page did not."""
    return [] if "ERR_ABORTED" in (request.failure or "") else [f"failed: {request.url} ({request.failure})"]
