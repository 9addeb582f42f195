"""Rocket.Chat: outgoing webhooks for messages that were sent.

Sources: https://docs.rocket.chat/docs/integrations, and for payloads, replies and Markdown the server's
`triggerHandler`, `processWebhookMessage` and `message-parser` (github.com/RocketChat/Rocket.Chat).
"""

import re

from web import words
from web.chat.markdown import Dialect, Reply
from web.chat.tools import Fields, Message, field, token_in, without_trigger

FORMS = False
HELP = (
    "Ask a question in plain words behind the trigger word. The answer is a sentence of the documents, word for word, "
    "with a link to its place; when the documents don't say, Pincite says so. In the thread of an answer, a question "
    "that follows on it may leave out what it is about."
)

CODED = re.compile(
    r"[\\<]|\[(?=.*\]\()|\|\|+|\$(?=.*\$)"  # escapes, formulas, links, timestamps, spoilers
    r"|(?<![^\W_])@(?=\w)|@(?=[_.-])|l(?=ocalhost)"  # mentions, and the one address without a dot
    r"|:(?=[^\s\d])|[=;](?=[^\s\w])|=(?=[DLPXO_])|(?<=\b[0O])[:;=](?=3\b)|(?<=\bD):"  # emoji, emoticons, addresses
    r"|(?<!\w)(?:[8BX%]-?\)|[8B]-D|X-P|\(y\))"  # emoticons without any of these
)
"""What the parser takes for more than itself, and no backslash helps against; code does."""

BOLD = re.compile(r"[^*_~`#\s](?:[^*_~`#\n]*[^*_~`#\s])?")
"""A run that can be bold: inside bold, a backslash escapes nothing."""


def line(before: str, bold: str, after: str) -> str:
    """Return one line with `bold` in bold, as Dialect wants it."""
    row = before + bold + after
    written = ["\\" + character if character in "*_~`#" else character for character in row]
    for match in CODED.finditer(row):
        written[match.start() : match.end()] = [f"`{character}`" for character in match.group()]
    runs = [match.span() for match in BOLD.finditer(row, len(before), len(before) + len(bold))]
    for start, end in runs:
        for at in {start - 1, end - 1} - {-1}:
            if row[at] in ":=" and (at in (0, start) or not row[at - 1].isalnum()):
                written[at] = f"`{row[at]}`"  # or it is an emoticon with the asterisk behind it
        written[start] = f"**{written[start]}"
        written[end - 1] += "**"
    for match in re.finditer(r"[^ \t]+", row):
        # The parser takes a dot or an @ for an address, and all markup behind it for a part of that.
        if any(written[at] != row[at] for at in range(*match.span())):
            for at in range(*match.span()):
                if row[at] == "@" and "`" not in written[at]:
                    written[at] = written[at].replace("@", "`@`")
                elif row[at] == "." and not any(start <= at < end for start, end in runs):
                    written[at] = "\\."
    return "".join(written)


def link(text: str, url: str) -> str:
    """Return the text alone: links have no escapes, so they are attachments."""
    del url
    return line("", "", text)


DIALECT = Dialect(line, link, limit=5000, quote_characters=600)
"""The limit is what Message_MaxAllowedSize is by default."""


def token(fields: Fields, authorization: str) -> str:
    """Return the token of the body."""
    del authorization
    return token_in(fields)


def read(fields: Fields) -> Message | None:
    """Return the message, or None for one that a program wrote or that was edited."""
    if fields.get("bot") or fields.get("isEdited"):
        return None
    trigger, message = field(fields, "trigger_word"), field(fields, "message_id")
    thread = field(fields, "tmid") or message
    return Message(
        without_trigger(field(fields, "text"), trigger),
        addressed=bool(trigger),
        place=(field(fields, "channel_id"), thread),
        id=message,
        thread=thread,
    )


def write(message: Message, reply: Reply, root: str) -> dict[str, object]:
    """Return the reply for the thread of the message, with a link for each place."""
    written: dict[str, object] = {"text": reply.text, "parseUrls": False}
    if message.thread:
        written["tmid"] = message.thread
    if reply.citations:
        written["attachments"] = [
            {"title": f"({number}) {words.visible(citation.document.title)}", "title_link": root + citation.url}
            for number, citation in enumerate(reply.citations, 1)
        ]
    return written
