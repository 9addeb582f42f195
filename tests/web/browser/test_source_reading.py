"""A real browser reads a source: steps between marks, finds, copies; with and without JavaScript, and in a pane."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from index import Document, Library
from index.formats import make_document
from tests.index.formats.made import column, pdf
from tests.index.formats.test_pdf import NEXT, PROSE
from tests.web.browser.conftest import visiting
from tests.web.browser.house import HEADINGS, TEXT
from tests.web.browser.looking import Open, contrast
from tests.web.light import light_app, light_library, served

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1200, "height": 700}, {"width": 320, "height": 640}
PLACES = [(TEXT.index(words), TEXT.index(words) + len(words)) for words in ("at 7 feet", "at 33 feet", "at 55 feet")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("sources")
    library = light_library(folder / "library")
    library.add_documents([make_document(TEXT, source="annals.txt", headings=HEADINGS)])
    (folder / "report.pdf").write_bytes(pdf([column(50, 700, *PROSE), column(50, 700, *NEXT)]))
    assert library.add([folder / "report.pdf"]).added
    yield library
    library.close()


@pytest.fixture(scope="module")
def site(library: Library) -> Iterator[str]:
    with served(light_app(library)) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page; at the end nothing may have been said on any console."""
    with visiting(browser, site) as opened:
        yield partial(opened, viewport=DESKTOP)


def named(library: Library, source: str) -> Document:
    document = library.document(next(listed.id for listed in library.documents() if listed.source == source))
    assert document is not None
    return document


@pytest.fixture
def address(library: Library) -> str:
    """The annals with three places marked, the second cited."""
    (first, cited, last) = PLACES
    also = f"also={first[0]}-{first[1]}&also={last[0]}-{last[1]}"
    return f"/documents/{named(library, 'annals.txt').id}?start={cited[0]}&end={cited[1]}&{also}#cite"


def cited(page: Page, words: str) -> None:
    """Wait until `words` are cited, and check that they are in view and not behind the tools."""
    page.wait_for_function("words => document.querySelector('#cite')?.textContent == words", arg=words)
    page.wait_for_function(
        """() => {
            const box = document.querySelector("#cite").getBoundingClientRect();
            const tools = document.querySelector(".tools").getBoundingClientRect();
            return box.bottom <= innerHeight && (box.top >= tools.bottom || box.bottom <= tools.top);
        }"""
    )


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_person_steps_from_mark_to_mark_and_finds(
    visit: Open, address: str, javascript: bool, viewport: dict[str, int]
) -> None:
    page = visit(address, javascript=javascript, viewport=viewport)
    cited(page, "at 33 feet")
    page.get_by_role("link", name="Next mark").click()
    cited(page, "at 55 feet")
    page.get_by_role("link", name="Next mark").click()
    cited(page, "at 7 feet")
    assert page.get_by_text("Mark 1 of 3").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.get_by_label("Find in this document").fill("CAFE")
    if not javascript:  # which looks for what is typed by itself
        page.get_by_role("button", name="Find").click()
    page.get_by_text("8 of 60 found").first.wait_for()
    cited(page, "café")
    page.get_by_role("link", name="Stop finding").click()
    cited(page, "at 7 feet")
    page.locator("summary", has_text="Contents").click()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Rooms").click()
    page.wait_for_function("() => document.querySelector('[id^=h-]:nth-of-type(2), [id^=h-]:not([id=h-0])')")
    top = page.locator("[role=heading]", has_text="Rooms").bounding_box()
    assert top is not None
    assert 0 <= top["y"] <= viewport["height"]


