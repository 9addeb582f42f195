"""The JSON service: /api/ask, the documents behind citations, and the service's health."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import BaseModel

from web.contract import AskRequest, AskResponse
from web.service import Service

router = APIRouter()


class Problem(BaseModel):
    """RFC 9457: what went wrong, for programs and people."""

    type: str
    title: str
    status: int
    detail: str


class DocumentOut(BaseModel):
    """A document as its citations count it: `text[start:end]` in code points is the words cited."""

    id: str
    title: str
    source: str
    media_type: str
    sha256: str
    text: str


class Health(BaseModel):
    """The state of the service."""

    status: str
    documents: int | None = None
    passages: int | None = None


def described(description: str) -> dict[str, object]:
    """Return a problem as OpenAPI describes it."""
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }


PROBLEMS: dict[int | str, dict[str, object]] = {
    422: described("The question or a parameter cannot be used."),
    503: described("The index or the models are loading, or cannot be used."),
}


def service_of(request: Request) -> Service:
    """Return the service of the application that `request` came to."""
    service: Service = request.app.state.service
    return service


@router.post("/api/ask", responses=PROBLEMS, summary="Ask a question of the documents", tags=["ask"])
def ask(body: AskRequest, request: Request) -> AskResponse:
    """Answer with the documents' own words and their place, or abstain and say why."""
    within = None if body.filter is None else body.filter.filter()
    desk = service_of(request).desk
    told = desk.ask(body.question, face="api", conversation=body.conversation, top_k=body.top_k, within=within)
    return AskResponse.of(told)


@router.get(
    "/api/documents/{document_id}",
    responses={404: described("There is no such document."), **PROBLEMS},
    summary="A document's text, to check citations against",
    tags=["documents"],
)
def document(document_id: Annotated[str, Path(max_length=64)], request: Request) -> DocumentOut:
    """Return the text that citations count in. Its UTF-8 has the sha256 that citations name."""
    found = service_of(request).bot.library.document(document_id)
    if found is None:
        raise HTTPException(404, f"No document has the id {document_id!r}.")
    return DocumentOut(
        id=found.id,
        title=found.title,
        source=found.source,
        media_type=found.media_type,
        sha256=found.sha256,
        text=found.text,
    )


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Whether the process is alive", tags=["service"])
def healthz() -> Health:
    """Return at once, whatever is being loaded."""
    return Health(status="alive")


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: PROBLEMS[503]}, summary="Whether questions are answered", tags=["service"])
def readyz(request: Request) -> Health:
    """Return 200 once the index is loaded and verified and the models are warm; 503 until then."""
    documents, passages = service_of(request).bot.library.count()
    return Health(status="ready", documents=documents, passages=passages)
