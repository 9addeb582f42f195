"""Questions in SQuAD's form are read in either shape, and what is wrong with a file is named."""

import gzip
import json
from pathlib import Path

import pytest

from bot.squad import Example, Reference, read_file, read_files
from index import DocumentError

CONTEXT = "The mill at Tarn was built in 1742."
ROW = {
    "question": "When was it built?",
    "context": CONTEXT,
    "answers": [{"text": "1742", "start": 30}],
    "title": "Tarn",
}
EXAMPLE = Example("When was it built?", CONTEXT, (Reference("1742", 30),), "Tarn")
NESTED = {
    "version": "v2.0",
    "data": [
        {
            "title": "Tarn",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "1",
                            "question": "When was it built?",
                            "answers": [{"text": "1742", "answer_start": 30}],
                        },
                        {
                            "id": "2",
                            "question": "Who sold it?",
                            "is_impossible": True,
                            "answers": [],
                            "plausible_answers": [{"text": "Tarn", "answer_start": 12}],
                        },
                    ],
                }
            ],
        }
    ],
}


def test_json_lines_are_read_gzipped_or_plain(tmp_path: Path) -> None:
    lines = "\n".join([json.dumps(ROW), "", json.dumps(ROW | {"answers": []})])
    plain, packed = tmp_path / "rows.jsonl", tmp_path / "rows.jsonl.gz"
    plain.write_text(lines, encoding="utf-8")
    packed.write_bytes(gzip.compress(lines.encode()))
    assert read_file(plain) == read_file(packed) == [EXAMPLE, Example("When was it built?", CONTEXT, (), "Tarn")]


def test_squads_own_form_is_read_and_its_plausible_answers_are_none(tmp_path: Path) -> None:
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(NESTED, indent=1), encoding="utf-8")
    assert read_files([file]) == [EXAMPLE, Example("Who sold it?", CONTEXT, (), "Tarn")]


def test_one_line_alone_and_a_list_of_rows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    for text in (json.dumps(ROW), json.dumps([ROW])):
        file.write_text(text, encoding="utf-8")
        assert read_file(file) == [EXAMPLE]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no questions"),
        ("{", "line 1 is not JSON"),
        (json.dumps(ROW) + "\nx", "line 2 is not JSON"),
        (json.dumps([[]]), "question 1 .* no object"),
        (json.dumps({"question": "Who?", "context": "A."}), "question 1 .* it has no 'answers'"),
        (json.dumps(ROW | {"context": 3}), "not both text"),
        (json.dumps(ROW | {"answers": {}}), "no list"),
        (json.dumps(ROW | {"answers": ["1742"]}), "an answer is no object"),
        (json.dumps(ROW | {"answers": [{"text": "1742", "start": "x"}]}), "no whole number"),
        (json.dumps(ROW | {"answers": [{"text": "1742", "start": 0}]}), "does not stand at 0"),
        (json.dumps({"data": [{"paragraphs": [{}]}]}), "not in SQuAD's form"),
        (json.dumps({"data": 3}), "not in SQuAD's form"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=rf"bad\.json.*{said}"):
        read_file(file)


def test_a_file_that_is_not_there_or_torn_is_named(tmp_path: Path) -> None:
    torn = tmp_path / "torn.gz"
    torn.write_bytes(gzip.compress(b"x" * 1000)[:-9])
    for file in (tmp_path / "none.json", torn):
        with pytest.raises(DocumentError, match=file.name):
            read_file(file)
