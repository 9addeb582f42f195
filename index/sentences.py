"""Lines, blocks and sentences of a text, as offsets. Nothing here changes a character."""

import re
from collections.abc import Iterator

Range = tuple[int, int]
"""Start and end in code points, end exclusive."""

BULLET = re.compile(r"\s*(?:[-*+•‣▪–·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
"""The mark that opens an item of a list."""

ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st sr jr inc ltd co corp vs etc e.g i.e cf al fig figs no nos vol vols pp ed eds gen col lt
    sgt capt rev hon gov sen rep jan feb mar apr jun jul aug sep sept oct nov dec approx dept est
    """.split()
)

SENTENCE_END = re.compile(r"[.!?…]+[)\]\"'”’»]*(?=\s)|[。！？]+[」』”’）]*")
LAST_WORD = re.compile(r"[^\s(\[\"“‘]*$")


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Range]:
    """Yield each line of text[start:end] that is not blank, without the blanks around it."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        row = match.group()
        bare = row.strip()
        if bare:
            first = start + match.start() + len(row) - len(row.lstrip())
            yield first, first + len(bare)


def blocks(text: str) -> Iterator[Range]:
    """Yield paragraphs, list items and headings: the runs that a sentence never crosses.

    Blank lines part blocks. A single newline does too, except in hard-wrapped text: where no line
    of the run is longer than 100 characters and the line before is full, or the next one
    goes on in lower case.
    """
    for rows in _runs(text):
        wrapped = all(end - start <= 100 for start, end in rows)
        block_start, block_end = rows[0]
        for start, end in rows[1:]:
            row = text[start:end]
            full = block_end - text.rfind("\n", 0, block_end) > 55
            goes_on = wrapped and not BULLET.match(row) and text[block_end - 1] not in ".!?:;|"
            if goes_on and (full or row[0].islower()) and not row.startswith(("#", "|", ">", "```")):
                block_end = end
                continue
            yield block_start, block_end
            block_start, block_end = start, end
        yield block_start, block_end


def _runs(text: str) -> Iterator[list[Range]]:
    """Yield the lines between blank ones. No pattern: one would take the square of a long blank line."""
    run: list[Range] = []
    for start, end in lines(text):
        if run and text.count("\n", run[-1][1], start) > 1:
            yield run
            run = []
        run.append((start, end))
    if run:
        yield run


def sentences(text: str, start: int, end: int) -> Iterator[Range]:
    """Yield the sentences of one block, text[start:end], without the blanks between them."""
    first = start
    for match in SENTENCE_END.finditer(text, start, end):
        if match.end() <= first or match.end() >= end or not _ends_sentence(text, first, match, end):
            continue
        yield first, match.end()
        following = re.compile(r"\S").search(text, match.end(), end)
        first = following.start() if following else end
    if first < end:
        yield first, end


def _ends_sentence(text: str, first: int, match: re.Match[str], end: int) -> bool:
    """Tell a full stop from the dot of an abbreviation, an initial or a numbered item."""
    if match.group()[0] != ".":
        return True
    last = LAST_WORD.search(text[max(first, match.start() - 20) : match.start()])
    word = last.group() if last else ""
    if word.lower() in ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word.isupper()):
        return False
    if word.isdigit() and match.start() - len(word) == first:
        return False
    following = text[match.end() : min(end, match.end() + 8)].lstrip()
    return not following[:1].islower()


def sentence_around(text: str, start: int, end: int) -> Range:
    """Return the sentence, or the run of sentences and lines, that covers text[start:end]."""
    low = max(0, start - 4000)
    low = 0 if low == 0 else text.find("\n", low) + 1 or low
    low = min(low, start)
    high = text.find("\n\n", end)
    high = len(text) if high < 0 else high
    high = min(high, end + 4000)
    cover_start, cover_end = start, end
    for block_start, block_end in blocks(text[low:high]):
        for sentence_start, sentence_end in sentences(text, low + block_start, low + block_end):
            if sentence_start < end and sentence_end > start:
                cover_start, cover_end = min(cover_start, sentence_start), max(cover_end, sentence_end)
    return cover_start, cover_end
