import re

from hypothesis import given, settings

from bot import Answer, Citation
from tests.web.chat.conftest import citations, told
from web.chat import rocketchat
from web.chat.markdown import Reply, reply
from web.chat.rocketchat import DIALECT, line
from web.words import visible

ROOT = "https://pincite.example"
OUTGOING = {"token": "t", "bot": False, "text": "pincite, When?", "trigger_word": "pincite", "channel_id": "c",
            "user_id": "u", "message_id": "m"}  # fmt: skip


def undone(markdown: str) -> tuple[str, str]:
    """The text of a block quote and what of it is bold, by the rules that the tool's parser has for what is written."""
    text = bold = ""
    inside = False
    for escaped, code, mark, character in re.findall(r"\\([*_~`#.])|`([^`\n])`|(\*\*)|(.)", markdown, re.S):
        assert not (inside and escaped), "inside bold, a backslash escapes nothing"
        assert character not in ("*", "_", "~", "`", "#", "\\", "<"), "it would act"
        inside ^= bool(mark)
        text += escaped + code + character
        bold += (code + character) if inside else ""
    return text, bold


@settings(max_examples=400, deadline=None)
@given(citation=citations())
def test_any_quote_is_shown_verbatim_with_the_words_in_bold(citation: Citation) -> None:
    said = reply(told(Answer("What?", 0.8, (citation,))), ROOT, DIALECT).text
    assert len(said) <= DIALECT.limit
    quote, exact = visible(citation.quote), visible(citation.exact)
    rows = said[: said.index("\n\n(1)")].split("\n")
    assert all(row == ">" or row.startswith("> ") for row in rows)
    undone_rows = [undone(row[2:]) for row in rows]
    text, bold = "\n".join(text for text, _ in undone_rows), "".join(bold for _, bold in undone_rows)
    if len(quote) <= DIALECT.quote_characters:
        assert text == "\n".join(row.rstrip() for row in quote.split("\n"))
    else:
        assert text.removeprefix("… ").removesuffix(" …") in "\n".join(row.rstrip() for row in quote.split("\n"))
    unbold = str.maketrans("", "", "*_~`# \t\n\xa0\u2028")
    if len(exact) < DIALECT.quote_characters // 2:
        assert "".join(bold.split()).translate(unbold) == "".join(exact.split()).translate(unbold)


def test_bold_ends_before_what_it_cannot_hold() -> None:
    assert line("a ", "foo * bar_baz", " b") == r"a **foo** \* **bar**\_**baz** b"
    assert line("", "", "@all") == "`@`all"


def test_a_dot_before_markup_is_no_address() -> None:
    assert line("see example.com", "x", "") == r"see example\.com**x**"
    assert line("see example.com/a_b.", "", "") == r"see example\.com/a\_b\."


def test_what_programs_write_and_what_is_edited_is_nobodys_question() -> None:
    assert rocketchat.read({**OUTGOING, "bot": {"i": "x"}}) is None
    assert rocketchat.read({**OUTGOING, "bot": True}) is None
    assert rocketchat.read({**OUTGOING, "isEdited": True}) is None


def test_the_reply_goes_into_the_thread_of_the_message() -> None:
    message = rocketchat.read(OUTGOING)
    assert message is not None
    assert (message.text, message.addressed, message.id, message.place) == ("When?", True, "m", ("c", "m"))
    assert rocketchat.write(message, Reply("Then."), ROOT) == {"text": "Then.", "parseUrls": False, "tmid": "m"}
    within = rocketchat.read({**OUTGOING, "message_id": "n", "tmid": "m"})
    assert within is not None
    assert (within.thread, within.place) == ("m", ("c", "m"))


def test_places_are_attachments_with_links() -> None:
    from tests.web.chat.test_markdown import BRIDGE, cite

    place = cite(BRIDGE, "1931")
    message = rocketchat.read(OUTGOING)
    assert message is not None
    written = rocketchat.write(message, reply(told(Answer("When?", 0.9, (place,))), ROOT, DIALECT), ROOT)
    assert written["attachments"] == [{"title": "(1) Bridges", "title_link": f"{ROOT}{place.url}"}]
