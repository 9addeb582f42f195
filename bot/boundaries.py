"""Boundaries: where an answer begins and ends, in characters.

A span model points at tokens and is often one or two off: it stops inside a word, keeps half
of a pair of quotes, drops the "more than" of a number, or names one member of a list. Each rule here
moves the edges of a span over the text and never changes the text. The rules know no
question by heart; each was kept because it raises exact match on development questions.
"""

import re
from collections.abc import Callable

from bot.question import Kind, Question
from index.sentences import BULLET

Range = tuple[int, int]

REACH = 200
"""Characters beyond a span's edge that any rule looks at."""

PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "„": "“", "「": "」", "『": "』", "（": "）"}
CLOSERS = {close: opener for opener, close in PAIRS.items()}
EDGE_LEFT = " \n\t\r\f\v,;:.!?…*•‣▪·–—|>#_~=/\\-+"
EDGE_RIGHT = " \n\t\r\f\v,;:.!?…*•‣▪·–—|<#_~=/\\-"
DOTTED = re.compile(
    r"(?:\b[A-Z]\.|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|Dr|Mr|Mrs|Ms|Prof|etc|No|vs|Bros|Mt|Ave)\.|\b[ap]\.m\.)$"
)

NUMBER = (
    r"(?:[$€£¥]\s?)?\d[\d.,]*|(?:an? )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|"
    r"million|billion|trillion|dozen|half|quarter|third|couple)"
)
MODIFIER = re.compile(
    r"(?:(?:no |not |slightly |just |well |far )?(?:more|less|fewer|greater|larger|higher|lower|longer) than|at least|at most|"
    r"up to|(?:as )?(?:many|much|few|little) as|just (?:over|under)|over|under|above|below|about|around|approximately|"
    r"approx\.|roughly|nearly|almost|circa|an estimated|some|only|exactly|between \S{1,12} and|a minimum of|a maximum of|"
    r"a total of)\s+(?:an?\s+)?$",
    re.I,
)
UNIT = re.compile(r"\s?(?:%|percent\b|per cent\b|°\s?[CF]?\b)|\s(?:hundred|thousand|million|billion|trillion)\b", re.I)
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|"
    r"Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? )?{MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
)
NAME_WORD = r"[A-Z][\w’'.&-]*"
ITEM = r"(?:[^\s,;:.()“”\"]+ ){0,7}[^\s,;:()“”\"]*[^\s,;:.()“”\"]"
BYLINE = re.compile(r"(?:By )?((?:[A-Z][\w’'.-]* ){1,3}[A-Z][\w’'-]*)(?=,|\s+\||\s+[-–—]\s)")


def mend(text: str, start: int, end: int, question: Question) -> Range:
    """Return the span text[start:end] with its edges where a careful reader would put them.

    The result has at least one character that is not blank, or is the span as it was given.
    """
    given = start, end
    for rule in RULES:
        start, end = rule(text, start, end, question)
        if start >= end:
            return given
    return start, end


def whole_words(text: str, start: int, end: int, question: Question) -> Range:
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
        return around[1].isalpha() and not (before.isdigit() and around[1].isdigit())
    if before in "-‑&@_" and after.isalpha():
        return around[0].isalnum()
    if before in "$€£¥" and after.isdigit():
        return True
    return after == "%" and before.isdigit()


def _part(character: str) -> bool:
    """Tell whether a character is part of a word that blanks delimit (Han, kana and Thai are not)."""
    if character in "\u200d\ufe0f" or 0x300 <= ord(character) <= 0x36F:
        return True
    return (character.isalnum() and not 0x0E00 <= ord(character) <= 0x0EFF and not 0x2E80 <= ord(character) <= 0xA4CF
            and not 0xF900 <= ord(character) <= 0xFAFF and ord(character) < 0x20000)  # fmt: skip


def trimmed(text: str, start: int, end: int, question: Question) -> Range:
    """Drop blanks and punctuation from both edges, but not the dot of "Inc." or "J."."""
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
    if text[start:end].endswith(("’s", "'s")) and " " not in text[max(start, end - 3) : end]:
        end -= 2
    return start, end