def test_the_keyboard_alone_reads_a_source(visit: Open, address: str) -> None:
    page = visit(address)
    page.keyboard.press("Tab")
    page.locator("#cite").focus()
    page.keyboard.press("n")
    cited(page, "at 55 feet")
    assert page.evaluate("document.activeElement.id") == "cite"
    page.keyboard.press("p")
    cited(page, "at 33 feet")
    page.keyboard.press("/")
    page.keyboard.type("river stood")
    page.get_by_text("35 of 60 found").first.wait_for()
    assert page.evaluate("document.activeElement.name") == "find", "typing goes on while it is looked for"
    assert page.locator("[role=status]", has_text="35 of 60 found").count() == 1
    page.keyboard.press("Enter")
    page.get_by_text("36 of 60 found").first.wait_for()
    page.keyboard.press("Shift+Enter")
    page.get_by_text("35 of 60 found").first.wait_for()
    page.keyboard.press("Escape")
    cited(page, "at 33 feet")
    assert page.evaluate("document.activeElement.id") == "cite"
    assert "find=" not in page.url


def test_quotes_are_copied_and_said_to_be(browser: Browser, site: str, address: str) -> None:
    # Not by `visit`: Chromium reads HTML that is copied by the page's own policy, and complains of its style.
    context = browser.new_context(base_url=site, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    page.locator("summary", has_text="Copy as a quote").click()
    for name, begins in (("plain text", "“at 33 feet”"), ("Markdown", "> at 33 feet"), ("HTML", "<blockquote")):
        page.get_by_role("button", name=f"Copy as {name}").click()
        page.locator("[role=status]", has_text=f"Copied as {name}.").wait_for(state="attached")
        assert page.evaluate("navigator.clipboard.readText()").startswith(begins)
    context.close()


def test_without_a_script_there_are_texts_to_copy_and_no_dead_buttons(visit: Open, address: str) -> None:
    page = visit(address, javascript=False)
    page.locator("summary", has_text="Copy as a quote").click()
    assert page.get_by_label("As Markdown").input_value().startswith("> at 33 feet\n\n[")
    assert page.get_by_role("button", name="Copy as Markdown").count() == 0


def test_in_a_pane_the_pane_scrolls_and_the_page_does_not(visit: Open, address: str) -> None:
    page = visit("/")
    page.evaluate(
        """async address => {
            const { mount } = await import("/static/source.js");
            const fetched = await (await fetch(address)).text();
            const article = new DOMParser().parseFromString(fetched, "text/html").querySelector("article.source");
            const pane = document.createElement("div");
            pane.id = "pane";
            document.querySelector("main").append(pane);
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("#pane { height: 400px; overflow-y: auto } main { padding-bottom: 200vh }");
            document.adoptedStyleSheets.push(sheet);
            pane.append(article);
            mount(article);
        }""",
        address,
    )
    inside = """() => {
        const [mark, pane] = ["#cite", "#pane"].map((name) => document.querySelector(name).getBoundingClientRect());
        return mark.top >= pane.top && mark.bottom <= pane.bottom;
    }"""
    page.wait_for_function(inside)
    before = page.url
    page.get_by_role("link", name="Next mark").click()
    page.wait_for_function("() => document.querySelector('#cite').textContent == 'at 55 feet'")
    page.wait_for_function(inside)
    page.get_by_role("link", name="go to them").evaluate("link => link.click()")
    page.wait_for_function(inside)
    assert page.evaluate("scrollY") == 0
    assert page.url == before, "the address is the page's, not the pane's"


def test_a_page_of_a_pdf_is_seen(visit: Open, library: Library) -> None:
    document = named(library, "report.pdf")
    start = document.text.index("river")
    page = visit(f"/documents/{document.id}?start={start}&end={start + 5}", javascript=False, viewport=PHONE)
    picture = page.get_by_role("img", name="Page 2 as it is printed, with the words marked framed")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 500")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_targets_are_large_enough_and_marks_readable(visit: Open, address: str, dark: bool) -> None:
    page = visit(address.replace("#cite", "&find=river"), viewport=PHONE, dark=dark)
    for selector in (".tools a", ".tools button", ".tools input:not([type=hidden])", ".tools summary"):
        for target in page.locator(selector).filter(visible=True).all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] == 0 or min(box["width"], box["height"]) >= 24, f"{selector}: WCAG 2.2, 2.5.8"
    for selector in ("mark.hit", "mark.also", ".text > mark", ".told-live", ".found a"):
        assert contrast(page, selector) >= 4.5, selector
