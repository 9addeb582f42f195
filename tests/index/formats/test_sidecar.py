import os
from pathlib import Path

import pytest

from index import DocumentError
from index.formats import Loaded, read
from tests.index.formats.made import column, pdf

MILL = "The mill on the river was built in 1700."


def about(folder: Path, sidecar: str | bytes, name: str = "mill.txt") -> Loaded:
    (folder / name).write_text(MILL)
    (folder / f"{name}.meta.yaml").write_bytes(sidecar.encode() if isinstance(sidecar, str) else sidecar)
    return read(folder / name, name)


def test_a_file_beside_it_says_what_a_document_is(tmp_path: Path) -> None:
    said = "title: The old mill\nauthor: [Jo Doe, Al Roe]\ndate: 2024-03-05\nlanguage: en_gb\ntags: [Law, energy]\nurl: https://example.org/m\n"
    found = about(tmp_path, said)
    assert (found.document.title, found.document.text, found.notes) == ("The old mill", MILL, ())
    assert dict(found.document.metadata) == {
        "title": "The old mill", "author": "Jo Doe, Al Roe", "date": "2024-03-05", "language": "en-GB",
        "tags": "law, energy", "url": "https://example.org/m",
    }  # fmt: skip


def test_a_file_in_a_folder_holds_for_all_below_it(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "pincite.yaml").write_text("tags: rivers\nlanguage: de\nauthor: The archive\n")
    (inner / "pincite.yaml").write_text("tags: mills\nlanguage: en\n")
    found = about(inner, "tags: law\nauthor: Jo Doe\n")
    assert dict(found.document.metadata) == {"author": "Jo Doe", "language": "en", "tags": "rivers, mills, law"}
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(inner)
    assert read(link / "mill.txt", "mill.txt") == found  # however it is reached


def test_what_a_file_says_itself_goes_before_its_folder_and_behind_its_sidecar(tmp_path: Path) -> None:
    head = "<meta name=keywords content='Old, Mill'><meta name=author content='A. Bee'>"
    (tmp_path / "a.html").write_text(f"<html lang=fr>{head}<p>{MILL * 9}</p></html>")
    (tmp_path / "pincite.yaml").write_text("language: en\ntags: rivers\n")
    assert dict(read(tmp_path / "a.html", "a.html").document.metadata) == {
        "author": "A. Bee", "language": "fr", "tags": "rivers, old, mill",
    }  # fmt: skip
    (tmp_path / "a.html.meta.yaml").write_text("language: it\n")
    assert read(tmp_path / "a.html", "a.html").document.metadata["language"] == "it"


@pytest.mark.parametrize(
    ("sidecar", "line", "says"),
    [
        ("title: A\ndate: soon", 2, "`date` cannot be used: write a date as 2024-03-05"),
        ("language: English", 1, "write a language as its code"),
        ("url: example.org", 1, "begins with http"),
        ("tags: {a: b}", 1, "write tags"),
        ("\n\ntgas: law", 3, "`tgas` is no key. Did you mean `tags`?"),
        ("colour: red", 1, "`colour` is no key. Known here are title,"),
        ("title: A\ntitle: B", 2, "`title` stands here twice"),
        ("title: [a", 1, "This is not YAML"),
        ("title: A\n\tdate: 2024", 2, "This is not YAML"),
        ("[" * 5000, 1, "nests too deeply"),
        ("- " * 5000, 1, "nests too deeply"),
        ("- law", 1, "Write a key and a value in each row"),
        ("title: A\n---\ntitle: B", 2, "This is not YAML"),
        (b"title: \xff", 1, "Not UTF-8"),
        ("title: \x01", 1, "This is not YAML"),
    ],
)
def test_a_mistake_is_named_with_file_and_line_and_the_document_is_kept(
    sidecar: str | bytes, line: int, says: str, tmp_path: Path
) -> None:
    found = about(tmp_path, sidecar)
    (note,) = found.notes
    assert note.startswith(f"{tmp_path / 'mill.txt.meta.yaml'}:{line}: ")
    assert says in note
    assert found.document.text == MILL


def test_what_is_right_beside_a_mistake_holds(tmp_path: Path) -> None:
    assert dict(about(tmp_path, "tags: law\ndate: soon").document.metadata) == {"tags": "law"}


def test_what_stands_for_many_has_no_title(tmp_path: Path) -> None:
    (tmp_path / "pincite.yaml").write_text("title: All the same")
    found = about(tmp_path, "")
    assert found.document.title == MILL
    assert f"{tmp_path / 'pincite.yaml'}:1: `title` is no key." in found.notes[0]


def test_a_sidecar_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mill.txt.meta.yaml")
    (tmp_path / "pincite.yaml").mkdir()
    (tmp_path / "mill.txt").write_text(MILL)
    found = read(tmp_path / "mill.txt", "mill.txt")
    assert [note.partition(": ")[0] for note in found.notes] == [
        str(tmp_path / "pincite.yaml"), str(tmp_path / "mill.txt.meta.yaml"),
    ]  # fmt: skip


def test_a_large_sidecar_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text(MILL)
    with (tmp_path / "mill.txt.meta.yaml").open("wb") as file:
        file.truncate(2_000_000_000)
    assert "larger than" in read(tmp_path / "mill.txt", "mill.txt").notes[0]


def test_a_sidecar_is_no_document(tmp_path: Path) -> None:
    about(tmp_path, "tags: law")
    with pytest.raises(DocumentError, match=r"mill\.txt\.meta\.yaml: this says something about a file"):
        read(tmp_path / "mill.txt.meta.yaml", "mill.txt.meta.yaml")


def test_a_pdf_may_have_one(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([column(50, 700, MILL)]))
    (tmp_path / "a.pdf.meta.yaml").write_text("tags: law\n")
    assert read(tmp_path / "a.pdf", "a.pdf").document.metadata["tags"] == "law"


FRONT = """---
title: The Mill
authors:
  - Jo Doe
date: 2024-03-05 10:00
tags: [Rivers, Law]
layout: post
---
# Built

In 1700.
"""


def test_markdown_says_it_in_its_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(FRONT)
    document = read(tmp_path / "a.md", "a.md").document
    assert document.title == "The Mill"
    assert dict(document.metadata) == {
        "title": "The Mill", "author": "Jo Doe", "date": "2024-03-05", "tags": "rivers, law",
    }  # fmt: skip
    assert document.text == FRONT
    assert [document.text[heading.start : heading.end] for heading in document.headings] == ["Built"]


@pytest.mark.parametrize(
    "text", ["---\nSome words.\n---\n\nMore.", "---\n[a\n---\n\nMore.", "---\nno end: here\n\nMore."]
)
def test_a_rule_that_is_drawn_begins_no_front_matter(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(text)
    document = read(tmp_path / "a.md", "a.md").document
    assert (document.text, dict(document.metadata)) == (text, {})


def test_a_front_matter_without_a_title_gives_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntags: law\n---\nThe mill was built in 1700.\n")
    assert read(tmp_path / "a.md", "a.md").document.title == "The mill was built in 1700."
