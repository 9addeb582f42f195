"""Markup: Slack's, read as what a person typed, and words written so that Slack reads no markup in them.

Source: https://docs.slack.dev/messaging/formatting-message-text/
"""

import re

from web import words

TOKEN = re.compile(r"<([@#!][^<>\n]*|[a-z][a-z0-9+.-]*:[^<>\n]*)>", re.I)
"""A mention, a channel, a command to everybody, or a link; other angles are only that."""


def typed(text: str, me: str) -> str:
    """Return `text` as a person typed it: without mentions of the user `me`, links as their words, on one line."""

    def shown(match: re.Match[str]) -> str:
        target, _, label = match.group(1).partition("|")
        if target == f"@{me}" or (target.startswith("!") and not label):
            return " "
        if target.startswith("@"):
            return f"@{label}" if label else " "
        if target.startswith("#"):
            return f"#{label}" if label else target[1:]
        return label or target

    text = TOKEN.sub(shown, text)
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, character)
    return " ".join(text.split())


def escape(text: str) -> str:
    """Return `text` for a line of markup: with the three characters escaped that Slack has us escape."""
    return words.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str, most: int = 500) -> str:
    """Return at most `most` characters of `text` for bold markup, which a star or a newline would end."""
    line = " ".join(text.replace("*", "∗").split())
    return escape(line if len(line) <= most else f"{line[:most]} …")
