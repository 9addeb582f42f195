"""No page breaks a rule of WCAG 2.2 AA that axe-core can tell, in any state, scheme and width."""

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page

from tests.web.browser.looking import PATIENCE
from tests.web.browser.states import STATES, Sites

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1200, 640, 320)
"""CSS pixels; at two pixels of the device each, 640 are 1280 at a zoom of 200%, and 320 are that at 400% (1.4.10)."""
RUN = """async tags => {
    const { violations, incomplete } = await axe.run({ runOnly: tags, resultTypes: ["violations", "incomplete"] });
    const named = (kind, found) => found.flatMap(({ id, nodes }) => nodes.map((node) => [
        kind, id, node.target.join(" "), [...node.any, ...node.all, ...node.none].map((one) => one.message).join(" "),
    ]));
    return [...named("violation", violations), ...named("incomplete", incomplete)];
}"""
LOOKED_AT = {
    ("", "[aria-hidden"): "the number of a source, one digit in the colour of .small; said by its link",
    ("", ".arrow"): "the arrow of a sorted column in the colour of its link; said by aria-sort",
    ("the words around a quote", ""): "what the words lie over while they are shown is seen when they are not",
    ("why beside it", ""): "what the pane cuts off is scrolled to; the same colours as on /why",
    ("contents and quotes open", ".copy"): "what the tools cut off is scrolled to; a link on the paper, as anywhere",
    ("reading", "button"): "the line that runs below the box lies over nothing",
}
"""What axe could not tell the contrast of, by state and target; looked at by a person, and why it holds."""


@pytest.mark.parametrize("name", STATES)
def test_a_page_keeps_the_rules(browser: Browser, sites: Sites, name: str) -> None:
    context = browser.new_context(device_scale_factor=2, viewport={"width": 1200, "height": 800})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    try:
        STATES[name](page, sites)
        assert page.get_by_role("heading", name="Something went wrong").count() == 0
        assert found_by_axe(page, name) == []
    finally:
        context.close()


def found_by_axe(page: Page, name: str) -> list[str]:
    """Return what axe finds on `page` in both schemes at all widths, but for what was looked at."""
    page.evaluate(AXE_FILE_PATH.read_text())  # which the page's policy does not hinder: it is no script of the page
    found: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for kind, rule, target, message in page.evaluate(RUN, TAGS):
                seen = any(state in name and part in target for state, part in LOOKED_AT)
                if not (kind == "incomplete" and rule == "color-contrast" and seen):
                    found.setdefault(f"{kind} {rule}: {target}: {message}", []).append(f"{scheme} {width}")
    return [f"{what} ({', '.join(where)})" for what, where in found.items()]
