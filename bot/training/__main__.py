"""The steps of training as commands: python -m bot.training {train,label,cases,measure,average,export,unpack}."""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import torch

from bot.reader import Reader, onnx_files
from bot.squad import read_file, read_files
from bot.training import cases, labels, script
from bot.training.altered import altered, shifted
from bot.training.average import average
from bot.training.config import TrainConfig
from bot.training.export import export, export_second
from bot.training.measure import measure
from bot.training.model import SpanModel, logits_of
from bot.training.rows import row_of, weak_rows
from bot.training.steps import STEP
from bot.training.unpack import unpack
from index.embed import packaged_model
from index.errors import PinciteError

SQUAD = "questions in SQuAD's form"
FAILED = 3


def parser() -> argparse.ArgumentParser:
    """Return the parser of all steps."""
    top = argparse.ArgumentParser(prog="python -m bot.training", description="Trains the span reader.")
    steps = top.add_subparsers(required=True, metavar="STEP")

    step = steps.add_parser("train", help="train, or go on with a run that was stopped")
    step.add_argument(
        "file", type=_source, nargs="+", metavar="FILE[=ROWS]", help=f"{SQUAD}; ROWS drawn a pass at most"
    )
    step.add_argument("--start", type=Path, required=True, metavar="DIR", help="the model to begin with")
    step.add_argument("--run", type=Path, required=True, metavar="DIR", help="where the run is kept")
    step.add_argument(
        "--weak", type=_source, nargs="+", default=[], help="JSON lines: a question, the sentence answering it"
    )
    step.add_argument("--labels", type=Path, nargs="+", default=[], help="what a teacher made of them (`label`)")
    step.add_argument("--measure", type=Path, nargs="+", default=[], help=f"{SQUAD}, never trained on")
    step.add_argument("--note", default="", help="the licences of the data, for the model card")
    for field in fields(TrainConfig):
        name = "--" + field.name.replace("_", "-")
        if isinstance(field.default, bool):
            step.add_argument(name, action="store_true", default=field.default)
        else:
            step.add_argument(
                name, type=type(field.default), default=field.default, metavar="N", help=f"{field.default}"
            )
    step.set_defaults(do=_train)

    step = steps.add_parser("label", help="write what a teacher makes of questions")
    step.add_argument("model", type=Path, help="the teacher's folder")
    step.add_argument("file", type=Path, nargs="*", help=SQUAD)
    step.add_argument(
        "--weak", type=Path, nargs="+", default=[], help="JSON lines: a question, the sentence answering it"
    )
    step.add_argument(
        "--altered", type=int, default=0, metavar="N", help="label N altered questions too, most without an answer"
    )
    step.add_argument("--seed", type=int, default=1, metavar="N", help="chance of the altered questions")
    step.add_argument("--out", type=Path, required=True, metavar="FILE")
    step.set_defaults(do=_label)

    step = steps.add_parser("cases", help="write expected answers as questions to train on")
    step.add_argument("suite", type=Path, nargs="+", help="files of expected answers")
    step.add_argument("--library", type=Path, metavar="DIR", help="the library they are about, where they name none")
    step.add_argument("--out", type=Path, required=True, metavar="FILE")
    step.set_defaults(do=_cases)

    step = steps.add_parser("measure", help="print the scores of a model alone")
    step.add_argument("model", type=Path)
    step.add_argument("file", type=Path, nargs="+", help=SQUAD)
    step.set_defaults(do=_measure)

    step = steps.add_parser("average", help="write the mean of models of one ancestry")
    step.add_argument("model", type=Path, nargs="+")
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.set_defaults(do=lambda given: average(given.model, given.out))

    step = steps.add_parser("export", help="write the int8 reader of a model, verified")
    step.add_argument("model", type=Path)
    step.add_argument("file", type=Path, nargs="+", help=f"{SQUAD}, to verify it on")
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.add_argument(
        "--shown", type=Path, nargs="+", default=[], metavar="FILE", help=f"{SQUAD}: round weights, as these bear it"
    )
    step.add_argument("--step", type=float, default=STEP, metavar="N", help=f"how coarsely they are rounded; {STEP}")
    step.add_argument(
        "--second", action="store_true", help="write it as the deeper model beside the reader in DIR; needs --shown"
    )
    step.set_defaults(do=_export)

    step = steps.add_parser("unpack", help="write the weights of an exported reader, to train on from")
    step.add_argument("model", type=Path, help="the exported reader's folder")
    step.add_argument(
        "--base", type=Path, metavar="DIR", help="a transformers model of the same form; the embedder is of the first's"
    )
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.add_argument("--second", action="store_true", help="the deeper model, not the first; needs --base")
    step.add_argument(
        "--frozen-layers", type=int, default=0, metavar="N", help="keep the base's embeddings and lowest N layers; 0"
    )
    step.set_defaults(do=_unpack)
    return top


