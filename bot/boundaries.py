"""Boundaries: where an answer begins and ends, in characters.

A span model points at tokens and is often one or two off: it stops inside a word, keeps half of a
pair of quotes, drops the "more than" of a number, or names one member of a list. Each rule here
moves the edges of a span over the text, and none changes the text or knows a question by heart.
"""

import re

from bot.bylines import part
from bot.lists import whole_list
from bot.question import Kind, Question
from bot.shapes import BOUND, DATE, DOTTED, NAME, NUMBER, UNIT
from index.lexical import STOP_WORDS
from index.sentences import BULLET, Range

REACH = 200
"""Characters beyond a span's edge that a rule looks at, at most."""

PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "「": "」", "『": "』", "（": "）"}
CLOSERS = {close: opener for opener, close in PAIRS.items()}
EDGE_LEFT = " \n\t\r\f\v,;:.!?…*•‣▪·–—|>#_~=/\\-+"
EDGE_RIGHT = " \n\t\r\f\v,;:.!?…*•‣▪·–—|<#_~=/\\-"


def mend(text: str, start: int, end: int, question: Question) -> Range:
    """Return the span text[start:end] with its edges where a careful reader would put them.

    The result has at least one character that is not blank, or is the span as it was given.
    """
    given = start, end
    start, end = trimmed(text, *whole_words(text, start, end))
    if start >= end:
        return given
    start, end = author(text, start, end, question)
    start, end = whole_name(text, start, end, question)
    start, end = whole_date(text, start, end, question)
    start, end = whole_quantity(text, start, end)
    start, end = whole_list(text, start, end, question)
    start, end = trimmed(text, *balanced(text, start, end))
    return (start, end) if start < end else given


def whole_words(text: str, start: int, end: int) -> Range:
    """Move edges out of words, hyphenated words, numbers with separators and combining marks."""
    low, high = max(0, start - REACH), min(len(text), end + REACH)
    while start > low and _joined(text, start):
        start -= 1
    while end < high and _joined(text, end):
        end += 1
    return start, end


def _joined(text: str, cut: int) -> bool:
    """Tell whether the characters on both sides of `cut` belong to one word."""
    before, after = text[cut - 1], text[cut]
    if _part(before) and _part(after):
        return True
    around = text[cut - 2] if cut >= 2 else " ", text[cut + 1] if cut + 1 < len(text) else " "
    if after in ".,:" and before.isdigit():
        return around[1].isdigit()
    if before in ".,:" and after.isdigit():
        return around[0].isdigit()
    if after in "-‑&@_" and before.isalnum():
        return around[1].isalpha()
    if before in "-‑&@_" and after.isalpha():
        return around[0].isalnum()
    return (before in "$€£¥" and after.isdigit()) or (after == "%" and before.isdigit())


UNSPACED = re.compile(r"[\u0e00-\u0eff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")
"""Thai, Lao, Han and kana: scripts that do not put blanks between words."""


def _part(character: str) -> bool:
    """Tell whether a character is part of a word that blanks delimit, or a mark that joins to one."""
    if character in "\u200d\ufe0f" or "\u0300" <= character <= "\u036f":
        return True
    return character.isalnum() and not UNSPACED.match(character)


def trimmed(text: str, start: int, end: int) -> Range:
    """Drop blanks, punctuation and a list's mark from the edges, but not the dot of "Inc." or "J."."""
    while start < end and (text[start] in EDGE_LEFT or text[start].isspace()):
        if text[start] in "-.+" and text[start + 1 : start + 2].isdigit():
            break
        start += 1
    bullet = BULLET.match(text[start:end])
    if bullet and (start == 0 or text[start - 1] == "\n"):
        start += bullet.end()
    while end > start and (text[end - 1] in EDGE_RIGHT or text[end - 1].isspace()):
        if text[end - 1] == "." and DOTTED.search(text[max(start, end - 8) : end]):
            break
        end -= 1
    if text[start:end].endswith(("’s", "'s")):
        end -= 2
    return start, end


