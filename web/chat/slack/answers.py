"""Answers: a question from chat, asked at the desk and answered where it stands."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from index import PinciteError, QuestionError
from web.chat.slack.blocks import Message, plain
from web.chat.slack.client import Client, SlackAwayError, SlackRefusedError
from web.chat.slack.inbox import Inbox, Item, State
from web.chat.slack.markup import escape, one_line
from web.chat.slack.messages import Asked, Why
from web.chat.slack.replies import help_text, reply
from web.chat.smalltalk import said_to
from web.desk import Desk

log = logging.getLogger(__name__)

WORKING = "eyes"
"""The reaction that a message has while its question is worked on."""
FAILED = "Pincite failed at this question; its log says why."


class Answers:
    """Answers what was asked, once, and says nothing where nobody asked and there is nothing to cite."""

    def __init__(self, desk: Callable[[], Desk], client: Client, site: str, *, person: bool) -> None:
        """Ask at `desk`, whose links begin with `site`. `person` tells whether there is somebody else to ask."""
        self._desk = desk
        self._client = client
        self._site = site
        self._person = person
        self._one_at_a_time = threading.Lock()

    def work(self, inbox: Inbox, item: Item, asked: Asked) -> None:
        """Answer one question. Raises SlackRefusedError, SlackAwayError and LibraryError of the inbox."""
        addressed = asked.why is Why.ADDRESSED
        if item.state is State.NEW:
            if addressed:
                self._mark(asked, self._client.react)
            message = self._message(item.key, asked, addressed=addressed)
            if message is None:
                inbox.silent(item.key)
                return
            inbox.posting(item.key, message.fields)
            self._post(item.key, asked, message)
        else:
            message = message_of(item.reply or {})
            self._post(item.key, asked, message, again=True)
        if addressed:
            self._mark(asked, self._client.unreact)
        inbox.done(item.key, message.fields if asked.response_url else None)

    def give_up(self, asked: Asked, error: Exception) -> None:
        """Tell the asker that there will be no answer; of what nobody asked, nothing is said."""
        if asked.why is not Why.ADDRESSED:
            return
        self._mark(asked, self._client.unreact)
        where = "" if asked.direct else f" in <#{asked.channel}>"
        reason = escape(str(error) if isinstance(error, PinciteError) else FAILED)
        message = Message(f"I could not answer your question{where}. {reason}\n>{one_line(asked.text)}")
        self._client.post(self._client.direct(asked.user), message)

    def _message(self, key: str, asked: Asked, *, addressed: bool) -> Message | None:
        """Return the reply to a question; None where silence is better."""
        if (polite := said_to(asked.text, help_text(person=self._person))) is not None:
            return Message(polite) if addressed else None
        try:
            with self._one_at_a_time:  # the reader uses every processor, and the page asks it too
                told = self._desk().ask(
                    asked.text, face="slack", conversation=asked.conversation, overheard=not addressed
                )
        except QuestionError as error:
            return plain(str(error)) if addressed else None
        except PinciteError as error:
            log.error("A question from Slack could not be answered: %s", error)
            return plain(str(error)) if addressed else None
        except Exception:
            log.exception("A question from Slack could not be answered.")
            return plain(FAILED) if addressed else None
        if not addressed and not told.answer.answered:
            return None
        return reply(told, self._site, key=key, private=bool(asked.response_url), person=self._person)

    def _post(self, key: str, asked: Asked, message: Message, *, again: bool = False) -> None:
        """Post a reply. Where it may have been posted before, look first.

        A command's reply cannot be looked for: after a kill in just that moment it may come twice, to the asker alone.
        It is to replace what was said before; where Slack does not, for a command's response_url, it stands below
        (https://github.com/slackapi/bolt-js/issues/2287).
        """
        thread = asked.reply_thread
        if asked.response_url:
            self._client.respond(asked.response_url, message, response_type="ephemeral", replace_original=True)
        elif not (again and self._client.posted(asked.channel, thread, asked.ts, key)):
            self._client.post(asked.channel, message, thread=thread, key=key)

    def _mark(self, asked: Asked, change: Callable[[str, str, str], None]) -> None:
        """Put the reaction on, or take it off; an answer does not wait for it."""
        if not asked.ts:
            return
        try:
            change(asked.channel, asked.ts, WORKING)
        except (SlackRefusedError, SlackAwayError) as error:
            log.warning("%s", error)


def message_of(fields: Mapping[str, Any]) -> Message:
    """Return the message whose fields were kept."""
    return Message(str(fields.get("text") or FAILED), fields.get("blocks", ()))
