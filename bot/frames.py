"""Frames: a question in its parts, and another asked of the same parts."""

import re
from dataclasses import dataclass

from bot.phrases import HELPING, Sort, is_plural, opening, sort_of

LEAD = re.compile(r"^(?:(?:and|but|so|also|ok|okay|then|well|now|plus|hm+)\b[\s,…]*)+", re.I)
"""The words by which a follow-up joins what was said."""
HELP = rf"(?:{'|'.join(HELPING)})"
OPENING = r"(?:(?:by|since|from|in|at|for|to|on|with|of|until|till|about|as of) )?"
COUNTED = r"how (?:many|much)|what|which|whose"
PLAIN = r"who|whom|when|where|why|how (?:long|old|far|often|big|large|tall|high|fast|soon|deep|wide|heavy)|how(?! (?:many|much)\b)"
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
        return opening(self.rest) if self.help else ""

    @property
    def copula(self) -> bool:
        """Whether it asks what something is: "Who is | Joe Lefors"."""
        return re.fullmatch(r"is|are|was|were", self.help, re.I) is not None and self.subject == self.rest

    def text(self) -> str:
        """Return the question."""
        return joined(self.asks, self.noun, self.help, self.rest)


def joined(*parts: str) -> str:
    """Return the parts as a question."""
    text = " ".join(part.strip() for part in parts if part.strip())
    return f"{text[:1].upper()}{text[1:]}?"


def plain(text: str) -> str:
    """Return a question without joining words at its head, contractions and its question mark."""
    text = LEAD.sub("", text.strip()).strip(" ?!.…")
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
    noun = opening(rest) or rest.partition(" ")[0]
    return Frame(match["asks3"], noun, "", rest[len(noun) :].strip())


def asked_anew(old: Frame, new: Frame, answer: str | None) -> list[str]:
    """Return the ways to ask `new`'s question words of what `old` asked about, the likeliest first.

    `new` has question words and at most a noun; `answer` is what `old` was answered with.
    """
    counted = re.fullmatch(r"how (?:many|much)|which|what|whose", new.asks, re.I) is not None
    noun = new.noun if new.noun not in ("one", "ones") else old.noun
    if counted and not noun:
        noun = old.noun if new.asks.lower() != "how much" else ""
    asks = f"{new.asks} {noun}".strip()
    if not old.help:
        return _of_its_subject(old, new, asks, answer)
    who = re.fullmatch(r"who|which .*|what .*", asks, re.I)
    passive = re.fullmatch(rf"{re.escape(old.subject)} (\w+ed|{'|'.join(IRREGULAR.values())})(\b.*)", old.rest)
    if old.subject and passive and who and old.help.lower() in ("is", "are", "was", "were"):
        return [joined(asks, passive[1], old.subject, passive[2])]
    ways = [joined(asks, old.help, old.rest)]
    if answer and not who and len(answer.split()) <= 8:
        thing = f"{answer} {old.noun}" if answer[-1].isdigit() and old.noun not in answer else answer
        fuller = joined(asks, old.help, old.rest, thing)
        gap = re.match(r"(?:by |in |to |for |with )?(?:what|which|who|whom|how many)\b", old.asks, re.I) is not None
        ways = [fuller] if old.copula else [fuller, *ways] if gap else [*ways, fuller]
    return ways


def _of_its_subject(old: Frame, new: Frame, asks: str, answer: str | None) -> list[str]:
    """Return the ways to ask anew where `old` asked for the subject: "Who wrote it?" """
    verb, _, rest = old.rest.partition(" ")
    participle = IRREGULAR.get(verb, verb if verb.endswith("ed") else "")
    if re.match(r"who\b|which\b|what\b|how many\b|whose\b", asks, re.I):
        return [joined(asks, old.rest)]
    thing = opening(rest)
    if participle and thing:
        return [joined(asks, "were" if is_plural(thing) else "was", thing, participle, rest[len(thing) :])]
    if answer and sort_of(answer) in (Sort.NAME, Sort.PERSON) and len(answer.split()) <= 8:
        several = is_plural(answer)
        stem = re.sub(r"(?<=sh|ch|ss)es$|(?<=[^s])s$", "", verb)
        return [joined(asks, "did" if participle else "do" if several else "does", answer, stem, rest)]
    return [joined(asks, old.rest)]
