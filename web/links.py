"""Links: a citation's url followed as a reader follows it, through the page's own rendering."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

from bot import Citation
from bot.expected.promises import Resolve
from index import Library
from web.marking import Marks, marked
from web.words import visible

DOCUMENTS = "/documents/"


class _Source(HTMLParser):
    """What a page of a source shows: its text as far as the mark, and the words in the mark."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.before = ""
        self.marked: str | None = None
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "div" and ("class", "text") in attrs:
            self._inside = "text"
        elif tag == "mark" and ("id", "cite") in attrs:
            self._inside, self.marked = "mark", ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "text":
            self.before += data
        elif self._inside == "mark":
            self.marked = (self.marked or "") + data


def _rendered(place: Citation) -> str:
    """Return the source as its page shows it, with the words at `place` marked."""
    return marked(place.document, Marks((place.start, place.end)))


def resolver(library: Library) -> Resolve:
    """Return what follows citations into `library`, and says what is wrong where their words are not marked."""

    def resolve(citation: Citation) -> str | None:
        address = urlsplit(citation.url)
        place = parse_qs(address.query)
        found = library.document(unquote(address.path.removeprefix(DOCUMENTS)))
        if not address.path.startswith(DOCUMENTS) or found is None:
            return f"The link {citation.url} leads to no document."
        shown = _Source(_rendered(Citation(found, int(place["start"][0]), int(place["end"][0]))))
        if address.fragment != "cite" or shown.marked is None:
            return f"The link {citation.url} leads to no mark."
        if shown.marked != visible(citation.exact) or shown.before != visible(citation.document.text[: citation.start]):
            return f"The link {citation.url} marks {shown.marked!r}, not the words cited."
        return None

    return resolve
