"""Uploads, their progress, cancelling and removal in a real browser; with and without JavaScript."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from index import Library
from index.progress import Report
from tests.web.browser.conftest import visiting
from tests.web.browser.looking import DESKTOP, PHONE, Open, check_no_sideways_scrolling, contrast
from tests.web.light import served
from web.app import create_app
from web.desk import Desk
from web.settings import Settings

pytestmark = pytest.mark.browser
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def address(library: Library, desk: Desk) -> Iterator[str]:
    """The address of a running server over `library`."""
    with served(create_app(Settings(library=library.folder), lambda: desk)) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page; at the end, nothing may have been said on any console or fetched elsewhere."""
    with visiting(browser, address) as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "gate.txt", tmp_path / "fence.md"]
    paths[0].write_text("The gate opens at nine.")
    paths[1].write_text("# The fence\n\nIt is green.")
    return paths


def held(library: Library) -> Callable[[], None]:
    """Keep the next uploads from going on; return what lets them."""
    go_on = threading.Event()
    add = library.add

    def waiting(paths: list[Path], report: Report) -> object:
        def told(progress: object) -> None:
            report(progress)  # type: ignore[arg-type]
            while not go_on.wait(0.02):
                report(progress)  # type: ignore[arg-type]

        return add(paths, told)

    library.add = waiting  # type: ignore[method-assign, assignment]
    return go_on.set


def until(page: Page, words: str) -> None:
    """Wait for words in the list of uploads; without a script by looking again, as a person does."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if words in (page.locator("#jobs").text_content() or ""):
            return
        again = page.get_by_role("button", name="Look again")
        if again.count() and again.is_visible():
            again.click()
        time.sleep(0.1)
    raise AssertionError(page.locator("#jobs").text_content())


@SCRIPTS
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_person_uploads_files_and_removes_one(
    visit: Open, files: list[Path], library: Library, javascript: bool, viewport: dict[str, int]
) -> None:
    page = visit("/library", javascript=javascript, viewport=viewport)
    check_no_sideways_scrolling(page)
    page.get_by_label("Add documents").set_input_files(files)
    page.get_by_role("button", name="Upload").click()
    until(page, "Done: 2 added.")
    page.get_by_role("link", name="The fence", exact=True).wait_for()
    check_no_sideways_scrolling(page)
    page.get_by_role("link", name="Remove The fence").click()
    page.wait_for_url("**/remove")
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/library?removed=yes")
    assert page.get_by_role("link", name="The fence", exact=True).count() == 0
    assert [one.source for one in library.documents()] == ["gate.txt"]
    assert not (library.folder / "files" / "fence.md").exists()


@SCRIPTS
def test_progress_is_seen_and_an_upload_is_cancelled(
    visit: Open, files: list[Path], library: Library, javascript: bool
) -> None:
    go_on = held(library)
    page = visit("/library", javascript=javascript)
    page.get_by_label("Add documents").set_input_files(files)
    page.get_by_role("button", name="Upload").click()
    until(page, "of 2 files read")
    assert page.locator("progress").is_visible()
    page.get_by_role("button", name="Cancel").click()
    until(page, "Cancelled. Nothing was changed.")
    go_on()
    assert library.documents() == []
    assert [path.name for path in (library.folder / "files").iterdir()] == [".jobs"]


def test_the_whole_of_it_by_keyboard_and_said_aloud(visit: Open, files: list[Path]) -> None:
    page = visit("/library")
    page.get_by_label("Add documents").set_input_files(files)
    page.get_by_label("Add documents").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('announce').textContent.includes('Done: 2 added.')")
    page.get_by_role("link", name="Document", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=title*")
    assert page.evaluate("document.activeElement.textContent.trim()").startswith("Document"), "the focus stays"
    first = page.locator("tbody th").first.text_content()
    page.keyboard.press("Enter")
    page.wait_for_url("**turned=true*")
    page.wait_for_function("([was]) => document.querySelector('tbody th').textContent !== was", arg=[first])


def test_typing_finds_in_place(visit: Open, files: list[Path], library: Library) -> None:
    library.add(files)
    page = visit("/library")
    page.get_by_label("Find among the documents").type("fence")
    page.wait_for_url("**q=fence*")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 1")
    assert page.evaluate("document.activeElement.id") == "find"
    assert page.locator("[data-said]").text_content() == "1 document of 2"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_library_is_readable_and_can_be_hit(
    visit: Open, files: list[Path], library: Library, dark: bool, viewport: dict[str, int]
) -> None:
    library.add(files)
    page = visit("/library", dark=dark, viewport=viewport)
    check_no_sideways_scrolling(page)
    for selector in (".upload label", ".upload button", "thead a", "tbody th a", "tbody td.number", "tbody .grave"):
        assert contrast(page, selector) >= 4.5, selector
    for target in page.locator("main a:visible, main button:visible, main input:visible, main select:visible").all():
        box = target.bounding_box()
        assert box is not None
        within = target.evaluate("element => element.closest('p.small') !== null")
        assert within or min(box["width"], box["height"]) >= 24, target.evaluate("element => element.outerHTML")
