"""Slack: one app in one workspace. What comes in, over HTTP or a socket, is acknowledged and answered the same way."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from index import DamagedLibraryError
from web.chat.slack import messages
from web.chat.slack.answers import Answers
from web.chat.slack.buttons import Buttons
from web.chat.slack.client import Client
from web.chat.slack.inbox import FILE, Inbox
from web.chat.slack.intake import Intake
from web.chat.slack.messages import Ignored, Incoming
from web.chat.slack.replies import help_text
from web.chat.slack.worker import Worker
from web.chat.smalltalk import said_to
from web.opening import set_aside
from web.service import Service
from web.settings import Settings

log = logging.getLogger(__name__)

LOOKING = "Looking in the documents…"
STARTING = "Pincite is starting; your answer comes in a minute."


@dataclass(frozen=True)
class Acknowledgement:
    """What Slack is told at once, once `incoming` is in the inbox; `body` is JSON, or nothing."""

    body: Mapping[str, Any] | None = None
    incoming: Incoming | None = None


class Slack:
    """Pincite in a workspace. Make it only where the settings name an app."""

    def __init__(self, settings: Settings, service: Service) -> None:
        """Answer with the desk of `service`, once it is loaded."""
        self._settings = settings
        self._service = service
        self._inbox: Inbox | None = None
        self._opening = threading.Lock()
        token, person = settings.slack_bot_token, settings.slack_person
        secret = settings.slack_signing_secret or settings.slack_app_token
        assert secret is not None
        if token is None:
            log.warning("PINCITE_SLACK_BOT_TOKEN is not set: only slash commands can be answered.")
        client = Client(token.get_secret_value() if token else None, settings.slack_api_url)
        answers = Answers(lambda: service.desk, client, settings.site, person=person is not None)
        buttons = Buttons(lambda: service.desk, client, person=person, secret=secret.get_secret_value())
        self._worker = Worker(settings.library_folder, self.inbox, lambda: not service.loading, answers, buttons)
        self._intake = Intake(self.inbox, self._worker.wake)

    def start(self) -> None:
        """Begin to take in, and to answer."""
        self._intake.start()
        self._worker.start()

    def stop(self) -> None:
        """End; what is not answered yet is answered after the next start."""
        self._intake.stop()
        self._worker.stop()

    def inbox(self) -> Inbox:
        """Return the inbox, opened when it is first wanted. A damaged one is moved aside."""
        with self._opening:
            if self._inbox is None:
                folder = self._settings.library_folder
                try:
                    self._inbox = Inbox(folder)
                except DamagedLibraryError as error:
                    set_aside(folder, FILE, error)
                    self._inbox = Inbox(folder)
            return self._inbox

    def keep(self, incoming: Incoming) -> "Future[bool]":
        """Return what ends once `incoming` is on the disk, or with a LibraryError."""
        return self._intake.put(incoming)

    def command(self, form: Mapping[str, str]) -> Acknowledgement:
        """Acknowledge a slash command: help and the like are given at once, a question is looked into."""
        asked = messages.command(form)
        if isinstance(asked, Ignored):
            return _ignored(asked)
        polite = said_to(asked.text, help_text(person=self._settings.slack_person is not None))
        if polite is not None:
            return Acknowledgement({"response_type": "ephemeral", "text": polite})
        waiting = STARTING if self._service.loading else LOOKING
        return Acknowledgement({"response_type": "ephemeral", "text": waiting}, asked)

    def event(self, payload: Mapping[str, Any]) -> Acknowledgement:
        """Acknowledge what came over the Events API."""
        kind = payload.get("type")
        if kind == "url_verification":
            return Acknowledgement({"challenge": str(payload.get("challenge", ""))})
        if kind == "app_rate_limited":
            log.warning("Slack sends more events than it delivers: some questions do not reach Pincite.")
            return Acknowledgement()
        if kind != "event_callback":
            return _ignored(Ignored(f"a payload of type {kind!r}"))
        asked = messages.event(payload, self._settings.listened_channels)
        return _ignored(asked) if isinstance(asked, Ignored) else Acknowledgement(incoming=asked)

    def action(self, payload: Mapping[str, Any]) -> Acknowledgement:
        """Acknowledge a button."""
        pressed = messages.pressed(payload)
        return _ignored(pressed) if isinstance(pressed, Ignored) else Acknowledgement(incoming=pressed)


def _ignored(ignored: Ignored) -> Acknowledgement:
    log.debug("Ignored: %s", ignored.why)
    return Acknowledgement()
