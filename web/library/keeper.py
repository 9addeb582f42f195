"""Keeper: what changes the library of a running server, and whether it may."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from index import Change, Library, PinciteError
from index.catalogue import Catalogue, followed
from index.progress import Report
from index.uploads import Staging, Uploads, recovered
from web.library.jobs import Job, Jobs, Work
from web.library.receive import receive
from web.service import Service

SEEDS = (
    "This Pincite answers from its seeds, and follows their folder. To keep documents of your own, serve a library of "
    "your own: pincite serve --new --library DIR."
)


NOT_THERE = "There is no such document; it may have been removed already."
NOT_FOLLOWED = "The library follows no such folder. At the command line, pincite sync FOLDER --library DIR begins that."


class Keeper:
    """The jobs of one server and its library's uploads. `own` tells that the library is a person's own."""

    def __init__(self, service: Service, *, own: bool) -> None:
        """Stand beside `service`; nothing is opened before its Desk is."""
        self.own = own
        self.jobs = Jobs(prepare=self._recover)
        self._service = service
        self._catalogue: Catalogue | None = None
        self._uploads: Uploads | None = None

    def start(self) -> None:
        """Begin to work on jobs."""
        self.jobs.start()

    def stop(self) -> None:
        """Cancel what is being done."""
        self.jobs.stop()

    @property
    def catalogue(self) -> Catalogue:
        """The documents. Raises NotReadyError."""
        library = self._service.bot.library
        if self._catalogue is None or self._catalogue.library is not library:
            self._catalogue = Catalogue(library)
        return self._catalogue

    @property
    def uploads(self) -> Uploads:
        """What changes the library. Raises NotReadyError, and HTTPException where it is not to be changed here."""
        if not self.own:
            raise HTTPException(409, SEEDS)
        library = self._service.bot.library
        if self._uploads is None or self._uploads.library is not library:
            self._uploads = Uploads(library)
        return self._uploads

    def add(self, staging: Staging, refused: list[str]) -> Job:
        """Queue the files in `staging`; `refused` joins what cannot be read of them. Returns the job."""
        uploads = self.uploads

        def work(report: Report) -> Change:
            change = uploads.add(staging, report)
            return replace(change, failed=(*refused, *change.failed))

        uploads.seal(staging)
        return self.jobs.add(tuple(staging.names), Work(work, staging.close))

    def sync(self, folder_id: str | None = None) -> list[Job]:
        """Queue a sync of each folder that the library follows, or of the one with this id. Returns the jobs.

        Only such folders, which somebody at this machine named: who is at a page may not have any folder read.
        Raises HTTPException where there is none.
        """
        library = self.uploads.library
        found = [one for one in followed(self.catalogue.entries()) if folder_id in (None, one.id)]
        if not found:
            raise HTTPException(409 if folder_id is None else 404, NOT_FOLLOWED)
        return [self.jobs.add((one.name,), Work(_syncing(library, one.folder), lambda: None)) for one in found]

    def remove(self, document_id: str) -> None:
        """Remove a document at once. Raises HTTPException where there is none, or it is not to be changed here."""
        uploads = self.uploads
        if self.catalogue.entry(document_id) is None:
            raise HTTPException(404, NOT_THERE)
        uploads.remove(document_id)

    def _recover(self) -> None:
        """Undo what an earlier server did not finish, once the library is open."""
        while not self._service.wait(1):
            if self.jobs.stopping:
                return
        if not self.own:
            return
        try:
            uploads = self.uploads
        except PinciteError:
            return  # the library could not be opened; every page says why
        for names in recovered(uploads):
            self.jobs.note_unfinished(names)


def _syncing(library: Library, folder: Path) -> Callable[[Report], Change]:
    return lambda report: library.sync(folder, report=report)


def keeper_of(request: Request) -> Keeper:
    """Return the keeper of the application that `request` came to."""
    keeper: Keeper = request.app.state.keeper
    return keeper


async def _uploaded(request: Request) -> Job:
    keeper = keeper_of(request)
    staging = await run_in_threadpool(lambda: keeper.uploads.stage())
    try:
        refused = await receive(request, staging)
        return await run_in_threadpool(keeper.add, staging, refused)
    except BaseException:
        staging.close()  # at once, since nothing more can be awaited where the server is ending
        raise


Uploaded = Annotated[Job, Depends(_uploaded)]
"""The job that the files of a form became."""
