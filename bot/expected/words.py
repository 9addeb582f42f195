"""Words: where a text holds other words, as answers are compared: case, punctuation and articles do not count."""

import re
import string
from collections.abc import Sequence
from functools import lru_cache

from bot.expected.case import Quote
from index.document import Document
from index.sentences import Range

NOT_COUNTED = dict.fromkeys(map(ord, string.punctuation + "“”‘’„‚–—…«»"))
ARTICLES = frozenset({"a", "an", "the"})
NUMBERING = re.compile(r"^\W*\d{1,2}(?:\.\d{1,3})*[.):]*\s+(?=\S)")
"""What numbers a heading: "2.5. " and "3) ", and no year."""


def normalised(text: str) -> tuple[str, ...]:
    """Return the words of `text` as SQuAD's own script compares answers; typographic marks are punctuation too.

    A text of nothing else, the grade "A" for one, stands for itself.
    Source: https://rajpurkar.github.io/SQuAD-explorer/ (evaluate-v2.0.py)
    """
    return tuple(word for word, _, _ in _places(text)) or (text.casefold().strip(),)


def same(one: str, other: str) -> bool:
    """Tell whether two texts are the same words."""
    return normalised(one) == normalised(other)


def same_heading(one: str, other: str) -> bool:
    """Tell whether two headings are the same words, whatever numbers stand before them."""
    return same(NUMBERING.sub("", one), NUMBERING.sub("", other))


def holds(text: str, words: str) -> bool:
    """Tell whether `words` stand in `text`, one after the other."""
    return bool(occurrences(text, words))


def occurrences(text: str, words: str) -> list[Range]:
    """Return where `words` stand in `text`, as offsets in code points, punctuation beside them included."""
    wanted = [word for word, _, _ in _places(words)]
    if not wanted or wanted[0] not in _folded(text):
        return []
    places = _places(text)
    return [
        (places[at][1], places[at + len(wanted) - 1][2])
        for at in range(len(places) - len(wanted) + 1)
        if places[at][0] == wanted[0] and [word for word, _, _ in places[at : at + len(wanted)]] == wanted
    ]


@lru_cache(maxsize=64)
def _places(text: str) -> Sequence[tuple[str, int, int]]:
    """Return the words of `text` that count, with where each begins and ends."""
    found = [(_folded(match[0]), *match.span()) for match in re.finditer(r"\S+", text)]
    return [(word, start, end) for word, start, end in found if word and word not in ARTICLES]


def _folded(text: str) -> str:
    return text.lower().translate(NOT_COUNTED)


def quote_places(text: str, quote: Quote) -> list[Range]:
    """Return where the exact words of `quote` stand in `text` between its prefix and suffix; blanks may differ.

    This is how a selector finds its place in a document that may have changed since; everywhere else offsets
    are carried. Source: https://www.w3.org/TR/annotation-model/#text-quote-selector
    """
    prefix, exact, suffix = (_spaced(part) for part in (quote.prefix, quote.exact, quote.suffix))
    before = rf"{prefix}\s*" if prefix else ""
    behind = rf"\s*{suffix}" if suffix else ""
    return [match.span(1) for match in re.finditer(rf"(?={before}({exact}){behind})", text)]


def _spaced(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


def headings_over(document: Document, offset: int) -> tuple[str, ...]:
    """Return the headings that `offset` stands under, the nearest first, each of a higher level than the one before."""
    found: list[str] = []
    level = 1_000
    for heading in reversed(document.headings):
        if heading.start <= offset and heading.level < level:
            found.append(document.text[heading.start : heading.end])
            level = heading.level
    return tuple(found)
