"""The application: routes, headers and the service behind them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import api, drafts, pages, problems, questions, sources, votes
from web.access import SIGNED, KeyCheck
from web.chat import webhooks
from web.chat.slack import routes as slack_routes
from web.chat.slack.signature import Signature
from web.chat.slack.socket_mode import SocketMode
from web.chat.slack.workspace import Slack
from web.checks import page as checks
from web.desk import Desk
from web.library import api as library_api
from web.library import page as library_page
from web.library.keeper import Keeper
from web.opening import open_desk
from web.proof import page as proof
from web.samesite import SameSite
from web.service import Service
from web.settings import Settings, read_settings
from web.templating import HERE

MAX_BODY_BYTES = 64 * 1024
MAX_SLACK_BYTES = 1024 * 1024
"""Of what Slack posts: a press of a button carries the message it stands in."""
MAX_UPLOAD_BYTES = 1_000_000_000
"""Of all files that are uploaded at once."""
UPLOADS = ("/library", "/api/documents")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # With "no-referrer", browsers would hide from Pincite's own forms where they come from: see SameSite.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class BodyLimit:
    """Refuses bodies over MAX_BODY_BYTES, MAX_SLACK_BYTES or MAX_UPLOAD_BYTES as a problem.

    FastAPI's own limit answers in plain text.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, counting what is received of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = MAX_SLACK_BYTES if scope["path"].startswith("/slack/") else MAX_BODY_BYTES
        detail = f"The body has more than {most // 1024} KB; a question has at most a few hundred characters."
        if scope["path"] in UPLOADS:
            most = MAX_UPLOAD_BYTES
            detail = f"These files have more than {most // 1_000_000:,} MB together; upload them in parts."
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and (len(length) > 18 or int(length) > most):
            await problems.problem(Request(scope), 413, detail)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413, detail)
            return message

        await self.app(scope, counted, send)


class HostCheck:
    """Refuses requests for names that are not this server's: see `Settings.hosts`.

    Slack's requests come by whatever name a proxy or tunnel has, and are signed instead.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        """Stand before `app`, for requests to `hosts`."""
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer 421 (RFC 9110, section 15.5.20)."""
        named = scope["type"] != "http" or scope["path"].startswith(SIGNED) or self._name(scope) in self.hosts
        if not named:
            detail = "This Pincite does not answer to that name. Whoever runs it can add it to PINCITE_ALLOWED_HOSTS."
            await problems.problem(Request(scope), 421, detail)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _name(scope: Scope) -> str:
        """Return the name a request asks for, without its port and the brackets of IPv6."""
        host = Headers(scope=scope).get("host", "").lower()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return name.strip("[]")


def _chat(settings: Settings, service: Service) -> "tuple[Slack] | tuple[Slack, SocketMode] | tuple[()]":
    """Return what is to run for Slack; nothing where the settings name no app. Raises SettingsError."""
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        return ()
    slack = Slack(settings, service)
    return (slack,) if settings.slack_app_token is None else (slack, SocketMode(slack, settings))


def _open(settings: Settings) -> Desk:
    """Return the Desk of a server: its questions for the first page are made before anybody comes."""
    desk = open_desk(settings)
    desk.suggested.start()
    return desk


def create_app(
    settings: Settings | None = None,
    opener: Callable[[], Desk] | None = None,
    hosts: frozenset[str] | None = None,
) -> FastAPI:
    """Return the application. It loads its Desk in the background once the server has started.

    `opener` makes the Desk; by default `open_desk` of the settings. `hosts` are the names that
    requests may ask for; None lets any.
    """
    settings = settings or read_settings()
    service = Service(opener or partial(_open, settings))
    keeper = Keeper(service, own=settings.library is not None)
    chat = _chat(settings, service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for part in (service, keeper, *chat):
            part.start()
        yield
        for running in (*reversed(chat), keeper, service):
            await asyncio.to_thread(running.stop)

    app = FastAPI(
        title="Pincite",
        summary="Answers from your own documents, in the documents' own words, with the place.",
        version=version("pincite"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.keeper = keeper
    app.state.slack = chat[0] if chat else None
    secret = settings.slack_signing_secret
    app.state.slack_signature = Signature(secret.get_secret_value()) if secret else None
    # Nothing that is sent holds a secret that its length could tell (BREACH): the key stands in requests alone.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(BodyLimit)
    app.add_middleware(SameSite)
    if settings.api_key is not None:
        app.add_middleware(KeyCheck, key=settings.api_key.get_secret_value())
    if hosts is not None:
        app.add_middleware(HostCheck, hosts=hosts)

    @app.middleware("http")
    async def secure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)  # a picture has a policy of its own
        return response

    problems.install(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(sources.router(settings.site))
    app.include_router(webhooks.router(settings.webhooks, settings.site))
    app.include_router(library_api.router)
    app.include_router(library_page.router)
    app.include_router(questions.router)
    app.include_router(drafts.router)
    app.include_router(votes.router)
    app.include_router(checks.router)
    app.include_router(proof.router)
    app.include_router(slack_routes.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    return app
