"""Patterns: what sentences look like that answer a question, each with what makes the question; the surest first."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.expected.english import (
    BASES,
    BY,
    CAPITAL,
    DATE,
    DAYS,
    DOES,
    ENDS,
    HAPPENED,
    HAPPENS,
    KIND,
    LOW,
    NUMBER,
    PARTICIPLE,
    PATH,
    PERSON,
    PLACED,
    PLURALS,
    PROPER,
    ROLES,
    TAKES,
    THING,
    TIME,
    TOOL,
)
from bot.expected.makers import HAVE, Maker, because, by, definition, did, lasting, many, says, superlative, takes, when
from bot.shapes import MONTH

LEAD = r"(?:(?:In|On|At|To|For|As|After|Since|During|However|Currently|Today|Overall)\b[^,;:]{0,50}, )?"
BARE = ("deadline", "when happens", "how much", "where")
"""Rules whose subject may be several things without a name: "expenses", "the doors"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a sentence must look like, from its first word on, and the question then made; the best rules first."""

    name: str
    pattern: re.Pattern[str]
    make: Maker


NAMED = rf"(?P<s>{PROPER}|{THING})"
"""A subject: a name, or a thing that stands alone."""
SOME = r"(?: (?:also|now|currently|already|officially|originally|first|jointly|formally|mainly|primarily|usually))?"
REST = r"(?P<a>[^,;:()]{3,160}?)(?=[,;.] ?(?:which|where|who|and|but|$|[a-z])|\.$| \()"
NOUNS = rf"(?P<n>(?:{LOW} ){{0,3}}(?:{LOW}s|people|children|men|women|staff)(?: of {LOW})?){ENDS}"


def _one_of(words: Collection[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _rule(name: str, pattern: str, make: Maker) -> Rule:
    return Rule(name, re.compile(pattern), make)


WITH = r"(?P<m>(?: (?!(?:in|on|by|and|at|under|with|after|during|for|from|when) )[^ ,;:.()]+){0,6}?)"
"""The rest of what was done, which belongs into the question: "renamed Foo", "moved to Paris"."""
AGENT = rf"(?: by (?:the )?{PROPER}(?: and {PROPER})?)?"

RULES = (
    _rule(
        "when passive",
        rf"{LEAD}{NAMED} (?P<be>was|were){SOME} (?P<v>{PARTICIPLE})\b{WITH}{AGENT}"
        rf"(?: in {CAPITAL})? (?:in|on) (?P<a>{DATE})(?! (?:and|to|or) \d)",
        says("When {be} {s} {v}{m}"),
    ),
    _rule(
        "when passive",
        rf"(?:In|On) (?P<a>{DATE}),? {NAMED} (?P<be>was|were){SOME} (?P<v>{PARTICIPLE})\b{WITH}(?=[,.;]| by | and )",
        says("When {be} {s} {v}{m}"),
    ),
    _rule(
        "when passive",
        rf"(?P<s>{PROPER}),(?: which was)? (?P<v>{PARTICIPLE}){AGENT}(?: in {CAPITAL})? (?:in|on) (?P<a>{DATE})",
        says("When was {s} {v}"),
    ),
    _rule(
        "who passive",
        rf"{LEAD}{NAMED} (?:was|were){SOME} (?P<v>{_one_of([*BY, 'written'])})"
        rf"(?: in (?:{DATE}|[A-Z]\w+))? by (?P<a>(?:the )?{PROPER}(?: and {PROPER})?)(?! and\b)",
        by,
    ),
    _rule(
        "who active",
        rf"(?P<a>{PERSON}){SOME} (?P<v>{_one_of(BY)}) "
        rf"(?P<o>{PROPER}|the {LOW} (?:of|for) (?:the )?{PROPER}|(?:(?<=covered )|(?<=nvented )){LOW}){ENDS}",
        says("Who {v} {o}"),
    ),
    _rule(
        "when active",
        rf"{LEAD}{NAMED}{SOME} (?P<v>{_one_of(BASES)})(?P<o>(?: (?!in |on |and )[^ ,;:.()]+){{1,7}}?)"
        rf" (?:in|on) (?P<a>{DATE})(?! (?:and|to|or) \d)",
        did(BASES),
    ),
    _rule(
        "when active",
        rf"(?:In|On) (?P<a>{DATE}),? {NAMED}{SOME} (?P<v>{_one_of(BASES)})"
        r"(?P<o>(?: (?!in |on |and |that )[^ ,;:.()]+){1,7}?)(?=[,.;]| (?:and|which|after|when|as)\b)",
        did(BASES),
    ),
    _rule(
        "when happened",
        rf"{LEAD}{NAMED} (?P<v>{_one_of(HAPPENED)})(?: in [A-Z]\w+)? (?:in|on) (?P<a>{DATE})",
        did(HAPPENED),
    ),
    _rule(
        "superlative",
        rf"(?P<a>(?:The )?{PROPER}) (?P<be>is|was) (?P<p>the (?:second |third )?(?:{LOW}est|most {LOW}|first|only)"
        rf"(?: {LOW}){{1,3}} (?:of|in) (?:the )?{PROPER}){ENDS}",
        superlative,
    ),
    _rule(
        "population",
        rf"{LEAD}{NAMED} (?P<v>has|had) an? (?P<p>(?:total |estimated )?(?:population|area|capacity|budget|length"
        rf"|height|endowment|circulation|enrollment)) of (?P<a>{NUMBER}(?: (?:square )?[a-z]+)?){ENDS}",
        says("What is the {p} of {s}"),
    ),
    _rule(
        "how many there",
        rf"There (?P<be>are|were) (?P<a>{NUMBER}) (?P<n>(?:(?:{LOW}|{CAPITAL}) ){{0,3}}(?:{LOW}s|people|children)"
        rf") (?P<p>(?:in|on|at|for) (?:the )?{PROPER}){ENDS}",
        says("How many {n} {be} there {p}"),
    ),
    _rule(
        "measure",
        rf"{LEAD}{NAMED} (?P<be>is|was) (?P<a>{NUMBER} (?:[a-z]+)(?: \([^)]{{2,20}}\))?)"
        r" (?P<m>tall|high|long|wide|deep)\b",
        says("How {m} {be} {s}"),
    ),
    _rule(
        "duration",
        rf"{LEAD}{NAMED} (?P<v>lasted|lasts|takes|took)(?: for)? (?P<a>{NUMBER} (?:[a-z]+)){ENDS}",
        lasting,
    ),
    _rule(
        "when happens",
        rf"(?P<s>{PROPER}|{THING}|{PLURALS}s|The {LOW}) (?P<v>{_one_of([*HAPPENS, *HAPPENS.values()])})"
        rf"(?: each (?:day|week|month|year))? (?:at|on|in) (?P<a>{TIME})(?=[,.;]| (?:and|every|of)\b)",
        when,
    ),
    _rule(
        "role",
        rf"{LEAD}(?P<a>{PERSON}), (?:the |an? )?(?P<r>{ROLES}) (?P<of>of|at) (?P<o>(?:the )?{PROPER})(?=[,.;])",
        says("Who is the {r} {of} {o}"),
    ),
    _rule(
        "role",
        rf"{LEAD}(?P<a>{PERSON}) (?P<be>is|was) the (?P<r>(?:first |second |third )?{ROLES}) of "
        rf"(?P<o>(?:the )?{PROPER}){ENDS}",
        says("Who {be} the {r} of {o}"),
    ),
    _rule(
        "role",
        rf"{LEAD}(?P<s>{PROPER}) (?P<r>CEO|CTO|CFO|COO) (?P<a>{PERSON})(?= [a-z]|,)",
        says("Who is the {r} of {s}"),
    ),
    _rule(
        "value",
        rf"(?P<s>{THING}) (?P<be>is|was) (?P<a>{NUMBER}(?: [a-z%-]+){{0,3}}|{PROPER})(?=[,.;])",
        says("What {be} {s}"),
    ),
    _rule(
        "default",
        r"(?P<s>The default (?:(?!is )[\w-]+ ){0,3}[\w-]+) is "
        r"(?P<a>(?!to |not |that |for )[^ ,;]+(?: [\w-]+){0,2})(?=[,;.] ?)",
        says("What is {s}"),
    ),
    _rule(
        "what it does",
        rf"(?P<s>{TOOL}) (?P<a>{DOES} [^;:()]{{8,120}}?)(?=\.$|, (?:which|and|but|so|if|when)\b|;)",
        says("What does {s} do"),
    ),
    _rule(
        "where",
        rf"(?P<s>{THING}|{TOOL}|{PLURALS}s) (?P<be>is|are){SOME} (?P<v>{_one_of(PLACED)})"
        rf" (?:in|at|under) (?P<a>{PATH})",
        says("Where {be} {s} {v}"),
    ),
    _rule(
        "where",
        rf"{LEAD}(?P<s>{PROPER}|{THING}|{PLURALS}s) (?P<be>is|are|was|were){SOME} (?P<v>{_one_of(PLACED)})"
        rf" (?:in|at) (?P<a>(?:the )?{PROPER}(?:, {PROPER})?)(?=[,.;]| (?:and|on|since|from)\b)",
        says("Where {be} {s} {v}"),
    ),
    _rule("how many", rf"{LEAD}{NAMED}{SOME} (?P<v>{_one_of(HAVE)}) (?P<a>{NUMBER}) {NOUNS}", many),
    _rule(
        "how much",
        rf"(?P<s>{PROPER}|{THING}|{KIND}|{PLURALS}s) (?:costs? )(?P<a>{NUMBER}(?: [a-z]+){{0,2}}?){ENDS}",
        says("How much does {s} cost"),
    ),
    _rule(
        "how much",
        rf"(?P<s>{PROPER}|{THING}|{KIND}|An? {LOW} (?:in|of|for) an? {LOW}) (?P<m>may|can|must) cost "
        r"(?P<a>[^,;.]{2,40})\.",
        says("How much {m} {s} cost"),
    ),
    _rule(
        "percentage",
        rf"{LEAD}(?P<a>(?:[A-Z][a-z]+ (?:than |least |to )?)?\d[\d.]*(?:%| per ?cent)) of "
        rf"(?P<p>(?:(?:{LOW}|{CAPITAL}) ){{1,4}}(?:are|were|have|had|use|used|live|lived|work|worked|own|support)"
        r" [^,;:.]{4,60})(?=[,.;])",
        says("What percentage of {p}"),
    ),
    _rule("stands for", rf"(?P<s>{PROPER}) is short for {REST}", says("What is {s} short for")),
    _rule(
        "named after",
        rf"{NAMED} (?P<be>is|was) named (?P<p>after|for) {REST}",
        says("What {be} {s} named {p}"),
    ),
    _rule(
        "called",
        rf"(?P<s>{THING}) (?P<be>is|was) called (?P<a>{PROPER}|an? {LOW}(?: {LOW})?)(?=[,.;])",
        says("What {be} {s} called"),
    ),
    _rule(
        "used for",
        rf"(?P<s>{PROPER}|{THING}|{KIND}|{PLURALS}s) (?P<be>is|are){SOME} used"
        r" (?P<a>(?:to|for) [^,;:()]{6,120}?)(?=[,;.])",
        says("What {be} {s} used for"),
    ),
    _rule(
        "known for",
        rf"{LEAD}{NAMED} (?P<be>is|was|are|were) (?:(?:also|best|well|widely|mainly) )?known (?P<p>for|as) {REST}",
        says("What {be} {s} known {p}"),
    ),
    _rule(
        "takes",
        rf"(?P<s>{PROPER}|{THING}){SOME} (?P<v>{_one_of(TAKES)})"
        r" (?P<a>(?!that |how |what |both |all )[^,;:()]{6,120}?)(?=[,;.])",
        takes,
    ),
    _rule(
        "responsible",
        rf"{LEAD}{NAMED} (?P<be>is|was|are) responsible for {REST}",
        says("What {be} {s} responsible for"),
    ),
    _rule(
        "aim",
        rf"{LEAD}{NAMED}{SOME} (?P<v>aim|seek|plan)s{SOME} to (?P<a>[a-z][^,;:()]{{8,120}}?)(?=[,;.])",
        says("What does {s} {v} to do"),
    ),
    _rule(
        "because",
        rf"(?P<s>{PROPER}|{THING}|The {LOW}) (?P<be>was|were|is|are) (?P<p>{LOW}(?: {LOW}){{0,2}}) because"
        r"(?: of)? (?P<a>[^,;:()]{8,120}?)(?=[,;.])",
        because,
    ),
    _rule(
        "deadline",
        rf"(?P<s>{PLURALS}s|{THING}) (?P<m>must|can|may) be (?P<p>{LOW})(?: (?:with|to|by|in) (?:the )?{LOW})?"
        rf" (?P<a>(?:within|by|before|until|at least|no later than) (?=[^,;.]*(?:\d|{DAYS}|{MONTH}|days?\b|weeks?\b"
        r"|months?\b|years?\b|hours?\b|noon|midnight))[^,;:()]{3,60}?)(?=[,;.])",
        says("When {m} {s} be {p}"),
    ),
    _rule(
        "definition",
        rf"(?P<s>{PROPER}) (?P<be>is|was) (?P<a>(?:an?|the) [^;:()]{{8,160}}?)(?=\.$|,? (?:which|but)\b|, and\b|;)",
        definition,
    ),
    _rule("definition", rf"(?P<s>{PROPER}), (?P<a>(?:an?|the) [^,;:()]{{8,100}}), (?=[a-z])", definition),
    _rule("definition", rf"(?P<s>{PROPER}), (?P<a>{CAPITAL}['’]s? [^,;:()]{{8,100}}), (?=[a-z])", definition),
    _rule(
        "definition", rf"(?P<s>{KIND}) (?P<be>is) (?P<a>an? [^;:()]{{12,160}}?)(?=\.$|,? (?:but|and)\b|;)", definition
    ),
)
