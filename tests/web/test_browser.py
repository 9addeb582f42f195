"""A real browser asks, follows the citation and sees the marked words; with and without JavaScript."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, Request, sync_playwright

from bot import Bot
from web.app import create_app
from web.desk import Desk
from web.serving import listen

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


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_follows_up_and_sees_what_it_was_read_as(visit: Open, javascript: bool) -> None:
    page = visit(javascript=javascript)
    ask(page, "When was CASIP established?")
    page.get_by_label("Follow up on this").fill("and what does it stand for?")
    page.get_by_role("button", name="Follow up").click()
    page.wait_for_url("**conversation=*")
    read_as = page.get_by_text("Read as:")
    assert read_as.inner_text() == "You asked “and what does it stand for?” Read as: What does CASIP stand for?"
    said = page.locator("mark").first.inner_text()
    page.reload()
    assert page.locator("mark").first.inner_text() == said, "the same address once more is no other question"
    read_as.get_by_role("link").click()
    page.wait_for_url("**/?q=*")
    assert page.locator("mark").first.inner_text() == said
    assert read_as.count() == 0


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


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_person_says_what_they_think_of_an_answer(visit: Open, desk: Desk, javascript: bool) -> None:
    page = visit(javascript=javascript, viewport=PHONE)
    ask(page, QUESTION)
    entry_id = desk.journal.entries(1)[0].id
    before = desk.journal.count()
    right, wrong = (page.get_by_role("button", name=name, exact=True) for name in ("Right", "Wrong"))

    def press(button: Locator, good: bool | None, said: str) -> None:
        button.click()
        pressed = "true" if good is not None else "false"
        page.wait_for_function(
            "([text]) => document.querySelector('.vote [role=status]').textContent == text", arg=[said]
        )
        assert button.get_attribute("aria-pressed") == pressed
        assert desk.journal.vote_of(entry_id, "page") is good
        check_inside_viewport(page, ".vote")
        check_no_sideways_scrolling(page)

    noted = "Thank you: noted for whoever looks after the documents."
    press(wrong, False, noted)
    press(right, True, "Thank you: noted as right.")
    assert wrong.get_attribute("aria-pressed") == "false"
    press(right, None, "Taken back." if javascript else "")
    assert ("id=" in page.url) is not javascript, "a script stays where it is"
    assert page.locator(".answer h1").is_visible()
    assert desk.journal.count() == before, "nothing was asked again"


def test_votes_reach_a_server_whose_browser_says_its_origin_alone(visit: Open, desk: Desk) -> None:
    # Over plain HTTP to another machine browsers leave Sec-Fetch-Site out, and our policy must not hide the origin.
    page = visit(javascript=False)
    with page.expect_request("**/?q=*"):
        ask(page, QUESTION)
    with page.expect_request("**/votes") as posted:
        page.get_by_role("button", name="Right", exact=True).click()
    assert posted.value.all_headers()["origin"] == page.url.partition("/?")[0]


def test_an_abstention_can_be_asked_for_an_answer_and_stands_among_the_questions(visit: Open) -> None:
    page = visit()
    ask(page, ABSTAINED)
    page.get_by_role("button", name="This should be answered").click()
    page.wait_for_selector("[aria-pressed=true]")
    page.get_by_role("navigation", name="Pincite").get_by_role("link", name="Questions").click()
    page.wait_for_url("**/questions")
    topic = page.get_by_role("article", name=ABSTAINED)
    assert "asked for an answer" in (topic.text_content() or "")
    topic.get_by_text("What came nearest").click()
    topic.locator("a.place").first.click()
    page.wait_for_url("**/documents/*")
    assert page.locator("#cite").is_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_one_question_is_found_and_deleted(visit: Open, desk: Desk, javascript: bool) -> None:
    words = f"zeppelin {'with' if javascript else 'without'}"
    desk.ask(f"How heavy is the {words} script?", face="page")
    page = visit("/questions", javascript=javascript, viewport=PHONE)
    check_no_sideways_scrolling(page)
    page.get_by_label("Find among the questions").fill(words)
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/questions?q=*")
    page.get_by_role("link", name="Not answered").click()
    page.wait_for_url("**/questions?show=unanswered&q=*")
    assert page.locator(".topic").count() == 1
    page.get_by_role("link", name="Delete …", exact=True).click()
    page.wait_for_url("**/questions/delete?topic=*")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/questions?deleted=1")
    assert page.get_by_role("status").text_content() == "1 question deleted."
    assert words not in "".join(entry.question for entry in desk.journal.entries())


def test_another_sites_page_cannot_post_here(browser: Browser, site: str, desk: Desk) -> None:
    before = desk.journal.count()
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "http://evil.example/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{site}/questions/delete"><input name="all" value="yes">'
            "<button>Win</button></form>",
        ),
    )
    page.goto("http://evil.example/")
    page.get_by_role("button", name="Win").click()
    page.wait_for_url(f"{site}/questions/delete")
    assert "another site" in (page.locator("main").text_content() or "")
    assert desk.journal.count() == before
    context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_questions_are_readable_and_can_be_hit(
    visit: Open, desk: Desk, dark: bool, viewport: dict[str, int]
) -> None:
    desk.ask(QUESTION, face="page")
    desk.ask(ABSTAINED, face="api")
    page = visit("/questions", dark=dark, viewport=viewport)
    check_no_sideways_scrolling(page)
    for selector in (
        ".topic h2", ".status", ".facts", ".told", ".told .small", ".topic summary", ".actions a", ".actions .grave",
        ".filters a[aria-current]", ".filters a:not([aria-current]) .count", ".find button", ".top nav a[aria-current]",
    ):  # fmt: skip
        assert contrast(page, selector) >= 4.5, selector
    for selector in ("button", ".top nav a", ".filters a", ".actions a", ".topic summary", ".find input"):
        for target in page.locator(selector).all():
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, f"{selector}: WCAG 2.2, 2.5.8"


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
