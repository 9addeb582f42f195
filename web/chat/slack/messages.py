"""Messages: what Slack sends, as the few values that the rest of the chat works with.

Payloads are described at https://docs.slack.dev/apis/events-api/ and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload/. Nothing here trusts their shape:
what does not have the fields that an answer needs is Ignored, with the reason.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from web.chat.slack.markup import typed

ASKING = frozenset({"file_share", "thread_broadcast"})
"""Subtypes of what a person writes: a message with a file, and a reply in a thread that is also sent to the channel.

All others are edits, joins, bots and the like, which nobody waits for an answer to.
"""


class Why(StrEnum):
    """Why a message is answered at all."""

    ADDRESSED = "addressed"
    """A mention, a direct message or a command: it gets a reply whatever the documents say."""
    LISTENED = "listened"
    """A plain message in a channel of PINCITE_SLACK_CHANNELS: answered only with a citation."""
    THREAD = "thread"
    """A reply in a thread where Pincite has answered: the same, and in no other thread."""


class Action(StrEnum):
    """What a button does; its value is the button's action_id."""

    GOOD = "pincite_good"
    BAD = "pincite_bad"
    PERSON = "pincite_person"
    SHARE = "pincite_share"
    KEEP = "pincite_keep"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `key` is the id Slack gave it; `ts` the message's own, `thread` that of the thread it stands in.

    A command has a `response_url` and no `ts`; `direct` says that it was written to Pincite alone.
    """

    key: str
    team: str
    channel: str
    user: str
    text: str
    why: Why
    ts: str = ""
    thread: str = ""
    response_url: str = ""
    direct: bool = False

    @property
    def place(self) -> str | None:
        """What names the message itself, however many events tell of it."""
        return f"{self.channel}/{self.ts}" if self.ts else None

    @property
    def reply_thread(self) -> str:
        """The thread that a reply goes to; empty where it stands by itself, as it does in a direct message."""
        return self.thread or ("" if self.direct else self.ts)

    @property
    def conversation(self) -> str:
        """What earlier questions this one may follow on: the thread, the direct channel, or one's own commands."""
        return conversation_of(self.team, self.channel, self.reply_thread or (self.user if self.response_url else ""))


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed. `ts` is the message it stands in, `reply` the key of the question answered there.

    `blocks` are those of that message; None where only one person sees it, since Slack does not send it then.
    """

    key: str
    team: str
    channel: str
    user: str
    action: Action
    value: str
    reply: str
    ts: str
    thread: str
    response_url: str
    text: str = ""
    blocks: Sequence[Mapping[str, object]] | None = None

    @property
    def place(self) -> str | None:
        """Votes may change; everything else is done once for a message and a person."""
        if self.action in (Action.GOOD, Action.BAD):
            return None
        return f"{self.action}/{self.channel}/{self.ts}/{self.user}"

    @property
    def conversation(self) -> str:
        """Presses of one message are worked on one after the other."""
        return conversation_of(self.team, self.channel, f"pressed {self.ts}")


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is not answered, and why."""

    why: str


Incoming = Asked | Pressed


def conversation_of(*parts: str) -> str:
    """Return the name of a conversation, which tells nothing of where it was held."""
    return "slack-" + hashlib.sha256("/".join(parts).encode()).hexdigest()[:24]


def command(form: Mapping[str, str]) -> Asked | Ignored:
    """Return what a slash command asks."""
    key, channel, user, url = (form.get(name, "") for name in ("trigger_id", "channel_id", "user_id", "response_url"))
    if not (key and channel and user and url):
        return Ignored("a command without trigger_id, channel_id, user_id or response_url")
    text = typed(form.get("text", ""), "")
    return Asked(key, form.get("team_id", ""), channel, user, text, Why.ADDRESSED, response_url=url)


def event(payload: Mapping[str, object], listened: frozenset[str] = frozenset()) -> Asked | Ignored:
    """Return the question in an event; `listened` are the channels whose plain messages are answered."""
    inner = _mapping(payload.get("event"))
    kind, channel, user, ts = (_text(inner, name) for name in ("type", "channel", "user", "ts"))
    if kind not in ("app_mention", "message"):
        return Ignored(f"an event of type {kind!r}")
    if inner.get("bot_id") or inner.get("bot_profile"):
        return Ignored("written by a bot")
    if inner.get("subtype") and _text(inner, "subtype") not in ASKING:
        return Ignored(f"a message of subtype {_text(inner, 'subtype')!r}")
    if inner.get("edited") or inner.get("hidden"):
        return Ignored("an edit")
    if not (channel and user and ts):
        return Ignored("a message without channel, user or ts")
    me = _me(payload)
    if user in (me, "USLACKBOT"):
        return Ignored("Pincite's own, or Slackbot's")
    raw, thread = _text(inner, "text"), _text(inner, "thread_ts")
    direct = _text(inner, "channel_type") == "im"
    if direct or kind == "app_mention" or (me and re.search(rf"<@{re.escape(me)}[|>]", raw)):
        why = Why.ADDRESSED
    elif thread and thread != ts:
        why = Why.THREAD
    elif channel in listened:
        why = Why.LISTENED
    else:
        return Ignored("nobody asked Pincite")
    key = _text(payload, "event_id") or f"{channel}/{ts}"
    return Asked(key, _text(payload, "team_id"), channel, user, typed(raw, me), why, ts, thread, direct=direct)


def pressed(payload: Mapping[str, object]) -> Pressed | Ignored:
    """Return the button of Pincite's that was pressed."""
    if payload.get("type") != "block_actions":
        return Ignored(f"an interaction of type {_text(payload, 'type')!r}")
    actions = payload.get("actions")
    first = _mapping(actions[0]) if isinstance(actions, list) and actions else {}
    if _text(first, "action_id") not in set(Action):
        return Ignored(f"a press of {_text(first, 'action_id')!r}, which is no button of Pincite's")
    action = Action(_text(first, "action_id"))
    container, message = _mapping(payload.get("container")), _mapping(payload.get("message"))
    user = _text(_mapping(payload.get("user")), "id")
    channel = _text(_mapping(payload.get("channel")), "id") or _text(container, "channel_id")
    ts = _text(container, "message_ts") or _text(message, "ts")
    key, url = _text(payload, "trigger_id"), _text(payload, "response_url")
    if not (key and channel and user and ts and url):
        return Ignored("a press without trigger_id, channel, user, message or response_url")
    blocks = message.get("blocks")
    return Pressed(
        key=key,
        team=_text(_mapping(payload.get("team")), "id"),
        channel=channel,
        user=user,
        action=action,
        value=_text(first, "value"),
        reply=_text(first, "block_id").partition(":")[2],
        ts=ts,
        thread=_text(container, "thread_ts") or _text(message, "thread_ts"),
        response_url=url,
        text=_text(message, "text"),
        blocks=[_mapping(block) for block in blocks] if isinstance(blocks, list) else None,
    )


def _me(payload: Mapping[str, object]) -> str:
    """Return the user that Pincite is in the workspace of an event; empty where Slack does not say."""
    given = payload.get("authorizations")
    return _text(_mapping(given[0]), "user_id") if isinstance(given, list) and given else ""


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(mapping: Mapping[str, object], name: str) -> str:
    """Return a field that is text, without halves of characters, which nothing can store; empty otherwise."""
    value = mapping.get(name)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
