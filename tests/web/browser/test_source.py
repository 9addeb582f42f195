"""A source in a real browser."""

import pytest

from bot import Bot
from tests.web.browser.looking import PHONE, QUESTION, Open, check_inside_viewport

pytestmark = pytest.mark.browser


def test_an_address_with_a_place_marks_it_on_a_fresh_visit(visit: Open, bot: Bot) -> None:
    citation = bot.ask(QUESTION).citations[0]
    page = visit(citation.url, viewport=PHONE)
    assert page.locator("#cite").text_content() == citation.exact
    check_inside_viewport(page, "#cite")
