"""Small talk: what people say to Pincite that is no question, so that nobody's "thanks" is looked for in documents."""

import re

HELP_WORDS = ("", "help")

GREETING = re.compile(
    r"(?:hi|hiya|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|again|pincite|all|everyone))?"
)
THANKS = re.compile(
    r"(?:(?:ok|okay|great|perfect|cool|nice|yes) )?"
    r"(?:many thanks|thanks|thank you|thx|cheers)(?: (?:so much|very much|a lot|again|pincite|for your help))*"
)
FINE = re.compile(r"ok|okay|great|perfect|cool|nice|good|got it|all right|alright|i see|bye|goodbye")
EMOJI = re.compile(r":[a-z0-9_+-]+:")

WELCOME = "You're welcome."
READY = "Ask me whenever you have a question."


def said_to(text: str, help_text: str) -> str | None:
    """Return what is said to `text` where it asks for help or is only polite; None where it is to be looked for."""
    if text.strip().casefold() in HELP_WORDS:
        return help_text
    # The whole message, of whatever letters: "hi" with a question behind it is a question.
    plain = " ".join(re.findall(r"\w+", EMOJI.sub(" ", text.casefold())))
    if GREETING.fullmatch(plain):
        return help_text
    if THANKS.fullmatch(plain):
        return WELCOME
    return READY if FINE.fullmatch(plain) else None