def balanced(text: str, start: int, end: int) -> Range:
    """Complete a bracket or quotation that the span cuts, or drop its lone half; bare whole quotations."""
    for _ in range(4):
        openers, closers = _unpaired(text[start:end])
        if openers:
            start, end = _without_opener(text, start, end, start + openers[-1])
        elif closers:
            start, end = _without_closer(text, start, end, start + closers[0])
        else:
            break
    marks = [position for position in range(start, end) if text[position] == '"']
    if len(marks) % 2:
        if marks[0] == start:
            start += 1
        elif marks[-1] < end - 1 and text[end : end + 1] == '"':
            end += 1
        else:
            end = marks[-1]
    quoted = end - start > 2 and (text[start] + text[end - 1] in ("“”", "‘’", "«»", "「」", '""'))
    if quoted and not any(character in '“”‘«»「」"' for character in text[start + 1 : end - 1]):
        return start + 1, end - 1
    return start, end


def _without_opener(text: str, start: int, end: int, opener: int) -> Range:
    if opener == end - 1:
        return start, end - 1
    closing = text.find(PAIRS[text[opener]], end, end + 60)
    if closing >= 0 and "\n" not in text[end:closing] and (opener > start or closing == end):
        return start, closing + 1
    return (start + 1, end) if opener == start else (start, opener)


def _without_closer(text: str, start: int, end: int, closer: int) -> Range:
    if closer == start:
        return start + 1, end
    low = max(0, start - 60)
    opening = text.rfind(CLOSERS[text[closer]], low, start)
    if opening >= 0 and "\n" not in text[opening:start] and closer < end - 1:
        return opening, end
    return (start, end - 1) if closer == end - 1 else (start, closer)


def _unpaired(span: str) -> tuple[list[int], list[int]]:
    """Return the positions of openers without closer, and of closers without opener."""
    openers: list[int] = []
    closers: list[int] = []
    for position, character in enumerate(span):
        if character in PAIRS:
            openers.append(position)
        elif character in CLOSERS:
            if openers and PAIRS[span[openers[-1]]] == character:
                openers.pop()
            elif character != "’":  # far more often an apostrophe than a closing quote
                closers.append(position)
    return openers, closers


def whole_quantity(text: str, start: int, end: int) -> Range:
    """Give a number the words that bound it before ("more than"), and its unit behind ("%", "million")."""
    if not NUMBER.match(text[start:end]):
        return start, end
    bound = BOUND.search(text[max(0, start - 40) : start])
    if bound and "\n" not in bound.group():
        start -= len(bound.group())
    while NUMBER.fullmatch(text[start:end].rsplit(" ", 1)[-1]) and (unit := UNIT.match(text, end)):
        end = unit.end()
    return start, end


def whole_date(text: str, start: int, end: int, question: Question) -> Range:
    """Complete a date the span cuts, unless a year, a month or a day alone was asked for."""
    if re.search(r"\b(?:what|which) (?:year|month|day)\b", question.text, re.I):
        return start, end
    for match in DATE.finditer(text, max(0, start - 40), min(len(text), end + 40)):
        if match.start() <= start < match.end() and end <= match.end() and re.search(r"\d", match.group()):
            return match.span()
        if start <= match.start() < end < match.end():
            return start, match.end()
    return start, end


TITLES = frozenset("The A An In On At By Of For And But President Professor Dr Mr Mrs Ms Sir Lord King Queen".split())


def whole_name(text: str, start: int, end: int, question: Question) -> Range:
    """Complete a name: capitalised words behind it, initials before it, and a person's first name."""
    last = re.search(rf"(?:^|\s)({NAME})$", text[start:end])
    if last and last.group(1) not in TITLES and not last.group(1).endswith("."):
        rest = re.match(rf"(?: {NAME})+", text[end : end + 60])
        if rest:
            end += len(rest.group().rstrip(".,"))
    before = re.search(r"(?:\b[A-Z][a-z]+ )?(?:[A-Z]\. )+$", text[max(0, start - 40) : start])
    if before and text[start].isupper():
        start -= len(before.group())
    elif question.kind is Kind.PERSON and re.fullmatch(NAME, text[start:end]):
        first = re.search(r"(?:^|(?<=[\s(“\"]))([A-Z][a-z’']+) $", text[max(0, start - 24) : start])
        if first and first.group(1) not in TITLES and first.group(1).lower() not in STOP_WORDS:
            start -= len(first.group())
    return start, end


def author(text: str, start: int, end: int, question: Question) -> Range:
    """Cut a by-line, "NAME, TITLE, EMPLOYER", to the part that was asked for."""
    place = part(text, start, question)
    if place is None or not (place[0] < end and start < place[1]):
        return start, end
    whole = question.kind is Kind.PERSON and place[0] <= start
    return place if whole or question.authorship else (start, end)
