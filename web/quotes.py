"""Quotes: a citation to be pasted elsewhere, as plain text, Markdown and HTML, and links that find the words again."""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlsplit

from bot import Citation
from web.words import visible

LONGEST = 300
"""Characters of a text fragment that are given whole; of longer words their beginning and end."""
AROUND = 3
"""Words before and after, that tell the place from others with the same words."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """The same quote in three forms. Each, read as what it is, says the words cited character by character."""

    plain: str
    markdown: str
    html: str


def quotes(citation: Citation, site: str) -> Quotes:
    """Return the words of `citation` with their source and a link, which begins with `site`.

    Characters that no HTML can carry are U+FFFD, as on the page.
    """
    words, document = visible(citation.exact), citation.document
    page = f", page {citation.page}" if citation.page else ""
    title = " ".join(visible(document.title).split())
    source = " ".join(visible(document.source).split())
    told = f" ({source})" if source != title else ""
    url = site + citation.url
    return Quotes(
        plain=f"“{words}”\n{title}{page}{told}\n{url}\n",
        markdown=f"{_block(words)}\n\n[{_markdown(title)}](<{url}>){page}{told and f' ({_markdown(source)})'}\n",
        html=f'<blockquote cite="{escape(url)}" style="white-space: pre-wrap">{escape(words)}</blockquote>\n'
        f'<p><a href="{escape(url)}"><cite>{escape(title)}</cite></a>{page}{escape(told)}</p>\n',
    )


def _block(words: str) -> str:
    """Return a block quote of CommonMark that is read as `words`: each newline is a hard break."""
    rows = words.split("\n")
    while len(rows) > 1 and not rows[-1]:
        rows[-2:] = [f"{rows[-2]}\n"]  # at the end of a paragraph nothing breaks
    return "\n".join(f"> {_markdown(row)}" + "\\" * (at < len(rows) - 1) for at, row in enumerate(rows))


def _markdown(row: str) -> str:
    """Return `row` as inline CommonMark that is read as it stands, blanks at its edges too (section 2.4 and 2.5)."""
    row = re.sub(r"[\\`*_\[\]<>&#|~$!]", r"\\\g<0>", row)
    row = re.sub(r"^(\s*)([-+=:])", r"\1\\\2", row)
    row = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", row)
    return re.sub(r"[^\S ]|^ | $|(?<= ) ", lambda blank: f"&#{ord(blank[0])};", row)


def fragment(citation: Citation) -> str:
    """Return the text directive that finds the words in a page that has them.

    Source: https://wicg.github.io/scroll-to-text-fragment/#syntax
    """
    words = citation.exact.split()
    parts = [" ".join(words)]
    if len(parts[0]) > LONGEST or "\n" in citation.exact.strip():
        parts = [" ".join(words[: 2 * AROUND]), " ".join(words[-2 * AROUND :])] if len(words) > 4 * AROUND else parts
    before = citation.prefix.rpartition("\n")[2]
    after = citation.suffix.partition("\n")[0]
    led = before.split()[before == citation.prefix and citation.start > len(before) :][-AROUND:]
    cut = after == citation.suffix and citation.end + len(after) < len(citation.document.text)
    followed = after.split()[: -1 if cut else None][:AROUND]  # the last may be part of a word, as led's first
    encoded = [_encoded(part) for part in parts]
    if led and not before[-1].isalnum():
        encoded.insert(0, f"{_encoded(' '.join(led))}-")
    if followed and not after[0].isalnum():
        encoded.append(f"-{_encoded(' '.join(followed))}")
    return f":~:text={','.join(encoded)}"


def _encoded(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")


def at_origin(citation: Citation) -> str | None:
    """Return the address of the words where the document says it comes from, or None where it says no http address."""
    url = origin(citation.document.metadata.get("url", ""))
    if url is None:
        return None
    return f"{url}{'' if '#' in url else '#'}{fragment(citation)}"


def origin(url: str) -> str | None:
    """Return `url` where a browser may be sent there: an absolute http or https address without blanks."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s\x00-\x20]", url)
    except ValueError:
        return None
    return url if plain else None
