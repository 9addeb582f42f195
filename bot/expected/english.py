"""English: what names, things, dates, numbers and verbs of a sentence look like where questions are made of it."""

import re

from bot.shapes import DATE as WHOLE_DATE
from bot.shapes import MONTH, NUMBER_WORDS

CAPITAL = r"[A-Z][\w&+'’-]*(?:\.\w+)*"
PROPER = rf"{CAPITAL}(?: (?:(?:of|for|de|von|van) (?:the )?)?(?:{CAPITAL}|\d{{1,4}}(?![\d.,]))){{0,5}}"
"""A name of up to six words: "University of the Arts", "Python 3"."""
PERSON = rf"{CAPITAL}(?: (?:[A-Z]\.|{CAPITAL}|de|von|van)){{1,3}}"
LOW = r"[a-z][a-z’'-]*[a-z]"
TAIL = rf"(?: (?:of|for) (?:(?:the|an?) )?(?:{PROPER}|{LOW}(?: {LOW})?))?"
THING = rf"[Tt]he (?:{LOW} ){{1,3}}{LOW}{TAIL}|[Tt]he {LOW} (?:of|for) (?:(?:the|an?) )?(?:{PROPER}|{LOW}(?: {LOW})?)"
"""A thing that stands alone: "the notice period", "the capital of France". "The report" does not."""
KIND = rf"An? (?:{LOW} ){{0,2}}{LOW}"
PLURALS = rf"[A-Z][a-z]+(?: {LOW}){{0,2}}"

YEAR = r"(?:1[4-9]|20)\d\d"
DATE = rf"(?:(?:early |late |mid-)?(?:{WHOLE_DATE.pattern}|{YEAR}\b))"
DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
HOUR = rf"(?:\d{{1,2}}(?::\d\d)?(?: ?[ap]\.?m\b\.?| o[’']clock)?|{'|'.join(NUMBER_WORDS[:12])}|noon|midnight)"
TIME = rf"(?:{DATE}|{DAYS}|{MONTH}|{HOUR})"
BOUNDS = (
    r"(?:(?:more|less|fewer) than|at (?:least|most)|up to|about|around|approximately|roughly|nearly|almost|over|some"
    r"|exactly|only|an estimated) "
)
WORDED = "|".join(word for word in NUMBER_WORDS if word not in ("half", "third", "quarter", "couple"))
NUMBER = (
    rf"(?:{BOUNDS})?(?:[$€£¥]\d[\d,.]*\d|[$€£¥]?\d(?:[\d,.]*\d)?(?![\d.,]*\d)|\b(?:{WORDED})\b)"
    r"(?: (?:hundred|thousand|million|billion))?"
)
ENDS = r"(?=[,.;]|$| (?:in|on|at|for|with|across|by|from|to|and|as|per|among|that|which|compared|worldwide)\b)"
"""Where a phrase is over: punctuation, or a word that opens the next one."""

BASES = {
    "founded": "found", "co-founded": "co-found", "established": "establish", "created": "create",
    "designed": "design", "developed": "develop", "invented": "invent", "discovered": "discover", "built": "build",
    "published": "publish", "launched": "launch", "introduced": "introduce", "released": "release", "formed": "form",
    "acquired": "acquire", "bought": "buy", "completed": "complete", "opened": "open", "adopted": "adopt",
    "signed": "sign", "proposed": "propose", "produced": "produce", "directed": "direct", "composed": "compose",
    "painted": "paint", "wrote": "write", "won": "win", "led": "lead", "joined": "join", "unveiled": "unveil",
    "commissioned": "commission", "organised": "organise", "organized": "organize", "sold": "sell",
    "conquered": "conquer", "defeated": "defeat", "abolished": "abolish", "announced": "announce",
    "became": "become", "moved": "move", "returned": "return", "married": "marry", "visited": "visit",
    "entered": "enter", "invaded": "invade", "captured": "capture", "approved": "approve", "passed": "pass",
    "ratified": "ratify", "purchased": "purchase", "issued": "issue", "appointed": "appoint", "banned": "ban",
    "granted": "grant", "replaced": "replace", "received": "receive", "recorded": "record", "left": "leave",
    "declared": "declare", "began": "begin", "started": "start", "switched": "switch", "hosted": "host",
    "renamed": "rename", "annexed": "annex", "elected": "elect", "ended": "end", "closed": "close",
}  # fmt: skip
"""Past tenses of what somebody does to something once, and what "did" takes."""
BY = tuple(
    """
    founded co-founded established created designed developed invented discovered built published introduced formed
    acquired composed painted wrote directed proposed commissioned defeated conquered
    """.split()
)
"""Past tenses of which people ask who did it."""
HAPPENED = {
    "opened": "open", "closed": "close", "began": "begin", "started": "start", "ended": "end", "died": "die",
    "launched": "launch", "expired": "expire", "merged": "merge", "retired": "retire", "debuted": "debut",
    "collapsed": "collapse", "took place": "take place", "took effect": "take effect", "came into force":
    "come into force",
}  # fmt: skip
"""Past tenses of what happens."""
HAPPENS = {
    "opens": "open", "closes": "close", "begins": "begin", "starts": "start", "ends": "end", "expires": "expire",
    "takes place": "take place", "takes effect": "take effect", "arrives": "arrive", "leaves": "leave",
}  # fmt: skip
"""What happens again and again, of one and of several."""
PARTICIPLE = (
    r"(?!(?:used|estimated|based|called|considered|located|situated|involved|expected|reported|ranked|listed|described"
    r"|increased|populated|needed|required|supposed|allowed|followed|included|provided|noted|mentioned|related"
    r"|interested|limited|dated|said) )(?:[a-z]{2,}ed|built|written|born|sold|begun|bought|sunk|torn down)"
)
"""What was done to something once."""
TAKES = {
    "provides": "provide", "contains": "contain", "defines": "define", "specifies": "specify",
    "describes": "describe", "represents": "represent", "stores": "store", "produces": "produce",
    "means": "mean", "measures": "measure", "regulates": "regulate", "governs": "govern", "protects": "protect",
    "requires": "require", "prohibits": "prohibit", "manufactures": "manufacture",
    "controls": "control", "depends on": "depend on", "belongs to": "belong to", "refers to": "refer to",
    "relies on": "rely on", "derives from": "derive from", "deals with": "deal with", "focuses on": "focus on",
    "specializes in": "specialize in", "specialises in": "specialise in", "consists of": "consist of",
    "results in": "result in", "stands for": "stand for",
}  # fmt: skip
"""What things do that can be asked for: "contains X" -> "What does it contain?"."""
OF_THINGS = ("contains", "provides", "produces", "describes", "represents", "stores")
"""Those of which one would ask of "the archive", and not of "Paris"."""
TOOL = (
    r"[Tt]he [\w.+-]+ (?:command|option|program|utility|tool|package|function|variable|file|daemon|script|service"
    r"|module|library|flag|button|field|setting|key|header|form|switch)"
)
"""A thing with a name of its own: "the apt command"."""
DOES = (
    r"(?:allows|lets|sets|prints|shows|lists|creates|removes|displays|controls|enables|disables|converts|reads|writes|adds"
    r"|checks|generates|runs|installs|searches|updates|returns|opens|closes|starts|stops|makes|loads|copies|starts|builds"
    r"|prevents|tells|selects|searches|scans|overrides|determines|turns|provides|causes)"
)
PATH = r"[~/][\w./*-]+\w"
PLACED = (
    "headquartered",
    "based",
    "located",
    "situated",
    "born",
    "held",
    "buried",
    "stored",
    "kept",
    "installed",
    "found",
    "defined",
)

