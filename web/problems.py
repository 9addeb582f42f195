"""Errors as HTTP: the one place where the error tree meets statuses.

Programs get `application/problem+json` (RFC 9457), people a page in the same words.
"""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from bot.journal import NotKeptError
from index import EVERYTHING, DocumentError, PinciteError, QuestionError
from index.uploads import BusyFileError
from web.service import NotReadyError
from web.templating import templates

STATUSES: dict[type[PinciteError], int] = {
    NotKeptError: 404,
    QuestionError: 422,
    DocumentError: 422,
    BusyFileError: 409,
    NotReadyError: 503,
    PinciteError: 503,
}
RETRY_SECONDS = 2
ASKING = ("/", "/why", "/pack", "/receipt")
"""Where `q` is a question; a problem with one offers to ask it again, of the same documents."""
TITLES = {
    401: "The key, please",
    403: "Not from here",
    404: "Not found",
    409: "Not as things stand",
    413: "That is too much",
    421: "Not here",
    422: "That cannot be shown",
    500: "Something went wrong",
    503: "Not ready yet",
}
"""Statuses as people read them at the head of a page."""


def status_of(error: PinciteError) -> int:
    """Return the HTTP status of an error: that of the nearest class in STATUSES."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem(request: Request, status: int, detail: str) -> Response:
    """Return `detail` as a problem document to programs, and as a page to people."""
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    title = HTTPStatus(status).phrase
    if for_programs(request):
        content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JSONResponse(content, status, headers, media_type="application/problem+json")
    service = request.app.state.service
    if status == 503 and service.loading:
        headers["Refresh"] = str(RETRY_SECONDS)
    context = {
        "title": TITLES.get(status, title),
        "detail": detail,
        "question": request.query_params.get("q", "")[:2000] if request.url.path in ASKING else "",
        "filter": EVERYTHING,
        "known_tags": {},
    }
    return templates.TemplateResponse(request, "problem.html", context, status, headers)


def for_programs(request: Request) -> bool:
    """Tell whether what `request` asks for is read by programs."""
    return request.url.path.startswith(("/api/", "/slack/", "/webhook/", "/healthz", "/readyz", "/openapi.json"))


def install(app: FastAPI) -> None:
    """Teach `app` to answer every error as a problem."""

    @app.exception_handler(PinciteError)
    def pincite_error(request: Request, error: PinciteError) -> Response:
        return problem(request, status_of(error), str(error))

    @app.exception_handler(Exception)
    def unexpected(request: Request, _: Exception) -> Response:
        # Starlette logs the error itself once this is sent.
        return problem(request, 500, "Pincite failed at this; its log says why.")

    @app.exception_handler(ClientDisconnect)
    def gone(_: Request, __: ClientDisconnect) -> Response:
        # Whoever asked hung up in the middle of the body: nobody reads this, and no log needs to tell of it.
        return Response(status_code=400)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        # The input itself is never echoed: it may hold what no response can carry.
        places = "; ".join(f"{'.'.join(str(p) for p in e['loc'][1:]) or 'body'}: {e['msg']}" for e in error.errors())
        return problem(request, 422, places)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        detail = (
            "There is nothing at this address."
            if error.status_code == 404 and error.detail == "Not Found"
            else error.detail
        )
        response = problem(request, error.status_code, str(detail))
        response.headers.update(error.headers or {})
        return response