def balanced(text: str, start: int, end: int, question: Question) -> Range:
    """Complete a bracket or quotation that the span cuts, or drop its lone half from the edge."""
    for _ in range(4):
        openers, lone = _unpaired(text[start:end])
        if lone and lone[0] == 0:
            start += 1
        elif openers and openers[-1] == end - start - 1:
            end -= 1
        elif openers:
            closing = text.find(PAIRS[text[start + openers[-1]]], end, min(len(text), end + 60))
            if closing >= 0 and "\n" not in text[end:closing]:
                end = closing + 1
            elif openers[-1] == 0:
                start += 1
            else:
                end = start + openers[-1]
        elif lone:
            opening = text.rfind(CLOSERS[text[start + lone[-1]]], max(0, start - 60), start)
            if opening >= 0 and "\n" not in text[opening:start]:
                start = opening
            elif lone[-1] == end - start - 1:
                end -= 1
            else:
                end = start + lone[-1]
        else:
            break
    quotes = [position for position in range(start, end) if text[position] == '"']
    if len(quotes) % 2:
        if quotes[0] == start:
            start += 1
        elif quotes[-1] == end - 1 or text[end : end + 1] != '"':
            end = quotes[-1]
        else:
            end += 1
    if end - start > 2 and PAIRS.get(text[start]) == text[end - 1] and _encloses(text[start:end]):
        start, end = start + 1, end - 1
    elif end - start > 2 and text[start] == text[end - 1] == '"' and len(quotes) == 2:
        start, end = start + 1, end - 1
    return start, end


def _unpaired(span: str) -> tuple[list[int], list[int]]:
    """Return the positions of openers without closer, and of closers without opener."""
    openers: list[int] = []
    lone: list[int] = []
    for position, character in enumerate(span):
        if character in PAIRS and not (character == "“" and openers and span[openers[-1]] == "„"):
            openers.append(position)
        elif character in CLOSERS:
            if openers and PAIRS[span[openers[-1]]] == character:
                openers.pop()
            elif character != "’":  # an apostrophe far more often than a closing quote
                lone.append(position)
    return openers, lone


def _encloses(span: str) -> bool:
    """Tell whether the pair at a span's edges is one pair: "(a) and (b)" is not."""
    return _unpaired(span[1:-1]) == ([], []) and span[0] not in "([{"


def whole_quantity(text: str, start: int, end: int, question: Question) -> Range:
    """Give a number the words that bound it before, and its unit behind."""
    if not re.match(NUMBER, text[start:end], re.I):
        return start, end
    modifier = MODIFIER.search(text[max(0, start - 40) : start])
    if modifier and "\n" not in modifier.group():
        start -= len(modifier.group())
    while re.search(r"(?:\d|\b(?:hundred|thousand|million|billion|half|quarter))$", text[start:end]) and (
        unit := UNIT.match(text, end)
    ):
        end = unit.end()
    return start, end


def whole_date(text: str, start: int, end: int, question: Question) -> Range:
    """Complete a date the span cuts, unless a year, a day or a month alone was asked for."""
    if re.search(r"\b(?:what|which) (?:year|month|day)\b", question.text, re.I):
        return start, end
    for match in DATE.finditer(text, max(0, start - 40), min(len(text), end + 40)):
        if match.start() <= start < match.end() and end <= match.end() and re.search(r"\d", match.group()):
            return match.start(), match.end()
        if start <= match.start() < end < match.end():
            return start, match.end()
    return start, end


def whole_name(text: str, start: int, end: int, question: Question) -> Range:
    """Complete a name: the capitalised words that follow its last one, and initials before it."""
    last = re.search(rf"(?:^|\s)({NAME_WORD})$", text[start:end])
    if last and not re.fullmatch(r"(?:The|A|An|In|On|At|By)", last.group(1)):
        rest = re.match(rf"(?: {NAME_WORD})+", text[end : end + 60])
        if rest and not text[start:end].endswith("."):
            end += len(rest.group().rstrip(".,"))
    before = re.search(r"(?:[A-Z]\. |[A-Z][a-z]+ [A-Z]\. )+$", text[max(0, start - 40) : start])
    if before and text[start].isupper() and " " not in text[start:end].strip():
        start -= len(before.group())
    return start, end


