import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot import Alternative, Answer, Citation, Reason
from index.document import Document, digest
from index.formats import make_document
from tests.web.chat.slack.payloads import buttons
from web import words
from web.chat.slack import blocks
from web.chat.slack.blocks import Message
from web.chat.slack.markup import escape
from web.chat.slack.messages import Action
from web.chat.slack.quotes import MAX_BLOCK, quoted, split
from web.chat.slack.replies import MAX_BLOCKS, MAX_MESSAGE, MAX_TEXT, questions_in, reply
from web.desk import Told

SITE = "https://pincite.example"


def told(answer: Answer, asked: str | None = None, **more: Any) -> Message:  # noqa: ANN401
    given = {"key": "Ev1", "private": False, "person": True} | more
    return reply(Told(answer, asked or answer.question, "0123", "c", 5), SITE, **given)


def runs(message: Message) -> Iterator[dict[str, Any]]:
    for block in message.blocks:
        if block["type"] == "rich_text":
            for element in block["elements"]:
                yield from element["elements"]


def kept_within_limits(message: Message) -> None:
    assert 0 < len(message.text) <= MAX_TEXT
    assert len(message.blocks) <= MAX_BLOCKS
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= MAX_MESSAGE + 2 * MAX_BLOCKS
    names = [block["block_id"] for block in message.blocks if "block_id" in block]
    assert len(names) == len(set(names))
    for block in message.blocks:
        if block["type"] in ("section", "context"):
            texts = [block["text"]] if block["type"] == "section" else block["elements"]
            assert len(texts) <= 10
            assert all(0 < len(text["text"]) <= MAX_BLOCK for text in texts)
        if block["type"] == "actions":
            for element in block["elements"]:
                assert len(element["value"]) <= 2000
                assert len(element["text"]["text"]) <= 75
    for run in runs(message):
        assert run["text"]
    Block.parse_all(list(message.blocks))


def place(text: str, words: str, source: str = "gate.txt") -> Citation:
    document = make_document(text, source=source)
    start = document.text.index(words)
    return Citation(document, start, start + len(words))


GATE = place("The gate opens at nine. It closes at five.", "nine")


def test_an_answer_is_its_sentence_with_the_words_in_bold_how_sure_and_where() -> None:
    message = told(Answer("When?", 0.93, (GATE,)))
    quote = message.blocks[0]["elements"][0]
    assert quote["type"] == "rich_text_quote"
    assert quote["elements"] == [
        {"type": "text", "text": "The gate opens at "},
        {"type": "text", "text": "nine", "style": {"bold": True}},
        {"type": "text", "text": "."},
    ]
    assert message.blocks[1]["elements"][0]["text"] == "93% very confident"
    number, link = message.blocks[2]["elements"][0]["elements"]
    assert number["text"] == "1. "
    assert link == {"type": "link", "url": SITE + GATE.url, "text": GATE.document.title}
    assert message.text == (
        f"“nine” (93% very confident)\nThe gate opens at nine.\n<{SITE}{GATE.url}|{GATE.document.title}>"
    )
    assert "read as" not in json.dumps(message.blocks)


def test_further_places_are_numbered_with_their_pages_and_counted_past_ten() -> None:
    text = "One. Two nine."
    paged = Document(
        id="p", title="Paged", source="p.pdf", media_type="application/pdf", text=text, sha256=digest(text),
        pages=(0, 5), headings=(), metadata={},
    )  # fmt: skip
    places = [Citation(paged, 9, 13), *(place(f"At nine {n}.", "nine", f"{n}.txt") for n in range(12))]
    message = told(Answer("When?", 0.6, tuple(places)))
    written = "".join(run["text"] for run in runs(message))
    assert "1. Paged, page 2" in written
    assert "\n10. " in written
    assert "\n11. " not in written
    assert "and 3 more" in written
    assert "13 sources agree" in message.blocks[1]["elements"][0]["text"]
    kept_within_limits(message)


