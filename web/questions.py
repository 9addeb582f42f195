"""Questions: what people asked, the backlog of whoever owns the documents; as a page and as JSON."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from bot.days import last_days
from bot.gaps import Status, Topic
from web.api import PROBLEMS, service_of
from web.asked import EntryOut, TopicOut, TopicsOut, as_csv, as_json
from web.desk import Desk
from web.forms import Fields
from web.templating import templates

router = APIRouter()

PER_PAGE = 20
PRIVATE = {"Cache-Control": "no-store"}
"""What people asked is left in no cache."""


class Show(StrEnum):
    """Which topics are listed."""

    ALL = "all"
    UNANSWERED = "unanswered"
    VOTED_DOWN = "voted_down"
    ANSWERED = "answered"


class Sort(StrEnum):
    """What topics are sorted by."""

    PRESSING = "pressing"
    TIMES = "times"
    NEWEST = "newest"


SORTS = {Sort.PRESSING: "most pressing first", Sort.TIMES: "most asked first", Sort.NEWEST: "newest first"}

Page = Annotated[int, Query(ge=1, le=1_000_000)]
Text = Annotated[str, Query(max_length=1000, description="Words that a wording or an answer has.")]


@router.get("/api/questions", responses=PROBLEMS, summary="What people asked, grouped", tags=["questions"])
def questions(
    request: Request,
    show: Show = Show.ALL,
    q: Text = "",
    sort: Sort = Sort.PRESSING,
    page: Page = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = PER_PAGE,
) -> TopicsOut:
    """List the topics; the most pressing are the unanswered ones, then answers voted down, then the rest."""
    return _listed(service_of(request).desk, show, q, sort, page, per_page)


@router.get(
    "/api/questions.csv",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."},
        **PROBLEMS,
    },
    summary="Every question as a table",
    tags=["questions"],
)
def questions_csv(request: Request) -> StreamingResponse:
    """Return a row for each time something was asked. Cells that look like formulas begin with an apostrophe."""
    rows = as_csv(service_of(request).desk.journal)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8; header=present", headers=_file("csv"))


@router.get(
    "/api/questions.json",
    response_class=StreamingResponse,
    responses={200: {"model": list[EntryOut], "description": "Newest first."}, **PROBLEMS},
    summary="Every question with its answer, place and nearest passages",
    tags=["questions"],
)
def questions_json(request: Request) -> StreamingResponse:
    """Return an object for each time something was asked."""
    parts = as_json(service_of(request).desk.journal)
    return StreamingResponse(parts, media_type="application/json", headers=_file("json"))


def _file(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="pincite-questions.{ending}"', **PRIVATE}


@router.head("/questions", include_in_schema=False)
@router.get("/questions", include_in_schema=False)
def page(
    request: Request,
    show: Show = Show.ALL,
    q: Text = "",
    sort: Sort = Sort.PRESSING,
    page: Page = 1,
    deleted: int | None = None,
) -> Response:
    """The topics, with filters, a search box and pages, all of them plain links and forms."""
    desk = service_of(request).desk
    listed = _listed(desk, show, q, sort, page, PER_PAGE)

    def address(show: Show = show, sort: Sort = sort, page: int = 1) -> str:
        order = sort if sort is not Sort.PRESSING else ""
        given = {"show": show if show is not Show.ALL else "", "q": q, "sort": order, "page": page if page > 1 else ""}
        kept = urlencode({name: value for name, value in given.items() if value})
        return f"/questions?{kept}" if kept else "/questions"

    context = {
        "listed": listed,
        "show": show,
        "shows": list(Show),
        "q": q,
        "address": address,
        "deleted": deleted,
        "per_page": PER_PAGE,
        "sort": sort,
        "sorts": SORTS,
        "days": last_days(desk.journal),
    }
    return templates.TemplateResponse(request, "questions.html", context, headers=PRIVATE)


@router.get("/questions/delete", include_in_schema=False)
def ask_to_delete(request: Request, topic: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Ask whether one topic, or everything, is to be deleted."""
    desk = service_of(request).desk
    context = {"topic": topic_of(desk, topic) if topic else None, "stored": desk.journal.count()}
    return templates.TemplateResponse(request, "questions_delete.html", context, headers=PRIVATE)


@router.post("/questions/delete", include_in_schema=False)
def delete(request: Request, fields: Fields) -> Response:
    """Delete one topic, or everything where the form says so."""
    desk = service_of(request).desk
    if fields.get("topic"):
        gone = desk.journal.delete([text for text, _ in topic_of(desk, fields["topic"]).wordings])
    elif fields.get("all") == "yes":
        gone = desk.journal.delete()
    else:
        raise HTTPException(422, "The form does not say what is to be deleted.")
    return RedirectResponse(f"/questions?deleted={gone}", 303)


def topic_of(desk: Desk, topic_id: str) -> Topic:
    """Return the topic called `topic_id`. Raises HTTPException where there is none any more."""
    for topic in desk.gaps.topics()[0]:
        if topic.id == topic_id:
            return topic
    raise HTTPException(404, "These questions have changed or are gone; look at the list again.")


def _listed(desk: Desk, show: Show, q: str, sort: Sort, page: int, per_page: int) -> TopicsOut:
    topics, pending = desk.gaps.topics()
    words = q.casefold().split()
    found = [
        topic for topic in topics if (show is Show.ALL or topic.status == show.value) and _has(topic, words)
    ]  # fmt: skip
    if sort is not Sort.PRESSING:
        found.sort(key=lambda topic: topic.times if sort is Sort.TIMES else topic.last_asked, reverse=True)
    pages = max(1, -(-len(found) // per_page))
    page = min(page, pages)
    shown = [(topic, desk.journal.entry(topic.shown)) for topic in found[(page - 1) * per_page : page * per_page]]
    return TopicsOut(
        stored=sum(topic.times for topic in topics),
        keep_days=desk.journal.days,
        pending=pending,
        counts={status: sum(topic.status == status for topic in topics) for status in Status},
        found=len(found),
        page=page,
        pages=pages,
        topics=[TopicOut.of(topic, entry, desk.bot.library) for topic, entry in shown if entry],
    )


def _has(topic: Topic, words: list[str]) -> bool:
    """Tell whether the wordings and answers of a topic have all of `words`."""
    if not words:
        return True
    text = "\n".join([*(text for text, _ in topic.wordings), *topic.answers]).casefold()
    return all(word in text for word in words)
