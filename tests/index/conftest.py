from pathlib import Path

import pytest

from index import Embedder, Library


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    return Library(tmp_path / "library", embedder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text("Alpha builds batteries in Berlin.")
    (folder / "b.md").write_text("# Beta\n\nBeta sells cars in Bonn.")
    (folder / "inner" / "c.txt").write_text("Gamma ships wheels from Ghent.")
    return folder
