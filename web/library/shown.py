"""Shown: documents and jobs as JSON, and in words."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from index.catalogue import Followed
from index.progress import Progress, Stage
from web.library.jobs import Job, State
from web.library.listing import Row, Table
from web.words import counted, time_left


class RowOut(BaseModel):
    """A document without its text, and how often it answered, as far as questions are kept."""

    id: str
    title: str
    source: str
    media_type: str
    sha256: str
    date: Annotated[str | None, Field(description="ISO 8601, as the file states it.")]
    characters: int
    pages: Annotated[int, Field(description="0 where the format has none.")]
    passages: int
    cited: int
    last_cited: datetime | None
    url: str

    @classmethod
    def of(cls, row: Row) -> "RowOut":
        """Return `row` as JSON."""
        entry = row.entry
        names = ("id", "title", "source", "media_type", "sha256", "date", "characters", "pages", "passages")
        return cls.model_validate(
            {name: getattr(entry, name) for name in names}
            | {"cited": row.times, "last_cited": row.cited and row.cited.last, "url": f"/documents/{entry.id}"}
        )


class TableOut(BaseModel):
    """A page of documents. `found` counts those that were looked for, on all pages."""

    found: int
    page: int
    pages: int
    documents: list[RowOut]

    @classmethod
    def of(cls, table: Table) -> "TableOut":
        """Return `table` as JSON."""
        return cls(
            found=table.found, page=table.page, pages=table.pages, documents=[RowOut.of(row) for row in table.rows]
        )


class FolderOut(BaseModel):
    """A folder that documents came from, and how many."""

    id: str
    name: str
    documents: int

    @classmethod
    def of(cls, one: Followed) -> "FolderOut":
        """Return `one` as JSON; where it is stays on the server."""
        return cls(id=one.id, name=one.name, documents=one.documents)


class ProgressOut(BaseModel):
    """How far a job has come. `passages` are those to embed, as far as files are read."""

    stage: Stage
    files: int
    files_done: int
    passages: int
    passages_done: int
    source: str | None
    seconds_left: float | None


class JobOut(BaseModel):
    """A change of the library. The lists name documents by their sources; `failed` and `notes` are sentences."""

    id: str
    state: State
    files: list[str]
    progress: ProgressOut | None
    added: list[str]
    replaced: list[str]
    removed: list[str]
    unchanged: list[str]
    moved: Annotated[list[tuple[str, str]], Field(description="The source before and the one now.")]
    failed: list[str]
    notes: list[str]
    problem: Annotated[str | None, Field(description="What kept the whole of it from being done.")]
    since: datetime
    ended: datetime | None

    @classmethod
    def of(cls, job: Job) -> "JobOut":
        """Return `job` as JSON."""
        names = ("added", "replaced", "removed", "unchanged", "moved", "failed", "notes")
        fields = ("stage", "files", "files_done", "passages", "passages_done", "source", "seconds_left")
        progress = {name: getattr(job.progress, name) for name in fields} if job.progress else None
        return cls.model_validate(
            {name: list(getattr(job.change, name, ())) for name in names}
            | {"id": job.id, "state": job.state, "files": list(job.names), "progress": progress}
            | {"problem": job.problem, "since": job.since, "ended": job.ended}
        )


def share(progress: Progress) -> int:
    """Return how much of a job is done, in percent: reading is one half of it, embedding the other."""
    if progress.stage is Stage.STORING:
        return 100
    read = progress.files_done / progress.files if progress.files else 1.0
    embedded = progress.passages_done / progress.passages if progress.passages else 0.0
    return min(99, int(50 * read + 50 * embedded))


def progress_in_words(progress: Progress) -> str:
    """Return how far a job has come: "2 of 3 files read, 120 of 400 passages indexed, about 2 minutes left"."""
    if progress.stage is Stage.STORING:
        return "Being stored"
    said = [f"{progress.files_done:,} of {counted(progress.files, 'file')} read"]
    if progress.passages:
        said.append(f"{progress.passages_done:,} of {counted(progress.passages, 'passage')} indexed")
    if progress.seconds_left is not None:
        said.append(time_left(progress.seconds_left))
    return ", ".join(said)


def outcome(job: Job) -> str:
    """Return how a job stands or ended, in a sentence."""
    if job.state is State.RUNNING:
        return "Being cancelled" if job.stopping else progress_in_words(job.progress) if job.progress else "Begun"
    if job.change is None:
        return {
            State.WAITING: "Waits for the one before it",
            State.CANCELLED: "Cancelled. Nothing was changed.",
            State.UNFINISHED: "Not finished: Pincite was ended in the middle. Nothing of it is kept; upload it again.",
        }.get(job.state, f"Failed. {job.problem or ''}".rstrip())
    kinds = ("added", "replaced", "moved", "removed", "unchanged")
    done = [f"{len(sources):,} {kind}" for kind in kinds if (sources := getattr(job.change, kind))]
    if job.change.failed:
        done.append(f"{len(job.change.failed):,} could not be read")
    return f"Done: {', '.join(done) or 'nothing to do'}."
