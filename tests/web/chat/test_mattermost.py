import re

import pytest
from fastapi import HTTPException
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot import Answer, Citation
from tests.web.chat.conftest import NASTY, citations, told
from web.chat import mattermost
from web.chat.markdown import Reply, reply
from web.chat.mattermost import DIALECT, line
from web.words import visible

ROOT = "https://pincite.example"
PARTS = st.lists(st.sampled_from([part for part in NASTY if "\n" not in part]), max_size=6).map("".join)


def rendered(markdown: str) -> tuple[str, list[str]]:
    """What CommonMark shows of the first block quote: its text, and what of it is bold."""
    text: list[str] = []
    bold: list[str] = []
    tokens = MarkdownIt("commonmark").parse(markdown)
    opened = next(at for at, token in enumerate(tokens) if token.type == "blockquote_open")
    closed = next(at for at, token in enumerate(tokens) if token.type == "blockquote_close")
    assert {token.type for token in tokens[opened + 1 : closed]} <= {"paragraph_open", "inline", "paragraph_close"}
    for token in tokens[opened:closed]:
        if token.type == "inline":
            text.append(_inline(token.children or [], bold))
    return "\n\n".join(text), bold


def _inline(children: list[Token], bold: list[str]) -> str:
    text, inside = "", False
    for child in children:
        assert child.type in ("text", "code_inline", "softbreak", "strong_open", "strong_close", "text_special"), child
        content = "\n" if child.type == "softbreak" else child.content if "strong" not in child.type else ""
        inside = {"strong_open": True, "strong_close": False}.get(child.type, inside)
        text += content
        if inside:
            bold.append(content)
    return text


@settings(max_examples=400, deadline=None)
@given(citation=citations())
def test_any_quote_is_shown_verbatim_with_the_words_in_bold(citation: Citation) -> None:
    said = reply(told(Answer("What?", 0.8, (citation,))), ROOT, DIALECT).text
    assert len(said) <= DIALECT.limit
    text, bold = rendered(said)
    quote, exact = visible(citation.quote), visible(citation.exact)
    if len(quote) <= DIALECT.quote_characters:
        assert text == re.sub("\n{2,}", "\n\n", quote).strip("\n")
    else:
        assert text.removeprefix("… ").removesuffix(" …") in re.sub("\n{2,}", "\n\n", quote)
    assert "".join(exact.split()).startswith("".join("".join(bold).split()))
    if len(exact) < DIALECT.quote_characters // 2:
        assert "".join("".join(bold).split()) == "".join(exact.split())


@given(before=PARTS, bold=PARTS, after=PARTS)
def test_nothing_in_a_line_wakes_anybody_or_becomes_a_link_or_emoji(before: str, bold: str, after: str) -> None:
    written = line(before, bold, after)
    bare = re.sub(r"&#\d+;", "·", written.replace("`@`", "·").replace("**", ""))
    assert not re.search(r"[@<>#~$_*`\[\]\\|&]|:\S|www\.|\w/", bare)


def test_a_name_with_an_at_is_code_so_that_the_server_finds_no_mention() -> None:
    assert line("ask ", "@channel", " now") == "ask **`@`channel** now"
    assert line("", "", "write to a@b.com") == "write to a&#64;b.com"


SLASH = {"token": "t", "command": "/pincite", "text": " When? ", "channel_id": "c", "user_id": "u", "root_id": ""}
OUTGOING = {"token": "t", "text": "pincite: When?", "trigger_word": "pincite", "channel_id": "c", "user_id": "u",
            "post_id": "p", "timestamp": 1, "file_ids": ""}  # fmt: skip


def test_a_command_is_answered_to_its_sender_alone() -> None:
    message = mattermost.read(SLASH)
    assert (message.text, message.addressed) == ("When?", True)
    assert mattermost.write(message, Reply("Then."), ROOT) == {"response_type": "ephemeral", "text": "Then."}


def test_a_message_is_answered_with_a_comment() -> None:
    message = mattermost.read(OUTGOING)
    assert (message.text, message.addressed, message.id) == ("When?", True, "p")
    assert mattermost.write(message, Reply("Then."), ROOT) == {"response_type": "comment", "text": "Then."}


def test_without_a_trigger_word_nobody_called() -> None:
    assert not mattermost.read({**OUTGOING, "trigger_word": ""}).addressed


def test_a_thread_is_a_conversation_and_so_are_ones_own_questions_in_a_channel() -> None:
    assert mattermost.read({**SLASH, "root_id": "r"}).place == ("c", "r")
    assert mattermost.read(SLASH).place == mattermost.read(OUTGOING).place == ("c", "u")


@pytest.mark.parametrize(
    ("fields", "authorization", "token"),
    [({"token": "a"}, "Token b", "a"), ({}, "Token b", "b"), ({}, "token  b ", "b"), ({}, "Bearer b", ""),
     ({"token": ["a"]}, "", ""), ({}, "", "")],
)  # fmt: skip
def test_the_token_is_in_the_body_or_the_header(fields: dict, authorization: str, token: str) -> None:
    assert mattermost.token(fields, authorization) == token


def test_a_field_that_is_no_text_is_refused() -> None:
    with pytest.raises(HTTPException) as refused:
        mattermost.read({**SLASH, "text": ["When?"]})
    assert refused.value.status_code == 422