ROLES = (
    r"(?:(?:deputy|vice|executive|managing|founding|general|chief|former|senior|co-)[ -]?)*(?:CEO|CTO|CFO|COO"
    r"|president|chair(?:man|woman|person)?|director|head|founder|co-founder|editor|editor-in-chief|secretary"
    r"|minister|mayor|governor|principal|dean|rector|manager|treasurer|spokes(?:man|woman|person)|maintainer"
    r"|author|inventor|curator|king|queen|emperor|chancellor|commissioner|officer|coordinator|leader|captain)"
)
PEOPLE = re.compile(
    rf"\b(?:{ROLES}|professor|journalist|writer|poet|novelist|philosopher|scientist|physicist|chemist|biologist"
    r"|mathematician|engineer|programmer|economist|historian|politician|lawyer|doctor|actor|actress|singer|musician"
    r"|composer|painter|artist|architect|athlete|player|businessman|businesswoman|entrepreneur|activist|analyst"
    r"|teacher|researcher|man|woman|king|queen|saint|general|photographer|dancer|explorer|astronomer|critic"
    r"|advocate|daughter|son|brother|sister|wife|husband|father|mother|pupil|pioneer|winner|champion|successor|ruler"
    r"|prince|princess|duke|pope|bishop|priest|monk|soldier|judge|diplomat|host|coach|supporter|proponent|critic"
    r"|commentator|virtuoso|scholar|student|officer"
    r"|reformer|hero|heroine|rebel|disciple|follower|[a-z]{4,}ist|astronaut|theologian|sociologist|psychologist|linguist|sculptor|filmmaker|comedian)\b"
)

POINTING = frozenset(
    """
    it its itself this that these those they them their he she him his her we us our i me my you your yours here there
    above below following such latter former same other another others next previous which who whom whose what so
    itself themselves remember one ones then thus now today yesterday tomorrow recently
    """.split()
)
"""Words of a question that point at what stands elsewhere."""
JOINING = frozenset("that which who whom whose what where so other others one ones same such next then".split())
"""Those of them that join a sentence's own parts as often."""
EMPTY = frozenset(
    """
    problem reason result answer question idea thing way point fact case example rest option exception difference
    solution alternative note caveat advantage disadvantage drawback trick key issue goal only best first second third
    last main most important good better simplest easiest usual common new also not if when to and or be is are was
    were has have had can may will must should do does did very more less few many all some any every each no but
    author user reader people number aim latest current final actual real whole entire simple similar different
    used based given called described own necessary appropriate corresponding resulting required relevant respective
    """.split()
)
"""Words that make "the X" and "a X" too vague to be asked for, or that are no part of a thing at all."""
OPENERS = frozenset(
    """
    the a an in on at by for from with as if when while after before since although though because until once unless
    and but or so yet also however therefore thus hence then there here this that these those it its he she they we you
    i his her their our your my each every all some many most several few both either neither no not none such another
    other what which who whose whom how why where please note see use using given let instead rather perhaps maybe
    today currently recently finally first second third next last later earlier now still even only just more less
    among between within without under over through throughout across toward towards upon via of about against
    including around along
    unlike like despite besides moreover furthermore additionally finally usually generally normally typically often
    sometimes never always to is are was were has have had do does did can could may might must shall should will would
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday
    """.split()
)
"""Words that a sentence opens with and no name does."""
