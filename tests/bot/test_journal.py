import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import Alternative, Answer, Citation, Reason, vectors
from bot.journal import FILE, MIGRATIONS, Journal
from index import EVERYTHING, DamagedLibraryError, Embedder, Filter, QuestionError
from index.formats import make_document

DOCUMENT = make_document("The gate opens at nine. It closes at five.", source="gate.txt")
ANSWER = Answer("When does the gate open?", 0.9, (Citation(DOCUMENT, 18, 22),))
NONE = Answer(
    "Who built it?", 0.1, alternatives=(Alternative(Citation(DOCUMENT, 0, 23)),), reason=Reason.LOW_CONFIDENCE
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path, days=30)
    yield journal
    journal.close()


def keep(journal: Journal, answer: Answer, asked: str | None = None, at: datetime | None = None) -> str:
    entry_id = journal.record(answer, asked=asked or answer.question, face="api", conversation="c1", took_ms=12, at=at)
    assert entry_id is not None
    return entry_id


def test_an_answer_is_kept_with_its_place(journal: Journal) -> None:
    entry = journal.entry(keep(journal, ANSWER))
    assert entry is not None
    assert (entry.text, entry.answered, entry.confidence, entry.reason) == ("nine", True, 0.9, None)
    assert entry.place is not None
    assert (entry.place.exact, entry.place.quote) == ("nine", "The gate opens at nine.")
    assert (entry.place.document_id, entry.place.sha256) == (DOCUMENT.id, DOCUMENT.sha256)
    assert (entry.near, entry.resolved, entry.took_ms, entry.face) == ((), None, 12, "api")


def test_an_abstention_is_kept_with_its_reason_and_the_nearest_passages(journal: Journal) -> None:
    entry = journal.entry(keep(journal, NONE))
    assert entry is not None
    assert (entry.answered, entry.text, entry.place, entry.reason) == (False, None, None, "low_confidence")
    assert [place.exact for place in entry.near] == ["The gate opens at nine."]


def test_a_follow_up_is_kept_as_asked_and_as_read(journal: Journal) -> None:
    entry = journal.entry(keep(journal, ANSWER, asked="And when?"))
    assert entry is not None
    assert (entry.question, entry.resolved) == ("And when?", "When does the gate open?")


def test_a_conversation_comes_back_in_its_order_and_no_longer_than_wanted(journal: Journal) -> None:
    now = datetime.now(UTC)
    for minute in range(4):
        keep(journal, ANSWER, asked=f"question {minute}", at=now + timedelta(minutes=minute))
    assert [entry.question for entry in journal.of_conversation("c1", last=2)] == ["question 2", "question 3"]
    assert journal.of_conversation("another", last=2) == []


def test_each_voter_has_one_vote_and_may_take_it_back(journal: Journal) -> None:
    entry_id = keep(journal, ANSWER)
    journal.vote(entry_id, "ada", good=True)
    journal.vote(entry_id, "ada", good=False)
    journal.vote(entry_id, "ben", good=True)
    entry = journal.entry(entry_id)
    assert entry is not None
    assert (entry.good, entry.bad) == (1, 1)
    journal.vote(entry_id, "ada", good=None)
    entry = journal.entry(entry_id)
    assert entry is not None
    assert (entry.good, entry.bad) == (1, 0)


def test_a_vote_on_what_is_not_kept_is_refused(journal: Journal) -> None:
    with pytest.raises(QuestionError, match="not kept"):
        journal.vote("nothing", "ada", good=True)


def test_what_is_older_than_its_days_is_forgotten_with_its_votes(journal: Journal) -> None:
    old = keep(journal, ANSWER, at=datetime.now(UTC) - timedelta(days=31))
    journal.vote(old, "ada", good=True)
    new = keep(journal, NONE)
    assert journal.forget() == 1
    assert [entry.id for entry in journal.entries()] == [new]
    assert journal.connection.execute("SELECT count(*) FROM votes").fetchone() == (0,)


def test_nothing_is_stored_where_nothing_is_to_be(tmp_path: Path) -> None:
    kept = Journal(tmp_path, days=30)
    keep(kept, ANSWER)
    silent = Journal(tmp_path, days=0)
    assert silent.record(ANSWER, asked="x", face="api", conversation="c", took_ms=1) is None
    assert silent.entries() == [], "and what was stored before is gone"


