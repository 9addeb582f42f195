"""The whole way by keyboard alone, with and without JavaScript, and what is said aloud on it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.conftest import visiting
from tests.web.browser.looking import Open, ask
from tests.web.browser.states import Sites
from tests.web.said import AGREED

pytestmark = pytest.mark.browser

MOST = 60
"""Presses of Tab to anything on a page."""
FOCUSED = """() => {
    const one = document.activeElement;
    return [
        (one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent).trim(),
        getComputedStyle(one).outlineStyle !== "none",
    ];
}"""


@pytest.fixture
def visit(browser: Browser, sites: Sites) -> Iterator[Open]:
    """Opens a page; at the end nothing may have been said on any console, or asked of another host."""
    with visiting(browser, sites.full) as opened:
        yield opened


def tab_to(page: Page, words: str, key: str = "Tab") -> None:
    """Go on to what begins with `words`; wherever the keyboard stands on the way must be seen (WCAG 2.2, 2.4.7)."""
    met = []
    for _ in range(MOST):
        page.keyboard.press(key)
        name, seen = page.evaluate(FOCUSED)
        met.append(name)
        assert seen or name.startswith("Pincite\n"), f"{name}: the focus is not seen"  # the page's end
        if name.startswith(words):
            return
    pytest.fail(f"{words} is not among {met}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_question_to_the_marked_words_and_back(visit: Open, javascript: bool) -> None:
    page = visit(javascript=javascript)
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(AGREED)
    page.keyboard.press("Enter")
    expect(page.locator(".answer h1")).to_have_text("1987")
    tab_to(page, "Source 1: Harbour notes")
    page.keyboard.press("Enter")
    expect(page.locator("#cite")).to_have_text("1987")
    tab_to(page, "Next mark", "Tab" if not javascript else "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".steps .told-live")).to_have_text("Mark 2 of 2")
    tab_to(page, "Previous mark", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".steps .told-live")).to_have_text("Mark 1 of 2")
    if javascript:
        page.keyboard.press("Escape")
        expect(page.locator("#beside")).to_be_hidden()
        assert page.evaluate("document.activeElement.textContent") == "1", "back at the number"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
    else:
        tab_to(page, "Ask", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        expect(page.locator("#q")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_vote_and_the_pages_of_the_house(visit: Open, sites: Sites, javascript: bool) -> None:
    file = sites.folder / ("gate.md" if javascript else "wall.md")
    file.write_text(f"# The {file.stem}\n\nIt is green.")
    page = visit(javascript=javascript)
    page.on("filechooser", lambda chooser: chooser.set_files(file))
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(AGREED)
    page.keyboard.press("Enter")
    expect(page.locator(".answer h1")).to_have_text("1987")
    tab_to(page, "Right")
    page.keyboard.press("Space")
    expect(page.locator(".vote [role=status]")).to_have_text("Thank you: noted as right.")
    page.goto("/")
    tab_to(page, "Library", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/library")
    tab_to(page, "Add documents")
    page.keyboard.press("Space")
    expect(page.locator("#files")).to_have_value(re.compile(f"{file.name}$"))
    tab_to(page, "Upload")
    page.keyboard.press("Enter")
    if javascript:
        expect(page.locator("#announce")).to_have_text(f"{file.name}: Done: 1 added.")
    else:
        page.wait_for_url("**/library#job-*")
    tab_to(page, "Questions", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions")
    tab_to(page, "What came nearest")
    page.keyboard.press("Enter")
    expect(page.locator(".near").first).to_be_visible()
    tab_to(page, "Checks", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checks")


def test_an_abstention_says_aloud_among_which_documents(look: Open) -> None:
    page = look()
    page.locator("summary", has_text="Ask only some of the documents").click()
    page.get_by_label("Source or address begins with").fill("books/")
    ask(page, "Who kept the keys?")
    expect(page.locator("#heard")).to_have_text(
        "The sources don’t say. Among the documents from books/: passages near the question were read, and none of "
        "them has words that answer it."
    )
