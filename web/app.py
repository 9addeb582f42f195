"""The application: routes, headers and the service behind them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from bot import Bot
from web import api, pages, problems
from web.opening import open_bot
from web.service import Service
from web.settings import Settings, read_settings
from web.templating import HERE

MAX_BODY_BYTES = 64 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(settings: Settings | None = None, opener: Callable[[], Bot] | None = None) -> FastAPI:
    """Return the application. It loads its Bot in the background once the server has started.

    `opener` makes the Bot; by default `open_bot` of the settings.
    """
    service = Service(opener or partial(open_bot, settings or read_settings()))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield

    app = FastAPI(
        title="Pincite",
        summary="Answers from your own documents, in the documents' own words, with the place.",
        version="0.1.0",
        lifespan=lifespan,
        max_body_size=MAX_BODY_BYTES,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service

    @app.middleware("http")
    async def secure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    problems.install(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    return app
