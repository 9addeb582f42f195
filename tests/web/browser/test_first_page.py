"""What the first page weighs, and that nothing on it moves: over load, and while a question is asked in place."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.web.browser.looking import PATIENCE, PHONE, Open
from tests.web.said import AGREED, DIFFERING

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[3] / "web" / "static"
WIDE = {"width": 1200, "height": 700}
WATCH = """() => {
    window.shifted = [];
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries())
            window.shifted.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
    }).observe({ type: "layout-shift", buffered: true });
}"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def test_it_weighs_under_60_kb_with_all_it_loads_and_all_of_it_is_served_here(browser: Browser, said_site: str) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    finished: list[Request] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(said_site, wait_until="networkidle")
    weights = {one.url: one.sizes() for one in finished}
    context.close()
    assert all(address.startswith(said_site) for address in asked)
    assert {f"{said_site}/static/{name}" for name in ("pincite.css", "ask.js", "beside.js")} <= weights.keys()
    assert sum(one["responseBodySize"] + one["responseHeadersSize"] for one in weights.values()) < 60_000


def test_pages_travel_compressed(browser: Browser, said_site: str) -> None:
    page = browser.new_page(base_url=said_site)
    page.set_default_timeout(PATIENCE)
    response = page.goto("/")
    assert response is not None
    assert response.all_headers()["content-encoding"] == "gzip"
    page.close()


def test_all_styles_together_are_short() -> None:
    assert sum(len(file.read_text().splitlines()) for file in STATIC.glob("*.css")) < 600


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_shifts_over_load_and_while_asking(look: Open, viewport: dict[str, int]) -> None:
    page = look(viewport=viewport)
    page.evaluate(WATCH)
    for question in (AGREED, DIFFERING, "Who kept the keys?"):
        page.get_by_label("Ask the documents").fill(question)
        page.keyboard.press("Enter")
        expect(page).to_have_title(f"{question} · Pincite")
        assert shifted(page) == []
    for address in (page.url, "/"):  # the first page now with the questions that were asked
        page.goto(address)
        page.evaluate(WATCH)
        assert shifted(page) == []


def shifted(page: Page) -> list[list[object]]:
    """Return how far what moved by itself, once what is under way was drawn; people's own keys do not count."""
    page.evaluate(SETTLED)
    moved: list[list[object]] = page.evaluate("window.shifted")
    return moved
