"""What a page of somebody else's cannot do, in a real browser."""

import pytest
from playwright.sync_api import Browser

from tests.web.browser.looking import QUESTION, Open, ask
from web.desk import Desk

pytestmark = pytest.mark.browser


def test_votes_reach_a_server_whose_browser_says_its_origin_alone(visit: Open, desk: Desk) -> None:
    # Over plain HTTP to another machine browsers leave Sec-Fetch-Site out, and our policy must not hide the origin.
    page = visit(javascript=False)
    with page.expect_request("**/?q=*"):
        ask(page, QUESTION)
    with page.expect_request("**/votes") as posted:
        page.get_by_role("button", name="Right", exact=True).click()
    assert posted.value.all_headers()["origin"] == page.url.partition("/?")[0]


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
