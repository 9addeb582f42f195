"""Lists: an answer of several things is one span, and its parts are offsets in it."""

import re

from bot.question import Kind, Question
from bot.shapes import DATE, NAME
from index.sentences import BULLET, Range

REACH = 200

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
    """Return the items of the bullet list that `position` lies in, without their marks, in order."""
    first = text.rfind("\n", 0, position) + 1
    if not BULLET.match(_row(text, first)):
        return []
    rows = [first]
    while rows[0] > 0:
        above = text.rfind("\n", 0, rows[0] - 1) + 1
        if not BULLET.match(_row(text, above)):
            break
        rows.insert(0, above)
    below = first + len(_row(text, first)) + 1
    while below < len(text) and BULLET.match(_row(text, below)):
        rows.append(below)
        below += len(_row(text, below)) + 1
    found = []
    for start in rows:
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
    commas = [match for match in separators if match.group().lstrip()[0] in ",;"]
    if not separators or (len(separators) > 1 and not commas) or DATE.fullmatch(text[start:end]):
        return []
    edges = [0, *(edge for match in separators for edge in match.span()), end - start]
    parts = [(start + first, start + last) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    long = any(len(text[first:last].split()) > 8 for first, last in parts)
    named = all(re.match(r"[A-Z\d]", text[first:last].removeprefix("the ")) for first, last in parts)
    if long or (not named and len(parts) < 3) or any(first >= last for first, last in parts):
        return []
    return parts
