"""`POST /webhook/{integration}`: questions from chat tools that wait for the reply.

Who may ask is decided by the integration that was configured, never by what a request looks like.
"""

import hashlib
import hmac
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse

from index import PinciteError
from web.chat import mattermost, rocketchat
from web.chat.markdown import Reply, reply
from web.chat.smalltalk import said_to
from web.chat.tools import Fields, Message, Tool
from web.service import Service
from web.settings import Integration

log = logging.getLogger(__name__)

TOOLS: Mapping[str, Tool] = {"mattermost": mattermost, "rocketchat": rocketchat}

REMEMBERED = 10_000
"""How many messages are known again. The tools repeat one, if at all, within minutes."""


class Seen:
    """The messages that were answered since the server started. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._keys: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def before(self, key: tuple[str, str]) -> bool:
        """Tell whether `key` was given before, and remember it."""
        with self._lock:
            known = key in self._keys
            self._keys[key] = None
            while len(self._keys) > REMEMBERED:
                self._keys.popitem(last=False)
            return known


async def raw_body(request: Request) -> bytes:
    """Return the body as it came: handlers run in threads, which cannot wait for it."""
    return await request.body()


def router(integrations: Mapping[str, Integration], root: str) -> APIRouter:
    """Return the route of all `integrations`. Links in replies begin with `root`."""
    routes = APIRouter(include_in_schema=False)
    seen = Seen()

    @routes.post("/webhook/{name}")
    def receive(name: str, request: Request, body: Annotated[bytes, Depends(raw_body)]) -> JSONResponse:
        integration = integrations.get(name)
        if integration is None:
            raise HTTPException(404, "There is no integration of this name in PINCITE_WEBHOOKS.")
        tool = TOOLS[integration.kind]
        fields = read_body(body, request.headers.get("content-type", ""), forms=tool.FORMS)
        given = tool.token(fields, request.headers.get("authorization", ""))
        wanted = integration.token.get_secret_value()
        if not hmac.compare_digest(_bytes(given), _bytes(wanted)):
            raise HTTPException(401, "The token is not that of this integration.", {"WWW-Authenticate": "Token"})
        message = tool.read(fields)
        if message is None or (message.id and seen.before((name, message.id))):
            return JSONResponse({})
        said = _said(message, tool, request.app.state.service, face=integration.kind, name=name, root=root)
        return JSONResponse(tool.write(message, said, root) if said else {})

    return routes


def read_body(body: bytes, content_type: str, *, forms: bool) -> Fields:
    """Return the fields of a form or a JSON object. Raises HTTPException where it is neither."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            fields = json.loads(body)
            if isinstance(fields, dict):
                return fields
            raise HTTPException(422, "The body is JSON, but not an object.")
        if kind == "application/x-www-form-urlencoded" and forms:
            return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=200))
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"The body is not what its type, {kind}, says.") from error
    raise HTTPException(415, "Post JSON" + (" or a form." if forms else "."))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def conversation(name: str, place: tuple[str, ...]) -> str:
    """Return the id of a conversation: nothing in it tells where it was held."""
    return hashlib.sha256(b"\0".join(_bytes(part) for part in (name, *place))).hexdigest()[:32]


def _said(message: Message, tool: Tool, service: Service, *, face: str, name: str, root: str) -> Reply | None:
    """Return what to reply, or None to keep quiet: where nobody called, only an answer is worth a message."""
    if (polite := said_to(message.text, tool.HELP)) is not None:
        return Reply(polite) if message.addressed else None
    try:
        told = service.desk.ask(
            message.text, face=face, conversation=conversation(name, message.place), overheard=not message.addressed
        )
    except PinciteError as error:
        return Reply(tool.DIALECT.plain(str(error))) if message.addressed else None
    except Exception:
        log.exception("A question from %s could not be answered.", name)
        return Reply("Pincite failed at this; its log says why.") if message.addressed else None
    if told.answer.answered or message.addressed:
        return reply(told, root, tool.DIALECT, private=message.private)
    return None
