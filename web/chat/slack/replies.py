"""Replies: an answer as a Slack message."""

import json
from collections.abc import Sequence

from bot import Answer
from web import words
from web.chat.slack.blocks import YOU_ASKED, Block, Message, button, note, rich, row, run, section
from web.chat.slack.markup import escape, one_line
from web.chat.slack.messages import Action
from web.chat.slack.quotes import link, link_markup, links, quote_range, quoted
from web.desk import Told

MAX_BLOCKS = 50
MAX_TEXT = 3000
"""Of the plain text beside the blocks; from 4,000 on Slack may refuse it."""
MAX_MESSAGE = 11_000
"""Characters of all blocks together, as JSON. Slack refuses some 13,200 (msg_blocks_too_long), and does not say how
it counts: https://github.com/slackapi/bolt-js/issues/2867"""
MAX_QUOTE = 5000
MAX_NEAR = 1500
"""Of a quote, and of an alternative or a near passage."""
MAX_CITATIONS = 10

HELP = (
    "Ask a question and I look for the answer in the documents. I answer with their own words, show the sentence they "
    "stand in and link to the place. When the documents don't say, I tell you so.\n"
    "• `/pincite When was it founded?` is answered to you alone, with buttons to share or keep it.\n"
    "• Mention me in a channel, or write to me directly, and I answer in the thread. Follow-up questions need no "
    "mention there."
)


def reply(told: Told, site: str, *, key: str, private: bool, person: bool) -> Message:
    """Return what was told as a message. `site` is the address that links begin with.

    `key` names the question for the buttons. A `private` message is the reply to a command: it shows the question
    again, and can be shared and kept. `person` tells whether there is somebody else to ask.
    """
    found = told.answer
    asked = [f"{YOU_ASKED} *{one_line(told.asked)}*"] if private else []
    if found.question != told.asked:
        asked.append(f"Read as: *{one_line(found.question)}*")
    head = [note(" · ".join(asked)) | {"block_id": f"asked:{key}"[:255]}] if asked else []
    text, body = _answered(found, site) if found.answered else _abstained(found, site)
    return Message(text, _within_limits([*head, *body], _buttons(told, key, shareable=private, person=person)))


def _answered(answer: Answer, site: str) -> tuple[str, list[Block]]:
    first = answer.citations[0]
    sure = f"{words.percent(answer.confidence)} {words.confidence_in_words(answer.confidence)}"
    sure = " · ".join(filter(None, [sure, words.agreement(answer)]))
    body = [
        *quoted(first, MAX_QUOTE),
        note(sure),
        links(answer.citations[:MAX_CITATIONS], site, len(answer.citations) - MAX_CITATIONS),
    ]
    if answer.alternatives:
        body.append(section("*The sources also say*"))
    for other in answer.alternatives:
        likely = other.confidence or 0.0
        about = f" ({words.percent(likely)} {words.confidence_in_words(likely)})"
        body += [*quoted(other.citation, MAX_NEAR), rich([link(other.citation, site), run(about)])]
    said, place = f"“{one_line(first.exact)}” ({sure})", link_markup(first, site)
    quote = escape(first.document.text[slice(*quote_range(first, 1000))])
    whole = f"{said}\n{quote}\n{place}"
    return whole if len(whole) <= MAX_TEXT else f"{said}\n{place}", body


def _abstained(answer: Answer, site: str) -> tuple[str, list[Block]]:
    assert answer.reason is not None
    said = f"*The sources don't say.* {words.REASONS[answer.reason]}"
    body = [section(said)]
    text = said.replace("*", "")
    for other in answer.alternatives[:1]:
        body += [note("Nearest passage"), *quoted(other.citation, MAX_NEAR, bold=False)]
        body.append(rich([link(other.citation, site)]))
        text += f"\nNearest passage: {link_markup(other.citation, site)}"
    return text, body


def _within_limits(body: Sequence[Block], buttons: Sequence[Block]) -> list[Block]:
    """Return as much of `body` as Slack takes, with the buttons behind it."""
    size = len(json.dumps(buttons))
    kept = []
    for block in body[: MAX_BLOCKS - len(buttons)]:
        its = len(json.dumps(block, ensure_ascii=False))
        if size + its <= MAX_MESSAGE:  # what comes later may be smaller: the link, above all
            kept.append(block)
            size += its
    return [*kept, *buttons]


def _buttons(told: Told, key: str, *, shareable: bool, person: bool) -> list[Block]:
    """Return the rows of buttons: what anybody may press, and what the asker of a command alone may."""
    below = []
    if told.id is not None:
        below += [
            button(Action.GOOD, "👍", told.id, "This helped"),
            button(Action.BAD, "👎", told.id, "This did not"),
        ]
    if person:
        below.append(button(Action.PERSON, "Ask a person", told.asked))
    rows = [row("below", key, below)] if below else []
    if shareable:
        share = [button(Action.SHARE, "Share", key, "Show this to the channel")]
        rows.append(row("share", key, [*share, button(Action.KEEP, "Keep", key, "Send this to me as a message")]))
    return rows
