from hypothesis import given, settings
from hypothesis import strategies as st

from index.naming import MAX_BYTES, safe_name

NAMES = st.text(st.characters(exclude_categories=()), max_size=300)


def test_plain_names_stay() -> None:
    for name in ("minutes.docx", "Über uns (2).pdf", "日本語.txt", "a.b.md", "v1.2 notes.TXT", "it's.md"):
        assert safe_name(name) == name


def test_names_that_are_no_plain_file_get_one_and_keep_their_suffix() -> None:
    for name in (
        "../../etc/passwd.txt", "..\\..\\boot.txt", "a\nb.txt", "CON.txt", "nul.txt", "com1.a.txt", "~$open.txt",
        ".hidden.txt", " .txt", "-rf.txt", "a\0.txt", "a:b.txt", "x" * 300 + ".txt", "\u202etxt.txt", "\ud800.txt",
    ):  # fmt: skip
        kept = safe_name(name)
        assert kept.endswith(".txt")
        assert "~" in kept, name


@settings(deadline=None)
@given(NAMES)
def test_every_name_becomes_one_safe_name(name: str) -> None:
    kept = safe_name(name)
    assert kept == safe_name(name)
    assert not set(kept) & set('/\\\0\n:*?"<>|')
    assert kept.isprintable()
    assert 0 < len(kept.encode()) <= MAX_BYTES
    assert kept[0] not in ".- "
    assert kept.partition(".")[0].lower() not in ("con", "nul", "com1")


@settings(deadline=None)
@given(NAMES, NAMES)
def test_different_names_are_kept_apart(one: str, other: str) -> None:
    assert (safe_name(one) == safe_name(other)) is (one == other)
