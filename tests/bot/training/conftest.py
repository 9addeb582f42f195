"""A tiny seeded model, real in every part but its size, and questions small enough to learn from in a test."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from bot import Reader
from bot.reader import PACKAGED
from bot.squad import Example, Reference
from bot.windows import Window, tokens_of, windows

PEOPLE = ["Agnes Fell", "Tom Reed", "Ines Moor", "Carl Dane", "Ruth Hale", "Hugh Lund", "Nora Pike", "Evan Shaw"]
TOWNS = ["Tarn", "Leeds", "Hull", "York", "Ripon", "Selby", "Goole", "Otley"]


def example(question: str, context: str, *answers: str, title: str = "") -> Example:
    return Example(question, context, tuple(Reference(text, context.index(text)) for text in answers), title)


def rows_of(tokenizer: Tokenizer, examples: list[Example]) -> list[Window]:
    """Return the first window of each example."""
    return [
        windows(tokenizer, tokens_of(tokenizer, one.question), one.context, 0, len(one.context))[0] for one in examples
    ]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A folder with a one-layer span model."""
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    folder = tmp_path / "tiny"
    BertForQuestionAnswering(config).save_pretrained(folder)
    for name in ("tokenizer.json", "reader.json"):
        shutil.copy(PACKAGED / name, folder)
    return folder


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A tiny MPNet: BERT's vocabulary moved by four, and the mark between question and passage doubled."""
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=30527, hidden_size=128, num_hidden_layers=2, num_attention_heads=2, intermediate_size=256
    )
    folder = tmp_path / "deep"
    MPNetForQuestionAnswering(config).save_pretrained(folder)
    kept = json.loads((PACKAGED / "tokenizer.json").read_text())
    words = {word: number + 4 for word, number in kept["model"]["vocab"].items()}
    marks = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    kept["model"]["vocab"] = marks | words
    kept["added_tokens"] = [
        {"id": number, "content": mark, "special": True}
        | dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        for mark, number in marks.items()
    ]
    pieces = [("SpecialToken", "<s>"), ("Sequence", "A"), ("SpecialToken", "</s>"), ("SpecialToken", "</s>")]
    pieces += [("Sequence", "B"), ("SpecialToken", "</s>")]
    pair = [{kind: {"id": name, "type_id": 0}} for kind, name in pieces]
    kept["post_processor"] = {
        "type": "TemplateProcessing",
        "single": pair[:3],
        "pair": pair,
        "special_tokens": {mark: {"id": mark, "ids": [marks[mark]], "tokens": [mark]} for mark in ("<s>", "</s>")},
    }
    (folder / "tokenizer.json").write_text(json.dumps(kept))
    return folder


@pytest.fixture
def tokenizer(reader: Reader) -> Tokenizer:
    return reader.tokenizer


@pytest.fixture
def examples() -> list[Example]:
    found = []
    for person, town in zip(PEOPLE, TOWNS, strict=True):
        context = f"The bridge at {town} was opened by {person}. It is made of stone and has more than 12 arches."
        found.append(example(f"Who opened the bridge at {town}?", context, person, title=town))
        found.append(example(f"How many arches has the bridge at {town}?", context, "12", title=town))
        found.append(example(f"Who sold the mill at {town}?", context, title=town))
    return found


@pytest.fixture
def file(tmp_path: Path, examples: list[Example]) -> Path:
    """The examples as JSON lines."""
    path = tmp_path / "bridges.jsonl"
    rows = [
        {
            "question": one.question,
            "context": one.context,
            "title": one.title,
            "answers": [{"text": answer.text, "start": answer.start} for answer in one.answers],
        }
        for one in examples
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path
