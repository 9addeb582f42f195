from pathlib import Path

import pytest

from index import Cancelled, Library, Progress, Stage
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


@pytest.mark.parametrize("stage", [Stage.READING, Stage.EMBEDDING])
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
