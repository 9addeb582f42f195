from pathlib import Path

import pytest

from index import DocumentError, split
from tests.index.formats.made import column, document, headings, loaded, pdf

PROSE = [
    "The library of the town was founded in the year of the great flood",
    "and holds more than nine thousand volumes, most of them given by the",
    "printers of the region, who had to leave one copy of each book there.",
]
NEXT = [
    "Its reading room was opened to everybody a hundred years after that",
    "and closes only when the river stands higher than the second stair.",
]
WORDS = [[f"{chr(65 + page)}{chr(97 + line)}mo" for line in range(6)] for page in range(6)]


def test_lines_of_a_paragraph_become_one_and_paragraphs_stay_apart(tmp_path: Path) -> None:
    page = [*column(50, 700, *PROSE), *column(50, 640, *NEXT)]
    assert document(tmp_path, "a.pdf", pdf([page])).text == " ".join(PROSE) + "\n\n" + " ".join(NEXT)


def test_every_page_begins_where_its_words_do_and_no_passage_crosses(tmp_path: Path) -> None:
    found = document(tmp_path, "a.pdf", pdf([column(50, 700, *PROSE), [], column(50, 700, *NEXT)]))
    assert found.pages == (0, len(" ".join(PROSE)) + 2, len(" ".join(PROSE)) + 2)
    assert [found.page(found.text.index(words)) for words in ("library", "river")] == [1, 3]
    assert [found.page(passage.start) for passage in split(found)] == [1, 3]


def test_words_divided_at_line_ends_are_made_whole_and_compounds_stay(tmp_path: Path) -> None:
    page = column(
        50,
        700,
        "The committee asked for a much larger com-",
        "parison of what well-",
        "known readers said. A well-known one.",
    )
    assert "larger comparison of what well-known readers" in document(tmp_path, "a.pdf", pdf([page])).text


def test_running_heads_feet_and_page_numbers_are_no_text(tmp_path: Path) -> None:
    def page(number: int) -> list:
        body = [f"{word} is what the keeper wrote down in the book on day {number}." for word in WORDS[number]]
        return [(50, 760, "Annals of the Library"), *column(50, 700, *body), (300, 30, str(number))]

    found = document(tmp_path, "a.pdf", pdf([page(number) for number in range(1, 6)]))
    assert "Annals" not in found.text
    assert found.text.count("the keeper wrote") == 30
    assert [found.text[start : start + 2] for start in found.pages] == [words[0][:2] for words in WORDS[1:]]
    assert not any(line.strip().isdigit() for line in found.text.split("\n"))


def test_a_single_page_keeps_its_first_and_last_line(tmp_path: Path) -> None:
    page = [(50, 760, "Notice"), *column(50, 700, *PROSE), (50, 30, "1984")]
    text = document(tmp_path, "a.pdf", pdf([page])).text
    assert text.startswith("Notice")
    assert text.endswith("1984")


def test_two_columns_are_read_one_after_the_other_in_whatever_order_they_are_drawn(tmp_path: Path) -> None:
    left = [f"left line {n} about the old mill and its wheel" for n in range(8)]
    right = [f"right line {n} about the new bridge on the river" for n in range(8)]
    title = (50, 740, "A title over both columns of this page, which is a long one for certain", 12)
    apart = [title, *column(50, 700, *left), *column(320, 700, *right)]
    rows = [
        title,
        *(piece for pair in zip(column(50, 700, *left), column(320, 700, *right), strict=True) for piece in pair),
    ]
    for page in (apart, rows):
        text = document(tmp_path, "a.pdf", pdf([page])).text
        places = [
            text.index(words) for words in ("A title", "left line 0", "left line 7", "right line 0", "right line 7")
        ]
        assert places == sorted(places)
        assert "|" not in text


def test_a_table_reads_as_rows(tmp_path: Path) -> None:
    rows = [("Town", "Founded", "Books"), ("Ulm", "1516", "9,120"), ("Bonn", "1818", "212,000")]
    page = [
        *column(50, 740, *PROSE),
        *((x, 660 - 14 * n, words) for n, row in enumerate(rows) for x, words in zip((50, 200, 350), row, strict=True)),
    ]
    text = document(tmp_path, "a.pdf", pdf([page])).text
    assert "Town | Founded | Books\nUlm | 1516 | 9,120\nBonn | 1818 | 212,000" in text


def test_code_keeps_its_lines_and_its_indent(tmp_path: Path) -> None:
    page = [
        *column(50, 740, *PROSE),
        *column(50, 660, "def add(a, b):", size=10, font="F3"),
        (74, 648, "return a + b", 10, "F3"),
        (182, 648, "# in full", 10, "F3"),
    ]
    assert "def add(a, b):\n    return a + b      # in full" in document(tmp_path, "a.pdf", pdf([page])).text


def test_larger_and_bold_lines_are_headings(tmp_path: Path) -> None:
    page = [
        (50, 760, "The Town Library", 20),
        (50, 720, "History", 14),
        *column(50, 690, *PROSE),
        (50, 640, "Rooms", 10, "F2"),
        *column(50, 620, *NEXT),
    ]
    found = document(tmp_path, "a.pdf", pdf([page]))
    assert headings(found) == [(1, "The Town Library"), (2, "History"), (3, "Rooms")]
    assert found.title == "The Town Library"


