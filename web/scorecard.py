"""Scorecard: an evaluation as people read it, as a table and as pictures."""

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.confidence import Confidence
from bot.evaluation import Evaluation, MakeBot, Progress, ask_closed, ask_open
from bot.pipeline import Bot
from bot.plots import reliability_diagram, risk_coverage_curve
from bot.reader import PACKAGED, Reader
from bot.scores import BINS
from bot.squad import Example
from index.embed import Embedder
from index.errors import PinciteError
from web.opening import threshold_of
from web.settings import Settings

RISK = 0.1
"""The share of wrong answers that the risk-coverage curve is compared with."""


def evaluate(examples: Sequence[Example], settings: Settings, *, searched: bool) -> Evaluation:
    """Ask every question as the settings say, of its own context or (`searched`) of all contexts at once."""
    reader = Reader(settings.reader or PACKAGED, settings.threads)
    confidence = Confidence.of(reader.folder)
    make_bot: MakeBot = lambda library: Bot(library, reader, confidence, threshold_of(settings, confidence))  # noqa: E731
    ask = ask_open if searched else ask_closed
    return Evaluation(ask(examples, make_bot, Embedder(), _progress()), searched)


def _progress() -> Progress | None:
    """Return what shows progress to a person at a terminal; None where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        print(f"\r{done} of {of} asked", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return show


def table(evaluation: Evaluation) -> str:
    """Return the summary as lines of words and numbers."""
    found = evaluation.summary()
    has, none, covered = found["has_answer"], found["no_answer"], found["coverage_at_risk"]
    assert isinstance(has, dict)
    assert isinstance(none, dict)
    assert isinstance(covered, dict)
    best_em, best_f1 = evaluation.unshown()
    rows: list[tuple[str, object, object]] = [
        ("", "EM", "F1"),
        (f"all {found['n']} questions, abstentions counted", found["em"], found["f1"]),
        (f"the {has['n']} with an answer", has["em"], has["f1"]),
        ("... the likeliest words, shown or not", best_em, best_f1),
        ("", "", ""),
        (f"the {none['n']} without one: abstained", none["accuracy"], ""),
        ("confidence tells the two apart (AUC)", found["auc_answerable"], ""),
        ("confidence against share of right answers (ECE)", found["ece"], ""),
        *((f"shown while at most {float(risk):.0%} are wrong", share, "") for risk, share in covered.items()),
        *((f"recall at {name[10:]}", found[name], "") for name in found if name.startswith("recall_at_")),
    ]
    return "\n".join(f"{words:<48}{_number(one):>8}{_number(other):>8}".rstrip() for words, one, other in rows)


def _number(value: object) -> str:
    return "-" if value is None else value if isinstance(value, str) else f"{value:.3f}"


def plot(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write the reliability diagram and the risk-coverage curve into `folder`, and return where they are."""
    pictures = {
        "reliability.svg": reliability_diagram(evaluation.reliability(), 1 / BINS),
        "risk-coverage.svg": risk_coverage_curve(evaluation.risk_by_coverage(), RISK),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            (folder / name).write_text(picture, encoding="utf-8")
    except OSError as error:
        raise PinciteError(f"The plots cannot be written into {folder} ({error.strerror}).") from error
    return [folder / name for name in pictures]
