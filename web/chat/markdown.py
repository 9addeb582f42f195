"""An answer as Markdown for chat: the quote with the words in bold, its place, and how sure Pincite is.

What tools disagree on is in their `Dialect`; the words are the same as on the page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot import Answer, Citation
from index.sentences import Range, sentences
from web import words
from web.desk import Told

MAX_CITATIONS = 3
"""How many places that say the same a message shows; the page shows all."""

TITLE_CHARACTERS, QUESTION_CHARACTERS = 150, 200

MORE = "There is more than fits here."


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one tool writes Markdown.

    `line(before, bold, after)` returns one line of plain text with `bold` in bold; nothing in it may
    act as Markdown. `link(text, url)` returns a link. A message has at most `limit` characters, and a quote
    `quote_characters` of its document's.
    """

    line: Callable[[str, str, str], str]
    link: Callable[[str, str], str]
    limit: int
    quote_characters: int

    def plain(self, text: str) -> str:
        """Return `text` as it is."""
        return self.line(text, "", "")


@dataclass(frozen=True, slots=True)
class Reply:
    """A message, and the places it names: the n-th of them is (n) in the text."""

    text: str
    citations: tuple[Citation, ...] = ()


def reply(told: Told, root: str, dialect: Dialect, *, private: bool = False) -> Reply:
    """Return what is told in chat. Links begin with `root`. Parts that do not fit are left out, the last first.

    A `private` reply, to a command, shows the question again: nobody posted it.
    """
    answer = told.answer
    shown = _shown(answer)
    parts = list(_asked(told, dialect, private=private))
    parts.extend((_answered if answer.answered else _abstained)(answer, shown, partial(_cited, root, dialect)))
    text = parts[0]
    for part in parts[1:]:
        if len(text) + len(part) + len(MORE) + 4 > dialect.limit:
            return Reply(f"{text}\n\n{MORE}", shown)
        text = f"{text}\n\n{part}"
    return Reply(text, shown)


def _shown(answer: Answer) -> tuple[Citation, ...]:
    others = answer.alternatives if answer.answered else answer.alternatives[:1]
    return (*answer.citations[:MAX_CITATIONS], *(other.citation for other in others))


def _asked(told: Told, dialect: Dialect, *, private: bool) -> Iterator[str]:
    read_as = told.answer.question
    if private or read_as != told.asked:
        asked = f"You asked: {dialect.plain(_short(told.asked, QUESTION_CHARACTERS))}"
        again = f"\nread as: {dialect.plain(_short(read_as, QUESTION_CHARACTERS))}" if read_as != told.asked else ""
        yield asked + again


class Cited(Protocol):
    """`_cited` for one message."""

    def __call__(self, number: int, citation: Citation, *, passage: bool = False) -> str: ...  # noqa: D102


def _answered(answer: Answer, shown: tuple[Citation, ...], cited: Cited) -> Iterator[str]:
    yield cited(1, shown[0])
    yield " · ".join(filter(None, [_sure(answer.confidence), words.agreement(answer)]))
    same = min(len(answer.citations), MAX_CITATIONS)
    for number, citation in enumerate(shown[1:same], 2):
        yield cited(number, citation)
    if answer.alternatives:
        yield "**The sources also say**"
    for number, other in enumerate(answer.alternatives, same + 1):
        yield f"{cited(number, other.citation)} · {_sure(other.confidence or 0)}"


def _sure(confidence: float) -> str:
    return f"{words.percent(confidence)} {words.confidence_in_words(confidence)}"


def _abstained(answer: Answer, shown: tuple[Citation, ...], cited: Cited) -> Iterator[str]:
    assert answer.reason is not None
    yield f"**The sources don't say.** {words.REASONS[answer.reason]}"
    for citation in shown:
        yield f"Nearest passage:\n\n{cited(1, citation, passage=True)}"


def _cited(root: str, dialect: Dialect, number: int, citation: Citation, *, passage: bool = False) -> str:
    """Return the quote with the words in bold, or a `passage` as it is; below it the place, as a link."""
    title = dialect.link(
        _short(citation.document.title or citation.document.source, TITLE_CHARACTERS), root + citation.url
    )
    page = f", page {citation.page}" if citation.page else ""
    quote, bold = citation.quote_range, (citation.start, citation.end)
    if passage:
        quote, bold = bold, (citation.start, citation.start)
    return f"{quoted(citation.document.text, quote, bold, dialect)}\n\n({number}) {title}{page}"


def quoted(text: str, quote: Range, bold: Range, dialect: Dialect) -> str:
    """Return `quote` of `text` as a block quote, with `bold` in bold: as much of it as `window` shows."""
    start, end = window(text, quote, bold, dialect.quote_characters)
    rows: list[str] = []
    for row in text[start:end].split("\n"):
        stop = start + len(row)
        bold_start, bold_end = (min(max(offset, start), stop) for offset in bold)
        cuts = (start, bold_start), (bold_start, bold_end), (bold_end, stop)
        before, marked, after = (words.visible(text[slice(*cut)]) for cut in cuts)
        if not rows and start > quote[0]:
            before = f"… {before}"
        if stop == end < quote[1]:
            after = f"{after} …"
        rows.append(f"> {dialect.line(before, marked, after)}".rstrip())
        start = stop + 1
    return "\n".join(rows)


def window(text: str, quote: Range, cited: Range, most: int) -> Range:
    """Return the part of `quote` that is shown: all of it, or at most `most` characters around `cited`.

    It begins and ends where a sentence does if one ends near enough, and else at a blank.
    """
    start, end = quote
    if end - start <= most:
        return quote
    if cited[0] - start > most // 2:
        start = text.find(" ", cited[0] - most // 2, cited[0]) + 1 or cited[0]
    if end - start <= most:
        return start, end
    needed = min(cited[1], start + most)
    ends = [stop for _, stop in sentences(text, start, end) if needed <= stop <= start + most]
    blank = text.rfind(" ", needed, start + most)
    return start, ends[-1] if ends else blank if blank > 0 else start + most


def _short(text: str, most: int) -> str:
    text = " ".join(words.visible(text).split())
    return text if len(text) <= most else f"{text[:most].rstrip()} …"
