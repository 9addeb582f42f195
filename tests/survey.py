"""What the loaders make of folders of real files: a table for docs/formats.md, and every failure by name.

python -m tests.survey FOLDER...
"""

import sys
import time
from collections import Counter
from pathlib import Path

from index import DocumentError, split
from index.folder import walk
from index.formats import read

COLUMNS = ("files", "failed", "with notes", "pages", "headings", "characters", "passages", "seconds")


def main(folders: list[str]) -> None:
    """Print a row for each suffix, and then what failed and what was noted."""
    sums: dict[str, Counter[str]] = {}
    said: list[str] = []
    for folder in folders:
        for path, source in walk(Path(folder)).files:
            row = sums.setdefault(path.suffix.lower(), Counter())
            row["files"] += 1
            began = time.perf_counter()
            try:
                loaded = read(path, source)
            except DocumentError as error:
                row["failed"] += 1
                said.append(str(error))
                continue
            finally:
                row["seconds"] += round(1000 * (time.perf_counter() - began))
            document = loaded.document
            row["with notes"] += bool(loaded.notes)
            row["pages"] += len(document.pages)
            row["headings"] += len(document.headings)
            row["characters"] += len(document.text)
            row["passages"] += len(split(document))
            said.extend(loaded.notes)
    print("| format |", " | ".join(COLUMNS), "|\n| --- |", " | ".join("---:" for _ in COLUMNS), "|")
    for suffix, row in sorted(sums.items()):
        cells = [row[name] / 1000 if name == "seconds" else row[name] for name in COLUMNS]
        print(f"| {suffix} |", " | ".join(f"{cell:,.0f}" for cell in cells), "|")
    print(*sorted(said), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
