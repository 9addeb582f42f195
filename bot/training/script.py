"""Training from files to weights, a step a paragraph. `python -m bot.training train` runs this."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from bot.squad import read_file
from bot.training import labels as teacher
from bot.training.card import card, digest
from bot.training.config import TrainConfig
from bot.training.loop import Run, Say, train
from bot.training.measure import measure
from bot.training.mining import mine
from bot.training.mix import Group, Pool, labelled, only_labelled
from bot.training.model import logits_of
from bot.training.passages import Homes
from bot.training.rows import row_of, weak_rows
from index.embed import Embedder
from index.errors import PinciteError

CARD = "README.md"


Source = tuple[Path, int | None]
"""A file, and how many of its rows a pass draws at most; None draws them all."""


@dataclass(frozen=True)
class Files:
    """What a run learns from and is measured on. `weak` and `labels` may be empty, as may `measured`."""

    gold: Sequence[Source]
    weak: Sequence[Source] = ()
    labels: Sequence[Path] = ()
    measured: Sequence[Path] = ()

    def identity(self) -> str:
        """Return what tells these training files from others."""
        drawn = [f"{digest(path)}={most}" for path, most in (*self.gold, *self.weak)]
        return " ".join(drawn + [digest(path) for path in self.labels])


def run(files: Files, start: Path, folder: Path, config: TrainConfig, note: str = "") -> bool:
    """Train from the model in `start` into `folder`, or go on there; tell whether the budget is used up.

    `folder` then holds `log.txt`, the state to go on from, and once the budget is used `weights/`: the
    averaged model, its tokeniser and its card.
    Raises PinciteError where bf16 is asked for and this processor has no products of it.
    """
    if config.bf16 and not any(has for name, has in torch.cpu.get_capabilities().items() if "bf16" in name):
        raise PinciteError("This processor has no bf16 products, and a step would take minutes: leave --bf16 out.")
    folder.mkdir(parents=True, exist_ok=True)
    say = logged(folder / "log.txt")
    say(f"settings {config}")

    marked: teacher.Labels = {}
    for path in files.labels:
        marked |= teacher.read(path)
    found = [(path, most, [row_of(example) for example in read_file(path)]) for path, most in files.gold]
    found += [(path, most, weak_rows([path])) for path, most in files.weak]
    groups = [Group(labelled(rows, marked, config), most) for _, most, rows in found]
    groups.append(Group(only_labelled([row for _, _, rows in found for row in rows], marked)))
    rows = [row for group in groups for row in group.rows]
    say(f"{len(rows)} rows, {sum(row.answered for row in rows)} answered, {sum(row.weak for row in rows)} weak")

    task = Run(folder, start, config, files.identity(), say)
    if not train(task, pool(groups, config, folder, say)):
        say("stopped; the same command goes on")
        return False

    task.finish()
    scores = {}
    for path in files.measured:
        scores[path.name] = measure(task.tokenizer, lambda part: logits_of(task.model, part), read_file(path))
        say(f"{path.name} {json.dumps(scores[path.name])}")
    data = [("questions", path, len(rows), most) for path, most, rows in found]
    data += [("labels", path, len(teacher.read(path)), None) for path in files.labels]
    text = card(task.model, start, config, task.progress, data, scores, note)
    (folder / "weights" / CARD).write_text(text, encoding="utf-8")
    say("done")
    return True


def pool(groups: Sequence[Group], config: TrainConfig, folder: Path, say: Say) -> Pool:
    """Return what passes over `groups` draw from; negatives are mined once and kept in `folder`."""
    rows = [row for group in groups for row in group.rows]
    contexts = list(dict.fromkeys(row.passage for row in rows if not row.weak))
    weak = [row for row in rows if row.weak]
    count = 2 * int(config.hard_negatives * sum(row.answered for row in rows))
    negatives = mine(rows, count, config.seed, folder / "negatives.json", Embedder(), say) if count else {}
    return Pool(groups, negatives, Homes.of(weak, contexts), contexts)


def logged(path: Path) -> Say:
    """Return what prints a line and keeps it in a log, with the time."""

    def say(text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {text}"
        print(line, flush=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    return say
