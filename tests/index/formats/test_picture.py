import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Document
from index.formats import pdf as pdf_format
from index.formats.draft import Refused, Unparsed
from index.formats.picture import Picture, Wanted, encode
from index.formats.sandbox import Sandbox
from tests.index.formats.made import Piece, column, document, pdf
from tests.index.formats.test_pdf import NEXT, PROSE, WORDS
from tests.index.formats.test_sandbox import ENDLESS

EDGE = bytes((180, 83, 9))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(step=8)
    yield sandbox
    sandbox.close()


def pixels(picture: Picture) -> list[bytes]:
    """Return the rows of a PNG as it was encoded here, three bytes a pixel."""
    assert picture.png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture.png[16:24])
    assert (width, height) == (picture.width, picture.height)
    data, at = b"", 8
    while at < len(picture.png):
        (size,) = struct.unpack(">I", picture.png[at : at + 4])
        kind, content = picture.png[at + 4 : at + 8], picture.png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", picture.png[at + 8 + size : at + 12 + size]) == (zlib.crc32(kind + content),)
        data += content if kind == b"IDAT" else b""
        at += 12 + size
    raw = zlib.decompress(data)
    stride = 3 * width + 1
    return [raw[at + 1 : at + stride] for at in range(0, stride * height, stride)]


def frames(picture: Picture, points: tuple[int, int] = (600, 800)) -> list[tuple[int, int, int, int]]:
    """Return the frames on a whole page as left, bottom, right and top in points, from top to bottom."""
    rows = pixels(picture)
    found: list[list[int]] = []
    for y, row in enumerate(rows):
        if EDGE not in row:
            continue
        first, last = row.index(EDGE) // 3, row.rindex(EDGE) // 3
        if found and found[-1][3] == y - 1:
            found[-1] = [min(found[-1][0], first), found[-1][1], max(found[-1][2], last), y]
        else:
            found.append([first, y, last, y])
    scale = picture.width / points[0]
    return [
        (round(x0 / scale), round(points[1] - y1 / scale), round(x1 / scale), round(points[1] - y0 / scale))
        for x0, y0, x1, y1 in found
    ]


def wanted(found: Document, words: str, around: bool = False, nth: int = 0) -> Wanted:
    """Return the place of the `nth` time that `words` stand in a document, on its page."""
    start = -1
    for _ in range(nth + 1):
        start = found.text.index(words, start + 1)
    page = found.page(start)
    assert page is not None
    low, high = (*found.pages, len(found.text))[page - 1 : page + 1]
    return Wanted(page, found.text[low:high], (start - low, start - low + len(words)), around)


def drawn(folder: Path, content: bytes, words: str, nth: int = 0) -> Picture:
    return pdf_format.picture(content, wanted(document(folder, "a.pdf", content), words, nth=nth))


def test_words_are_framed_where_the_page_shows_them(tmp_path: Path) -> None:
    content = pdf([column(50, 700, *PROSE)])
    found = drawn(tmp_path, content, "town")
    assert found.framed
    ((left, bottom, right, top),) = frames(found)
    assert 100 < left < right < 170
    assert bottom < 700 < top < 715


def test_words_over_two_lines_are_framed_in_both(tmp_path: Path) -> None:
    page = [(50, 700 - 18 * at, line) for at, line in enumerate(PROSE)]
    first, second = frames(drawn(tmp_path, pdf([page]), "great flood and holds"))
    assert first[0] > 250
    assert 46 <= second[0] <= 50
    assert second[3] < first[3]


def test_a_word_that_was_divided_is_framed_in_both_parts(tmp_path: Path) -> None:
    content = pdf([[(50, 700, "The committee asked for a much larger com-"), (50, 682, "parison of what they said.")]])
    assert len(frames(drawn(tmp_path, content, "comparison"))) == 2


def test_the_same_words_elsewhere_are_not_framed(tmp_path: Path) -> None:
    def page(number: int) -> list[Piece]:
        body = [f"{word} is what the keeper wrote down in the book on day {number}." for word in WORDS[number]]
        return [(50, 760, "The keeper"), *column(50, 700, *body), (300, 30, str(number))]

    content = pdf([page(number) for number in range(1, 6)])
    for nth in range(6):
        ((_, bottom, _, top),) = frames(drawn(tmp_path, content, "keeper", nth=6 + nth))
        assert bottom < 700 - 12 * nth < top, "the running head has the words too and is no text"


