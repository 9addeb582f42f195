"""Page: /checks, whether the documents still answer as expected and what changed; also as JSON and as a picture."""

import base64
import hashlib
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from bot.expected import Status
from bot.expected.history import History, RunKind
from bot.expected.picture import picture
from bot.plots import STYLE
from web.api import PROBLEMS, described, service_of
from web.checks import phrases
from web.checks.shown import CURVE, ChecksOut, Measurements, shown
from web.templating import templates

router = APIRouter()

PRIVATE = {"Cache-Control": "no-store"}
"""What people asked is left in no cache."""
STYLED = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PICTURE = {**PRIVATE, "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLED}'"}
"""Pictures bring their own style, which is let in by its hash."""

FARED = 30
"""Checks that the picture of the history shows."""

RunId = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="A diff of the history instead of the last one.")]


@router.get(
    "/api/checks",
    responses={404: described("That run is not a diff, or is not kept any more."), **PROBLEMS},
    summary="What changed in the answers, and how the expected ones fared",
    tags=["checks"],
)
def checks(request: Request, response: Response, run: RunId = None) -> ChecksOut:
    """Return the history of checks and diffs, the last diff with quotes, and the report of the last check."""
    response.headers.update(PRIVATE)
    return _shown(request, run)


@router.head("/checks", include_in_schema=False)
@router.get("/checks", include_in_schema=False)
def page(request: Request, run: RunId = None, kind: RunKind | None = None) -> Response:
    """The last diff, the last check, the curve and the history, or those of its runs that are of one kind."""
    known = _shown(request, run)
    tried = [one for one in known.runs if one.kind is RunKind.CHECK][:FARED]
    context = {
        "checks": known,
        "kind": kind,
        "fared": [(one.counts.get(Status.PASSED, 0), one.counts.get(Status.FAILED, 0)) for one in reversed(tried)],
        "last_check": tried[0] if tried else None,
        "kinds": phrases.KINDS,
        "status_words": phrases.WORDS,
        "cause": phrases.cause,
        "sides": phrases.sides,
        "said": phrases.said,
        "why_not": phrases.why_not,
        "gate_line": phrases.gate_line,
        "failed": Status.FAILED,
        "passed": Status.PASSED,
        "words_of": phrases.counts,
    }
    return templates.TemplateResponse(request, "checks.html", context, headers=PRIVATE)


@router.get(CURVE, include_in_schema=False)
def curve_picture(request: Request) -> Response:
    """The curve of the last check."""
    last = History(service_of(request).desk.journal).last_check()
    measured = Measurements.of(last[1] if last else [])
    if not measured.drawn:
        raise HTTPException(404, "Too few expected answers were checked to draw a curve of them.")
    return Response(picture(measured.points, measured.wanted), media_type="image/svg+xml", headers=PICTURE)


def _shown(request: Request, run: int | None) -> ChecksOut:
    desk = service_of(request).desk
    found = shown(History(desk.journal), desk.bot.library, run)
    if found is None:
        raise HTTPException(404, "That run is not kept any more, or was no diff.")
    return found