def test_an_outline_names_the_headings(tmp_path: Path) -> None:
    pages = [
        [(50, 700, f"{n + 1} {words}"), *column(50, 680, *PROSE)] for n, words in enumerate(("Origin", "Rise", "Fall"))
    ]
    found = document(tmp_path, "a.pdf", pdf(pages, outline=[("1 Origin", 0), ("2 Rise", 1), ("3 Fall", 2)]))
    assert headings(found) == [(1, "1 Origin"), (1, "2 Rise"), (1, "3 Fall")]


def test_raised_numbers_stay_raised(tmp_path: Path) -> None:
    page = [
        *column(50, 740, *PROSE),
        (50, 660, "It weighs 10"),
        (103.5, 664, "6", 6),
        (110, 660, "kilograms in all."),
        (187, 664, "12", 6),
    ]
    assert "It weighs 10⁶ kilograms in all. ¹²" in document(tmp_path, "a.pdf", pdf([page])).text


def test_blanks_that_are_gaps_are_read_on_turned_pages_too(tmp_path: Path) -> None:
    def gaps(line: str) -> str:
        return "[" + " -400 ".join(f"({word})" for word in line.split()) + "] TJ"

    upright = "\n".join(f"BT /F1 10 Tf 50 {700 - 12 * n} Td {gaps(line)} ET" for n, line in enumerate(PROSE))
    turned = "\n".join(f"BT /F1 10 Tf 0 1 -1 0 {100 + 12 * n} 50 Tm {gaps(line)} ET" for n, line in enumerate(PROSE))
    for page in (upright, turned):
        assert document(tmp_path, "a.pdf", pdf([page.encode()])).text == " ".join(PROSE)


def test_letters_set_wide_are_one_word(tmp_path: Path) -> None:
    page = b"BT /F1 12 Tf 2 Tc 50 700 Td (North Buona Vista Drive is where the town stands.) Tj ET"
    assert document(tmp_path, "a.pdf", pdf([page])).text == "North Buona Vista Drive is where the town stands."


def test_a_page_that_is_turned_reads_like_any_other(tmp_path: Path) -> None:
    turned = "\n".join(f"BT /F1 10 Tf 0 1 -1 0 {100 + 12 * n} 50 Tm ({line}) Tj ET" for n, line in enumerate(PROSE))
    assert document(tmp_path, "a.pdf", pdf([turned.encode()])).text == " ".join(PROSE)


def test_what_the_file_says_of_itself_is_metadata(tmp_path: Path) -> None:
    content = pdf([column(50, 700, *PROSE)], info="/Title (Annals) /Author (Jo Doe) /CreationDate (D:20190304120000Z)")
    found = document(tmp_path, "a.pdf", content)
    assert dict(found.metadata) == {"title": "Annals", "author": "Jo Doe", "date": "2019-03-04"}
    assert found.title == "Annals"


def test_a_name_of_a_file_is_no_title(tmp_path: Path) -> None:
    found = document(tmp_path, "a.pdf", pdf([column(50, 700, *PROSE)], info="/Title (report-final.docx)"))
    assert "title" not in found.metadata


def test_a_page_that_cannot_be_read_is_noted_and_the_rest_kept(tmp_path: Path) -> None:
    content = pdf([column(50, 700, *PROSE), column(50, 700, "The middle page."), column(50, 700, *NEXT)])
    found = loaded(
        tmp_path,
        "a.pdf",
        content.replace(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 7 0",
            b"<< /Type /Pag  /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 7 0",
        ),
    )
    assert found.notes == (f"{tmp_path / 'a.pdf'}: page 2 cannot be read (is damaged) and was left out.",)
    assert found.document.page(found.document.text.index("reading room")) == 3


PICTURE = b"q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is no PDF (it begins like a PNG picture)"),
        (b"Just words.", "is no PDF; give it the suffix of what it is"),
        (pdf([PICTURE, PICTURE]), "is a scan without text (no words on 2 pages); run OCR on it first"),
        (pdf([[]]), "there is no text in it"),
        (pdf([column(50, 700, *PROSE)])[:200], "is truncated; save or fetch it again"),
        (
            pdf(
                [column(50, 700, *PROSE)],
                trailer=f"/ID [<{'00' * 16}> <{'00' * 16}>] "
                f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'11' * 32}> /U <{'22' * 32}> >>",
            ),
            "is encrypted; save it without a password and add it again",
        ),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        document(tmp_path, "a.pdf", content)
    assert str(caught.value).startswith(f"{tmp_path / 'a.pdf'}: {says}")


def test_a_page_of_pictures_among_words_is_noted(tmp_path: Path) -> None:
    notes = loaded(tmp_path, "a.pdf", pdf([column(50, 700, *PROSE), PICTURE])).notes
    assert notes == (f"{tmp_path / 'a.pdf'}: page 2 is a picture without words; OCR may find some.",)


def test_a_file_cut_short_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = pdf([column(50, 700, *PROSE)])
    found = loaded(tmp_path, "a.pdf", whole[: whole.index(b"startxref")])
    assert found.document.text == " ".join(PROSE)
    assert "seems truncated" in found.notes[0]
