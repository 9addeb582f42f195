"""HTML: the main content of a page, without navigation and scripts, and what the page says of itself."""

import re

from lxml import html
from lxml.etree import ParserError
from lxml.etree import _Element as Element

from index.formats import facts
from index.formats.draft import Draft, Refused, Writer, shorten
from index.formats.encoding import decode
from index.formats.flow import inside, name_of, words_of, write

MAIN = (
    ("main", "", ""),
    ("", "role", "main"),
    ("article", "", ""),
    ("", "itemprop", "articleBody"),
    ("", "id", "main-content content page-content bodyContent mw-content-text main"),
    ("", "class", "main-content article-body post-content entry-content markdown-body"),
)
"""Where pages put their content: element, attribute and its values; asked in this order."""

ENOUGH = 0.4
"""A part is the main content where it holds this share of the page's words at least."""

ROLES = frozenset("navigation banner contentinfo search complementary menu menubar toolbar dialog alertdialog".split())
ASIDE = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|navigation|navheader|navfooter|topnav|sidenav|subnav|menu|sidebar|breadcrumbs?|"
    r"crumbs|related|sphinxsidebar|skip-?link|skip-?to|cookies?|consent|share|sharing|social|newsletter|advert|ads|promo|"
    r"footer|site-header|masthead|pagination|pager|comments?|editsection|toc-?backref|visually-hidden|sr-only|noprint|"
    r"dlms|bottomlang|toplang|langs|language-switcher|headerlink|nav_header|docnav|prev-next-\w+)(?:$|[\s_-])",
    re.I,
)
LINKED = 0.75
"""A block with this share of its characters in links, before or after all prose, is navigation."""


def read(content: bytes) -> Draft:
    """Return the Draft of an HTML page. Raises Refused for what is no HTML."""
    page, notes = decode(content, markup=True)
    root, left_out = parse(page)
    metadata = facts.of_page(root)
    title = metadata.get("title", "")
    headline = facts.headline(root)
    prune(root)
    main = main_content(root)
    out = Writer()
    write(main, out)
    text = out.text()
    top = [heading for heading in out.headings if heading.level == 1]
    if len(top) == 1 and not headline:
        title = text[top[0].start : top[0].end]
    return Draft(text, tuple(out.headings), (), shorten(title), metadata, (*notes, *left_out))


def parse(text: str) -> tuple[Element, tuple[str, ...]]:
    """Return the tree of an HTML text, and notes on what the parser had to leave out."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.translate(CONTROLS))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except ParserError as error:
        raise Refused("there is no text in it.") from error
    deep = any("depth" in entry.message.lower() for entry in parser.error_log)
    return root, ("nests elements too deeply; what stands deepest was left out.",) if deep else ()


CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")
"""What XML cannot hold; one sign stays one sign."""


def prune(root: Element) -> None:
    """Take out of the tree what a page shows beside its content."""
    words = max(1, count(root))
    for element in list(inside(root)):
        if _beside(element) and count(element) < 0.5 * words:
            drop(element)


def _beside(element: Element) -> bool:
    tag = name_of(element)
    if tag in ("html", "body", "main", "article", "h1"):
        return False
    if tag in ("nav", "footer") or element.get("role") in ROLES:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if "display:none" in (element.get("style") or "").replace(" ", "").lower():
        return True
    if tag == "header" and not any(name_of(inner) == "h1" for inner in inside(element)):
        return not any(name_of(above) in ("article", "main", "section") for above in element.iterancestors())
    if tag in ("div", "ul", "ol", "table", "section", "aside", "span", "p", "a", "dl", "td", "form"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        return ASIDE.search(names) is not None and not any(name_of(inner) == "h1" for inner in inside(element))
    return False


def drop(element: Element) -> None:
    """Take `element` out of its tree; the words after it stay."""
    parent = element.getparent()
    if parent is None:
        return
    tail, before = element.tail or "", element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def main_content(root: Element) -> Element:
    """Return the element that holds the page's content: a landmark, or the body without the links at its edges."""
    bodies = [element for element in root.iter() if name_of(element) == "body"]
    body = bodies[0] if bodies else root
    words = count(body)
    for tag, attribute, values in MAIN:
        found = [
            element
            for element in inside(body)
            if (not tag or name_of(element) == tag)
            and (not attribute or set((element.get(attribute) or "").split()) & set(values.split()))
        ]
        best = max(found, key=count, default=None)
        if best is not None and count(best) >= ENOUGH * words:
            return best
    _drop_edges(body)
    return body


def _drop_edges(body: Element) -> None:
    """Drop blocks of links before the first and after the last prose of the page, as old pages navigate by."""
    elements = list(inside(body))
    prose = [
        place
        for place, element in enumerate(elements)
        if name_of(element) in ("p", "pre", "dd", "h1", "h2", "blockquote")
        and (count(element) >= 12 or name_of(element) in ("h1", "h2"))
        and linked(element) < LINKED
    ]
    if not prose:
        return
    for place, element in enumerate(elements):
        outside = place < prose[0] or place > prose[-1]
        if (
            outside
            and name_of(element) in ("ul", "ol", "table", "div", "p", "td", "center", "dl")
            and not any(name_of(inner) == "h1" for inner in inside(element))
            and (place > prose[-1] or not _holds(element, elements[prose[0]]))
            and linked(element) >= LINKED
        ):
            drop(element)


def _holds(outer: Element, inner: Element) -> bool:
    return any(above is outer for above in inner.iterancestors())


def linked(element: Element) -> float:
    """Return the share of an element's characters that are links, 0 to 1."""
    letters = len("".join(element.itertext()).replace(" ", ""))
    links = sum(len("".join(link.itertext()).replace(" ", "")) for link in element.iter() if name_of(link) == "a")
    return min(1.0, links / letters) if letters else 0.0


def count(element: Element) -> int:
    """Return how many words stand in `element`."""
    return len(words_of(element).split())
