"""A real browser asks, follows the citation and sees the marked words; with and without JavaScript."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Request, sync_playwright

from bot import Bot
from web.app import create_app
from web.cli import listen
from web.desk import Desk

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
QUESTION = "How many all-solid-state battery patents does Toyota have?"  # it stands at the end of its source
ABSTAINED = "What is the price of one CASIP battery?"
PHONE = {"width": 320, "height": 480}
DESKTOP = {"width": 1200, "height": 500}


@pytest.fixture(scope="module")
def site(desk: Desk) -> Iterator[str]:
    """The address of a running server over the seeds."""
    app = create_app(opener=lambda: desk)
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert app.state.service.wait(60)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listener.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page of the site; at the end, nothing may have been said on any console or fetched elsewhere."""
    complaints: list[str] = []
    contexts = []

    def opened(
        path: str = "/", *, javascript: bool = True, viewport: dict[str, int] = DESKTOP, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, viewport=viewport, color_scheme="dark" if dark else "light", base_url=site
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
        page.on("request", lambda request: request.url.startswith(site) or complaints.append(request.url))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _failure(request: Request) -> list[str]:
    """Return what failed; a fetch that ends because the person goes on to the next page did not."""
    return [] if "ERR_ABORTED" in (request.failure or "") else [f"failed: {request.url} ({request.failure})"]


def ask(page: Page, question: str) -> None:
    page.get_by_label("Ask the documents").fill(question)
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/?q=*")


def check_inside_viewport(page: Page, selector: str) -> None:
    box = page.locator(selector).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    assert box["width"] > 0
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"] + 0.5
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]


def check_no_sideways_scrolling(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_person_asks_and_sees_the_words_in_their_place(
    visit: Open, bot: Bot, javascript: bool, viewport: dict[str, int]
) -> None:
    page = visit(javascript=javascript, viewport=viewport)
    check_no_sideways_scrolling(page)
    ask(page, QUESTION)

    answer = bot.ask(QUESTION)
    assert answer.text is not None
    assert "1,300" in answer.text
    assert page.locator(".answer h1").text_content() == answer.text
    assert page.locator(".answer mark").first.text_content() == answer.text
    check_inside_viewport(page, ".answer h1")
    check_no_sideways_scrolling(page)

    page.locator(".answer a.place").first.click()
    page.wait_for_url("**/documents/*")
    assert page.url.endswith("#cite")
    assert page.locator("#cite").text_content() == answer.text
    check_inside_viewport(page, "#cite")
    assert page.evaluate("window.scrollY") > 0, "the place is far down: the page was scrolled to it"
    check_no_sideways_scrolling(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_both_schemes_are_readable(visit: Open, dark: bool) -> None:
    page = visit(dark=dark)
    ask(page, QUESTION)
    for selector in ("body", ".answer h1", ".answer mark", ".answer .sure", ".answer a.place", ".ask button"):
        assert contrast(page, selector) >= 4.5, selector
    background = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert (background < 0.2) is dark


def contrast(page: Page, selector: str) -> float:
    """The contrast of a text with what lies behind it (WCAG 2.2, 1.4.3)."""
    ink, paper = page.locator(selector).first.evaluate(
        """element => {
            let behind = element;
            while (behind.parentElement && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)")
                behind = behind.parentElement;
            return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
        }"""
    )
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(", ")]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_abstention_is_calm_and_leads_to_the_nearest_passage(visit: Open) -> None:
    page = visit(viewport=PHONE)
    ask(page, ABSTAINED)
    assert page.get_by_role("heading", name="The sources don’t say").is_visible()
    assert page.locator("mark").count() == 0
    check_no_sideways_scrolling(page)
    page.locator(".others a.place").first.click()
    page.wait_for_url("**/documents/*")
    assert page.locator("#cite").is_visible()


def test_the_page_is_used_by_keyboard_alone(visit: Open) -> None:
    page = visit()
    assert page.evaluate("document.activeElement.id") == "q", "the box is ready to be typed in"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("Who?")
    assert page.input_value("#q") == "Who?", "what was asked is selected, so typing replaces it"


def test_the_button_says_that_it_reads_and_is_itself_again_after_going_back(visit: Open) -> None:
    page = visit()
    ask(page, QUESTION)
    page.go_back()
    assert page.get_by_role("button", name="Ask").is_visible()
    assert page.locator("form.ask button").get_attribute("aria-busy") is None


def test_an_address_with_a_place_marks_it_on_a_fresh_visit(visit: Open, bot: Bot) -> None:
    citation = bot.ask(QUESTION).citations[0]
    page = visit(citation.url, viewport=PHONE)
    assert page.locator("#cite").text_content() == citation.exact
    check_inside_viewport(page, "#cite")


def test_markup_in_a_question_is_not_run(visit: Open) -> None:
    page = visit()
    ask(page, '<img src=x onerror="document.title=1"><script>document.title=2</script> When was CASIP established?')
    assert page.title().endswith("Pincite")
    assert page.locator("main img").count() == 0


def test_the_policy_forbids_what_is_not_served_from_here(browser: Browser, site: str) -> None:
    page = browser.new_page(base_url=site)
    page.goto("/")
    ran = page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran === true;
        }"""
    )
    page.close()
    assert ran is False
