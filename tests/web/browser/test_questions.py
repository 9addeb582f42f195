"""A person reads and deletes what was asked, in a real browser."""

import pytest

from tests.web.browser.looking import (
    ABSTAINED,
    DESKTOP,
    PHONE,
    QUESTION,
    Open,
    ask,
    check_no_sideways_scrolling,
    contrast,
)
from web.desk import Desk

pytestmark = pytest.mark.browser


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
    assert page.locator(".notice").text_content() == "1 question deleted."
    assert words not in "".join(entry.question for entry in desk.journal.entries())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_questions_are_readable_and_can_be_hit(
    visit: Open, desk: Desk, dark: bool, viewport: dict[str, int]
) -> None:
    desk.ask(QUESTION, face="page")
    desk.ask(ABSTAINED, face="api")
    page = visit("/questions?q=battery", dark=dark, viewport=viewport)
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
