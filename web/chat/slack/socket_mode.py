"""Socket Mode: the same through a connection that Pincite opens, so that no address of it need be public.

It needs slack_bolt, an extra of the package. Bolt's part is to keep the connection; everything that comes through it
is acknowledged by `Slack`, as over HTTP.
"""

import importlib.util
import logging
import threading
from collections.abc import Callable
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackClientError

from index import PinciteError
from web.chat.slack.client import TIMEOUT_SECONDS
from web.chat.slack.workspace import Acknowledgement, Slack
from web.settings import Settings, SettingsError

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse
    from slack_bolt.adapter.socket_mode import SocketModeHandler

log = logging.getLogger(__name__)

KEPT_SECONDS = 2.5
"""How long an acknowledgement waits for the disk. Slack sends again after 3 s."""
AGAIN_SECONDS = 10.0
CLOSE_SECONDS = 3.0


class SocketMode:
    """The connection of one app."""

    def __init__(self, slack: Slack, settings: Settings) -> None:
        """Prepare it. Raises SettingsError where slack_bolt is missing."""
        if importlib.util.find_spec("slack_bolt") is None:
            raise SettingsError(
                "PINCITE_SLACK_APP_TOKEN is set, and Socket Mode needs slack_bolt: pip install 'pincite[slack]'."
            )
        assert settings.slack_app_token is not None
        self._slack = slack
        self._token = settings.slack_app_token.get_secret_value()
        self._api_url = settings.slack_api_url
        self._handler: SocketModeHandler | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._connect, name="pincite-chat-socket", daemon=True)

    def start(self) -> None:
        """Connect in the background, and again whenever the connection breaks."""
        self._thread.start()

    def stop(self) -> None:
        """Disconnect. Nothing is lost where that takes too long: what came in is in the inbox, or not acknowledged."""
        self._stopping.set()
        self._thread.join(TIMEOUT_SECONDS)
        if self._handler is not None:
            # slack_sdk waits without end for a session that waits for the other side.
            closing = threading.Thread(target=self._handler.close, name="pincite-chat-socket-close", daemon=True)
            closing.start()
            closing.join(CLOSE_SECONDS)

    def _connect(self) -> None:
        from slack_bolt.adapter.socket_mode import SocketModeHandler
        from slack_sdk.web import WebClient

        while not self._stopping.is_set():
            try:
                web = WebClient(base_url=self._api_url, timeout=TIMEOUT_SECONDS)
                handler = SocketModeHandler(bolt(self._slack), self._token, web_client=web)
                handler.connect()  # type: ignore[no-untyped-call]
            except (SlackClientError, OSError, HTTPException) as error:  # a token that is refused, no network
                log.error("Slack's Socket Mode cannot connect (%s). It is tried again.", str(error).replace("\n", " "))
                self._stopping.wait(AGAIN_SECONDS)
            except Exception:
                log.exception("Slack's Socket Mode cannot connect. It is tried again.")
                self._stopping.wait(AGAIN_SECONDS)
            else:
                self._handler = handler
                return


def bolt(slack: Slack) -> "App":
    """Return a Bolt app whose one step takes everything, before Bolt looks for listeners or asks Slack anything."""
    from slack_bolt import App, BoltResponse
    from slack_bolt.authorization import AuthorizeResult

    app = App(
        # Bolt would ask Slack who it is before it acknowledged anything; nothing here needs to know.
        authorize=lambda enterprise_id, team_id: AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id),
        signing_secret="none: a socket's messages are not signed",  # noqa: S106
        ignoring_self_events_enabled=False,
        raise_error_for_unhandled_request=False,
    )

    @app.middleware
    def take(body: dict[str, Any]) -> "BoltResponse":
        said = _of(slack, body)(body)
        if said.incoming is not None:
            try:
                slack.keep(said.incoming).result(KEPT_SECONDS)
            except (PinciteError, TimeoutError) as error:
                log.error("Something from Slack could not be kept, and is not acknowledged: %s", error)
                return BoltResponse(status=503)
        return BoltResponse(status=200, body=dict(said.body) if said.body else "")

    return app


def _of(slack: Slack, body: dict[str, Any]) -> Callable[[dict[str, Any]], Acknowledgement]:
    """Return what takes a payload: over a socket they all come the same way."""
    if "command" in body:
        return slack.command
    return slack.event if body.get("type") in ("event_callback", "app_rate_limited") else slack.action
