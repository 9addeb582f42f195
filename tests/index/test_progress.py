from pathlib import Path

import pytest

from index import Cancelled, Library, Progress, Stage
from index.embed import Vectors
from index.formats import make_document
from index.progress import Pace
from tests.index.light import LightEmbedder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", LightEmbedder())


def test_every_file_is_told_of(library: Library, folder: Path) -> None:
    told: list[Progress] = []
    library.sync(folder, report=told.append)
    assert [one.source for one in told if one.stage is Stage.READING] == ["docs/a.txt", "docs/b.md", "docs/inner/c.txt"]
    assert {one.files for one in told} == {3}
    assert [one.files_done for one in told] == sorted(one.files_done for one in told)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_cancelled_sync_leaves_the_library_as_it_was(library: Library, folder: Path, stage: Stage) -> None:
    library.sync(folder)
    before = library.documents()
    (folder / "a.txt").write_text("Alpha moved to Aachen.")
    (folder / "b.md").unlink()
    (folder / "d.txt").write_text("Delta is new.")

    def cancel(progress: Progress) -> None:
        if progress.stage is stage:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        library.sync(folder, report=cancel)
    assert library.documents() == before
    assert library.match('"aachen" OR "delta"', 5) == []
    assert library.sync(folder).added == ("docs/d.txt",)


def test_the_time_that_is_left_follows_the_pace_of_the_last_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    pace = Pace(1000)
    assert pace.seconds_left(0) is None
    now = 60.0  # a model was loaded
    assert pace.seconds_left(10) is None
    now = 61.0
    assert pace.seconds_left(20) == pytest.approx(98)
    for done in range(30, 530, 10):  # from here on it takes twice as long
        now += 2.0
        left = pace.seconds_left(done)
    assert left == pytest.approx((1000 - 520) / 5, rel=0.02)


def test_the_time_that_is_left_comes_true(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an embedder whose time grows with the words, what was told at any moment is what it took from there on."""
    now = 0.0

    def encode(embedder: LightEmbedder, texts: list[str]) -> Vectors:
        nonlocal now
        now += sum(len(text) for text in texts) / 1000
        return original(embedder, texts)

    original = LightEmbedder.encode
    monkeypatch.setattr(LightEmbedder, "encode", encode)
    monkeypatch.setattr("time.monotonic", lambda: now)
    words = [" ".join(f"word{number}" for number in range(start, start + 40 + start % 90)) for start in range(1500)]
    told: list[tuple[float, float]] = []

    def report(progress: Progress) -> None:
        if progress.stage is Stage.EMBEDDING and progress.seconds_left is not None:
            told.append((now, progress.seconds_left))

    library.add_documents([make_document(".\n\n".join(words), source="long.txt")], report)
    assert len(told) > 5
    assert all(abs(now - at - left) <= 0.2 * (now - at) + 0.02 * now for at, left in told)
