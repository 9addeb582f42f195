"""Shapes: what numbers, dates and names look like in English text, as patterns."""

import re

NUMBER_WORDS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half
    quarter third couple
    """.split()

NUMBER = re.compile(rf"(?:[$€£¥]\s?)?\d[\d.,]*|(?:an? )?(?:{'|'.join(NUMBER_WORDS)})(?![a-z])", re.I)

BOUND = re.compile(
    r"""(?:
      (?:(?:no|not|slightly|just|well|far)\ )?(?:more|less|fewer|greater|larger|higher|lower|longer)\ than
    | at\ least | at\ most | up\ to | (?:as\ )?(?:many|much|few|little)\ as | just\ (?:over|under) | over | under
    | above | below | about | around | approximately | approx\. | roughly | nearly | almost | circa | an\ estimated
    | between\ \S{1,12}\ and | a\ (?:minimum|maximum)\ of
    )\s+(?:an?\s+)?$""",
    re.I | re.X,
)
"""The words before a number that say how it bounds the thing counted."""

UNIT = re.compile(r"\s?(?:%|percent\b|per cent\b|°\s?[CF]?\b)|\s(?:hundred|thousand|million|billion|trillion)\b", re.I)

MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = re.compile(rf"\b(?:{DAY}(?: of)? )?{MONTH}(?: {DAY}\b)?(?:,? \d{{4}})?\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b")

NAME = r"(?:(?:[A-Z]\.)+|(?:St|Dr|Mr|Mrs|Ms|Prof|Mt)\.|[A-Z][\w’'&-]*(?:\.\w+)*)"
"""One capitalised word or initial, as names are made of. A full stop that ends a sentence is no part."""

BYLINE = re.compile(rf"(?:By |by )?((?:{NAME} ){{1,3}}[A-Z][\w’'-]*)(?=,|\s+\||\s+[-–—]\s|$)")
"""A line that opens with a person's name: "NAME", "NAME, TITLE, EMPLOYER" or "By NAME"."""

DOTTED = re.compile(
    r"(?:\b[A-Z]\.|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|Dr|Mr|Mrs|Ms|Prof|etc|No|vs|Bros|Mt|Ave)\.|\b[ap]\.m\.)$"
)
"""An ending whose dot belongs to the word."""
