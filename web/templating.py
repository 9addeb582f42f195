"""The templates, and what they use. Only `.html` is escaped, so nothing else is a template."""

from pathlib import Path

from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined

from web import words

HERE = Path(__file__).parent

templates = Jinja2Templates(directory=HERE / "templates")
templates.env.undefined = StrictUndefined
templates.env.filters["visible"] = words.visible
templates.env.globals.update(
    confidence_in_words=words.confidence_in_words,
    percent=words.percent,
    agreement=words.agreement,
    reasons=words.REASONS,
    why=words.why,
    among=words.among,
    faces=words.FACES,
    status_in_words=words.STATUSES,
    shows_in_words={"all": "All"} | words.STATUSES,
    shown_in_words=words.SHOWN,
    shortened=words.shortened,
    counted=words.counted,
    times=words.times,
    date=words.date,
    day=words.day,
    heard=words.heard,
    moment=words.moment,
)