def test_columns_and_rows_of_tables_are_framed_each_in_its_place(tmp_path: Path) -> None:
    rows = [("Town", "Founded", "Books"), ("Ulm", "1516", "9,120"), ("Bonn", "1818", "212,000")]
    page = [
        *column(50, 740, *PROSE),
        *((x, 660 - 14 * n, words) for n, row in enumerate(rows) for x, words in zip((50, 200, 350), row, strict=True)),
    ]
    content = pdf([page])
    ((left, bottom, _, top),) = frames(drawn(tmp_path, content, "1818"))
    assert 196 <= left <= 200
    assert bottom < 632 < top
    assert len(frames(drawn(tmp_path, content, "Ulm | 1516"))) == 1, "two cells of one row"


def test_cells_that_go_on_below_leave_no_frame_that_may_be_wrong(tmp_path: Path) -> None:
    cells = [(50, 660, "Ulm"), (200, 660, "a long cell that"), (350, 660, "9,120"), (200, 648, "goes on below"),
             (50, 634, "Bonn"), (200, 634, "short one"), (350, 634, "212")]  # fmt: skip
    content = pdf([[*column(50, 740, *PROSE), *cells, *column(50, 580, *NEXT)]])
    text = document(tmp_path, "a.pdf", content).text
    assert "that goes on below | 9,120" in text
    found = drawn(tmp_path, content, "9,120")
    assert not found.framed
    assert drawn(tmp_path, content, "flood").framed, "what stands before"
    assert drawn(tmp_path, content, "river").framed, "and after is certain all the same"


def test_ligatures_raised_signs_and_contents_are_walked_through(tmp_path: Path) -> None:
    page = [
        (50, 700, "Origin. . . . . . . . . . . . 5"),
        (50, 660, "It weighs 10"), (103.5, 664, "6", 6), (110, 660, "kilograms in all."),
    ]  # fmt: skip
    content = pdf([page])
    ((left, bottom, _, _),) = frames(drawn(tmp_path, content, "10⁶ kilograms"))
    assert 90 < left < 100
    assert 650 < bottom < 660


def test_a_turned_page_is_shown_as_people_read_it(tmp_path: Path) -> None:
    content = pdf([column(50, 700, *PROSE)]).replace(b"/MediaBox [0 0 600 800]", b"/MediaBox [0 0 600 800] /Rotate 90")
    found = drawn(tmp_path, content, "town")
    assert found.width > found.height
    ((left, bottom, right, top),) = frames(found, points=(800, 600))
    assert right - left < top - bottom


def test_a_text_that_is_not_the_pages_has_no_frame(tmp_path: Path) -> None:
    content = pdf([column(50, 700, *PROSE)])
    assert not pdf_format.picture(content, Wanted(1, "Something else that was never there.", (0, 9))).framed


def test_the_strip_around_the_words_is_a_part_of_the_page(tmp_path: Path, sandbox: Sandbox) -> None:
    content = pdf([column(50, 700, *PROSE), column(50, 700, *NEXT)])
    found = document(tmp_path, "a.pdf", content)
    whole, strip = (sandbox.picture(content, wanted(found, "river", around)) for around in (False, True))
    assert strip.framed
    assert strip.width == whole.width
    assert strip.height < whole.height / 2
    rows = pixels(whole)
    assert any(rows[at : at + strip.height] == pixels(strip) for at in range(whole.height - strip.height + 1))


def test_what_cannot_be_drawn_is_refused_and_the_next_is_drawn(tmp_path: Path) -> None:
    sandbox = Sandbox(step=2)
    endless = pdf([column(50, 700, *PROSE), b"/X0 Do"], forms=ENDLESS)
    with pytest.raises(Unparsed, match="cannot be drawn"):
        sandbox.picture(endless, Wanted(2, "x", (0, 1)))
    content = pdf([column(50, 700, *PROSE)])
    with pytest.raises(Refused, match="has no page 9"):
        sandbox.picture(content, Wanted(9, "x", (0, 1)))
    with pytest.raises(Refused, match="is no PDF"):
        sandbox.picture(b"words", Wanted(1, "x", (0, 1)))
    assert sandbox.picture(content, wanted(document(tmp_path, "a.pdf", content), "town")).framed
    sandbox.close()


def test_a_png_is_its_pixels() -> None:
    rows = bytes(range(2 * 3 * 3))
    assert pixels(Picture(encode(rows, 3, 2), 3, 2, False)) == [rows[:9], rows[9:]]