def byline(text: str, start: int, end: int, question: Question) -> Range:
    """Cut "NAME, TITLE, EMPLOYER" to the name where a person was asked for."""
    if question.kind is not Kind.PERSON or question.plural:
        return start, end
    row_start = text.rfind("\n", 0, start) + 1
    row_end = text.find("\n", row_start)
    row = text[row_start : row_end if row_end >= 0 else len(text)]
    found = BYLINE.match(row)
    if found and row_start <= start and len(row) < 120 and not row.rstrip().endswith((".", "!", "?")):
        name_start, name_end = row_start + found.start(1), row_start + found.end(1)
        if name_start <= start < name_end < end:
            return name_start, name_end
    return start, end


def whole_list(text: str, start: int, end: int, question: Question) -> Range:
    """Take the whole list where several things were asked for and the span holds some of them."""
    if not question.plural:
        return start, end
    bullets = bulleted(text, start, end)
    if len(bullets) > 1:
        return bullets[0][0], bullets[-1][1]
    if re.search(r", | and | or ", text[start:end]) or text[start].isupper():
        start, end = _grown_list(text, start, end)
    return start, end


def _grown_list(text: str, start: int, end: int) -> Range:
    """Extend over neighbouring items that are capitalised as the span's own are."""
    capital = rf"(?:the )?{NAME_WORD}(?: (?:of |and the |for )?{NAME_WORD}){{0,5}}"
    while more := re.match(rf"(?:, and |, or |, | and | or | & )({capital})(?=[\s,.;:)]|$)", text[end : end + REACH]):
        end += len(more.group().rstrip("."))
    while before := re.search(
        rf"(?:(?<=[\s(])|^)({capital})(?:, and |, or |, | and | or )$", text[max(0, start - REACH) : start]
    ):
        first = start - len(before.group())
        if re.match(r"(?:In|On|At|By|The|However|While|Among|After|When|With|But|And)\b", before.group()):
            break
        start = first
    return start, end


def bulleted(text: str, start: int, end: int) -> list[Range]:
    """Return the items of the bullet list that the span lies in, without their marks, in order."""
    first = text.rfind("\n", 0, start) + 1
    row_end = text.find("\n", start)
    row = text[first : row_end if row_end >= 0 else len(text)]
    opener = BULLET.match(row)
    if not opener:
        return []
    rows = [first]
    while rows[0] > 0:
        above = text.rfind("\n", 0, rows[0] - 1) + 1
        if not BULLET.match(text[above : rows[0]]):
            break
        rows.insert(0, above)
    position = text.find("\n", first) + 1
    while 0 < position < len(text) and BULLET.match(text[position : position + REACH]):
        rows.append(position)
        position = text.find("\n", position) + 1
    items = []
    for row_start in rows:
        row_end = text.find("\n", row_start)
        row_end = row_end if row_end >= 0 else len(text)
        mark = BULLET.match(text[row_start:row_end])
        if mark:
            items.append((row_start + mark.end(), row_start + len(text[row_start:row_end].rstrip())))
    return items


def items(text: str, start: int, end: int) -> list[Range]:
    """Return the parts of an answer that is a list, as offsets in `text`; empty where it is none."""
    parts = [part for part in bulleted(text, start, end) if part[0] >= start and part[1] <= end + 20]
    if len(parts) > 1 and parts[-1][0] < end:
        return [(first, min(last, end)) for first, last in parts]
    separators = list(re.finditer(r",? and (?=\S)|,? or (?=\S)|[,;]\s+(?=\S)", text[start:end]))
    commas = [match for match in separators if match.group().lstrip()[0] in ",;"]
    if not separators or (len(separators) > 1 and not commas):
        return []
    edges = [0, *(edge for match in separators for edge in match.span()), end - start]
    parts = [(start + first, start + last) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    long = any(len(text[first:last].split()) > 8 for first, last in parts)
    named = all(re.match(r"[A-Z\d]", text[first:last].removeprefix("the ")) for first, last in parts)
    if long or (not named and len(parts) < 3) or DATE.fullmatch(text[start:end]):
        return []
    return [part for part in parts if part[0] < part[1]]


Rule = Callable[[str, int, int, Question], Range]

RULES: tuple[Rule, ...] = (
    whole_words,
    trimmed,
    byline,
    whole_name,
    whole_date,
    whole_quantity,
    whole_list,
    balanced,
    trimmed,
)
