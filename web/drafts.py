"""Drafts: from what people asked to cases of expected answers, with a click; the page that lists them, and the file."""

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.expected import Case, Suite
from bot.expected.drafts import FILE, FILL_IN, Drafts, answered, notes, to_abstain, to_be_answered
from bot.expected.mistakes import Mistake, SuiteError
from bot.gaps import Status
from bot.journal import Entry
from web.api import service_of
from web.desk import Desk
from web.forms import Fields
from web.questions import PRIVATE, topic_of
from web.templating import templates

router = APIRouter()

Make = Callable[[Sequence[str], Entry], Case]
MAKE: Mapping[str, Make] = {
    "answered": answered,
    "answer": lambda wordings, _: to_be_answered(wordings),
    "abstain": lambda wordings, _: to_abstain(wordings),
}
"""What a person may want a test to hold, by the value of the button they press."""


def drafts_of(desk: Desk) -> Drafts:
    """Return the drafts beside the library of `desk`."""
    return Drafts(desk.bot.library.folder)


@router.post("/questions/drafts", include_in_schema=False)
def draft(request: Request, fields: Fields) -> Response:
    """Make a draft of one topic, and show it."""
    desk = service_of(request).desk
    topic = topic_of(desk, fields.get("topic", ""))
    entry = desk.journal.entry(topic.shown)
    make = MAKE.get(fields.get("expect", ""))
    if entry is None or make is None or (make is answered) != (topic.status is Status.ANSWERED):
        raise HTTPException(422, "This question has changed; look at the list again.")
    case = make([topic.question, *(text for text, _ in topic.wordings)], entry)
    return _changed(lambda drafts: drafts.add(case, [] if make is answered else notes(entry)), desk, "made")


@router.post("/questions/drafts/drop", include_in_schema=False)
def drop(request: Request, fields: Fields) -> Response:
    """Take one draft out."""
    return _changed(lambda drafts: drafts.drop(fields.get("name", "")), service_of(request).desk, "dropped")


def _changed(change: Callable[[Drafts], bool], desk: Desk, done: str) -> Response:
    """Change the file and show it, also where it was as wanted already, or has mistakes that must be mended first."""
    try:
        changed = change(drafts_of(desk))
    except SuiteError:
        return RedirectResponse("/questions/drafts", 303)
    return RedirectResponse(f"/questions/drafts?{done}={'yes' if changed else 'no'}", 303)


@router.head("/questions/drafts", include_in_schema=False)
@router.get("/questions/drafts", include_in_schema=False)
def page(request: Request, made: bool | None = None, dropped: bool | None = None) -> Response:
    """The drafts, the newest first, and the file; a file with mistakes is shown with them."""
    drafts = drafts_of(service_of(request).desk)
    suite: Suite | None = None
    mistakes: Sequence[Mistake] = ()
    try:
        suite = drafts.suite()
    except SuiteError as error:
        mistakes = error.mistakes
    context = {
        "cases": suite.cases[::-1] if suite else (),
        "mistakes": mistakes,
        "text": drafts.text(),
        "file": FILE,
        "fill_in": FILL_IN,
        "made": made,
        "dropped": dropped,
    }
    return templates.TemplateResponse(request, "drafts.html", context, headers=PRIVATE)


@router.get(f"/questions/{FILE}", include_in_schema=False)
def file(request: Request) -> Response:
    """The file, for another place than the library's folder."""
    drafts = drafts_of(service_of(request).desk)
    if drafts.suite() is None:
        raise HTTPException(404, "There are no drafts.")
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"', **PRIVATE}
    return Response(drafts.portable(), media_type="application/yaml", headers=headers)
