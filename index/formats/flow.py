"""Flow: a tree of HTML elements -> blocks of text, the way a page shows them. HTML, DOCX and EPUB end here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from index.formats.draft import Writer
from index.formats.tables import rows_of

DROPPED = frozenset(
    """script style noscript template svg math object embed iframe canvas audio video map head
    button select input textarea dialog datalist""".split()
)
BLOCKS = frozenset(
    """html body p div section article main header footer aside nav figure figcaption blockquote address details summary
    form fieldset legend hgroup center dl dt dd ul ol menu dir li table caption pre listing xmp hr
    h1 h2 h3 h4 h5 h6 tr td th tbody thead tfoot""".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")

DEEPEST = 240
"""Elements nested deeper than this are read as if they stood here; libxml2 itself stops at 2,048."""


@dataclass(slots=True)
class _State:
    """Where the walk stands: the words of the block so far, and the lists it is in."""

    out: Writer
    words: list[str] = field(default_factory=list)
    lead: str = ""
    indent: str = ""
    close: bool = False

    def flush(self) -> None:
        """Write the block that the words gathered so far make."""
        text = tidy("".join(self.words))
        self.words.clear()
        if not text:
            return
        hang = self.indent + " " * len(self.lead)
        self.out.block(self.indent + self.lead + text.replace("\n", f"\n{hang}"), "\n" if self.close else "\n\n")
        self.indent, self.lead = hang if self.lead else self.indent, ""


def tidy(text: str) -> str:
    """Return `text` with runs of blanks as one; the breaks that were asked for (`<br>`) stay."""
    rows = (" ".join(row.split()) for row in text.replace("\n", " ").split("\v"))
    return "\n".join(row for row in rows if row)


def write(root: Element, out: Writer) -> None:
    """Write what stands in `root` to `out`: paragraphs, headings, list items, rows of tables and code as it is."""
    state = _State(out)
    _walk(root, state, 0)
    state.flush()


def _walk(element: Element, state: _State, depth: int) -> None:
    tag = name_of(element)
    if not tag or tag in DROPPED or _anchor(element, tag):
        return
    if depth > DEEPEST:
        state.words.append(words_of(element))
    elif tag == "br":
        state.words.append("\v")
    elif tag in ("sup", "sub"):
        state.words.append(_shifted(words_of(element), RAISED if tag == "sup" else LOWERED))
    elif tag in BLOCKS:
        state.flush()
        _block(element, tag, state, depth)
        state.flush()
    else:
        _inside(element, state, depth)


def _inside(element: Element, state: _State, depth: int) -> None:
    state.words.append(element.text or "")
    for child in element:
        _walk(child, state, depth + 1)
        state.words.append(child.tail or "")


def _block(element: Element, tag: str, state: _State, depth: int) -> None:
    if tag in HEADINGS:
        level = HEADINGS[tag]
        state.out.heading(words_of(element), level)
        state.close = False
    elif tag in ("pre", "listing", "xmp"):
        code = words_of(element, breaks=True).expandtabs(8)
        state.out.block("\n".join(state.indent + row.rstrip() for row in code.strip("\n").split("\n")))
        state.close = False
    elif tag in ("ul", "ol", "menu", "dir"):
        _list(element, tag, state, depth)
    elif tag == "table":
        _table(element, state, depth)
    elif tag in ("dt", "dd"):
        _item(element, state, depth, "", state.indent + ("  " if tag == "dd" else ""), close=tag == "dd")
    else:
        _inside(element, state, depth)
        state.flush()
        state.close = False


def _list(element: Element, tag: str, state: _State, depth: int) -> None:
    outer, start = state.indent, element.get("start") or "1"
    number = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
    if element.text and element.text.strip():
        state.words.append(element.text)
        state.flush()
    close = state.out.length > 0
    for child in element:
        if name_of(child) == "li":
            value = child.get("value") or ""
            number = int(value) if re.fullmatch(r"\d{1,6}", value) else number
            _item(child, state, depth, f"{number}. " if tag == "ol" else "- ", outer, close)
            number, close = number + 1, True
        else:
            _walk(child, state, depth + 1)
        if child.tail and child.tail.strip():
            state.words.append(child.tail)
            state.flush()
    state.close = False


def _item(element: Element, state: _State, depth: int, lead: str, indent: str, close: bool) -> None:
    """Write an item of a list: `lead` before its first words, what else it holds indented below them."""
    before = state.indent, state.lead
    state.indent, state.lead, state.close = indent, lead, close
    _inside(element, state, depth)
    state.flush()
    state.indent, state.lead = before
    state.close = False


def _table(element: Element, state: _State, depth: int) -> None:
    """Write a table by rows, its cells parted by " | "; one that only lays out the page, as the blocks in its cells."""
    if any(name_of(inner) in ("table", "h1", "h2", "h3", "ul", "ol", "pre", "dl") for inner in inside(element)):
        _inside(element, state, depth)
        return
    for caption in element:
        if name_of(caption) == "caption":
            state.out.block(tidy(words_of(caption)))
    rows = rows_of(
        [
            (tidy(words_of(cell)).replace("\n", " "), _span(cell, "colspan"), _span(cell, "rowspan"))
            for cell in row
            if name_of(cell) in ("td", "th")
        ]
        for row in inside(element)
        if name_of(row) == "tr"
    )
    state.out.block("\n".join(state.indent + row for row in rows))
    state.close = False


def _span(cell: Element, name: str) -> int:
    value = cell.get(name) or ""
    return max(1, min(100, int(value))) if re.fullmatch(r"\d{1,4}", value) else 1


def name_of(element: Element) -> str:
    """Return an element's name without its namespace; an empty string for comments and instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def inside(element: Element) -> Iterator[Element]:
    """Yield the elements inside `element`, in order."""
    elements = element.iter()
    next(elements)
    yield from elements


def words_of(element: Element, *, breaks: bool = False) -> str:
    """Return the characters in `element`, without scripts; `<br>` is a newline with `breaks`, else a vertical tab."""
    parts: list[str] = []
    dropped = 0
    stack: list[tuple[Element, bool]] = [(element, False)]
    while stack:
        node, closing = stack.pop()
        tag = name_of(node)
        out = not tag or tag in DROPPED or _anchor(node, tag)
        if closing:
            dropped -= out
            if not dropped and tag in BLOCKS and node is not element:
                parts.append(" " if not breaks else "")
            if not dropped and node is not element:
                parts.append(node.tail or "")
            continue
        dropped += out
        stack.append((node, True))
        if not dropped:
            if tag == "br":
                parts.append("\n" if breaks else "\v")
            elif tag in BLOCKS and not breaks and node is not element:
                parts.append(" ")
            text = node.text or ""
            small = {"sup": RAISED, "sub": LOWERED}.get(tag)
            parts.append(_shifted(text, small) if small and len(node) == 0 else text)
            stack.extend((child, False) for child in reversed(node))
    return "".join(parts)


def _anchor(element: Element, tag: str) -> bool:
    """Tell a link of a heading or a term to itself, as documentation tools put behind it."""
    if tag != "a":
        return False
    return "".join(element.itertext()).strip() in ("¶", "#", "↑", "\uf0c1", "🔗") or "headerlink" in (
        element.get("class") or ""
    )


def _shifted(text: str, signs: dict[int, int]) -> str:
    """Return raised or lowered numbers in the signs that Unicode has for them: 10⁶ must not read 106."""
    return text.translate(signs) if text and all(ord(sign) in signs for sign in text) else text