def test_places_of_one_document_are_told_apart_by_their_quotes() -> None:
    document = make_document(
        f"It opens at nine. {'Then ' * 30}again at nine.\n\nOn Sundays at nine.", source="gate.txt"
    )
    places = [Citation(document, found.start(), found.end()) for found in re.finditer("nine", document.text)]
    links = [run["text"] for run in runs(told(Answer("When?", 0.9, tuple(places)))) if run["type"] == "link"]
    assert links[0].endswith(": “It opens at nine.”")
    assert links[1].endswith("Then …”")
    assert links[2].endswith(": “On Sundays at nine.”")


def test_where_sources_differ_it_says_so() -> None:
    other = Alternative(place("The gate opens at ten.", "ten", "old.txt"), 0.5)
    message = told(Answer("When?", 0.8, (GATE,), alternatives=(other,)))
    written = json.dumps(message.blocks)
    assert "The sources also say" in written
    assert "(50% fairly confident)" in written
    assert [run["text"] for run in runs(message) if run.get("style")] == ["nine", "ten"]
    assert SITE + other.citation.url in written
    assert [run["text"] for run in runs(message) if run["text"].strip() in ("1.", "2.")] == ["1. ", "2. "]


def test_an_abstention_says_why_and_shows_the_nearest_passage() -> None:
    near = Alternative(Citation(GATE.document, 0, 42))
    message = told(Answer("Who?", 0.1, alternatives=(near,), reason=Reason.LOW_CONFIDENCE))
    assert message.blocks[0]["text"]["text"] == (
        "*The sources don't say.* The best words found are not likely enough to be the answer."
    )
    assert next(runs(message))["text"] == "The gate opens at nine. It closes at five."
    assert not [run for run in runs(message) if run.get("style")]
    assert "Nearest passage: “The gate opens at nine. It closes at five.” <" in message.text
    assert "1. " in [run["text"] for run in runs(message)]
    kept_within_limits(told(Answer("Who?", 0.0, reason=Reason.EMPTY_LIBRARY)))


def test_a_follow_up_shows_what_it_was_read_as() -> None:
    message = told(Answer("Who leads *CASIP* & co?", 0.9, (GATE,)), asked="and who leads it?")
    head = message.blocks[0]["elements"][0]["text"]
    assert head == "Read as: *Who leads ∗CASIP∗ &amp; co?*"
    private = told(Answer("Who leads CASIP?", 0.9, (GATE,)), asked="and who leads it?", private=True)
    head = private.blocks[0]["elements"][0]["text"]
    assert head == "You asked: *and who leads it?* · Read as: *Who leads CASIP?*"


def test_buttons_carry_what_they_are_about() -> None:
    found = buttons(list(told(Answer("When?", 0.9, (GATE,)), private=True).blocks))
    assert found[Action.GOOD][0]["value"] == "0123"
    assert found[Action.PERSON][0]["value"] == "When?"
    follow_up = told(Answer("When did it open?", 0.9, (GATE,)), asked="and when?")
    value = buttons(list(follow_up.blocks))[Action.PERSON][0]["value"]
    assert questions_in(value) == ("When did it open?", "and when?")
    assert {row for _, row in found.values()} == {"below:Ev1", "share:Ev1"}
    assert all(element.get("accessibility_label") for name, (element, _) in found.items() if name != Action.PERSON)


def test_only_three_characters_are_escaped() -> None:
    assert escape("a & b < c > d * _ ~ ` |") == "a &amp; b &lt; c &gt; d * _ ~ ` |"


def test_a_title_cannot_break_out_of_its_link() -> None:
    message = told(Answer("When?", 0.9, (place("# a|b> <c> & \\*d\\*\n\nAt nine.", "nine", "x.md"),)))
    (link,) = [line for line in message.text.splitlines() if line.startswith("<")]
    assert link.count("|") == 1
    assert link.count("<") == link.count(">") == 1


def test_stars_and_newlines_in_the_words_are_bold_as_they_stand() -> None:
    text = "It says:\n- *nine* o'clock\n- _ten_ & <eleven>\nand no more."
    words = "*nine* o'clock\n- _ten_ & <eleven>"
    message = told(Answer("When?", 0.9, (place(text, words),)))
    assert "".join(run["text"] for run in runs(message) if run.get("style")) == words


