"""SameSite: only Pincite's own pages, and programs, may change something here."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web import problems
from web.access import SIGNED

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


class SameSite:
    """Refuses what another site's page makes a browser send: its user's machine is not that page's to use.

    Browsers say where a request comes from in Sec-Fetch-Site (W3C Fetch Metadata), and over plain HTTP to
    another machine in Origin (RFC 6454) alone. A program says neither and is let through.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer 403."""
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE
            and not scope["path"].startswith(SIGNED)
            and _foreign(scope)
        ):
            detail = "This was sent from another site's page. Do it on Pincite's own."
            await problems.problem(Request(scope), 403, detail)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        # "same-site" is another port of this machine, too: not ours. "none" is the person themselves.
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()
