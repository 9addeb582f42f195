"""Quotes: the places of an answer as blocks: what stands there, with the words in bold, and a link to it."""

from collections.abc import Iterator, Sequence

from bot import Citation
from index.sentences import Range, blocks, sentences
from web import words
from web.chat.slack.blocks import Block, rich, run
from web.chat.slack.markup import escape

MAX_BLOCK = 3000
"""Characters of one block."""


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


def links(citations: Sequence[Citation], site: str, more: int) -> Block:
    """Return numbered links to `citations`, and how many `more` there are."""
    runs = []
    for number, citation in enumerate(citations, 1):
        runs += [run(f"{'' if number == 1 else chr(10)}{number}. "), link(citation, site)]
    if more > 0:
        runs.append(run(f"\nand {more} more"))
    return rich(runs)


def link(citation: Citation, site: str) -> Block:
    """Return a link in rich text; `site` is the address that it begins with."""
    return {"type": "link", "url": site + citation.url, "text": words.visible(_name(citation))}


def link_markup(citation: Citation, site: str) -> str:
    """Return a link in markup."""
    return f"<{site}{citation.url}|{escape(_name(citation).replace('|', '/'))}>"


def _name(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    return " ".join(citation.document.title.split())[:150] + page
