"""Routes: /slack/commands, /slack/events and /slack/actions, for signed requests alone."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from web.chat.slack.signature import Signature
from web.chat.slack.workspace import Acknowledgement, Slack

router = APIRouter(prefix="/slack", include_in_schema=False)

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_FIELDS = 100

NOT_SET_UP = (
    "Slack is not set up here. Whoever runs this Pincite can set PINCITE_SLACK_SIGNING_SECRET; docs/slack.md says how."
)
NOT_SIGNED = (
    "This request is not signed by Slack with the secret that is set here, or is older than five minutes. "
    "Compare PINCITE_SLACK_SIGNING_SECRET, and this machine's clock."
)


async def _signed(request: Request) -> tuple[Slack, bytes]:
    """Return the workspace and the body of a request, once its signature holds. Raises HTTPException."""
    slack: Slack | None = request.app.state.slack
    signature: Signature | None = request.app.state.slack_signature
    if slack is None or signature is None:
        raise HTTPException(404, NOT_SET_UP)
    body = await request.body()
    if not signature.holds(body, request.headers):
        raise HTTPException(401, NOT_SIGNED, {"WWW-Authenticate": "Slack-Signature"})
    return slack, body


async def _acknowledge(slack: Slack, said: Acknowledgement) -> Response:
    """Answer Slack, once what came in is on the disk. Nothing slower is waited for."""
    if said.incoming is not None:
        await asyncio.wrap_future(slack.keep(said.incoming))
    return Response(status_code=200) if said.body is None else JSONResponse(said.body)


@router.api_route("/commands", methods=["GET", "POST"])
async def commands(request: Request) -> Response:
    """Take a slash command. Slack's check of the certificate comes unsigned, and learns nothing."""
    if request.app.state.slack_signature is not None and await _is_check(request):
        return Response(status_code=200)
    slack, body = await _signed(request)
    return await _acknowledge(slack, slack.command(_form(request, body)))


@router.post("/events")
async def events(request: Request) -> Response:
    """Take an event."""
    slack, body = await _signed(request)
    return await _acknowledge(slack, slack.event(_object(_of(request, JSON, body))))


@router.post("/actions")
async def actions(request: Request) -> Response:
    """Take a button that was pressed."""
    slack, body = await _signed(request)
    payload = _form(request, body).get("payload")
    if payload is None:
        raise HTTPException(400, "The form has no field `payload`.")
    return await _acknowledge(slack, slack.action(_object(payload.encode())))


async def _is_check(request: Request) -> bool:
    """Tell whether Slack only looks whether the address answers. Nothing more is read of what is not signed."""
    sent = await request.body() if request.method == "POST" else request.url.query.encode()
    return b"ssl_check=1" in sent.split(b"&")


def _of(request: Request, kind: str, body: bytes) -> bytes:
    """Return the body, if it says that it is of the media type that Slack sends to this address."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != kind:
        raise HTTPException(415, f"Slack sends {kind} to this address, and this is {given or 'of no type'}.")
    return body


def _form(request: Request, body: bytes) -> Mapping[str, str]:
    return dict(_fields(_of(request, FORM, body)))


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode()
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError as error:
        raise HTTPException(400, "The body is no form as Slack sends it.") from error


def _object(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object in `body`."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "The body is no JSON.") from error
    if not isinstance(value, dict):
        raise HTTPException(400, "The body is JSON, but no object.")
    return value
