"""Pictures: pages of PDFs as they are printed, with the words cited framed on them."""

from collections import OrderedDict
from threading import Lock

from index import Document, DocumentError, Library
from index.formats.draft import Refused
from index.formats.picture import Picture, Wanted
from index.formats.sandbox import Sandbox
from index.originals import Original, original
from index.sentences import Range

PDF = "application/pdf"
KEPT = 48
"""Pictures that are kept, of some 100 KB each: a page shows what it has made sure of."""
STEP_SECONDS, TOTAL_SECONDS = 8, 16
"""Seconds of a processor that one page may take: a person waits for it."""

Key = tuple[str, str, int, Range, bool]
"""The sha256 of the text and of the file, the page, the place framed, and whether it is the strip around that."""


class Pictures:
    """Draws pages in a child process of its own, so that nobody waits for a file that is being added."""

    def __init__(self) -> None:
        self._sandbox = Sandbox(step=STEP_SECONDS, total=TOTAL_SECONDS)
        self._kept: OrderedDict[Key, Picture | str] = OrderedDict()
        self._lock = Lock()

    def of(self, library: Library, document: Document, page: int, place: Range, *, around: bool) -> Picture:
        """Return the picture of a page, from 1, with what of `place` stands on it framed.

        Raises DocumentError, saying why, where there is none: no such page, the file is gone or is not what was
        read, or the page cannot be drawn.
        """
        if document.media_type != PDF or not 1 <= page <= len(document.pages):
            raise DocumentError("There is no such page.")
        file = original(library, document)
        key = (document.sha256, file.sha256, page, place, around)
        with self._lock:
            found = self._kept.pop(key, None)
        if found is None:
            found = self._drawn(file, document, page, place, around)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if isinstance(found, str):
            raise DocumentError(found)
        return found

    def _drawn(self, file: Original, document: Document, page: int, place: Range, around: bool) -> Picture | str:
        """Return the picture, or why there is none: a page that cannot be drawn is not tried again."""
        low, high = (*document.pages, len(document.text))[page - 1 : page + 1]
        start, end = max(low, place[0]), min(high, place[1])
        here = (start - low, end - low) if start < end else (0, 0)
        try:
            return self._sandbox.picture(file.read(), Wanted(page, document.text[low:high], here, around))
        except Refused:
            return "The page cannot be drawn."
