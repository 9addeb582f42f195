import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Alternative, Answer, Citation, Reason
from bot.gaps import Gaps, Status, Topic, topics
from bot.journal import Asked, Journal
from index import Embedder
from index.embed import Vectors
from index.formats import make_document

DOCUMENT = make_document("The gate opens at nine. It closes at five.", source="gate.txt")
NOW = datetime.now(UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path, days=30)
    yield journal
    journal.close()


def ask(journal: Journal, question: str, answer: tuple[int, int] | None = None, **given: object) -> str:
    """Keep a question, answered by that place of DOCUMENT or not at all. `ago` is in minutes."""
    told = (
        Answer(question, 0.9, (Citation(DOCUMENT, *answer),))
        if answer
        else Answer(question, 0.1, alternatives=(Alternative(Citation(DOCUMENT, 0, 23)),), reason=Reason.NO_SPAN)
    )
    at = NOW - timedelta(minutes=float(given.get("ago", 0)))  # type: ignore[arg-type]
    face = str(given.get("face", "page"))
    entry_id = journal.record(told, asked=question, face=face, conversation="c", took_ms=1, at=at)
    assert entry_id is not None
    return entry_id


NINE, FIVE = (18, 22), (37, 41)


def found(journal: Journal, embedder: Embedder) -> list[Topic]:
    topics, pending = Gaps(journal, embedder).topics()
    assert pending == 0
    return topics


def test_questions_that_ask_the_same_are_one_topic(journal: Journal, embedder: Embedder) -> None:
    ask(journal, "When does the gate open?", NINE, ago=3, face="slack")
    ask(journal, "What time does the gate open?", NINE, ago=2)
    last = ask(journal, "When does the gate open?", NINE, ago=1)
    ask(journal, "When does the gate close?", FIVE, ago=0)
    close, open_ = sorted(found(journal, embedder), key=lambda topic: topic.times)
    assert close.wordings == (("When does the gate close?", 1),)
    assert open_.question == "When does the gate open?"
    assert open_.wordings == (("When does the gate open?", 2), ("What time does the gate open?", 1))
    assert open_.faces == (("page", 2), ("slack", 1))
    assert (open_.times, open_.shown, open_.answers) == (3, last, ("nine",))
    assert open_.last_asked - open_.first_asked == timedelta(minutes=2)


def test_what_is_not_answered_comes_first_then_what_was_called_wrong(journal: Journal, embedder: Embedder) -> None:
    ask(journal, "When does the gate open?", NINE)
    journal.vote(ask(journal, "When does the gate close?", FIVE, ago=9), "ada", good=False)
    ask(journal, "Who built the gate?", ago=30)
    ask(journal, "What does the gate weigh?", ago=20)
    ask(journal, "What does the gate weigh?", ago=25)
    assert [(topic.question, topic.status) for topic in found(journal, embedder)] == [
        ("What does the gate weigh?", Status.UNANSWERED),
        ("Who built the gate?", Status.UNANSWERED),
        ("When does the gate close?", Status.VOTED_DOWN),
        ("When does the gate open?", Status.ANSWERED),
    ]


def test_a_vote_that_it_should_be_answered_counts_like_asking(journal: Journal, embedder: Embedder) -> None:
    ask(journal, "What does the gate weigh?", ago=1)
    wanted = ask(journal, "Who built the gate?", ago=9)
    assert found(journal, embedder)[0].question == "What does the gate weigh?"
    journal.vote(wanted, "ada", good=False)
    assert found(journal, embedder)[0].question == "Who built the gate?"


def test_a_question_that_is_answered_by_now_is_no_gap_any_more(journal: Journal, embedder: Embedder) -> None:
    ask(journal, "When does the gate open?", ago=5)
    assert found(journal, embedder)[0].status is Status.UNANSWERED
    now = ask(journal, "When does the gate open?", NINE, ago=1)
    (topic,) = found(journal, embedder)
    assert (topic.status, topic.shown, topic.times) == (Status.ANSWERED, now, 2)


