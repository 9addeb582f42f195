"""Client: what Pincite says to Slack, and what Slack's answers mean for the work that waits on them.

slack_sdk's own retries are left out: after a broken connection a message may have been posted, and posting it again
would answer twice. The inbox tries again instead, over restarts too, and looks first.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse, WebClient
from slack_sdk.webhook import WebhookClient

from index import PinciteError
from web.chat.slack.blocks import Message

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
POSTED = "pincite_answer"
"""The event_type of the metadata that a reply carries, so that it is found again."""
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
"""Slack's words for what may work the next time."""

WORD = re.compile(r"[a-z0-9_]+")
"""Slack's words are of these letters. Anything else, such as a proxy's page, says nothing to whoever asked."""

SILENT = logging.getLogger(f"{__name__}.sdk")
"""slack_sdk's log quotes whole pages; what was refused is said in one line here."""
SILENT.setLevel(logging.CRITICAL)

UNSHOWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""Slack's words for blocks that it does not take."""


class SlackRefusedError(PinciteError):
    """Slack will not do it, however often it is asked. `code` is its own word for why, empty where it gave none."""

    def __init__(self, method: str, code: str, status: int = 200) -> None:
        """Say what was refused."""
        super().__init__(f"Slack refused {method}: {code}." if code else f"Slack refused {method} (status {status}).")
        self.code = code


class SlackAwayError(PinciteError):
    """Slack gave no answer, or asks to wait: what was asked may have been done or not. `seconds` is how long."""

    def __init__(self, method: str, detail: str, seconds: float = 0.0) -> None:
        """Say what is not known."""
        super().__init__(f"Slack did not answer to {method}: {detail}.")
        self.seconds = seconds


class Client:
    """Slack's Web API, as far as the chat needs it. Safe to use from several threads.

    Every method raises SlackRefusedError and SlackAwayError.
    """

    def __init__(self, token: str | None, api_url: str) -> None:
        """Use the bot's `token`; without one only a `response_url` can be answered."""
        self._has_token = token is not None
        base_url = api_url if api_url.endswith("/") else f"{api_url}/"
        self.web = WebClient(token, base_url=base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=SILENT)

    def post(self, channel: str, message: Message, *, thread: str = "", key: str | None = None) -> None:
        """Post a message. With `key`, `posted` finds it."""
        fields: dict[str, object] = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        if thread:
            fields["thread_ts"] = thread
        if key:
            fields["metadata"] = {"event_type": POSTED, "event_payload": {"key": key}}
        try:
            self._call("chat.postMessage", {**fields, **message.fields})
        except SlackRefusedError as error:
            if error.code not in UNSHOWABLE or not message.blocks:
                raise
            log.warning("%s Its text is posted instead.", error)
            self._call("chat.postMessage", {**fields, "text": message.text})

    def posted(self, channel: str, thread: str, since: str, key: str) -> bool:
        """Tell whether the message with `key` is there: in a thread, or in a channel after the message `since`."""
        method = "conversations.replies" if thread else "conversations.history"
        fields = {"channel": channel, "oldest": since, "include_all_metadata": True, "limit": 200}
        if thread:
            fields["ts"] = thread
        while True:
            page = self._call(method, fields)
            for message in page.get("messages") or ():
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == POSTED and (metadata.get("event_payload") or {}).get("key") == key:
                    return True
            fields["cursor"] = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not fields["cursor"]:
                return False

    def react(self, channel: str, ts: str, name: str) -> None:
        """Put a reaction on a message; one that is there stays."""
        self._call("reactions.add", {"channel": channel, "timestamp": ts, "name": name}, "already_reacted")

    def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take Pincite's reaction off a message, if it is there."""
        self._call("reactions.remove", {"channel": channel, "timestamp": ts, "name": name}, "no_reaction")

    def direct(self, user: str) -> str:
        """Return the channel of direct messages with `user`."""
        return str(self._call("conversations.open", {"users": user})["channel"]["id"])

    def permalink(self, channel: str, ts: str) -> str:
        """Return the address of a message."""
        return str(self._call("chat.getPermalink", {"channel": channel, "message_ts": ts})["permalink"])

    def respond(self, url: str, message: Message, **fields: object) -> None:
        """Answer at a response_url; `fields` are response_type, replace_original and the like."""
        method = "the reply"
        body = {**message.fields, **fields, "unfurl_links": False, "unfurl_media": False}
        hook = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        response = self._asked(method, lambda: hook.send_dict(body))
        code, status = _word(response.body), response.status_code
        if status == 429 or status >= 500 or code in PASSING:
            raise SlackAwayError(method, code or f"status {status}", _seconds(response.headers))
        if status >= 400 or code != "":
            raise SlackRefusedError(method, code or "", status)

    def _call(self, method: str, fields: dict[str, Any], ignored: str = "") -> SlackResponse | dict[str, Any]:
        """Call a method of the Web API. `ignored` is the error that means that it was done already."""
        if not self._has_token:
            raise SlackRefusedError(method, "no token; set PINCITE_SLACK_BOT_TOKEN")
        # conversations.* take no JSON bodies: https://docs.slack.dev/apis/web-api/
        body: dict[str, Any] = {"json" if method == "chat.postMessage" else "params": fields}
        try:
            response: SlackResponse = self._asked(method, lambda: self.web.api_call(method, **body))
        except SlackApiError as error:
            code, status = _only_word(str(error.response.get("error") or "")), error.response.status_code
            if ignored and code == ignored:
                return {}
            if status == 429 or status >= 500 or code in PASSING:
                raise SlackAwayError(method, code or f"status {status}", _seconds(error.response.headers)) from error
            raise SlackRefusedError(method, code, status) from error
        return response

    @staticmethod
    def _asked(method: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - slack_sdk's two kinds of response
        try:
            return call()
        except SlackApiError:
            raise
        except (OSError, HTTPException, SlackClientError, json.JSONDecodeError) as error:
            raise SlackAwayError(method, str(error) or type(error).__name__) from error


def _seconds(headers: Mapping[str, str]) -> float:
    """Return how long Slack asks to wait; 0 where it does not say."""
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(given) if str(given).isdecimal() else 0.0


def _word(body: str) -> str | None:
    """Return Slack's word for an error at a response_url, which comes as JSON or by itself.

    It is empty for success, and None for what Slack does not say.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        word = _only_word(body.strip())
        return "" if word == "ok" else word or None
    return _only_word(str(answer.get("error") or "")) if isinstance(answer, dict) and answer.get("ok") is False else ""


def _only_word(given: str) -> str:
    return given if WORD.fullmatch(given) else ""
