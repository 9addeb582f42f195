"""Frames: a question in its parts, and another asked of the same parts."""

import re
from dataclasses import dataclass

from bot.conversation.phrases import DO, HELPING, PREPOSITIONS, Sort, is_plural, opening, sort_of
from bot.question import Kind, kind_of

LEAD = re.compile(r"^(?:(?:and|but|so|also|ok|okay|then|well|now|plus|hm+)\b[\s,…]*)+", re.I)
"""The words by which a follow-up joins what was said."""
HELP = rf"(?:{'|'.join(HELPING)})"
OPENING = r"(?:(?:by|since|from|in|at|for|to|on|with|of|until|till|about|as of) )?"
COUNTED = r"how (?:many|much)|what|which|whose"
MEASURES = r"how (?:long|old|far|often|big|large|tall|high|fast|soon|deep|wide|heavy)"
PLAIN = rf"who|whom|when|where|why|{MEASURES}|how(?! (?:many|much)\b)"
FRAME = re.compile(
    rf"^(?P<asks>{OPENING}(?:{COUNTED}))(?P<noun>(?: (?!{HELP}\b)\S+){{0,7}}?) (?P<help>{HELP})\b(?P<rest>.*)$"
    rf"|^(?P<asks2>{OPENING}(?:{PLAIN})\b)(?: (?P<help2>{HELP})\b)?(?P<rest2>.*)$"
    rf"|^(?P<asks3>{OPENING}(?:{COUNTED}))(?P<rest3>.*)$",
    re.I,
)
IRREGULAR = dict(
    pair.split(":")
    for pair in """
    wrote:written made:made built:built led:led bought:bought sold:sold won:won found:found held:held taught:taught
    said:said told:told drew:drawn took:taken gave:given chose:chosen saw:seen began:begun sent:sent lost:lost
    paid:paid brought:brought thought:thought caught:caught spoke:spoken sang:sung shot:shot set:set ran:run
    """.split()
)
"""Pasts that do not end in -ed, with their participles."""
PASTS = {participle: past for past, participle in IRREGULAR.items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """A question's parts: "How many | battery patents | does | Toyota have". Parts that are not there are empty."""

    asks: str
    noun: str
    help: str
    rest: str

    @property
    def subject(self) -> str:
        """The phrase behind the helping verb; empty where there is none."""
        return opening(self.rest, self.help if DO.fullmatch(f"{self.help} ") else "of") if self.help else ""

    @property
    def copula(self) -> bool:
        """Whether it asks what something is: "Who is | Joe Lefors"."""
        return re.fullmatch(r"is|are|was|were", self.help, re.I) is not None and self.subject == self.rest


def joined(*parts: str) -> str:
    """Return the parts as a question."""
    text = " ".join(part.strip() for part in parts if part.strip())
    return f"{text[:1].upper()}{text[1:]}?"


def plain(text: str) -> str:
    """Return a question without joining words at its head, contractions and its question mark."""
    text = LEAD.sub("", text.strip()).strip(" ?!.…")
    text = re.sub(r"(?<=\w),? (?:exactly|please|though|too|as well)$", "", text, flags=re.I)
    text = re.sub(r"\b(who|what|where|when|how|why|that|it|he|she|there)['’]s\b", r"\1 is", text, flags=re.I)
    return re.sub(r"\b(who|what|where|when)s (?=the\b|that\b|it\b|his\b|her\b|its\b)", r"\1 is ", text, flags=re.I)


def frame(text: str) -> Frame | None:
    """Return the parts of a question; None where it does not begin with a question word."""
    match = FRAME.match(plain(text))
    if match is None:
        return None
    if match["asks"]:
        return Frame(match["asks"], match["noun"].strip(), match["help"], match["rest"].strip())
    if match["asks2"]:
        return Frame(match["asks2"], "", match["help2"] or "", match["rest2"].strip())
    rest = match["rest3"].strip()
    noun = opening(rest)
    return Frame(match["asks3"], noun, "", rest[len(noun) :].strip())


def asked_anew(old: Frame, new: Frame, answer: str | None) -> list[str]:
    """Return the ways to ask `new`'s question words of what `old` asked about, the likeliest first.

    `new` has question words and at most a noun. `answer` is what `old` was answered with, where a question
    can carry it.
    """
    noun = new.noun if new.noun not in ("one", "ones") else old.noun
    if re.fullmatch(r"how many|which|what|whose", new.asks, re.I):
        noun = noun or old.noun
    asks = f"{new.asks} {noun}".strip()
    if not old.help:
        return _of_its_subject(old, asks, answer)
    passive = re.fullmatch(rf"{re.escape(old.subject)} (\w+ed|{'|'.join(IRREGULAR.values())})(\b.*)", old.rest)
    if not adverbial(asks):
        if old.subject and passive and re.fullmatch(r"is|are|was|were", old.help, re.I):
            return [joined(asks, PASTS.get(passive[1], passive[1]), old.subject, passive[2])]
        return [joined(asks, old.help, old.rest)]
    bare = joined(asks, old.help, old.rest)
    if not answer:
        return [bare]
    thing = f"{answer} {old.noun}" if answer[-1].isdigit() and old.noun not in answer else answer
    fuller = joined(asks, old.help, old.rest, thing)
    if old.copula:
        return [fuller]
    return [bare, fuller] if adverbial(f"{old.asks} {old.noun}") else [fuller, bare]


def adverbial(asks: str) -> bool:
    """Tell question words that ask for a time, a place, a way or a reason from those for a thing or a number."""
    if re.match(r"(?:when|where|why|how(?! many))\b", asks, re.I) or kind_of(asks) is Kind.TIME:
        return True
    return asks.partition(" ")[0].lower() in PREPOSITIONS


def _of_its_subject(old: Frame, asks: str, answer: str | None) -> list[str]:
    """Return the ways to ask anew where `old` asked for the subject: "Who wrote it?"."""
    if not adverbial(asks):
        return [joined(asks, old.rest)]
    verb, _, rest = old.rest.partition(" ")
    participle = IRREGULAR.get(verb, verb if verb.endswith("ed") else "")
    thing = opening(rest)
    if participle and thing:
        return [joined(asks, "were" if is_plural(thing) else "was", thing, participle, rest[len(thing) :])]
    subject = answer if answer and sort_of(answer) in (Sort.NAME, Sort.PERSON) else old.noun
    if not subject:
        return [joined(asks, old.rest)]
    helping = "did" if participle else "do" if is_plural(subject) else "does"
    return [joined(asks, helping, subject, re.sub(r"(?<=sh|ch|ss)es$|(?<=[^s])s$", "", verb), rest)]
