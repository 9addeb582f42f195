"""A real browser asks, follows the citation and sees the marked words; with and without JavaScript."""

import time

import pytest
from playwright.sync_api import Locator, Route, expect

from bot import Bot
from tests.web.browser.looking import (
    ABSTAINED,
    DESKTOP,
    PHONE,
    QUESTION,
    Open,
    ask,
    check_inside_viewport,
    check_no_sideways_scrolling,
    contrast,
    follow_citation,
    luminance,
)
from web.desk import Desk

pytestmark = pytest.mark.browser


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

    follow_citation(page, ".answer a.place", javascript=javascript)
    assert page.locator("#cite").text_content() == answer.text
    check_inside_viewport(page, "#cite")
    if not javascript:
        assert page.url.endswith("#cite")
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


def test_an_abstention_is_calm_and_leads_to_the_nearest_passage(visit: Open) -> None:
    page = visit(viewport=PHONE)
    ask(page, ABSTAINED)
    assert page.get_by_role("heading", name="The sources don’t say").is_visible()
    assert page.locator("mark").count() == 0
    check_no_sideways_scrolling(page)
    follow_citation(page, ".others a.place")
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

    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/?*q=*", late)
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


def test_markup_in_a_question_is_not_run(visit: Open) -> None:
    page = visit()
    ask(page, '<img src=x onerror="document.title=1"><script>document.title=2</script> When was CASIP established?')
    assert page.title().endswith("Pincite")
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_why_this_answer_opens_beside_it(visit: Open, javascript: bool) -> None:
    page = visit(javascript=javascript)
    ask(page, QUESTION)
    page.get_by_role("link", name="Why this answer").click()
    why = page.locator("#beside" if javascript else "main").get_by_role("heading", name="Why this answer")
    expect(why).to_be_visible()
    assert ("/why" in page.url) is not javascript
    page.go_back()
    expect(why).to_have_count(0)
    expect(page.locator(".answer h1")).to_be_visible()
