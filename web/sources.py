"""Sources: the page of a document, with its places marked, what is found in it, and a quote to take along."""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response
from markupsafe import Markup

from bot import Citation
from index import Document, DocumentError, Library
from index.sentences import Range
from web.api import service_of
from web.finding import MOST, find
from web.marking import Marks, marked, parts
from web.pictures import PDF, Pictures
from web.quotes import at_origin, fragment, origin, quotes
from web.templating import templates

ALSO = 36
"""Places that are marked beside the one cited."""
QUOTABLE = 20_000
"""Characters that are offered as a quote; who wants more takes the text."""
LISTED = 300
"""Headings that the table of contents lists; of more, the highest levels."""
GONE = "There is no such document. It may have been removed since the link was made."

Start = Annotated[int | None, Query(ge=0)]


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at in a document: the place cited, those marked beside it, and words looked for."""

    document: Document
    cited: Range | None = None
    also: tuple[Range, ...] = ()
    words: str = ""

    @property
    def places(self) -> list[Range]:
        """All places marked, in order."""
        return sorted([*([self.cited] if self.cited else []), *self.also])

    def address(self, *, cited: Range | None = None, words: str = "", **more: int) -> str:
        """Return the address that shows the same places with `cited` as the one cited, looking for `words`."""
        cited = cited or self.cited
        named: list[tuple[str, object]] = list(zip(("start", "end"), cited or (), strict=False))
        named += [("also", f"{start}-{end}") for start, end in self.places if (start, end) != cited]
        named += [("find", words)] if words else []
        query = urlencode([*named, *more.items()])
        return f"/documents/{quote(self.document.id, safe='')}{'?' if query else ''}{query}"

    def beside(self, step: int) -> str:
        """Return the address of the place `step` further on; behind the last comes the first."""
        assert self.cited is not None
        places = self.places
        cited = places[(places.index(self.cited) + step) % len(places)]
        return f"{self.address(cited=cited)}#cite"


def router(site: str) -> APIRouter:
    """Return the routes of documents; the links in quotes begin with `site`."""
    routes = APIRouter(include_in_schema=False)
    pictures = Pictures()

    @routes.head("/documents/{document_id}")
    @routes.get("/documents/{document_id}")
    def document(
        request: Request,
        document_id: Annotated[str, Path(max_length=64)],
        start: Start = None,
        end: Start = None,
        also: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
        find: Annotated[str, Query(max_length=200)] = "",
        hit: Annotated[int | None, Query(ge=1)] = None,
        part: Annotated[int | None, Query(ge=1)] = None,
    ) -> Response:
        """A source; with `start` and `end`, in code points, that place is marked and scrolled to.

        Each `also`, as START-END, is marked more lightly. `find` marks what is found, the `hit`th as the one
        looked at. Of a long document one `part` is shown: by default the one with what is looked at.
        """
        library = service_of(request).bot.library
        view = _view(_document(library, document_id), start, end, also, find.strip())
        context = _shown(view, hit, part) | _taken(view, site) | _printed(pictures, library, view)
        return templates.TemplateResponse(request, "document.html", context)

    @routes.get("/documents/{document_id}/text")
    def text(request: Request, document_id: Annotated[str, Path(max_length=64)]) -> Response:
        """The whole text, as it is signed by its sha256."""
        found = _document(service_of(request).bot.library, document_id)
        return PlainTextResponse(found.text.encode(), headers={"ETag": f'"{found.sha256}"'})

    @routes.get("/documents/{document_id}/pages/{page:int}.png")
    def picture(
        request: Request,
        document_id: Annotated[str, Path(max_length=64)],
        page: int,
        start: Start = 0,
        end: Start = 0,
        around: bool = False,
    ) -> Response:
        """A page of a PDF as it is printed, with a place framed; with `around`, the strip that it stands in."""
        library = service_of(request).bot.library
        try:
            found = pictures.of(library, _document(library, document_id), page, (start or 0, end or 0), around=around)
        except DocumentError as error:
            raise HTTPException(404, str(error)) from error
        headers = {"ETag": f'"{hashlib.sha256(found.png).hexdigest()}"', "Cache-Control": "private, no-cache"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(found.png, media_type="image/png", headers=headers)

    return routes


def _document(library: Library, document_id: str) -> Document:
    found = library.document(document_id)
    if found is None:
        raise HTTPException(404, GONE)
    return found


def _view(document: Document, start: int | None, end: int | None, also: list[str], words: str) -> View:
    """Return what an address names. Raises HTTPException and DocumentError where it is no place."""
    if start is None or end is None:
        if start is not None or end is not None:
            raise HTTPException(422, "A place needs both its start and its end.")
        if also:
            raise HTTPException(422, "Further places are marked beside a first one: give its start and end.")
        return View(document, words=words)
    if len(also) > ALSO:
        raise HTTPException(422, f"At most {ALSO} further places can be marked.")
    cited = (start, end)
    places = [cited, *(_place(written) for written in also)]
    for place in places:
        Citation(document, *place)
    return View(document, cited, tuple(sorted(set(places) - {cited})), words)


def _place(written: str) -> Range:
    found = re.fullmatch(r"([0-9]{1,12})-([0-9]{1,12})", written)
    if found is None:
        raise HTTPException(422, "A further place is written START-END, in characters.")
    return int(found[1]), int(found[2])


def _shown(view: View, hit: int | None, part: int | None) -> dict[str, object]:
    """Return what the page shows: the part, its text marked, contents, what was found and the ways on."""
    document, words = view.document, view.words
    hits = find(document.text, words)
    now = min(hit or _nearest(hits, view.cited), len(hits)) - 1 if hits else None
    cuts = parts(document)
    looked_at = hits[now] if now is not None else view.cited or (0, 0)
    if part is not None and part > len(cuts):
        raise HTTPException(404, f"There is no such part: the document is shown in {len(cuts)}.")
    number = part or next(at for at, (_, end) in enumerate(cuts, 1) if looked_at[0] < end or at == len(cuts))
    low, high = cuts[number - 1]
    if len(cuts) > 1 and low <= looked_at[0] < high:
        high = max(high, looked_at[1])  # what is looked at is shown whole
    text = marked(document, Marks(view.cited, view.also, tuple(hits), now), (low, high))
    return {
        "document": document,
        "view": view,
        "place": view.cited and Citation(document, *view.cited),
        "text": Markup(text),  # noqa: S704 - all that a document says is escaped in it
        "hits": len(hits),
        "most": MOST,
        "now": now,
        "part": number,
        "parts": len(cuts),
        "contents": _contents(view, cuts, number),
        "origin": origin(document.metadata.get("url", "")),
    }


def _printed(pictures: Pictures, library: Library, view: View) -> dict[str, object]:
    """Return the picture of the page with the place cited, its address and that of the whole page; or why none is."""
    citation = Citation(view.document, *view.cited) if view.cited else None
    if citation is None or citation.page is None or view.document.media_type != PDF:
        return {"picture": None, "no_picture": None}
    whole = f"/documents/{quote(view.document.id, safe='')}/pages/{citation.page}.png?" + urlencode(
        {"start": citation.start, "end": citation.end}
    )
    try:
        found = pictures.of(library, view.document, citation.page, (citation.start, citation.end), around=True)
    except DocumentError as error:
        return {"picture": None, "no_picture": str(error)}
    return {"picture": found, "no_picture": None, "whole": whole, "strip": f"{whole}&around=1"}


def _nearest(hits: list[Range], cited: Range | None) -> int:
    """Return the number, from 1, of the first hit at or behind the place cited; the first where none is."""
    return next((at for at, (start, _) in enumerate(hits, 1) if cited and start >= cited[0]), 1)


def _contents(view: View, cuts: tuple[Range, ...], shown: int) -> list[tuple[str, int, str]]:
    """Return the headings as a table of contents: words, level from 1, and the address of each."""
    document = view.document
    headings = document.headings
    while len(headings) > LISTED and len({heading.level for heading in headings}) > 1:
        lowest = max(heading.level for heading in headings)
        headings = tuple(heading for heading in headings if heading.level < lowest)
    least = min((heading.level for heading in headings), default=1)
    listed = []
    at = 1
    for heading in sorted(headings[:LISTED], key=lambda heading: heading.start):
        while cuts[at - 1][1] <= heading.start:
            at += 1
        address = "" if at == shown else view.address(part=at)
        words = document.text[heading.start : heading.end]
        listed.append((words, heading.level - least + 1, f"{address}#h-{heading.start}"))
    return listed


def _taken(view: View, site: str) -> dict[str, object]:
    """Return what can be taken along of the place cited: quotes, and links that find the words again."""
    if view.cited is None or view.cited[1] - view.cited[0] > QUOTABLE:
        return {"quotes": None, "link": None, "at_origin": None}
    citation = Citation(view.document, *view.cited)
    return {
        "quotes": quotes(citation, site),
        "link": f"{citation.url}{fragment(citation)}",
        "at_origin": at_origin(citation),
    }
