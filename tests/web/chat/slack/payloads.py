"""Payloads in the shape that Slack sends them, with every field that its documentation shows."""

import itertools
import json
from typing import Any
from urllib.parse import urlencode

ME = "U0PINCITE"
ADA, BEN = "U0ADA", "U0BEN"
GENERAL, DIRECT = "C0GENERAL", "D0ADA"
_count = itertools.count(1)


def ts() -> str:
    return f"17{next(_count):08d}.000200"


def event(inner: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
    return {
        "token": "ZZZZZZWSxiZZZ2yIvs3peJ",
        "team_id": "T0TEAM",
        "context_team_id": "T0TEAM",
        "context_enterprise_id": None,
        "api_app_id": "A0APP",
        "event": inner,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_count):08d}",
        "event_time": 1_730_000_000,
        "authorizations": [
            {"enterprise_id": None, "team_id": "T0TEAM", "user_id": ME, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
    }


def message(
    text: str, *, user: str = ADA, channel: str = GENERAL, at: str | None = None, **more: object
) -> dict[str, Any]:
    at = at or ts()
    return {
        "user": user,
        "type": "message",
        "ts": at,
        "client_msg_id": "4f2a0b1e-0000-4000-8000-000000000000",
        "text": text,
        "team": "T0TEAM",
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": []}],
        "channel": channel,
        "event_ts": at,
        "channel_type": "channel",
        **more,
    }


def mention(text: str, **more: object) -> dict[str, Any]:
    inner = message(f"<@{ME}> {text}", **more) | {"type": "app_mention"}
    del inner["channel_type"]
    return inner


def direct(text: str, **more: object) -> dict[str, Any]:
    return message(text, channel=DIRECT, channel_type="im", **more)


def edited(text: str) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message(text) | {"edited": {"user": ADA, "ts": ts()}},
        "previous_message": message(text),
        "channel": GENERAL,
        "hidden": True,
        "ts": ts(),
        "event_ts": ts(),
        "channel_type": "channel",
    }


def from_bot(text: str) -> dict[str, Any]:
    more = {"bot_id": "B0OTHER", "app_id": "A0OTHER", "bot_profile": {"id": "B0OTHER", "name": "other"}}
    return message(f"<@{ME}> {text}", user="U0OTHERBOT", **more)


def from_old_bot(text: str) -> dict[str, Any]:
    return message(f"<@{ME}> {text}", subtype="bot_message", bot_id="B0OLD", username="old")


def join() -> dict[str, Any]:
    return message(f"<@{ADA}> has joined the channel", subtype="channel_join", inviter=BEN)


def deleted() -> dict[str, Any]:
    return message("", subtype="message_deleted", hidden=True, deleted_ts=ts(), previous_message=message("When?"))


def url_verification() -> dict[str, Any]:
    return {
        "token": "Jhj5dZrVaK7ZwHHjRyZWjbDl",
        "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY",
        "type": "url_verification",
    }


def command(text: str, response_url: str, *, user: str = ADA, channel: str = GENERAL) -> dict[str, str]:
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": "T0TEAM",
        "team_domain": "example",
        "channel_id": channel,
        "channel_name": "general",
        "user_id": user,
        "user_name": "ada",
        "command": "/pincite",
        "text": text,
        "api_app_id": "A0APP",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": f"13345224609.738474920.{next(_count):032d}",
    }


def press(
    element: dict[str, Any], block_id: str, response_url: str, *, shown: dict[str, Any] | None = None,
    user: str = ADA, channel: str = GENERAL, at: str = "1700000000.000300",
) -> dict[str, Any]:  # fmt: skip
    """A button that was pressed; `shown` is the message, which Slack leaves out where only one person sees it."""
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "ada", "name": "ada", "team_id": "T0TEAM"},
        "api_app_id": "A0APP",
        "token": "9s8d9as89d8as9d8as989",
        "container": {"type": "message", "message_ts": at, "channel_id": channel, "is_ephemeral": shown is None},
        "trigger_id": f"12321423423.333649436676.{next(_count):032d}",
        "team": {"id": "T0TEAM", "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "general"},
        **({"message": {"type": "message", "user": ME, "ts": at, **shown}} if shown else {}),
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [element | {"block_id": block_id, "action_ts": ts()}],
    }


def form(fields: dict[str, str]) -> str:
    return urlencode(fields)


def interaction(payload: dict[str, Any]) -> str:
    return urlencode({"payload": json.dumps(payload)})


def buttons(blocks: list[dict[str, Any]]) -> dict[str, tuple[dict[str, Any], str]]:
    """The buttons of a message by their action_id, each with the block_id of its row."""
    return {
        element["action_id"]: (element, block["block_id"])
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }
