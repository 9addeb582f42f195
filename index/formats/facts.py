"""Facts: what an HTML page says of itself in its head: title, author, date, language, tags and address."""

import json
from typing import Any

from lxml.etree import _Element as Element

from index.formats.draft import one_row, said
from index.formats.flow import name_of, words_of

AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author")
DATE = (
    "article:published_time", "datepublished", "dcterms.issued", "dcterms.created", "dc.date.issued", "dc.date",
    "dcterms.date", "citation_publication_date", "citation_date", "parsely-pub-date", "date", "pubdate",
)  # fmt: skip
HEADLINE = ("og:title", "dc.title", "dcterms.title", "citation_title", "twitter:title")
ARTICLES = ("Article", "NewsArticle", "BlogPosting", "TechArticle", "ScholarlyArticle", "Report", "WebPage", "Book")


def of_page(root: Element) -> dict[str, str]:
    """Return the page's metadata: title, author, date, language, tags and url where it says them, none guessed."""
    metas = _metas(root)
    linked = _linked_data(root)
    return said(
        title=headline(root) or _title(root),
        author=_first(metas, AUTHOR) or _author(linked.get("author")),
        date=_first(metas, DATE) or _text(linked.get("datePublished")) or _published(root),
        language=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip(),
        tags=",".join([*_article_tags(root), metas.get("keywords", "")]),
        url=_address(root) or _http(metas.get("og:url")),
    )


def headline(root: Element) -> str | None:
    """Return the title that the page gives itself for being shared: without the site's name around it."""
    return _text(_linked_data(root).get("headline")) or _first(_metas(root), HEADLINE)


def _metas(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter():
        if name_of(element) == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            value = one_row(element.get("content") or "")
            if name and value:
                found.setdefault(name.strip().lower(), value)
    return found


def _article_tags(root: Element) -> list[str]:
    """Return the tags of Open Graph, of which each stands in an element of its own."""
    tagged = (element for element in root.iter() if name_of(element) == "meta")
    return [element.get("content") or "" for element in tagged if element.get("property") == "article:tag"]


def _first(metas: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((metas[name] for name in names if name in metas and not metas[name].startswith("http")), None)


def _title(root: Element) -> str | None:
    return next((words_of(element) for element in root.iter() if name_of(element) == "title"), None)


def _linked_data(root: Element) -> dict[str, Any]:
    """Return the first article that the page describes in JSON-LD, or an empty dictionary."""
    for element in root.iter():
        if name_of(element) != "script" or "ld+json" not in (element.get("type") or ""):
            continue
        try:
            things = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        things = things if isinstance(things, list) else [things]
        graphs = [
            thing["@graph"] for thing in things if isinstance(thing, dict) and isinstance(thing.get("@graph"), list)
        ]
        for thing in [*things, *(inner for graph in graphs for inner in graph)]:
            kinds = thing.get("@type") if isinstance(thing, dict) else None
            if kinds in ARTICLES or (isinstance(kinds, list) and any(kind in ARTICLES for kind in kinds)):
                return dict(thing)
    return {}


def _author(value: object) -> str | None:
    """Return the names in a JSON-LD author: a string, a person, or a list of either."""
    values = value if isinstance(value, list) else [value]
    names = [_text(one.get("name") if isinstance(one, dict) else one) for one in values]
    return ", ".join(name for name in names if name) or None


def _published(root: Element) -> str | None:
    for element in root.iter():
        if name_of(element) == "time" and (
            element.get("pubdate") is not None or "datePublished" in (element.get("itemprop") or "")
        ):
            return str(element.get("datetime") or "")
    return None


def _address(root: Element) -> str | None:
    for element in root.iter():
        if name_of(element) == "link" and (element.get("rel") or "").lower() == "canonical":
            return _http(element.get("href"))
    return None


def _http(value: str | None) -> str | None:
    return value.strip() if value and value.strip().startswith(("http://", "https://")) else None


def _text(value: object) -> str | None:
    return one_row(value) or None if isinstance(value, str) else None
