"""Why a passage with the wanted words was not read: too far down, or because the nearest gave an answer."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.expected.explain import _rank
from bot.pipeline import TOP_K
from bot.reading_on import NEAREST
from tests.bot.test_second import hits

TEXTS = [f"The house at number {number} is empty." for number in range(1, TOP_K + 3)]


def told(place: int) -> str:
    """Return what is said where the passage at `place`, from 1, holds what is wanted."""
    found = hits(TEXTS)
    _, hit, document = found[place - 1]
    bot: Any = SimpleNamespace(
        library=SimpleNamespace(count=lambda: (1, len(found))),
        search=lambda question, most, depth: [hit for _, hit, _ in found],
    )
    asked: Any = SimpleNamespace(answer=SimpleNamespace(question="Who lives here?"))
    wanted: Any = SimpleNamespace(document=document, start=hit.passage.start, end=hit.passage.end)
    target: Any = SimpleNamespace(places=[wanted])
    return _rank(bot, asked, target)


@pytest.mark.parametrize("place", [NEAREST + 1, TOP_K])
def test_what_was_not_read_because_others_answered_is_said_to_be(place: int) -> None:
    said = told(place)
    assert f"number {place} of {len(TEXTS)}" in said
    assert said.endswith(f"the nearest {NEAREST} were read first and gave an answer.")


def test_what_is_too_far_down_is_said_to_be() -> None:
    assert told(TOP_K + 1).endswith(f"the first {TOP_K} are read.")
