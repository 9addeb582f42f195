"""Blocks: the parts of a Slack message, and what its buttons change of them.

The documents' words stand in rich text, where Slack reads no character as markup: what is shown is what the document
says. Only Pincite's own words are written in Slack's markup.
Limits: https://docs.slack.dev/reference/block-kit/blocks/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from web import words
from web.chat.slack.markup import escape
from web.chat.slack.messages import Action

Block = dict[str, Any]

YOU_ASKED = "You asked:"
MAX_TEXT = 3000
"""Of the plain text beside the blocks; from 4,000 on Slack may refuse it."""


@dataclass(frozen=True)
class Message:
    """What is posted: `text` for notifications and screen readers, `blocks` for everybody else."""

    text: str
    blocks: Sequence[Block] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of it that every way of posting knows."""
        return {"text": self.text, "blocks": list(self.blocks)} if self.blocks else {"text": self.text}


def section(markup: str) -> Block:
    """Return a paragraph of Pincite's own words in Slack's markup."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup}}


def note(markup: str) -> Block:
    """Return a small line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": markup}]}


def plain(text: str) -> Message:
    """Return a message of Pincite's own words; `text` is what is read, with nothing escaped."""
    return Message(escape(text))


def run(text: str, *, bold: bool = False) -> Block:
    """Return words in rich text."""
    plain_run: Block = {"type": "text", "text": words.visible(text)}
    return plain_run | {"style": {"bold": True}} if bold else plain_run


def rich(runs: Sequence[Block], kind: str = "rich_text_section") -> Block:
    """Return a paragraph of rich text; as `rich_text_quote`, a quote."""
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(runs)}]}


def button(action: Action, label: str, value: str, spoken: str | None = None) -> Block:
    """Return a button; `spoken` is what a screen reader says instead of its label."""
    face: Block = {
        "type": "button",
        "action_id": action.value,
        "text": {"type": "plain_text", "text": label, "emoji": True},
        "value": value[:2000],
    }
    return face | {"accessibility_label": spoken} if spoken else face


def row(name: str, key: str, buttons: Sequence[Block]) -> Block:
    """Return a row of buttons. Its block_id names the question, for Slack shows it back when one is pressed."""
    return {"type": "actions", "block_id": f"{name}:{key}"[:255], "elements": list(buttons)}


def with_votes(shown: Sequence[Block], good: int, bad: int) -> list[Block]:
    """Return the blocks of a message with the votes beside its thumbs."""
    counts = {Action.GOOD.value: ("👍", good), Action.BAD.value: ("👎", bad)}
    changed = []
    for block in shown:
        elements = []
        for element in block.get("elements", ()) if block.get("type") == "actions" else ():
            if element.get("action_id") in counts:
                thumb, count = counts[element["action_id"]]
                label = f"{thumb} {count}" if count else thumb
                element = element | {"text": {"type": "plain_text", "text": label, "emoji": True}}
            elements.append(element)
        changed.append(block | {"elements": elements} if elements else block)
    return changed


def used(shown: Sequence[Block], action: Action, said: str) -> list[Block]:
    """Return the blocks of a message without the button of `action`, and a note of what it did."""
    changed = []
    for block in shown:
        elements = [element for element in block.get("elements", ()) if element.get("action_id") != action]
        if block.get("type") != "actions":
            changed.append(block)
        elif elements:
            changed.append(block | {"elements": elements})
    return [*changed, note(said)]


def shared(reply: Message, who: str) -> Message:
    """Return a reply to a command for everybody, with the question: `who`, as markup, says who asked."""
    text, found = reply.text, []
    for block in reply.blocks:
        if _is(block, "asked"):
            markup = block["elements"][0]["text"].replace(YOU_ASKED, who, 1)
            found.append(note(markup))
            head = markup.replace("*", "")  # stars are bold alone here: see one_line
            text = f"{head} — {text}"
            if len(text) > MAX_TEXT:
                text = f"{head} — {reply.text.partition(chr(10))[0]}"
        elif not _is(block, "share"):
            found.append(block)
    return Message(text, found)


def _is(block: Block, name: str) -> bool:
    return str(block.get("block_id", "")).startswith(f"{name}:")
