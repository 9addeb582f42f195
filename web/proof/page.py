"""Page: why an answer is what it is, and what can be taken away of it. None of it is kept as a question asked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from bot.why import why
from index import Document, Filter
from web.api import PROBLEMS, service_of
from web.pages import filter_query
from web.proof import pack
from web.proof.receipt import Receipt, receipt_of
from web.proof.why import WhyOut
from web.templating import templates

router = APIRouter()

PRIVATE = {"Cache-Control": "no-store"}
"""What people asked is left in no cache."""


def chosen(
    tag: Annotated[list[str] | None, Query()] = None, since: str = "", until: str = "", source: str = ""
) -> Filter:
    """Return which documents are asked, as the page to ask on names them. Raises QuestionError for what is no date."""
    return Filter.of(tag or (), since, until, source)


Within = Annotated[Filter, Depends(chosen)]
Asked = Annotated[str, Query(description="The question in full: a follow-up as it was read.")]


@router.get("/api/why", responses=PROBLEMS, summary="Why an answer is what it is, or why there is none", tags=["ask"])
def as_json(request: Request, response: Response, question: Asked, within: Within) -> WhyOut:
    """Return the passages that were read, what was found in each, and what decided. Nothing is kept of it."""
    response.headers.update(PRIVATE)
    return WhyOut.of(why(service_of(request).bot, question, within=within))


@router.head("/why", include_in_schema=False)
@router.get("/why", include_in_schema=False)
def page(request: Request, q: str, within: Within) -> Response:
    """The same for people."""
    found = WhyOut.of(why(service_of(request).bot, q, within=within))
    context = {"why": found, "filter": within, "filter_query": filter_query(within)}
    return templates.TemplateResponse(request, "why.html", context, headers=PRIVATE)


@router.head("/receipt", include_in_schema=False)
@router.get("/receipt", include_in_schema=False)
def receipt(request: Request, q: str, within: Within) -> Response:
    """The receipt of the answer to `q`, as a file."""
    made, _ = _answered(request, q, within)
    return Response(made.as_json() + "\n", headers=_file(q, "receipt.json"), media_type="application/json")


@router.head("/pack", include_in_schema=False)
@router.get("/pack", include_in_schema=False)
def answer_pack(request: Request, q: str, within: Within) -> Response:
    """The answer to `q` as one page that opens without a server, as a file."""
    made, documents = _answered(request, q, within)
    headers = _file(q, "html") | {"Content-Security-Policy": pack.POLICY}
    return Response(pack.render(made, documents), headers=headers, media_type="text/html")


def _answered(request: Request, q: str, within: Filter) -> tuple[Receipt, dict[str, Document]]:
    """Return the receipt of the answer to `q`, and the documents it cites by their sha256, from one state."""
    bot = service_of(request).bot
    with bot.library.reading():
        answer = bot.ask(q, within=within)
        return receipt_of(bot, answer, within), pack.documents_of(answer)


def _file(question: str, ending: str) -> dict[str, str]:
    return PRIVATE | {"Content-Disposition": f'attachment; filename="{pack.name_of(question, ending)}"'}
