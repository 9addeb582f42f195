"""The templates, and the filters they use. Only `.html` is escaped, so nothing else is a template."""

from pathlib import Path

from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined

from web import words

HERE = Path(__file__).parent


def visible(text: str) -> str:
    """Return `text` as HTML can carry it: NUL and the other controls it forbids become U+FFFD.

    One character stays one character, so offsets still hold.
    """
    return text.translate(FORBIDDEN)


FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF], "\ufffd")

templates = Jinja2Templates(directory=HERE / "templates")
templates.env.undefined = StrictUndefined
templates.env.filters["visible"] = visible
templates.env.globals.update(
    confidence_in_words=words.confidence_in_words,
    percent=words.percent,
    agreement=words.agreement,
    reasons=words.REASONS,
)