SENTENCES = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), min_size=1, max_size=200)


@given(SENTENCES, st.data())
def test_any_answer_stays_within_slacks_limits_and_keeps_its_link(sentences: list[str], data: st.DataObject) -> None:
    repeat = data.draw(st.sampled_from([1, 3, 40]))
    document = make_document("x" + ". ".join(sentences * repeat) + ".", source="any.txt")
    length = len(document.text)
    start = data.draw(st.integers(0, length - 1))
    citation = Citation(document, start, data.draw(st.integers(start + 1, length)))
    others = tuple(Alternative(citation, 0.5) for _ in range(3))
    question = "<&*" * data.draw(st.integers(1, 333))
    for answer in (
        Answer(question, 0.9, (citation,) * 11, alternatives=others),
        Answer(question, 0.1, alternatives=others, reason=Reason.NO_SPAN),
    ):
        message = told(answer, private=True)
        kept_within_limits(message)
        assert SITE + citation.url in json.dumps(message.blocks)
        assert len(buttons(list(message.blocks))) == 5
    shown = told(Answer(question, 0.9, (citation,)))
    bold = "".join(run["text"] for run in runs(shown) if run.get("style"))
    assert words.visible(citation.exact).startswith(bold)
    assert bold


@given(st.text(max_size=400), st.integers(1, 60))
def test_pieces_are_the_whole_in_order_and_no_longer_than_allowed(text: str, most: int) -> None:
    pieces = list(split(text, 0, len(text), most))
    assert "".join(text[start:end] for start, end in pieces) == text
    assert all(0 < end - start <= most for start, end in pieces)


def test_a_long_quote_is_split_where_sentences_end() -> None:
    text = (
        " ".join(f"Sentence number {n} is about gates and their hours." for n in range(80)).replace(". S", ", s") + "."
    )
    long = " ".join(["A first sentence stands here.", *(f"Gate {n} opens at {n}." for n in range(200))])
    pieces = [long[start:end] for start, end in split(long, 0, len(long), 500)]
    assert all(piece.rstrip().endswith(".") for piece in pieces)
    found = quoted(place(text, "number 40"), 1000)
    assert sum(len(run["text"]) for block in found for run in block["elements"][0]["elements"]) <= 1010


def test_votes_are_shown_on_the_thumbs_and_nothing_else_changes() -> None:
    shown = list(told(Answer("When?", 0.9, (GATE,)), private=True).blocks)
    changed = blocks.with_votes(shown, 2, 0)
    found = buttons(changed)
    assert found[Action.GOOD][0]["text"]["text"] == "👍 2"
    assert found[Action.BAD][0]["text"]["text"] == "👎"
    assert blocks.with_votes(changed, 0, 0) == shown


def test_a_shared_answer_names_who_asked_and_can_be_shared_no_more() -> None:
    reply = told(Answer("When was it?", 0.9, (GATE,)), asked="when *so*?", private=True)
    shown = list(reply.blocks)
    shared = blocks.shared(reply, "<@U1> asked:")
    assert shared.blocks[0]["elements"][0]["text"] == "<@U1> asked: *when ∗so∗?* · Read as: *When was it?*"
    assert shared.text.startswith("<@U1> asked: when ∗so∗? · Read as: When was it? — “nine” (90% very confident)\n")
    assert blocks.shared(Message("said\n" + "x" * MAX_TEXT, shown), "Ada:").text.endswith("When was it? — said")
    assert set(buttons(list(shared.blocks))) == {Action.GOOD, Action.BAD, Action.PERSON}
    left = blocks.used(blocks.used(shown, Action.SHARE, "Shared."), Action.KEEP, "Kept.")
    assert set(buttons(left)) == {Action.GOOD, Action.BAD, Action.PERSON}
    assert [block["elements"][0]["text"] for block in left[-2:]] == ["Shared.", "Kept."]
