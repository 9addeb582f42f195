from pathlib import Path

from index.folder import walk


def test_links_out_of_the_folder_are_passed_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("Secret.")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "round").symlink_to(folder)
    assert [source for _, source in walk(folder).files] == ["docs/a.txt", "docs/b.md", "docs/inner/c.txt"]


def test_hidden_files_and_those_beside_an_open_one_are_passed_over(folder: Path) -> None:
    for name in (".hidden.txt", "~$report.docx"):
        (folder / name).write_text("Words.")
    assert [source for _, source in walk(folder).files] == ["docs/a.txt", "docs/b.md", "docs/inner/c.txt"]
