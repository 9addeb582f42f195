"""Quotes: the places of an answer as blocks: what stands there, with the words in bold, and a link to it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot import Citation
from index.sentences import Range, blocks, sentences
from web import words
from web.chat.slack.blocks import Block, rich, run
from web.chat.slack.markup import escape

MAX_BLOCK = 3000
"""Characters of one block."""
BEGIN = 50
"""Characters of a quote that tell its place from another in the same document."""


def quote_range(citation: Citation, most: int) -> Range:
    """Return the place of a citation's quote, or as much as `most` characters hold of the sentences of its words."""
    start, end = citation.quote_range
    if end - start > most:
        text = citation.document.text
        around = [
            place for place in _sentences(text, start, end) if place[0] < citation.end and place[1] > citation.start
        ]
        start = min([citation.start, *(place[0] for place in around)])
        end = max([citation.end, *(place[1] for place in around)])
        if end - start > most:
            start, end = next(split(text, citation.start, end, most))
    return start, end


def quoted(citation: Citation, most: int, *, bold: bool = True) -> list[Block]:
    """Return a citation's quote, at most `most` characters of it, with the cited words in bold; a block each 3,000."""
    start, end = quote_range(citation, most)
    whole_start, whole_end = citation.quote_range
    text = citation.document.text
    found = []
    for low, high in split(text, start, end, MAX_BLOCK):
        middle = (max(low, citation.start), min(high, citation.end))
        runs = [run("… ")] if low == start and start > whole_start else []
        if bold and middle[0] < middle[1]:
            runs += [run(text[low : middle[0]]), run(text[slice(*middle)], bold=True), run(text[middle[1] : high])]
        else:
            runs.append(run(text[low:high]))
        if high == end and end < whole_end:
            runs.append(run(" …"))
        found.append(rich([part for part in runs if part["text"]], kind="rich_text_quote"))
    return found


def split(text: str, start: int, end: int, most: int) -> Iterator[Range]:
    """Yield text[start:end] in pieces of at most `most` characters, which end where sentences do if they can."""
    ends = [place[1] for place in _sentences(text, start, end)]
    while end - start > most:
        fitting = [place for place in ends if start < place <= start + most]
        cut = fitting[-1] if fitting else text.rfind(" ", start + 1, start + most) + 1 or start + most
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _sentences(text: str, start: int, end: int) -> Iterator[Range]:
    """Yield the sentences of text[start:end], which may be several paragraphs."""
    for low, high in blocks(text[start:end]):
        yield from sentences(text, start + low, start + high)


def names(citations: Sequence[Citation]) -> Mapping[str, str]:
    """Return what links to `citations` say, by their addresses: title and page, and where that is the same, the quote.

    The words themselves would not tell places apart: sources that agree cite the same.
    """
    places = {citation.url: citation for citation in citations}
    count = Counter(map(_name, places.values()))
    return {
        url: _name(citation) if count[_name(citation)] == 1 else f"{_name(citation, 90)}: {_begin(citation)}"
        for url, citation in places.items()
    }


def links(citations: Sequence[Citation], site: str, named: Mapping[str, str], first: int = 1) -> list[Block]:
    """Return links to `citations` as words in rich text, a line each, numbered from `first`.

    `site` is the address that they begin with, `named` what they say.
    """
    runs = []
    for number, citation in enumerate(citations, first):
        runs.append(run(f"{'' if number == first else chr(10)}{number}. "))
        runs.append({"type": "link", "url": site + citation.url, "text": words.visible(named[citation.url])})
    return runs


def link_markup(citation: Citation, site: str) -> str:
    """Return a link in markup."""
    return f"<{site}{citation.url}|{escape(_name(citation).replace('|', '/'))}>"


def _name(citation: Citation, most: int = 150) -> str:
    page = f", page {citation.page}" if citation.page else ""
    return " ".join(citation.document.title.split())[:most] + page


def _begin(citation: Citation) -> str:
    """Return the beginning of a quote, which is another one for another place in most documents."""
    quote = " ".join(citation.quote.split())
    return f"“{quote}”" if len(quote) <= BEGIN else f"“{quote[:BEGIN].rstrip()} …”"
