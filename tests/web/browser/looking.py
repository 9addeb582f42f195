"""What the browser tests ask of a page."""

from collections.abc import Callable

from playwright.sync_api import Page

QUESTION = "How many all-solid-state battery patents does Toyota have?"  # it stands at the end of its source
ABSTAINED = "What is the price of one CASIP battery?"
PHONE = {"width": 320, "height": 480}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATIENCE = 30_000
"""Milliseconds that a page may take on a busy machine."""
DESKTOP = {"width": 1200, "height": 500}

Open = Callable[..., Page]


def ask(page: Page, question: str) -> None:
    page.get_by_label("Ask the documents").fill(question)
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/?q=*")


def follow_citation(page: Page, selector: str, *, javascript: bool = True) -> None:
    """Open the first citation: beside or below the answer, without JavaScript as a page of its own."""
    page.locator(selector).first.click()
    if javascript:
        page.wait_for_selector("#beside #cite")
    else:
        page.wait_for_url("**/documents/*")


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
