"""Votes: what people think of an answer, from the page and from programs."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field, StrictBool

from bot.journal import NotKeptError
from web.api import PROBLEMS, described, service_of
from web.desk import Desk
from web.forms import Fields

router = APIRouter()

PAGE = "page"
"""The voter on the page, where nobody says who they are."""
CHOICES = {"true": True, "false": False, "": None}


class VoteRequest(BaseModel):
    """What somebody thinks of an answer."""

    id: Annotated[str, Field(max_length=64, description="The `id` of the answer.")]
    good: Annotated[
        StrictBool | None,
        Field(description="Whether the answer is right; on an abstention false says that it should be answered. "
        "null takes the vote back."),
    ]  # fmt: skip
    voter: Annotated[
        str | None, Field(min_length=1, max_length=64, description="Who votes, once per answer; by default nobody.")
    ] = None


class VoteResponse(BaseModel):
    """The votes on an answer, this one included."""

    id: str
    good: int
    bad: int


@router.post(
    "/api/votes",
    responses={404: described("The answer is not kept, so it cannot be voted on."), **PROBLEMS},
    summary="Say whether an answer is right",
    tags=["questions"],
)
def vote(body: VoteRequest, request: Request) -> VoteResponse:
    """Set, change or take back one voter's vote on one answer."""
    journal = service_of(request).desk.journal
    journal.vote(body.id, "api" if body.voter is None else f"api:{body.voter}", body.good)
    entry = journal.entry(body.id)
    if entry is None:
        raise NotKeptError("That question was deleted just now.")
    return VoteResponse(id=entry.id, good=entry.good, bad=entry.bad)


@router.post("/votes", include_in_schema=False)
def vote_on_page(fields: Fields, request: Request) -> Response:
    """Take the vote of a page's form and show the answer again; a script gets 204 and stays where it is."""
    desk = service_of(request).desk
    entry_id, choice = fields.get("id", ""), fields.get("good", "")
    if choice not in CHOICES:
        raise HTTPException(422, "A vote is for an answer, against it or taken back.")
    desk.journal.vote(entry_id, PAGE, CHOICES[choice])
    if request.headers.get("accept") == "application/json":
        return Response(status_code=204)
    return RedirectResponse(_answer(desk, entry_id), 303)


def _answer(desk: Desk, entry_id: str) -> str:
    """Return the address that shows a kept answer again."""
    entry = desk.journal.entry(entry_id)
    return f"/?{urlencode({'q': entry.question, 'id': entry_id})}#vote" if entry else "/"
