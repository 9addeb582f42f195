from bot import Bot
from bot.expected import check_case
from bot.expected.suggest import LEAST, candidates, confirmed, suggest
from index.formats import make_document
from tests.bot.expected.conftest import no_fault

FAQ = """# Questions

## How long is the warranty?
The warranty is two years. It begins with the purchase.

## Can I pay later?
No.

The company was founded in 1990. Acme Labs was founded in 1990. Later, Acme Labs was founded on paper in 1990 again.
"""


def test_a_documents_own_questions_come_with_what_stands_below_them() -> None:
    document = make_document(FAQ, source="faq.md", media_type="text/markdown")
    found = {one.question: document.text[one.start : one.end] for one in candidates(document)}
    assert found["How long is the warranty?"].startswith("The warranty is two years.")
    assert "Can I pay later?" not in found, "a span is no yes or no"
    assert found["When was Acme Labs founded?"] == "1990"
    assert not any("the company" in question for question in found), "which company?"


def test_one_question_is_made_once() -> None:
    questions = [one.question for one in candidates(make_document("Acme Labs was founded in 1990. " * 3, source="x"))]
    assert questions == ["When was Acme Labs founded?"]


def test_the_seeds_suggest_what_they_answer(bot: Bot) -> None:
    found = suggest(bot)
    assert found.documents == 2
    assert found.sentences > 30
    assert found.made >= found.asked >= len(found.kept) >= 2
    questions = {one.question: one for one in found.kept}
    patents = questions["How many all-solid-state battery patents does Toyota have?"]
    assert patents.place.exact == "more than 1,300"
    for one in found.kept:
        assert one.confidence >= LEAST
        verdict = check_case(one.case, bot, no_fault)
        assert verdict.status == "passed", verdict.findings


def test_the_limit_and_the_confidence_asked_for_hold(bot: Bot) -> None:
    assert len(suggest(bot, limit=1).kept) == 1
    assert not suggest(bot, least=0.999).kept


def test_an_answer_from_elsewhere_confirms_nothing(bot: Bot) -> None:
    elsewhere = make_document("IBM already has more than 1,300 battery patents in Japan.", source="other.txt")
    (one,) = candidates(elsewhere)
    assert confirmed(bot, one) is None
