"""Quality: the numbers recorded with the reader against those of today: python -m web.quality FILE ...

Each file is asked closed, question by question of its own context, and all together open. A number
that is worse than its record by more than the tolerance ends the run with status 1, like a failing
test. `--record` writes today's numbers down instead, and the pictures of the open run into docs/.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.reader import PACKAGED
from bot.squad import read_files
from index.atomic import write_atomically
from index.errors import PinciteError
from web.scorecard import evaluate, plot, table
from web.settings import CHECKOUT, read_settings

RECORD = "quality.json"
"""The file beside a reader that its numbers are recorded in."""
TOLERANCE = 0.01
"""How much worse a number may be than its record: processors round int8 products differently."""
LOWER_IS_BETTER = ("ece",)


def numbers(found: object, name: str = "") -> Iterator[tuple[str, float | None]]:
    """Yield the measures of a summary by their paths, as in `has_answer.f1`; counts are left out."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key != "n":
                yield from numbers(value, f"{name}.{key}" if name else key)
    else:
        assert found is None or isinstance(found, int | float)
        yield name, found


def worse(recorded: object, today: object, tolerance: float) -> list[str]:
    """Return a line for each measure that is worse than recorded by more than `tolerance`, or gone."""
    found, lines = dict(numbers(today)), []
    for name, before in numbers(recorded):
        if before is None:
            continue
        now = found.get(name)
        if now is None:
            lines.append(f"{name}: {before:.4f} recorded, nothing today")
        elif (now - before if name in LOWER_IS_BETTER else before - now) > tolerance:
            lines.append(f"{name}: {before:.4f} recorded, {now:.4f} today")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and compare or record."""
    parser = argparse.ArgumentParser(prog="python -m web.quality", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="+", help="questions in SQuAD's form")
    parser.add_argument("--record", action="store_true", help="write today's numbers down instead of comparing")
    parser.add_argument("--docs", type=Path, default=CHECKOUT / "docs", metavar="DIR", help="where pictures are kept")
    given = parser.parse_args(arguments)
    try:
        return _measure(given.file, given.docs if given.record else None)
    except PinciteError as error:
        print(f"quality: {error}", file=sys.stderr)
        return 3


def _measure(files: Sequence[Path], pictures: Path | None) -> int:
    settings = read_settings()
    record = (settings.reader or PACKAGED) / RECORD
    runs = [(file.name.split(".")[0], [file], False) for file in files] + [("open", list(files), True)]
    today: dict[str, dict[str, object]] = {}
    for name, asked, searched in runs:
        evaluation = evaluate(read_files(asked), settings, searched=searched)
        today[name] = evaluation.summary()
        print(f"{name}\n{table(evaluation)}\n", flush=True)
        if searched and pictures:
            plot(evaluation, pictures)
    if pictures:
        kept = {"about": "measured by web.quality; worse by more than the tolerance is a regression"}
        kept |= {"tolerance": TOLERANCE, "runs": today}  # type: ignore[dict-item]
        write_atomically(record, (json.dumps(kept, indent=1) + "\n").encode())
        print(f"recorded in {record}")
        return 0
    return _compare(record, today)


def _compare(record: Path, today: dict[str, dict[str, object]]) -> int:
    try:
        kept = json.loads(record.read_text(encoding="utf-8"))
        runs, tolerance = kept["runs"], float(kept["tolerance"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PinciteError(f"{record} holds no numbers to compare with ({error!r}); make it with --record.") from error
    missing = sorted(set(runs) - set(today))
    lines = [f"{name}: not measured today" for name in missing]
    for name in runs:
        lines += [f"{name} {line}" for line in worse(runs[name], today.get(name, {}), tolerance) if name in today]
    print("\n".join(f"WORSE  {line}" for line in lines) or f"no number is worse than its record (by {tolerance})")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
