"""The page to ask on. Plain HTML that needs no script."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from index import QuestionError
from web.api import service_of
from web.board import Board
from web.contract import CONVERSATION, CONVERSATION_LENGTH
from web.problems import status_of
from web.templating import templates
from web.votes import PAGE

router = APIRouter(include_in_schema=False)

LISTED = 12
"""How many documents the first page names."""


@router.head("/")
@router.get("/")
def ask(
    request: Request,
    q: str | None = None,
    conversation: Annotated[str | None, Query(max_length=CONVERSATION_LENGTH, pattern=CONVERSATION)] = None,
    id: str | None = None,
) -> Response:
    """The question box; with `q`, the answer below it. The address of an answer can be shared.

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
    }
    if q is None:
        service = service_of(request)
        context["loading"] = service.loading
        if not service.loading:
            library = service.bot.library
            context |= {"documents": library.documents(LISTED), "more": max(0, library.count()[0] - LISTED)}
            context["suggested"] = service.desk.suggested.questions()
        return templates.TemplateResponse(request, "ask.html", context)
    try:
        desk = service_of(request).desk
        again = desk.again(q, id) if id else None
        told = again or desk.ask(q, face="page", conversation=conversation)
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
    except QuestionError as error:
        context["problem"] = str(error)
        return templates.TemplateResponse(request, "ask.html", context, status_of(error))
    return templates.TemplateResponse(request, "ask.html", context)
