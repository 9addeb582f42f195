"""Mattermost: slash commands and outgoing webhooks.

Sources: https://developers.mattermost.com/integrate/slash-commands/custom and .../webhooks/outgoing; the payloads,
how text is rendered and what counts as a mention from the server and the web client (github.com/mattermost).
"""

import re
import string

from web.chat.markdown import Dialect, Reply
from web.chat.tools import Fields, Message, field, token_in, without_trigger

FORMS = True
HELP = (
    "Ask a question in plain words behind the command or the trigger word. The answer is a sentence of the documents, "
    "word for word, with a link to its place; when the documents don't say, Pincite says so. A question that follows "
    "on your last one may leave out what it is about. In a thread, use the command."
)

ACTS = re.compile(
    r"[&<>*_~`\[\]\\|#$@]"  # Markdown, HTML, formulas, tags, mentions, and Slack's <!channel>
    r"|:(?=\S)|;(?=[)-])|(?<=x)-(?=d)"  # addresses, emoji, emoticons
    r"|(?<=\w)/|(?<=www)\.|(?<=www\d)\."  # addresses without a scheme
    r"|[\t\u00a0\u2424]",  # what the web client replaces
    re.I,
)
"""Characters that the web client, or CommonMark, may take for more than themselves."""

MENTION = re.compile(r"(?<![^\W_])@(?=[\w.-])")


BESIDE_BOLD = " \t" + string.punctuation


def line(before: str, bold: str, after: str) -> str:
    """Return one line with `bold` in bold, as Dialect wants it.

    Characters that act become decimal references: the web client takes few backslashes for escapes. A reference
    does not keep the server from finding a mention, and @channel would wake everybody: only code does.
    """
    row = before + bold + after
    written = list(row)
    acting = {match.start() for match in ACTS.finditer(row)}
    if row and not row[0].isalpha():
        acting.add(0)  # or it could open a list
    if row[-1:].isspace():
        acting.add(len(row) - 1)  # two blanks at the end would break the line
    start, end = len(before) + len(bold) - len(bold.lstrip()), len(before) + len(bold.rstrip())
    if start < end:
        # Bold begins and ends anywhere only between punctuation (CommonMark, section 6.2), which references are.
        acting |= {at for at in (start - 1, end) if 0 <= at < len(row) and row[at] not in BESIDE_BOLD}
    for at in acting:
        written[at] = f"&#{ord(row[at])};"
    for match in MENTION.finditer(row):
        written[match.start()] = "`@`"
    if start < end:
        written[start] = f"**{written[start]}"
        written[end - 1] += "**"
    return "".join(written)


def link(text: str, url: str) -> str:
    """Return a link."""
    return f"[{line(text, '', '')}]({url.replace('(', '%28').replace(')', '%29')})"


DIALECT = Dialect(line, link, limit=16_383, quote_characters=1500)
"""The limit is the server's PostMessageMaxRunesV2."""


def token(fields: Fields, authorization: str) -> str:
    """Return the token: of the body, or in the header, where slash commands bring it too."""
    scheme, _, given = authorization.partition(" ")
    return token_in(fields) or (given.strip() if scheme.lower() == "token" else "")


def read(fields: Fields) -> Message:
    """Return the message. Only a command names its thread; Mattermost keeps an outgoing webhook from knowing."""
    channel, user = field(fields, "channel_id"), field(fields, "user_id")
    if field(fields, "command"):
        return Message(
            field(fields, "text").strip(),
            addressed=True,
            place=(channel, field(fields, "root_id") or user),
            private=True,
        )
    trigger = field(fields, "trigger_word")
    return Message(
        without_trigger(field(fields, "text"), trigger),
        addressed=bool(trigger),
        place=(channel, user),
        id=field(fields, "post_id"),
    )


def write(message: Message, reply: Reply, root: str) -> dict[str, object]:
    """Return the reply: to a command for the asker alone, to a message as a comment on it."""
    del root
    return {"response_type": "ephemeral" if message.private else "comment", "text": reply.text}