def _source(text: str) -> script.Source:
    name, _, most = text.rpartition("=")
    return (Path(name), int(most)) if name and most.isdecimal() else (Path(text), None)


def _train(given: argparse.Namespace) -> None:
    config = TrainConfig(**{field.name: getattr(given, field.name) for field in fields(TrainConfig)})
    files = script.Files(given.file, given.weak, given.labels, given.measure)
    script.run(files, given.start, given.run, config, given.note)


def _label(given: argparse.Namespace) -> None:
    rows = [row_of(example) for example in read_files(given.file)] + weak_rows(given.weak)
    near_misses = altered(rows, given.altered, random.Random(given.seed))
    tokenizer, read = Reader(given.model).tokenizer, _reads(given.model)
    found = labels.label(tokenizer, read, rows)
    found += [(shifted(row), confidence) for row, confidence in labels.label(tokenizer, read, near_misses)]
    labels.write(given.out, found)
    print(f"{len(found)} labels in {given.out}")


def _cases(given: argparse.Namespace) -> None:
    print(f"{cases.write(given.suite, given.out, given.library)} questions in {given.out}")


def _measure(given: argparse.Namespace) -> None:
    tokenizer, read = Reader(given.model).tokenizer, _reads(given.model)
    for path in given.file:
        print(path.name, json.dumps(measure(tokenizer, read, read_file(path))), flush=True)


def _reads(folder: Path) -> labels.Read:
    """Return the model in `folder` as it reads fastest: an export as in serving, torch weights in batches."""
    if onnx_files(folder):
        reader = Reader(folder)
        return lambda rows: reader.again(rows, reader(rows))
    model = SpanModel(folder)
    return lambda rows: logits_of(model, rows)


def _export(given: argparse.Namespace) -> None:
    several = [read_file(path) for path in given.shown]
    least = min(map(len, several), default=0)  # as many of each: one long file must not be all that is seen
    shown = [example for one in several for example in one[:: max(1, len(one) // max(1, least))][:least]]
    examples = read_files(given.file)
    if given.second and not shown:
        raise PinciteError(
            "A deeper model is rounded: name questions for that with --shown, not those it is checked on."
        )
    if given.second:
        export_second(given.model, given.out, examples, shown, print, step=given.step)
    else:
        found = export(given.model, given.out, examples, print, shown=shown, step=given.step)
        print(json.dumps(found, indent=1))


def _unpack(given: argparse.Namespace) -> None:
    if given.second and not given.base:
        raise PinciteError("Name with --base the model that the deeper one was trained from.")
    base = given.base or packaged_model()
    found = unpack(given.model, base, given.out, second=given.second, frozen_layers=given.frozen_layers)
    print(f"{found['taken']} parameters taken from the export, {found['kept']} kept, in {given.out}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step and return its exit status: 0, or 3 where it failed; argparse ends bad use with 2."""
    given = parser().parse_args(arguments)
    try:
        given.do(given)
    except PinciteError as error:
        print(f"training: {error}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    torch.set_flush_denormal(True)  # subnormal numbers slow vector units down; it holds for the whole process
    sys.exit(main())
