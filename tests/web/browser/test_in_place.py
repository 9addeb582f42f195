"""Asking without a new page, the source beside the answer, and the words around a quote, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.looking import DESKTOP, PHONE, Open, ask, check_inside_viewport, check_no_sideways_scrolling
from tests.web.said import AGREED, DIFFERING

pytestmark = pytest.mark.browser

WIDE = {"width": 1200, "height": 700}
OTHER = "Who kept the keys?"
LOADING = (
    "<main id=main><div class=column><form class=ask action=/><input id=q><button type=submit>Ask</button></form>"
    "<section role=alert><h1>Not ready yet</h1></section></div></main>"
)


def same_page(page: Page) -> None:
    """Mark the page, so that a new one can be told from it."""
    page.evaluate("window.same = true")


def is_same(page: Page) -> bool:
    return bool(page.evaluate("window.same === true"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_ask_read_open_a_source_ask_again_and_go_back(look: Open, javascript: bool, viewport: dict[str, int]) -> None:
    page = look(javascript=javascript, viewport=viewport)
    if javascript:
        same_page(page)
    ask(page, AGREED)
    expect(page.locator(".answer h1")).to_have_text("1987")
    address = page.url
    check_no_sideways_scrolling(page)

    page.locator("a.cite").last.click()
    expect(page.locator("#cite")).to_have_text("1987")
    check_inside_viewport(page, "#cite")
    check_no_sideways_scrolling(page)
    assert ("/documents/" in page.url) is not javascript
    page.go_back()
    expect(page.locator("#cite")).to_have_count(0)
    assert page.url == address

    ask(page, OTHER)
    expect(page.get_by_role("heading", name="The sources don’t say")).to_be_visible()
    page.go_back()
    expect(page.locator(".answer h1")).to_have_text("1987")
    assert page.url == address
    assert page.input_value("#q") == AGREED
    page.go_forward()
    expect(page.get_by_role("heading", name="The sources don’t say")).to_be_visible()
    if javascript:
        assert is_same(page)
    page.goto(address)
    expect(page.locator(".answer h1")).to_have_text("1987")


def test_an_answer_in_place_is_announced_and_has_the_focus_and_the_title(look: Open) -> None:
    page = look(viewport=WIDE)
    same_page(page)
    ask(page, AGREED)
    heard = page.locator("#heard")
    expect(heard).to_have_text("Answer: 1987. 93%, very confident. 2 sources agree.")
    assert heard.get_attribute("role") == "status"
    assert page.title() == f"{AGREED} · Pincite"
    assert focused(page) == "answer"
    page.keyboard.press("Tab")
    assert focused(page) == "cite", "the next key leads to the first number"
    page.keyboard.press("/")
    page.keyboard.type(OTHER)
    page.keyboard.press("Enter")
    expect(heard).to_have_text(re.compile("^The sources don’t say"))
    assert page.title().startswith(OTHER)
    assert is_same(page)
    assert page.evaluate("scrollY") == 0


def test_the_words_around_a_quote_come_by_keyboard_and_go_by_escape(look: Open) -> None:
    page = look(viewport=WIDE)
    ask(page, AGREED)
    words = page.locator("#peek-1")
    page.keyboard.press("Tab")
    expect(words).to_be_visible()
    expect(words).to_contain_text("It was a wet year.")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "peek-1"
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    assert focused(page) == "cite", "the focus stays"
    page.keyboard.press("Tab")
    expect(page.locator("#peek-2")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#peek-2")).to_be_hidden()


def test_the_words_around_a_quote_can_be_pointed_at(look: Open) -> None:
    page = look(viewport=WIDE)
    ask(page, AGREED)
    words = page.locator("#peek-1")
    page.locator("a.cite").first.hover()
    expect(words).to_be_visible()
    words.hover()
    page.wait_for_timeout(600)
    expect(words).to_be_visible()
    page.mouse.move(5, 5)
    expect(words).to_be_hidden()
    page.locator("a.cite").first.hover()
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()


def test_the_source_stands_beside_the_answer_and_closes_by_keyboard(look: Open) -> None:
    page = look(viewport=WIDE)
    ask(page, AGREED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    pane = page.get_by_role("complementary", name="Beside the answer")
    expect(pane.locator("#cite")).to_have_text("1987")
    assert focused(page) == "cite", "the keyboard goes on at the marked words"
    answer, beside = page.locator(".answer").bounding_box(), pane.bounding_box()
    assert answer is not None
    assert beside is not None
    assert beside["x"] >= answer["x"] + answer["width"]
    check_inside_viewport(page, "#beside")
    expect(page.locator("a.cite").first).to_have_attribute("aria-current", "true")
    page.locator("a.cite").last.click()
    expect(pane.locator("h1")).to_have_text("Letters")
    pane.get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "3", "back where it was opened"


def test_an_open_source_is_there_again_after_a_reload(look: Open) -> None:
    page = look(viewport=WIDE)
    ask(page, AGREED)
    page.locator("a.cite").last.click()
    expect(page.locator("#beside h1")).to_have_text("Letters")
    page.reload()
    expect(page.locator("#beside h1")).to_have_text("Letters")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#beside")).to_be_hidden()


def test_sources_that_differ_stand_side_by_side_or_below_each_other(look: Open) -> None:
    for viewport, columns in ((WIDE, 2), (PHONE, 1)):
        page = look(viewport=viewport)
        ask(page, DIFFERING)
        cards = page.locator(".board > li")
        assert len({cards.nth(n).evaluate("card => card.getBoundingClientRect().x") for n in range(2)}) == columns
        check_no_sideways_scrolling(page)


def test_recent_questions_are_kept_in_this_browser_and_can_be_cleared(look: Open) -> None:
    page = look(viewport=WIDE)
    recent = page.get_by_role("region", name="Asked in this browser")
    expect(recent).to_have_count(0)
    ask(page, OTHER)
    expect(page.locator("#answer")).to_be_visible()
    ask(page, AGREED)
    expect(page.locator(".answer h1")).to_be_visible()
    page.get_by_role("link", name="Pincite", exact=True).click()
    expect(recent.get_by_role("link")).to_have_text([AGREED, OTHER])
    assert focused(page) == "q"
    page.reload()
    recent.get_by_role("link", name=OTHER).click()
    expect(page.get_by_role("heading", name="The sources don’t say")).to_be_visible()
    page.goto("/")
    recent.get_by_role("button", name="Clear").click()
    expect(recent).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Ask the documents")).to_be_visible()
    expect(recent).to_have_count(0)


def test_a_slow_question_shows_that_it_is_read_and_nothing_moves(look: Open) -> None:
    page = look(viewport=WIDE)
    ask(page, AGREED)
    before = page.locator(".answer h1").bounding_box()
    page.route("**/?q=*", lambda route: None)  # never answered
    page.get_by_label("Ask the documents").fill(OTHER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Reading…")).to_be_visible()
    expect(page.locator("#heard")).to_have_text("Reading the documents…")
    assert page.locator(".answer h1").bounding_box() == before
    page.unroute_all()
    ask_again = page.get_by_label("Ask the documents")
    ask_again.fill(OTHER)
    ask_again.press("Enter")
    expect(page.get_by_role("heading", name="The sources don’t say")).to_be_visible()
    expect(page.locator("form.ask button").first).to_have_text("Ask")


def test_a_server_that_cannot_be_reached_is_said_and_can_be_asked_again(browser: Browser, said_site: str) -> None:
    page = browser.new_page(base_url=said_site)
    page.goto("/")
    page.route("**/?q=*", lambda route: route.abort())
    page.get_by_label("Ask the documents").fill(AGREED)
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Pincite cannot be reached")
    assert page.url == f"{said_site}/"
    page.unroute_all()
    alert.get_by_role("button", name="Ask again").click()
    expect(page.locator(".answer h1")).to_have_text("1987")
    expect(alert).to_have_count(0)
    page.close()


def test_while_the_models_load_a_question_is_asked_again_by_itself(browser: Browser, said_site: str) -> None:
    page = browser.new_page(base_url=said_site)
    page.goto("/")
    page.route(
        "**/?q=*",
        lambda route: route.fulfill(status=503, headers={"Refresh": "0.2"}, content_type="text/html", body=LOADING),
        times=1,
    )
    ask(page, AGREED)
    expect(page.locator(".answer h1")).to_have_text("1987")
    page.go_back()
    expect(page.locator(".welcome")).to_be_visible()
    page.close()


def test_links_that_are_to_open_elsewhere_are_left_alone(look: Open) -> None:
    page = look(viewport=DESKTOP)
    ask(page, AGREED)
    with page.context.expect_page() as opened:
        page.locator("a.place").first.click(modifiers=["Control"])
    opened.value.wait_for_url("**/documents/*")
    expect(page.locator("#beside")).to_be_hidden()


def test_motion_is_left_out_where_it_is_not_wanted(look: Open) -> None:
    page = look(viewport=WIDE, reduced_motion="reduce")
    page.route("**/?q=*", lambda route: None)
    page.get_by_label("Ask the documents").fill(OTHER)
    page.keyboard.press("Enter")
    expect(page.locator("form.busy")).to_be_visible()
    moves = page.evaluate("getComputedStyle(document.querySelector('.ask .row'), '::after').animationName")
    assert moves == "none"
    page.unroute_all()