def test_one_wording_that_fails_keeps_a_topic_open(journal: Journal, embedder: Embedder) -> None:
    failed = ask(journal, "What time does the gate open?", ago=5)
    ask(journal, "When does the gate open?", NINE, ago=1)
    (topic,) = found(journal, embedder)
    assert (topic.status, topic.shown) == (Status.UNANSWERED, failed)


def test_votes_on_an_answer_count_wherever_it_was_given_and_no_longer_than_it_is(
    journal: Journal, embedder: Embedder
) -> None:
    first = ask(journal, "When does the gate open?", FIVE, ago=9)
    journal.vote(first, "ada", good=False)
    ask(journal, "When does the gate open?", FIVE, ago=8)
    assert found(journal, embedder)[0].status is Status.VOTED_DOWN
    for voter in ("ben", "cleo"):
        journal.vote(first, voter, good=True)
    assert found(journal, embedder)[0].status is Status.ANSWERED, "more say that it is right"
    for voter in ("ben", "cleo"):
        journal.vote(first, voter, good=None)
    ask(journal, "When does the gate open?", NINE, ago=1)
    assert found(journal, embedder)[0].status is Status.ANSWERED, "it is another answer now"


def test_new_questions_are_compared_the_next_time(journal: Journal, embedder: Embedder) -> None:
    gaps = Gaps(journal, embedder)
    assert gaps.topics() == ([], 0)
    ask(journal, "When does the gate open?", NINE)
    assert len(gaps.topics()[0]) == 1
    ask(journal, "What time does the gate open?", NINE)
    assert len(gaps.topics()[0]) == 1
    journal.delete(["What time does the gate open?"])
    assert gaps.topics()[0][0].times == 1


def test_the_page_does_not_wait_for_ten_thousand_embeddings(
    journal: Journal, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    class Slow(Embedder):
        identity = "slow"  # type: ignore[assignment]

        def encode(self, texts: object) -> Vectors:
            release.wait(30)
            return embedder.encode(texts)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.gaps.PATIENCE_SECONDS", 0.05)
    ask(journal, "When does the gate open?", NINE)
    ask(journal, "What time does the gate open?", NINE)
    gaps = Gaps(journal, Slow())
    topics, pending = gaps.topics()
    assert (len(topics), pending) == (2, 2), "each stands alone until it was compared"
    release.set()
    learner = gaps._learner
    assert learner is not None
    learner.join(30)
    topics, pending = gaps.topics()
    assert (len(topics), pending) == (1, 0)


ASKED = st.builds(
    lambda number, text, minute, answer, good, bad: Asked(
        f"{number:016x}", NOW - timedelta(minutes=minute), "api", text, answer, good, bad
    ),
    st.integers(0, 2**60), st.sampled_from("abcdef"), st.integers(0, 9999), st.sampled_from([None, "x", "y"]),
    st.integers(0, 2), st.integers(0, 2),
)  # fmt: skip


@given(st.lists(ASKED, unique_by=(lambda one: one.id, lambda one: one.asked_at)), st.randoms(use_true_random=False))
def test_each_question_is_in_one_topic_in_whatever_order_it_came(asked: list[Asked], shuffle: random.Random) -> None:
    groups = [["a", "b", "c"], ["d"], ["e", "f"]]
    there = {one.text for one in asked}
    groups = [kept for texts in groups if (kept := [text for text in texts if text in there])]
    asked.sort(key=lambda one: one.asked_at, reverse=True)
    found = topics(asked, groups)
    assert sum(topic.times for topic in found) == len(asked)
    assert {frozenset(text for text, _ in topic.wordings) for topic in found} == set(map(frozenset, groups))
    assert [topic.status for topic in found] == sorted((t.status for t in found), key=list(Status).index)
    assert all(topic.first_asked <= topic.last_asked for topic in found)
    shuffled = [shuffle.sample(texts, len(texts)) for texts in shuffle.sample(groups, len(groups))]
    assert topics(asked, shuffled) == found