def test_a_damaged_journal_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database " * 1000)
    with pytest.raises(DamagedLibraryError, match=f"Move its file, {FILE}, away"):
        Journal(tmp_path, days=1)


def test_what_is_too_old_goes_while_questions_are_asked(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(journal, ANSWER, at=datetime.now(UTC) - timedelta(days=31))
    keep(journal, NONE)
    assert journal.count() == 2, "it was swept a moment ago"
    monkeypatch.setattr(journal, "_sweep_at", datetime.now(UTC))
    keep(journal, NONE)
    assert [entry.question for entry in journal.entries()] == ["Who built it?"] * 2


def test_what_somebody_thought_is_told(journal: Journal) -> None:
    entry_id = keep(journal, ANSWER)
    assert journal.vote_of(entry_id, "ada") is None
    journal.vote(entry_id, "ada", good=False)
    assert journal.vote_of(entry_id, "ada") is False
    assert journal.vote_of(entry_id, "ben") is None
    journal.vote(entry_id, "ada", good=True)
    assert journal.vote_of(entry_id, "ada") is True


def test_all_that_was_asked_comes_newest_first_as_it_was_read(journal: Journal) -> None:
    now = datetime.now(UTC)
    first = keep(journal, NONE, at=now - timedelta(hours=1))
    second = keep(journal, ANSWER, asked="And when?", at=now)
    journal.vote(second, "ada", good=True)
    journal.vote(first, "ada", good=False)
    found = [(one.id, one.text, one.answer, one.good, one.bad) for one in journal.asked()]
    assert found == [(second, "When does the gate open?", "nine", 1, 0), (first, "Who built it?", None, 0, 1)]


def test_entries_come_in_parts_without_a_gap_or_a_double(journal: Journal) -> None:
    now = datetime.now(UTC)
    for _ in range(7):
        keep(journal, ANSWER, at=now)  # the same millisecond
    parts, batch = [], journal.entries(3)
    while batch:
        parts.append(batch)
        batch = journal.entries(3, before=batch[-1])
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [entry for part in parts for entry in part] == journal.entries()


def test_questions_are_deleted_by_what_they_were_read_as(journal: Journal) -> None:
    keep(journal, ANSWER)
    keep(journal, ANSWER, asked="And when?")
    other = keep(journal, NONE)
    assert journal.delete(["When does the gate open?"]) == 2
    assert [entry.id for entry in journal.entries()] == [other]
    assert journal.delete([]) == 0
    assert journal.delete() == 1
    assert journal.count() == 0


def test_what_is_deleted_is_in_no_file_any_more(journal: Journal, embedder: Embedder) -> None:
    secret = "Is Xanthippe Quillfeather to be dismissed?"
    journal.vote(keep(journal, NONE, asked=secret), "quillvoter", good=False)
    for _ in range(50):
        keep(journal, NONE, asked=secret)
    vectors.embed(journal, embedder, ["Who built it?"])
    written = b"".join(path.read_bytes() for path in journal.folder.iterdir())
    assert b"Quillfeather" in written
    assert b"Who built it?" in written
    journal.delete()
    left = b"".join(path.read_bytes() for path in journal.folder.iterdir())
    for word in (b"Quillfeather", b"quillvoter", b"Who built it?", b"The gate opens"):
        assert word not in left


def test_a_journal_of_the_first_version_is_brought_forward(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / FILE)
    for statement in filter(str.strip, MIGRATIONS[0].split(";\n")):
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    journal = Journal(tmp_path, days=30)
    keep(journal, ANSWER)
    assert journal.count() == 1
    assert journal.connection.execute("SELECT count(*) FROM vectors").fetchone() == (0,)


def test_a_question_is_kept_with_its_filter(tmp_path: Path) -> None:
    journal = Journal(tmp_path, days=1)
    within = Filter.of(["law"], since="2024", source="docs/")
    for given in (within, EVERYTHING):
        journal.record(ANSWER, asked="When?", face="api", conversation="c", took_ms=1, within=given)
    assert [entry.within for entry in journal.of_conversation("c", 2)] == [within, EVERYTHING]
    assert [asked.filtered for asked in journal.asked()] == [False, True]
