"""Access: who may read. With PINCITE_API_KEY set, everybody who has the key; without, everybody who gets here."""

import base64
import binascii
import hmac

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web import problems

SIGNED = ("/slack/", "/webhook/")
"""What begins like this has a signature or token of its own, and is asked for by any name."""

OPEN = ("/static/", "/healthz", "/readyz")
"""What tells nothing about the documents."""

BEARER, BASIC = 'Bearer realm="Pincite"', 'Basic realm="Pincite", charset="UTF-8"'


class KeyCheck:
    """Lets requests pass that bring the key, as a Bearer token or as the password of HTTP Basic."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        """Stand before `app`."""
        self.app = app
        self.key = key.encode("utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer 401 (RFC 9110, section 15.5.2)."""
        if scope["type"] == "http" and not self._passes(scope):
            request = Request(scope)
            detail = "This Pincite asks for its key: as a Bearer token, or in a browser as the password to any name."
            response = problems.problem(request, 401, detail)
            # A browser asks its user for Basic; a program's request must not open such a window.
            response.headers["WWW-Authenticate"] = BEARER if problems.for_programs(request) else BASIC
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _passes(self, scope: Scope) -> bool:
        path = scope["path"]
        if path.startswith((*SIGNED, OPEN[0])) or path in OPEN:
            return True
        return hmac.compare_digest(_given(Headers(scope=scope).get("authorization", "")), self.key)


def _given(authorization: str) -> bytes:
    """Return the key in a header, empty where there is none (RFC 6750, section 2.1; RFC 7617, section 2)."""
    scheme, _, credentials = authorization.partition(" ")
    given = credentials.strip(" ").encode("latin-1")
    if scheme.lower() == "bearer":
        return given
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return b""
