"""Buttons: what happens when one of those below an answer is pressed."""

import hashlib
import hmac
import logging
from collections.abc import Callable, Sequence

from index import PinciteError, QuestionError
from web.chat.slack import blocks
from web.chat.slack.answers import FAILED, message_of
from web.chat.slack.blocks import Block, Message
from web.chat.slack.client import Client, SlackRefusedError
from web.chat.slack.inbox import Inbox, Item, State
from web.chat.slack.markup import escape, one_line
from web.chat.slack.messages import Action, Pressed
from web.chat.slack.replies import questions_in
from web.desk import Desk

log = logging.getLogger(__name__)

SHOWN = "shown"
"""Beside a kept reply: the blocks that its asker sees by now. What is passed on is the reply as it was made."""

TOO_OLD = "That answer is no longer at hand. Ask again, and press the button then."


class Buttons:
    """Votes, shares, keeps, and asks a person.

    A vote can be cast again without harm. The rest is done while an item is new, noted, and shown by the buttons only
    then: where Pincite is killed between the first two, it is done twice rather than not at all.
    """

    def __init__(self, desk: Callable[[], Desk], client: Client, *, person: str | None, secret: str) -> None:
        """Name the channel or user `person` that is asked, and the `secret` that hides who voted."""
        self._desk = desk
        self._client = client
        self._person = person
        self._secret = secret.encode()

    def work(self, inbox: Inbox, item: Item, pressed: Pressed) -> None:
        """Do what a button says. Raises SlackRefusedError, SlackAwayError and LibraryError."""
        match pressed.action:
            case Action.GOOD | Action.BAD:
                self._vote(inbox, pressed)
            case Action.SHARE:
                self._pass_on(inbox, item, pressed, self._share, "Shared with the channel.")
            case Action.KEEP:
                self._pass_on(inbox, item, pressed, self._keep, "Kept: it is in your messages with me.")
            case Action.PERSON:
                self._ask_person(inbox, item, pressed)
        inbox.done(item.key)

    def give_up(self, pressed: Pressed, error: Exception) -> None:
        """Tell whoever pressed that it did not work."""
        self._say(pressed, escape(str(error) if isinstance(error, PinciteError) else FAILED))

    def voter(self, pressed: Pressed) -> str:
        """Return what stands for a person in the journal: always the same, and nobody without the secret knows who."""
        return hmac.new(self._secret, f"{pressed.team}/{pressed.user}".encode(), hashlib.sha256).hexdigest()[:24]

    def _vote(self, inbox: Inbox, pressed: Pressed) -> None:
        journal = self._desk().journal
        try:
            journal.vote(pressed.value, self.voter(pressed), pressed.action is Action.GOOD)
        except QuestionError as error:
            self._say(pressed, escape(str(error)))
            return
        entry = journal.entry(pressed.value)
        good, bad = (entry.good, entry.bad) if entry else (0, 0)
        self._change(inbox, pressed, lambda shown: blocks.with_votes(shown, good, bad), "Thank you, that is noted.")

    def _pass_on(
        self, inbox: Inbox, item: Item, pressed: Pressed, act: Callable[[Pressed, Message], None], said: str
    ) -> None:
        reply = inbox.reply(pressed.reply)
        if reply is None:
            self._say(pressed, TOO_OLD)
            return
        if item.state is State.NEW:
            act(pressed, message_of(reply))
            inbox.posting(item.key, {})
        self._change(inbox, pressed, lambda shown: blocks.used(shown, pressed.action, said), said)

    def _share(self, pressed: Pressed, reply: Message) -> None:
        message = blocks.shared(reply, f"<@{pressed.user}> asked:")
        self._client.respond(pressed.response_url, message, response_type="in_channel", replace_original=False)

    def _keep(self, pressed: Pressed, reply: Message) -> None:
        self._client.post(self._client.direct(pressed.user), blocks.shared(reply, blocks.YOU_ASKED))

    def _ask_person(self, inbox: Inbox, item: Item, pressed: Pressed) -> None:
        if self._person is None:
            self._say(pressed, "Nobody is set to be asked. Whoever runs Pincite can set PINCITE_SLACK_PERSON.")
            return
        is_user = self._person.startswith(("U", "W"))
        name = f"<@{self._person}>" if is_user else f"<#{self._person}>"
        if item.state is State.NEW:
            asks = f"<@{pressed.user}> asks a person{self._place(pressed)}:"
            channel = self._client.direct(self._person) if is_user else self._person
            self._client.post(channel, _forwarded(asks, *questions_in(pressed.value)))
            inbox.posting(item.key, {})
        said = f"<@{pressed.user}> asked {name}."
        self._change(inbox, pressed, lambda shown: blocks.used(shown, Action.PERSON, said), said)

    def _place(self, pressed: Pressed) -> str:
        """Return where a question was asked, as markup: a link to the thread, where others can see it."""
        if pressed.blocks is None:
            return f" in <#{pressed.channel}>"
        try:
            return f" in <{self._client.permalink(pressed.channel, pressed.ts)}|this thread>"
        except SlackRefusedError as error:
            log.warning("%s", error)
            return f" in <#{pressed.channel}>"

    def _change(
        self, inbox: Inbox, pressed: Pressed, change: Callable[[Sequence[Block]], list[Block]], otherwise: str
    ) -> None:
        """Change the message whose button was pressed; say `otherwise` where it is not known any more."""
        if pressed.blocks is not None:
            message = Message(pressed.text or "Pincite", change([dict(block) for block in pressed.blocks]))
            self._client.respond(pressed.response_url, message, response_type="in_channel", replace_original=True)
            return
        reply = inbox.reply(pressed.reply)
        if reply is None:
            self._say(pressed, otherwise)
            return
        message = Message(str(reply["text"]), change(reply.get(SHOWN, reply.get("blocks", ()))))  # type: ignore[arg-type]
        self._client.respond(pressed.response_url, message, response_type="ephemeral", replace_original=True)
        inbox.done(pressed.reply, {**reply, SHOWN: message.blocks})

    def _say(self, pressed: Pressed, markup: str) -> None:
        """Tell whoever pressed, and nobody else."""
        self._client.respond(pressed.response_url, Message(markup), response_type="ephemeral", replace_original=False)


def _forwarded(asks: str, read: str, typed: str) -> Message:
    """Return a question for a person, who has not seen what it follows on: as it was read, and as typed below."""
    body = [blocks.section(asks), blocks.rich([blocks.run(read)], "rich_text_quote")]
    if not typed:
        return Message(f"{asks} {one_line(read)}", body)
    return Message(
        f"{asks} {one_line(read)} (typed: {one_line(typed)})", [*body, blocks.note(f"Typed: *{one_line(typed)}*")]
    )
