"""The library as JSON: list, upload and remove documents; jobs, and the way to stop them."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import BaseModel, Field

from bot.cited import cited
from index.catalogue import followed
from web.api import PROBLEMS, described, service_of
from web.library.keeper import Uploaded, keeper_of
from web.library.listing import WantedQuery, table
from web.library.shown import FolderOut, JobOut, TableOut

router = APIRouter(prefix="/api")

PRIVATE = {"Cache-Control": "no-store"}
"""What changes from moment to moment is left in no cache."""

JobId = Annotated[str, Path(max_length=64)]
FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["files"],
            "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
        }
    }
}
CHANGED = {
    409: described("The library is that of the seeds, follows no folder, or the document is being replaced."),
    **PROBLEMS,
}


@router.get("/documents", responses=PROBLEMS, summary="The documents, found and sorted", tags=["documents"])
def documents(request: Request, response: Response, wanted: WantedQuery) -> TableOut:
    """List documents, 50 a page, with how often each answered."""
    response.headers.update(PRIVATE)
    desk = service_of(request).desk
    return TableOut.of(table(keeper_of(request).catalogue.entries(), cited(desk.journal), wanted))


@router.post(
    "/documents",
    status_code=202,
    responses={
        413: described("A file, or all of it, is too large."),
        415: described("The body is no form."),
        507: described("The disk could not take it."),
        **CHANGED,
    },
    openapi_extra={"requestBody": {"required": True, "content": FORM}},
    summary="Upload files",
    tags=["documents"],
)
def upload(response: Response, job: Uploaded) -> JobOut:
    """Take files in; a job makes documents of them. A file of the same name is replaced."""
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return JobOut.of(job)


@router.delete(
    "/documents/{document_id}",
    status_code=204,
    responses={404: described("There is no such document."), **CHANGED},
    summary="Remove a document",
    tags=["documents"],
)
def remove(document_id: Annotated[str, Path(max_length=64)], request: Request) -> None:
    """Remove a document, and its file where that was uploaded. It answers nothing once this returns."""
    keeper_of(request).remove(document_id)


class SyncRequest(BaseModel):
    """Which folder."""

    folder: Annotated[str | None, Field(max_length=64, description="The id of one folder; all of them by default.")] = (
        None
    )


@router.get("/folders", responses=PROBLEMS, summary="The folders that the library follows", tags=["documents"])
def folders(request: Request, response: Response) -> list[FolderOut]:
    """List the folders that documents came from."""
    response.headers.update(PRIVATE)
    return [FolderOut.of(one) for one in followed(keeper_of(request).catalogue.entries())]


@router.post(
    "/sync",
    status_code=202,
    responses={404: described("There is no such folder."), **CHANGED},
    summary="Make the library hold what its folders hold now",
    tags=["documents"],
)
def sync(request: Request, body: SyncRequest | None = None) -> list[JobOut]:
    """Queue a job for each folder that the library follows. Only the command line can begin to follow one."""
    return [JobOut.of(job) for job in keeper_of(request).sync(body.folder if body else None)]


@router.get("/jobs", responses=PROBLEMS, summary="Changes of the library, newest first", tags=["documents"])
def jobs(request: Request, response: Response) -> list[JobOut]:
    """List what is being done, what waits, and what ended lately."""
    response.headers.update(PRIVATE)
    return [JobOut.of(job) for job in keeper_of(request).jobs.all()]


@router.get(
    "/jobs/{job_id}",
    responses={404: described("There is no such job any more."), **PROBLEMS},
    summary="One job",
    tags=["documents"],
)
def job(job_id: JobId, request: Request, response: Response) -> JobOut:
    """Return a job with its progress, or what it changed."""
    response.headers.update(PRIVATE)
    found = keeper_of(request).jobs.get(job_id)
    if found is None:
        raise HTTPException(404, "There is no such job any more.")
    return JobOut.of(found)


@router.delete(
    "/jobs/{job_id}",
    status_code=202,
    responses={
        404: described("There is no such job any more."),
        409: described("The job has ended."),
        **PROBLEMS,
    },
    summary="Cancel a job",
    tags=["documents"],
)
def cancel(job_id: JobId, request: Request) -> JobOut:
    """Have a job stop as soon as it can, with nothing changed."""
    jobs = keeper_of(request).jobs
    before = jobs.get(job_id)
    found = jobs.cancel(job_id)
    if before is None or found is None:
        raise HTTPException(404, "There is no such job any more.")
    if not before.busy:
        raise HTTPException(409, "This has ended already; there is nothing to cancel.")
    return JobOut.of(found)
