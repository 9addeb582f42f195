"""Blocks: an answer as a Slack message.

The documents' words stand in rich text, where Slack reads no character as markup: what is shown is what the document
says, with the cited words in bold whatever they hold. Only Pincite's own words are written in Slack's markup.
Limits: https://docs.slack.dev/reference/block-kit/blocks/
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot import Answer, Citation
from index.sentences import Range, blocks, sentences
from web import words
from web.chat.slack.messages import Action
from web.desk import Told

Block = dict[str, Any]

MAX_BLOCKS = 50
MAX_SECTION = 3000
MAX_TEXT = 3000
"""Of the plain text beside the blocks; from 4,000 on Slack may refuse it."""
MAX_MESSAGE = 11_000
"""Characters of all blocks together, as JSON. Slack refuses some 13,200 (msg_blocks_too_long), and does not say how
it counts: https://github.com/slackapi/bolt-js/issues/2867"""
MAX_QUOTE = 5000
MAX_NEAR = 1500
"""Of a quote, and of an alternative or a near passage."""
MAX_CITATIONS = 10
MAX_LINE = 500
"""Of words within a line of markup, before they are escaped."""

YOU_ASKED = "You asked:"

HELP = (
    "Ask a question and I look for the answer in the documents. I answer with their own words, show the sentence they "
    "stand in and link to the place. When the documents don't say, I tell you so.\n"
    "• `/pincite When was it founded?` is answered to you alone, with buttons to share or keep it.\n"
    "• Mention me in a channel, or write to me directly, and I answer in the thread. Follow-up questions need no "
    "mention there."
)


@dataclass(frozen=True)
class Message:
    """What is posted: `text` for notifications and screen readers, `blocks` for everybody else."""

    text: str
    blocks: Sequence[Block] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of it that every way of posting knows."""
        return {"text": self.text, "blocks": list(self.blocks)} if self.blocks else {"text": self.text}


def escape(text: str) -> str:
    """Return `text` so that Slack's markup takes it for words: the three characters that it has us escape.

    Source: https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    return words.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(markup: str) -> Block:
    """Return a paragraph of Pincite's own words in Slack's markup."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup}}


def note(markup: str) -> Block:
    """Return a small line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": markup}]}


def plain(text: str) -> Message:
    """Return a message of Pincite's own words; `text` is what is read, with nothing escaped."""
    return Message(escape(text))


def told(answer: Told, site: str, *, key: str, private: bool, person: bool) -> Message:
    """Return what was told as a message. `site` is the address that links begin with.

    `key` names the question for the buttons. A `private` message is the reply to a command: it shows the question
    again, and can be shared and kept. `person` tells whether there is somebody else to ask.
    """
    found = answer.answer
    head = []
    if private or found.question != answer.asked:
        read_as = f", read as: *{_one_line(found.question)}*" if found.question != answer.asked else ""
        head.append(note(f"{YOU_ASKED} *{_one_line(answer.asked)}*{read_as}") | {"block_id": f"asked:{key}"})
    text, body = _answered(found, site) if found.answered else _abstained(found, site)
    return Message(text, _within_limits([*head, *body], _buttons(answer, key, shareable=private, person=person)))


def _answered(answer: Answer, site: str) -> tuple[str, list[Block]]:
    first = answer.citations[0]
    sure = f"{words.percent(answer.confidence)} {words.confidence_in_words(answer.confidence)}"
    sure = " · ".join(filter(None, [sure, words.agreement(answer)]))
    body = [
        *quoted(first, MAX_QUOTE),
        note(sure),
        _links(answer.citations[:MAX_CITATIONS], site, len(answer.citations) - MAX_CITATIONS),
    ]
    if answer.alternatives:
        body.append(section("*The sources also say*"))
    for other in answer.alternatives:
        likely = other.confidence or 0.0
        about = f" ({words.percent(likely)} {words.confidence_in_words(likely)})"
        body += [*quoted(other.citation, MAX_NEAR), _rich([_link(other.citation, site), _run(about)])]
    said, place = f"“{_one_line(first.exact)}” ({sure})", _link_markup(first, site)
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
        body.append(_rich([_link(other.citation, site)]))
        text += f"\nNearest passage: {_link_markup(other.citation, site)}"
    return text, body


def quote_range(citation: Citation, most: int) -> Range:
    """Return the place of a citation's quote, or as much as `most` characters hold of the sentences of its words."""
    start, end = citation.quote_range
    if end - start > most:
        text = citation.document.text
        around = [
            place for place in _sentences(text, start, end) if place[0] < citation.end and place[1] > citation.start
        ]
        start, end = min(around[0][0], citation.start), max(around[-1][1], citation.end)
        if end - start > most:
            start, end = next(split(text, citation.start, end, most))
    return start, end


