"""The manifest and the page about Slack are true: what Pincite calls and is called at is what they name."""

import re
from pathlib import Path

import yaml

from tests.conftest import CHECKOUT
from web.chat.slack import client, routes
from web.settings import Settings

MANIFEST = yaml.safe_load((CHECKOUT / "docs/slack-manifest.yaml").read_text(encoding="utf-8"))
PAGE = (CHECKOUT / "docs/slack.md").read_text(encoding="utf-8")

SCOPES = {
    "chat.postMessage": {"chat:write"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "chat.getPermalink": set(),
}
"""What Slack's reference asks for each method: https://docs.slack.dev/reference/methods/"""
EVENTS = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
}


def test_the_scopes_are_those_that_are_needed_and_no_more() -> None:
    source = Path(client.__file__).read_text(encoding="utf-8")
    called = set(re.findall(r'"((?:chat|reactions|conversations)\.\w+)"', source))
    assert called == set(SCOPES)
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)
    needed = {"commands"}.union(*SCOPES.values(), *EVENTS.values())
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed
    for scope in needed:
        assert f"`{scope}`" in PAGE


def test_the_addresses_are_those_of_the_routes() -> None:
    settings = MANIFEST["settings"]
    (command,) = MANIFEST["features"]["slash_commands"]
    given = {command["url"], settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]}
    served = {route.path for route in routes.router.routes}  # type: ignore[attr-defined]
    assert given == {f"https://pincite.example.com{path}" for path in served}
    assert command["command"] == "/pincite"


def test_direct_messages_can_be_written_to_the_app() -> None:
    home = MANIFEST["features"]["app_home"]
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False


def test_the_page_names_every_setting() -> None:
    named = set(re.findall(r"^\| `PINCITE_(\w+)` \|", PAGE, re.M))
    assert named == {
        name.upper() for name in Settings.model_fields if name.startswith("slack_") or name == "public_url"
    }


def test_links_of_the_page_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (CHECKOUT / "docs" / target).is_file(), target
