"""Does a check notice? Deliberate faults, each of which must turn a green suite red with the right cause."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import Bot, Citation, Confidence, Reader
from bot.expected import Cause, Finding, Status, run
from bot.expected.build import build
from bot.expected.parse import parse
from index import Document, Embedder, Library
from web.links import resolver

SUITE = """
cases:
  - ask: Who grants holidays?
    also: [Who are holidays granted by?]
    expect:
      answer: Bruno Marsh
      doc: leave.md
      under: Holidays
      quote: {prefix: granted by, exact: Bruno Marsh, suffix: ', 28 days a year'}
  - ask: When do left over days expire?
    expect: {answer: 31 March, doc: leave.md}
  - ask: Who books tickets?
    expect: {answer: Ada Okoro, doc: travel.md, under: Trains}
  - ask: What does the dog eat?
    expect: {abstain: true}
"""


@pytest.fixture
def own(folder: Path, embedder: Embedder, reader: Reader) -> Iterator[Bot]:
    """A bot over a handbook that a test may spoil."""
    library = Library(folder / "library", embedder)
    library.sync(folder / "handbook")
    yield Bot(library, reader, Confidence.of(reader.folder))
    library.close()


def findings(bot: Bot, text: str = SUITE) -> list[Finding]:
    path = Path("x.answers.yaml")
    report = run(build(parse(text, path), path), bot, resolver(bot.library))
    failed = [verdict for verdict in report.verdicts if verdict.status is Status.FAILED]
    return [finding for verdict in failed for finding in verdict.findings]


def test_without_a_fault_all_is_green(own: Bot) -> None:
    assert findings(own) == []


def edit(name: str, old: str, new: str) -> Callable[[Bot], None]:
    def edited(bot: Bot) -> None:
        path = Path("handbook", name)
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        bot.library.sync(Path("handbook"))

    return edited


def remove_document(bot: Bot) -> None:
    Path("handbook", "travel.md").unlink()
    bot.library.sync(Path("handbook"))


def drop_passage(bot: Bot) -> None:
    with bot.library.transaction():
        execute = bot.library.connection.execute
        documents = "SELECT id FROM documents WHERE source LIKE '%travel.md'"
        rows = execute(f"SELECT id FROM passages WHERE document_id IN ({documents})").fetchall()
        for (row,) in rows:
            execute("DELETE FROM passages_fts WHERE rowid = ?", (row,))
            execute("DELETE FROM passages WHERE id = ?", (row,))


def bury_passage(bot: Bot) -> None:
    for number in range(40):
        text = f"Who books tickets? Ask who books tickets before tickets are booked, says form {number}."
        Path("handbook", f"form-{number}.md").write_text(text)
    bot.library.sync(Path("handbook"))


@pytest.mark.parametrize(
    ("fault", "cause", "words"),
    [
        (edit("leave.md", "Bruno Marsh", "Clara Fell"), Cause.SOURCE_CHANGED, "The words are not in handbook/leave.md"),
        (edit("leave.md", "## Holidays", "## Time off"), Cause.SOURCE_CHANGED, "The heading 'Holidays' is not in"),
        (edit("leave.md", "28 days a year", "30 a year"), Cause.SOURCE_CHANGED, "what stands around them changed"),
        (remove_document, Cause.SOURCE_CHANGED, "No document is called 'travel.md'"),
        (drop_passage, Cause.NOT_RETRIEVED, "No passage of the index holds the place"),
        (bury_passage, Cause.NOT_RETRIEVED, "the first 8 are read"),
    ],
)
def test_a_fault_in_the_documents_or_their_index_is_found(
    own: Bot, fault: Callable[[Bot], None], cause: Cause, words: str
) -> None:
    fault(own)
    found = findings(own)
    assert [one for one in found if one.cause is cause and words in one.detail], found


def test_offsets_shifted_by_one_are_found(own: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def shifted(candidate):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return Citation(candidate.reading.document, candidate.span.start + 1, candidate.span.end + 1)

    monkeypatch.setattr("bot.pipeline._citation", shifted)
    found = findings(own)
    assert found[0].cause is Cause.BROKEN
    assert "is cut inside a word" in found[0].detail
    assert Cause.OTHER_SPAN in {one.cause for one in found}


def test_a_link_shifted_by_one_is_found(own: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def url(citation: Citation) -> str:
        return f"/documents/{citation.document.id}?start={citation.start + 1}&end={citation.end}#cite"

    monkeypatch.setattr(Citation, "url", property(url))
    found = findings(own)
    assert {one.cause for one in found} == {Cause.BROKEN}
    assert "marks 'runo Marsh', not the words cited" in found[0].detail


@pytest.mark.parametrize("address", ["/elsewhere/x?start=1&end=2#cite", "/documents/none?start=1&end=2#cite"])
def test_a_link_to_nowhere_is_found(own: Bot, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(Citation, "url", property(lambda citation: address))
    assert "leads to no document" in findings(own)[0].detail


def test_a_link_without_its_mark_is_found(own: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    url = Citation.url.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Citation, "url", property(lambda citation: url(citation).removesuffix("#cite")))
    assert "leads to no mark" in findings(own)[0].detail


def test_a_moved_threshold_is_found(own: Bot) -> None:
    own.threshold = 0.999
    assert {one.cause for one in findings(own)} == {Cause.BELOW_THRESHOLD}


def test_the_wrong_document_cited_is_found(own: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Path("handbook", "leave.md").read_text()
    Path("elsewhere.md").write_text(text)
    own.library.add([Path("elsewhere.md")])
    copy = next(one.id for one in own.library.documents() if one.source == "elsewhere.md")
    document = own.library.document(copy)
    assert document is not None

    def misattributed(candidate):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return Citation(document, candidate.span.start, candidate.span.end)

    monkeypatch.setattr("bot.pipeline._citation", misattributed)
    found = [one for one in findings(own) if one.question == "When do left over days expire?"]
    assert found[0].cause is Cause.OTHER_PLACE
    assert "from elsewhere.md" in found[0].detail
    assert "expected was handbook/leave.md" in found[0].detail


def test_a_document_that_does_not_match_its_hash_is_found(own: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = own.library.document

    def forged(document_id: str) -> Document | None:
        document = honest(document_id)
        assert document is not None
        spoilt = replace(document)
        object.__setattr__(spoilt, "sha256", "0" * 64)
        return spoilt

    monkeypatch.setattr(own.library, "document", forged)
    found = findings(own)
    assert found[0].cause is Cause.BROKEN
    assert "does not match its sha256" in found[0].detail


def test_a_reader_turned_upside_down_is_found(own: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Reader.__call__

    def negated(reader, rows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return [(-start, -end) for start, end in honest(reader, rows)]

    monkeypatch.setattr(Reader, "__call__", negated)
    monkeypatch.setattr(Reader, "again", lambda _, __, first: list(first))
    every = findings(own)
    # Nonsense may differ from one wording to the next as well: that is found beside its cause, never alone.
    found = [one for one in every if one.cause is not Cause.DISAGREEING]
    assert {one.question for one in every} == {one.question for one in found}
    assert len({one.question for one in found}) >= 3
    assert {one.cause for one in found} <= {Cause.OTHER_SPAN, Cause.WRONGLY_ABSTAINED, Cause.WRONGLY_ANSWERED}


def test_wordings_that_are_answered_differently_are_found(own: Bot) -> None:
    text = SUITE.replace("{answer: 31 March, doc: leave.md}", "{doc: leave.md}\n    also: Who grants holidays?")
    (found,) = findings(own, text)
    assert found.cause is Cause.DISAGREEING
    assert "'Bruno Marsh' here, '31 March' to" in found.detail
