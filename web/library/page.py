"""Page: /library, a table of the documents with what changes them, as plain links and forms."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import RedirectResponse, Response

from bot.answer import place_url
from bot.cited import cited, counts
from index.catalogue import followed
from index.formats import MEDIA_TYPES
from web.api import service_of
from web.forms import Fields
from web.library import listing, shown
from web.library.api import PRIVATE, JobId
from web.library.keeper import NOT_THERE, Uploaded, keeper_of
from web.library.listing import Row, Sort, Used, Wanted, WantedQuery, cells
from web.templating import templates

router = APIRouter(include_in_schema=False)

USED = {Used.ALL: "All", Used.CITED: "Cited", Used.NEVER: "Never cited"}
JOBS_SHOWN = 5


@router.head("/library")
@router.get("/library")
def page(request: Request, wanted: WantedQuery) -> Response:
    """The documents, found, sorted and paged, and what is being done to them."""
    keeper = keeper_of(request)
    entries = keeper.catalogue.entries()
    desk = service_of(request).desk
    table = listing.table(entries, cited(desk.journal), wanted)

    def coverage(row: Row) -> list[int]:
        return counts(keeper.catalogue.places(row.entry.id), row.entry.sha256, row.cited)

    context = _jobs(request) | {
        "table": table,
        "total": len(entries),
        "passages": sum(entry.passages for entry in entries),
        "wanted": wanted,
        "address": lambda **given: address(wanted, given),
        "sort": Sort,
        "downwards": listing.DOWNWARDS,
        "used": USED,
        "kinds": listing.KINDS,
        "coverage": coverage,
        "cells": cells,
        "own": keeper.own,
        "folders": followed(entries) if keeper.own else [],
        "endings": ",".join(sorted(MEDIA_TYPES)),
        "removed": "removed" in request.query_params,
        "kept": desk.journal.days > 0,
    }
    return templates.TemplateResponse(request, "library.html", context, headers=PRIVATE)


def address(wanted: Wanted, given: Mapping[str, object]) -> str:
    """Return the address of what is `wanted`, with what is `given` instead; from the first page on, unless that is."""
    changed = Wanted.model_validate({**wanted.model_dump(), "page": 1, **given})
    asked = changed.model_dump(mode="json", exclude_defaults=True)
    words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items()}
    return f"/library?{urlencode(words)}" if words else "/library"


@router.post("/library")
def upload(job: Uploaded) -> Response:
    """Take files in, and show how the job stands."""
    return RedirectResponse(f"/library#job-{job.id}", 303)


@router.post("/library/sync")
def sync(request: Request, fields: Fields) -> Response:
    """Sync the folder that the form names."""
    job = keeper_of(request).sync(fields.get("folder", ""))[0]
    return RedirectResponse(f"/library#job-{job.id}", 303)


@router.get("/library/jobs")
def jobs(request: Request) -> Response:
    """What is being done, alone: what a script looks at again and again."""
    return templates.TemplateResponse(request, "jobs.html", _jobs(request), headers=PRIVATE)


@router.post("/library/jobs/{job_id}/cancel")
def cancel(job_id: JobId, request: Request) -> Response:
    """Have a job stop; one that has ended stays as it is."""
    if keeper_of(request).jobs.cancel(job_id) is None:
        raise HTTPException(404, "There is no such upload any more.")
    return RedirectResponse(f"/library#job-{job_id}", 303)


DocumentId = Annotated[str, Path(max_length=64)]


@router.get("/library/{document_id}")
def passages(
    document_id: DocumentId, request: Request, used: Used = Used.ALL, page: listing.PageNumber = 1
) -> Response:
    """The passages of a document, each with how often it was cited; those that never were can be looked at alone."""
    keeper = keeper_of(request)
    entry = keeper.catalogue.entry(document_id)
    document = service_of(request).bot.library.document(document_id)
    if entry is None or document is None:
        raise HTTPException(404, NOT_THERE)
    places = keeper.catalogue.places(document_id)
    times = counts(places, document.sha256, cited(service_of(request).desk.journal).get(document_id))
    found = [
        (document.text[start:end], place_url(document_id, start, end), count)
        for (start, end), count in zip(places, times, strict=True)
        if used is Used.ALL or bool(count) is (used is Used.CITED)
    ]
    pages = max(1, -(-len(found) // listing.PER_PAGE))
    page = min(page, pages)
    context = {
        "entry": entry,
        "kinds": listing.KINDS,
        "counts": times,
        "cells": cells,
        "found": found[(page - 1) * listing.PER_PAGE : page * listing.PER_PAGE],
        "page": page,
        "pages": pages,
        "used": used,
        "uses": USED,
        "own": keeper.own,
    }
    return templates.TemplateResponse(request, "library_document.html", context, headers=PRIVATE)


@router.get("/library/{document_id}/remove")
def ask_to_remove(document_id: DocumentId, request: Request) -> Response:
    """Ask whether a document is to be removed, and say what goes with it."""
    keeper = keeper_of(request)
    uploads = keeper.uploads
    entry = keeper.catalogue.entry(document_id)
    if entry is None:
        raise HTTPException(404, NOT_THERE)
    context = {
        "entry": entry,
        "uploaded": entry.lies_in(uploads.folder),
        "cited": cited(service_of(request).desk.journal).get(document_id),
    }
    return templates.TemplateResponse(request, "library_remove.html", context, headers=PRIVATE)


@router.post("/library/remove")
def remove(request: Request, fields: Fields) -> Response:
    """Remove the document that the form names."""
    keeper_of(request).remove(fields.get("id", ""))
    return RedirectResponse("/library?removed=yes", 303)


def _jobs(request: Request) -> dict[str, object]:
    jobs = keeper_of(request).jobs.all()
    busy = [job for job in jobs if job.busy]
    return {
        "jobs": [*busy, *[job for job in jobs if not job.busy][:JOBS_SHOWN]],
        "busy": bool(busy),
        "outcome": shown.outcome,
        "share": shown.share,
    }
