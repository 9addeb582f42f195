"""Tools: what the room of a chat tool holds, and the one form that messages are read into."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fastapi import HTTPException

from web.chat.markdown import Dialect, Reply

Fields = Mapping[str, object]
"""A body, form or JSON."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `addressed` is whether Pincite was called by name, so that it owes a reply.

    `place` names the conversation within an integration, `id` the message where the tool gives one, and `thread`
    where the reply belongs where the tool wants to be told. A `private` message is one that only its sender sees.
    """

    text: str
    addressed: bool
    place: tuple[str, ...]
    id: str = ""
    thread: str = ""
    private: bool = False


class Tool(Protocol):
    """What the room of a tool holds."""

    DIALECT: Dialect
    FORMS: bool
    """Whether the tool may post forms; all post JSON."""
    HELP: str

    def token(self, fields: Fields, authorization: str) -> str:
        """Return the token a request came with; empty where there is none."""

    def read(self, fields: Fields) -> Message | None:
        """Return the message, or None for what is nobody's question. Raises HTTPException with 422."""

    def write(self, message: Message, reply: Reply, root: str) -> dict[str, object]:
        """Return `reply` as the tool wants to be answered."""


def field(fields: Fields, name: str) -> str:
    """Return a field's text, empty where it is missing. Raises HTTPException where it is something else."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise HTTPException(422, f"{name} is not text.")
    return value


def token_in(fields: Fields) -> str:
    """Return the token of a body, empty where there is none."""
    value = fields.get("token")
    return value if isinstance(value, str) else ""


def without_trigger(text: str, trigger: str) -> str:
    """Return `text` without the word that called Pincite, and what parts it from the question."""
    text = text.strip()
    return text[len(trigger) :].lstrip(" \t\n:,") if trigger and text.startswith(trigger) else text
