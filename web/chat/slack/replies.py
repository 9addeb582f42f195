"""Replies: an answer as a Slack message."""

import json
from collections.abc import Sequence

from bot import Answer
from web import words
from web.chat.slack.blocks import MAX_TEXT, YOU_ASKED, Block, Message, button, note, rich, row, run, section
from web.chat.slack.markup import escape, one_line
from web.chat.slack.messages import Action
from web.chat.slack.quotes import link_markup, links, names, quote_range, quoted
from web.desk import Told

MAX_BLOCKS = 50
MAX_MESSAGE = 11_000
"""Characters of all blocks together, as JSON. Slack refuses some 13,200 (msg_blocks_too_long), and does not say how
it counts: https://github.com/slackapi/bolt-js/issues/2867"""
MAX_QUOTE = 5000
MAX_NEAR = 1500
"""Of a quote, and of an alternative or a near passage."""
NEAR_TEXT = 300
"""Characters of a near passage in the plain text."""
MAX_CITATIONS = 10

HELP = (
    "Ask a question and I look for the answer in the documents. I answer with their own words, show the sentence they "
    "stand in and link to the place. When the documents don't say, I tell you so.\n"
    "• `/pincite When was it founded?` is answered to you alone, with buttons to share or keep it.\n"
    "• Mention me in a channel and I answer in the thread. Follow-up questions need no mention there.\n"
    "• Write to me directly and I answer beside your message.\n"
    "• 👍 and 👎 below an answer tell whether it helped."
)
HELP_PERSON = " *Ask a person* sends your question on to somebody who may know."


def help_text(*, person: bool) -> str:
    """Return what Pincite says about itself; `person` tells whether there is somebody else to ask."""
    return HELP + HELP_PERSON if person else HELP


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
    same, more = answer.citations[:MAX_CITATIONS], len(answer.citations) - MAX_CITATIONS
    named = names([*same, *(other.citation for other in answer.alternatives)])
    body = [
        *quoted(first, MAX_QUOTE),
        note(sure),
        rich([*links(same, site, named), *([run(f"\nand {more} more")] if more > 0 else [])]),
    ]
    if answer.alternatives:
        body.append(section("*The sources also say*"))
    for number, other in enumerate(answer.alternatives, len(same) + 1):
        likely = other.confidence or 0.0
        about = f" ({words.percent(likely)} {words.confidence_in_words(likely)})"
        body += quoted(other.citation, MAX_NEAR)
        body.append(rich([*links([other.citation], site, named, first=number), run(about)]))
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
        body.append(rich(links([other.citation], site, names([other.citation]))))
        text += f"\nNearest passage: “{one_line(other.citation.exact, NEAR_TEXT)}” {link_markup(other.citation, site)}"
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
        read = " ".join(told.answer.question.split())
        typed = f"\n{told.asked}" if told.answer.question != told.asked else ""
        below.append(button(Action.PERSON, "Ask a person", read + typed))
    rows = [row("below", key, below)] if below else []
    if shareable:
        share = [button(Action.SHARE, "Share", key, "Show this to the channel")]
        rows.append(row("share", key, [*share, button(Action.KEEP, "Keep", key, "Send this to me as a message")]))
    return rows


def questions_in(value: str) -> tuple[str, str]:
    """Return the question that "Ask a person" carries: as it was read, and as typed, empty where that is the same."""
    read, _, typed = value.partition("\n")
    return read, " ".join(typed.split())
