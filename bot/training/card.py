"""The model card: what a run learnt from, how, and what came of it, written by the run itself."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from bot.training.config import TrainConfig
from bot.training.loop import Progress
from bot.training.model import SpanModel

LIMITS = """\
English only, unless it was trained on other questions. It reads: it does not count, compare or infer. On paraphrases
far from a text's own words it is weaker, and a question whose words are all in a passage that does not answer it can
fool it: that is what a fitted confidence has to notice (`python -m bot.calibrate`).
"""


def digest(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def card(
    model: SpanModel,
    start: Path,
    config: TrainConfig,
    progress: Progress,
    data: Sequence[tuple[str, Path, int, int | None]],
    scores: Mapping[str, Mapping[str, float | int | None]],
    note: str,
) -> str:
    """Return a run's card in Markdown.

    `data` holds what each file was for, its path, its rows, and how many of them a pass drew at most.
    """
    size = sum(value.numel() for value in model.parameters()) / 1e6
    shape = model.inner.config
    changed = [field.name for field in fields(config) if getattr(config, field.name) != field.default]
    lines = [
        "# Model card: a span reader",
        "",
        f"Points at the words of a passage that answer a question, or says that none do. {shape.model_type}, "
        f"{shape.num_hidden_layers} layers, {shape.hidden_size} wide, {size:.1f} million parameters.",
        "",
        f"**Training.** From `{start.name}`; {progress.step} steps, {progress.tokens} tokens, "
        f"{progress.seconds / 60:.0f} minutes, {progress.number} whole passes, seed {config.seed}. The weights are "
        "those averaged over the steps.",
        "",
        "| setting | value |",
        "| --- | --- |",
        *(f"| `{name}`{' *' if name in changed else ''} | {value} |" for name, value in asdict(config).items()),
        "",
        "A star marks what was set otherwise than by default.",
        "",
        "**Data.**",
        "",
        "| for | file | rows | drawn a pass | sha256 |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {use} | `{path.name}` | {rows} | {most or 'all'} | `{digest(path)[:16]}…` |"
            for use, path, rows, most in data
        ),
        "",
        note.strip() or "The licences of the data were not told to the run (`--note`).",
        "",
        "**Measured**, the passage handed over, the best span taken:",
        "",
        "| file | " + " | ".join(_measures(scores)) + " |",
        "| --- " * (1 + len(_measures(scores))) + "|",
        *(
            f"| `{name}` | " + " | ".join(_cell(found.get(key)) for key in _measures(scores)) + " |"
            for name, found in scores.items()
        ),
        "",
        f"**Limits.** {LIMITS}",
    ]
    return "\n".join(lines)


def _measures(scores: Mapping[str, Mapping[str, float | int | None]]) -> list[str]:
    return list(dict.fromkeys(key for found in scores.values() for key in found))


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