def quoted(citation: Citation, most: int, *, bold: bool = True) -> list[Block]:
    """Return a citation's quote, at most `most` characters of it, with the cited words in bold; a block each 3,000."""
    start, end = quote_range(citation, most)
    whole_start, whole_end = citation.quote_range
    text = citation.document.text
    found = []
    for low, high in split(text, start, end, MAX_SECTION):
        middle = (max(low, citation.start), min(high, citation.end))
        runs = [_run("… ")] if low == start and start > whole_start else []
        if bold and middle[0] < middle[1]:
            runs += [_run(text[low : middle[0]]), _run(text[slice(*middle)], bold=True), _run(text[middle[1] : high])]
        else:
            runs.append(_run(text[low:high]))
        if high == end and end < whole_end:
            runs.append(_run(" …"))
        found.append(_rich([run for run in runs if run["text"]], kind="rich_text_quote"))
    return found


def split(text: str, start: int, end: int, most: int) -> Iterator[Range]:
    """Yield text[start:end] in pieces of at most `most` characters, which end where sentences do if they can."""
    ends = [place[1] for place in _sentences(text, start, end)]
    while end - start > most:
        fitting = [place for place in ends if start < place <= start + most]
        cut = fitting[-1] if fitting else text.rfind(" ", start + 1, start + most) + 1 or start + most
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _sentences(text: str, start: int, end: int) -> Iterator[Range]:
    """Yield the sentences of text[start:end], which may be several paragraphs."""
    for low, high in blocks(text[start:end]):
        yield from sentences(text, start + low, start + high)


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


def _links(citations: Sequence[Citation], site: str, more: int) -> Block:
    runs = []
    for number, citation in enumerate(citations, 1):
        runs += [_run(f"{'' if number == 1 else chr(10)}{number}. "), _link(citation, site)]
    if more > 0:
        runs.append(_run(f"\nand {more} more"))
    return _rich(runs)


def _link(citation: Citation, site: str) -> Block:
    return {"type": "link", "url": site + citation.url, "text": words.visible(_name(citation))}


def _link_markup(citation: Citation, site: str) -> str:
    return f"<{site}{citation.url}|{escape(_name(citation).replace('|', '/'))}>"


def _name(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    return " ".join(citation.document.title.split())[:150] + page


def _one_line(text: str) -> str:
    """Return `text` for a line of markup, where a star or a newline would end what is bold."""
    line = " ".join(text.replace("*", "∗").split())
    return escape(line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]} …")


def _run(text: str, *, bold: bool = False) -> Block:
    run: Block = {"type": "text", "text": words.visible(text)}
    return run | {"style": {"bold": True}} if bold else run


def _rich(runs: Sequence[Block], kind: str = "rich_text_section") -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(runs)}]}


def _buttons(answer: Told, key: str, *, shareable: bool, person: bool) -> list[Block]:
    """Return the rows of buttons. A row's block_id names the question, for Slack shows it back when one is pressed."""
    below = []
    if answer.id is not None:
        below += [
            button(Action.GOOD, "👍", answer.id, "This helped"),
            button(Action.BAD, "👎", answer.id, "This did not"),
        ]
    if person:
        below.append(button(Action.PERSON, "Ask a person", answer.asked))
    rows = [_row("below", key, below)] if below else []
    if shareable:
        share = [button(Action.SHARE, "Share", key, "Show this to the channel")]
        rows.append(_row("share", key, [*share, button(Action.KEEP, "Keep", key, "Send this to me as a message")]))
    return rows


def button(action: Action, label: str, value: str, spoken: str | None = None) -> Block:
    """Return a button; `spoken` is what a screen reader says instead of its label."""
    face: Block = {
        "type": "button",
        "action_id": action.value,
        "text": {"type": "plain_text", "text": label, "emoji": True},
        "value": value[:2000],
    }
    return face | {"accessibility_label": spoken} if spoken else face


def _row(name: str, key: str, buttons: Sequence[Block]) -> Block:
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


def shared(shown: Sequence[Block], who: str) -> list[Block]:
    """Return the blocks of a reply to a command for everybody: `who`, as markup, says who asked."""
    found = []
    for block in shown:
        if _is(block, "asked"):
            markup = block["elements"][0]["text"].replace(YOU_ASKED, who, 1)
            found.append(note(markup))
        elif not _is(block, "share"):
            found.append(block)
    return found


def _is(block: Block, name: str) -> bool:
    return str(block.get("block_id", "")).startswith(f"{name}:")
