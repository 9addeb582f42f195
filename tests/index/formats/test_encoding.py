import codecs
from pathlib import Path

import pytest

from index import DocumentError
from tests.index.formats.made import document, loaded

GERMAN = "Die Mühle steht über dem Fluß und gehört dem Müller. Für die Bäcker der Gegend ist sie größer als nötig."
RUSSIAN = "Мельница стоит над рекой и принадлежит мельнику. Пекари со всей округи покупают здесь муку."
JAPANESE = "水車小屋は川のほとりに立っています。村のパン屋はここで小麦粉を買います。"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-8"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_unicode_is_known_by_its_mark_or_its_zeros(mark: bytes, encoding: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.txt", mark + GERMAN.encode(encoding))
    assert (found.document.text, found.notes) == (GERMAN, ())


@pytest.mark.parametrize(
    ("words", "encoding"),
    [(GERMAN, "latin-1"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "shift_jis"), (JAPANESE, "euc-jp")],
)
def test_an_encoding_that_nothing_states_is_guessed_and_noted(words: str, encoding: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.md", words.encode(encoding))
    assert found.document.text == words
    assert "states no encoding and was read as" in found.notes[0]


def test_an_encoding_that_a_page_states_wrongly_does_no_harm(tmp_path: Path) -> None:
    content = f"<meta charset=utf-8><p>{GERMAN}".encode("latin-1")
    assert document(tmp_path, "a.html", content).text == GERMAN
    assert document(tmp_path, "b.html", f"<meta charset=no-such-thing><p>{GERMAN}".encode()).text == GERMAN


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n", "holds a PNG picture and no text"),
        (b"PK\x03\x04...", "holds a zip archive"),
        (b"\x7fELF\x02\x01", "holds a program"),
        (bytes(range(256)) * 4, "is not text in any encoding known here"),
        (bytes(range(1, 30)) * 40 + b"\xff\xfe\x80", "is not text in any encoding known here; save it as UTF-8"),
        (bytes(100), "is no text but binary data"),
        (codecs.BOM_UTF16_LE + b"\x00", "is not text in any encoding known here"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        document(tmp_path, "a.txt", content)
    assert f"a.txt: {says}" in str(caught.value)
