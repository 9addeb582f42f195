"""Every page in every state, each by the steps that lead to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from bot import Reader
from bot.journal import Journal
from index import Library
from index.progress import Report
from tests.index.light import LightEmbedder
from tests.web.browser.conftest import running, serving
from tests.web.browser.house import ANNALS, FOLLOWING, LISTED, UNSAID, address_of, house_desk, marked
from tests.web.said import AGREED, DIFFERING, SAID, SaidBot
from web.app import create_app
from web.desk import Desk


@dataclass(frozen=True)
class Sites:
    """The addresses of the servers: one with all there is, an empty one, and one that is loading."""

    full: str
    empty: str
    loading: str
    library: Library
    folder: Path


@contextmanager
def sites_in(folder: Path, reader: Reader) -> Iterator[Sites]:
    """Run the servers."""
    desk = house_desk(folder, reader)
    empty = SaidBot(Library(folder / "empty", LightEmbedder()), SAID)
    go_on = threading.Event()

    def opener() -> Desk:
        go_on.wait(600)
        return desk

    with (
        serving(desk, own=True) as full,
        serving(Desk(empty, Journal(empty.library.folder, days=365)), own=True) as bare,
        running(create_app(opener=opener)) as (_, loading),
    ):
        yield Sites(full, bare, loading, desk.bot.library, folder)
        go_on.set()


State = Callable[[Page, Sites], None]
STATES: dict[str, State] = {}


def state(name: str) -> Callable[[State], State]:
    """Enter what leads to a state into STATES."""
    return lambda steps: STATES.setdefault(name, steps)


def at(name: str, path: str, site: str = "full") -> None:
    """Enter a page that is in its state as soon as it is there."""
    STATES[name] = lambda page, sites: page.goto(getattr(sites, site) + path) and None


def asked(page: Page, sites: Sites, question: str) -> None:
    page.goto(sites.full)
    page.get_by_label("Ask the documents").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer")


at("first", "/")
at("first, empty", "/", "empty")
at("first, loading", "/", "loading")
at("asked for some documents", "/?q=What+is+it%3F&tag=law&since=2010&source=books/")
at("library", "/library")
at("library, nothing found", "/library?q=zebrafish")
at("library, empty", "/library", "empty")
at("questions", "/questions")
at("questions, empty", "/questions", "empty")
at("questions, delete all", "/questions/delete")
at("drafts, none", "/questions/drafts", "empty")
at("checks", "/checks")
at("checks, empty", "/checks", "empty")
at("not found", "/nowhere")
at("cannot be shown", "/library?page=x")
at("cannot be asked", "/?q=+")


@state("answered")
def _answered(page: Page, sites: Sites) -> None:
    asked(page, sites, AGREED)


@state("answered, the words around a quote")
def _peek(page: Page, sites: Sites) -> None:
    asked(page, sites, AGREED)
    page.keyboard.press("Tab")
    expect(page.locator("#peek-1")).to_be_visible()


@state("answered, its source beside it")
def _beside(page: Page, sites: Sites) -> None:
    asked(page, sites, AGREED)
    page.locator("a.cite").first.click()
    page.wait_for_selector("#beside #cite")


@state("answered, why beside it")
def _why_beside(page: Page, sites: Sites) -> None:
    asked(page, sites, AGREED)
    page.get_by_role("link", name="Why this answer").click()
    page.get_by_role("heading", name="What decided").wait_for()


@state("answered, and voted on")
def _voted(page: Page, sites: Sites) -> None:
    asked(page, sites, AGREED)
    page.get_by_role("button", name="Right", exact=True).click()
    page.wait_for_selector("[aria-pressed=true]")


@state("the sources differ")
def _board(page: Page, sites: Sites) -> None:
    asked(page, sites, DIFFERING)


@state("a list")
def _list(page: Page, sites: Sites) -> None:
    asked(page, sites, LISTED)


@state("abstained")
def _abstained(page: Page, sites: Sites) -> None:
    asked(page, sites, UNSAID)


@state("followed up")
def _followed(page: Page, sites: Sites) -> None:
    asked(page, sites, AGREED)
    page.get_by_label("Follow up on this").fill(FOLLOWING)
    page.keyboard.press("Enter")
    page.get_by_text("Read as:").wait_for()


@state("reading")
def _reading(page: Page, sites: Sites) -> None:
    page.goto(sites.full)
    page.route("**/?q=*", lambda route: None)
    page.get_by_label("Ask the documents").fill(AGREED)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Reading…").wait_for()


@state("not reached")
def _unreached(page: Page, sites: Sites) -> None:
    page.goto(sites.full)
    page.route("**/?q=*", lambda route: route.abort())
    page.get_by_label("Ask the documents").fill(AGREED)
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()


@state("asked while loading")
def _loading(page: Page, sites: Sites) -> None:
    def once(route: object) -> None:  # the page would ask again every two seconds
        response = route.fetch()  # type: ignore[attr-defined]
        kept = {name: value for name, value in response.headers.items() if name != "refresh"}
        route.fulfill(response=response, headers=kept)  # type: ignore[attr-defined]

    page.route("**/library", once)
    page.goto(f"{sites.loading}/library")


@state("a source, marked")
def _source(page: Page, sites: Sites) -> None:
    page.goto(sites.full + marked(ANNALS, "at 33 feet", "at 7 feet", "at 55 feet") + "#cite")


@state("a source, contents and quotes open")
def _opened(page: Page, sites: Sites) -> None:
    page.goto(sites.full + marked(ANNALS, "at 33 feet", "at 7 feet"))
    page.locator("summary", has_text="Contents").click()
    page.locator("summary", has_text="Copy as a quote").click()


@state("a source, found in")
def _found(page: Page, sites: Sites) -> None:
    page.goto(sites.full + marked(ANNALS, "at 33 feet") + "&find=cafe")


@state("a source, nothing found")
def _not_found(page: Page, sites: Sites) -> None:
    page.goto(sites.full + marked(ANNALS, "at 33 feet") + "&find=zebrafish")


@state("a page of a PDF")
def _pdf(page: Page, sites: Sites) -> None:
    address = address_of(sites.library, "report.pdf")
    document = sites.library.document(address.rpartition("/")[2])
    assert document is not None
    page.goto(sites.full + marked(document, "river"))


@state("why an answer")
def _why(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.full}/why?q={AGREED}")
    for summary in page.locator("main summary").all()[:2]:
        summary.click()


@state("why none")
def _why_none(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.full}/why?q={UNSAID}")
    page.locator("summary").first.click()


@state("an answer pack")
def _pack(page: Page, sites: Sites) -> None:
    _saved(page, sites, AGREED)


@state("a pack of no answer")
def _pack_none(page: Page, sites: Sites) -> None:
    _saved(page, sites, UNSAID)


def _saved(page: Page, sites: Sites, question: str) -> None:
    """Open an answer pack from the disk."""
    path = sites.folder / "pack.html"
    path.write_bytes(page.request.get(f"{sites.full}/pack?q={question}").body())
    page.goto(path.as_uri())


@state("library, a document's passages")
def _passages(page: Page, sites: Sites) -> None:
    page.goto(sites.full + address_of(sites.library, "harbour.txt").replace("documents", "library"))


@state("library, removing a document")
def _removing(page: Page, sites: Sites) -> None:
    page.goto(sites.full + address_of(sites.library, "letters.txt").replace("documents", "library") + "/remove")


@state("library, an upload going on")
def _uploading(page: Page, sites: Sites) -> None:
    add = sites.library.add
    file = sites.folder / "fence.md"
    file.write_text("# The fence\n\nIt is green.")
    go_on = threading.Event()
    page.once("close", lambda _: go_on.set())

    def held(paths: list[Path], report: Report) -> object:
        def told(progress: object) -> None:
            report(progress)  # type: ignore[arg-type]
            while not go_on.wait(0.05):
                report(progress)  # type: ignore[arg-type]

        sites.library.add = add  # type: ignore[method-assign]
        return add(paths, told)  # type: ignore[arg-type]

    sites.library.add = held  # type: ignore[method-assign, assignment]
    page.goto(f"{sites.full}/library")
    page.get_by_label("Add documents").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_selector("progress")


@state("questions, what came nearest")
def _nearest(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.full}/questions")
    for summary in page.locator("summary").all():
        summary.click()


@state("questions, deleting one")
def _deleting(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.full}/questions")
    page.get_by_role("link", name="Delete …", exact=True).first.click()
    page.wait_for_url("**/questions/delete?topic=*")


@state("drafts")
def _drafts(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.full}/questions")
    page.get_by_role("button", name="must be answered", exact=True).first.click()
    page.wait_for_url("**/questions/drafts?made=*")
    page.locator("summary").first.click()
