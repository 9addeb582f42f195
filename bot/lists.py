"""Lists: an answer of several things is one span, and its parts are offsets in it."""

import re

from bot.question import Kind, Question
from bot.shapes import DATE, NAME
from index.sentences import BULLET, Range

REACH = 200
"""Characters beyond a span's edge that are looked at for further members."""
LONGEST = 100
"""Bullets beyond which a list is no answer."""

JOINT = r"(?:, and |, or |, | and | or | & )"
MEMBER = rf"(?:the )?{NAME}(?: (?:of |and the |for )?{NAME}){{0,5}}"
NOT_MEMBERS = re.compile(r"(?:In|On|At|By|The|However|While|Among|After|When|With|But|And)\b")


def whole_list(text: str, start: int, end: int, question: Question) -> Range:
    """Take the whole list where several things, or a reason, were asked for and the span holds some of it."""
    if not question.plural and question.kind is not Kind.REASON:
        return start, end
    bullets = bulleted(text, start)
    if len(bullets) > 1 and end <= bullets[-1][1] + 1:
        return bullets[0][0], bullets[-1][1]
    if re.search(JOINT, text[start:end]) or re.search(rf"(?:^|\s){NAME}$", text[start:end]):
        return _grown(text, start, end)
    return start, end


def _grown(text: str, start: int, end: int) -> Range:
    """Extend over neighbouring members that are capitalised as the span's own are."""
    while more := re.match(rf"{JOINT}({MEMBER})(?=[\s,.;:)]|$)", text[end : end + REACH]):
        end += len(more.group().rstrip("."))
    while before := re.search(rf"(?:(?<=[\s(])|^)({MEMBER}){JOINT}$", text[max(0, start - REACH) : start]):
        if NOT_MEMBERS.match(before.group()):
            break
        start -= len(before.group())
    return start, end


def joint(text: str, start: int, end: int, question: Question) -> bool:
    """Tell whether text[start:end] is what stands between two members of a list.

    A comma alone more often stands before an apposition, unless several things were asked for.
    """
    between = text[start:end]
    return re.fullmatch(JOINT, between) is not None and (question.plural or between.strip() != ",")


def bulleted(text: str, position: int) -> list[Range]:
    """Return the items of the bullet list that `position` lies in, without their marks, in order.

    Empty where it lies in none, or in one of more than LONGEST items.
    """
    first = text.rfind("\n", 0, position) + 1
    if not BULLET.match(_row(text, first)):
        return []
    rows = [first]
    above = text.rfind("\n", 0, first - 1) + 1 if first else -1
    while above >= 0 and len(rows) <= LONGEST and BULLET.match(_row(text, above)):
        rows.append(above)
        above = text.rfind("\n", 0, above - 1) + 1 if above else -1
    below = first + len(_row(text, first)) + 1
    while below < len(text) and len(rows) <= LONGEST and BULLET.match(_row(text, below)):
        rows.append(below)
        below += len(_row(text, below)) + 1
    if len(rows) > LONGEST:
        return []
    found = []
    for start in sorted(rows):
        row = _row(text, start)
        mark = BULLET.match(row)
        if mark:
            found.append((start + mark.end(), start + len(row.rstrip())))
    return found


def _row(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def items(text: str, start: int, end: int) -> list[Range]:
    """Return the parts of an answer that is a list, as offsets in `text`; empty where it is none."""
    bullets = [part for part in bulleted(text, start) if start <= part[0] < end]
    if len(bullets) > 1:
        return [(first, min(last, end)) for first, last in bullets]
    separators = list(re.finditer(r",? and (?=\S)|,? or (?=\S)|[,;]\s+(?=\S)", text[start:end]))
    if not separators or DATE.fullmatch(text[start:end]):
        return []
    edges = [0, *(edge for match in separators for edge in match.span()), end - start]
    parts = [(start + first, start + last) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    return parts if _parallel([text[first:last] for first, last in parts], separators) else []


def _parallel(parts: list[str], separators: list[re.Match[str]]) -> bool:
    """Tell whether `parts` stand as members of one list: alike, short, and closed by "and" or "or"."""
    if any(not part.strip() or len(part.split()) > 6 for part in parts):
        return False
    between = [match.group().strip() for match in separators]
    closed = between[-1] not in ",;" or ";" in between
    opened = all("," in mark or ";" in mark for mark in between[:-1])
    named = [re.match(r"(?:the )?[A-Z\d]", part) is not None for part in parts]
    if len(parts) == 2:
        return closed and all(re.fullmatch(MEMBER, part) for part in parts)
    return opened and (closed or len(parts) > 3) and len(set(named)) == 1
