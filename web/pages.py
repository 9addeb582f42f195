"""The page to ask on. Plain HTML that needs no script."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from index import EVERYTHING, Filter, Library, QuestionError, known_tags
from web.api import service_of
from web.board import Board
from web.contract import CONVERSATION, CONVERSATION_LENGTH
from web.problems import status_of
from web.templating import templates
from web.votes import PAGE

router = APIRouter(include_in_schema=False)

LISTED = 12
"""How many documents the first page names."""
TAGS = 30
"""How many tags can be chosen by a click, the commonest; any can be named in the address."""


@router.head("/")
@router.get("/")
def ask(
    request: Request,
    q: str | None = None,
    conversation: Annotated[str | None, Query(max_length=CONVERSATION_LENGTH, pattern=CONVERSATION)] = None,
    id: str | None = None,
    tag: Annotated[list[str] | None, Query()] = None,
    since: str = "",
    until: str = "",
    source: str = "",
) -> Response:
    """The question box; with `q`, the answer below it. The address of an answer can be shared.

    `tag`, `since`, `until` and `source` choose the documents that are asked.

    With `conversation`, `q` may be a follow-up on the answers before it. `id` names a question that was
    asked already, so that a person who voted on its answer sees it again.
    """
    context: dict[str, object] = {
        "question": (q or "")[:2000],
        "asked": None,
        "conversation": conversation,
        "answer": None,
        "board": None,
        "told": None,
        "voted": None,
        "problem": None,
        "documents": [],
        "more": 0,
        "suggested": (),
        "loading": False,
        "filter": EVERYTHING,
        "filter_query": "",
        "known_tags": {},
    }
    if q is None:
        service = service_of(request)
        context["loading"] = service.loading
        if not service.loading:
            library = service.bot.library
            context |= {"documents": library.documents(LISTED), "more": max(0, library.count()[0] - LISTED)}
            context["suggested"] = service.desk.suggested.questions()
            context |= choices(library, EVERYTHING)
        return templates.TemplateResponse(request, "ask.html", context)
    try:
        desk = service_of(request).desk
        again = desk.again(q, id) if id else None
        within = Filter.of(tag or (), since, until, source) or None
        told = again or desk.ask(q, face="page", conversation=conversation, within=within)
        resolved = told.answer.question != told.asked
        context |= {
            "question": told.answer.question if resolved else context["question"],
            "asked": told.asked if resolved else None,
            "conversation": told.conversation,
            "answer": told.answer,
            "board": Board.of(told.answer) if told.answer.answered else None,
            "told": told,
            "voted": again and again.id and desk.journal.vote_of(again.id, PAGE),
        }
        context |= choices(desk.bot.library, told.within)
    except QuestionError as error:
        context["problem"] = str(error)
        return templates.TemplateResponse(request, "ask.html", context, status_of(error))
    return templates.TemplateResponse(request, "ask.html", context)


def filter_query(within: Filter) -> str:
    """Return the filter as it stands at the end of an address: "&tag=law", or nothing."""
    given = [*(("tag", tag) for tag in within.tags), ("since", within.since), ("until", within.until)]
    query = urlencode([(name, value) for name, value in (*given, ("source", within.source)) if value])
    return f"&{query}" if query else ""


def choices(library: Library, within: Filter) -> dict[str, object]:
    """Return what `ask_filter.html` shows: the filter that held, and the commonest tags with their counts."""
    counts = known_tags(library)
    common = sorted(counts, key=lambda tag: -counts[tag])[:TAGS]
    return {
        "filter": within,
        "filter_query": filter_query(within),
        "known_tags": {tag: counts.get(tag, 0) for tag in sorted({*common, *within.tags})},
    }
