from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import Bot, Citation, Confidence, Reader
from bot.expected import Case, Verdict, check_case
from bot.expected.build import build
from bot.expected.parse import parse
from index import Embedder, Library

LEAVE = """# Leave

## Holidays
Holidays are granted by Bruno Marsh, 28 days a year. Days that are left over expire on 31 March.

## Illness
Whoever falls ill calls the team lead before 9 a.m. A doctor's note is needed from the third day on.
"""
TRAVEL = """# Travel

## Trains
Tickets are booked by Ada Okoro, second class. A reservation of a seat is paid for too.

## Hotels
A night in a hotel may cost 110 euros at most. Breakfast is paid for as well.
"""

Check = Callable[..., Verdict]


def case_of(text: str) -> Case:
    """Return the one case of a YAML list item."""
    path = Path("x.answers.yaml")
    return build(parse(f"cases:\n{text}", path), path).cases[0]


@pytest.fixture(scope="session")
def handbook(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader) -> Iterator[Bot]:
    """A bot over two short documents. Tests that change them use `own_handbook`."""
    folder = tmp_path_factory.mktemp("docs") / "handbook"
    write(folder)
    library = Library(tmp_path_factory.mktemp("handbook"), embedder)
    library.sync(folder)
    yield Bot(library, reader, Confidence.of(reader.folder))
    library.close()


def write(folder: Path) -> None:
    folder.mkdir()
    (folder / "leave.md").write_text(LEAVE)
    (folder / "travel.md").write_text(TRAVEL)


@pytest.fixture
def check(handbook: Bot) -> Check:
    """Ask the handbook a case given as YAML; links are not followed."""

    def checked(text: str, bot: Bot = handbook) -> Verdict:
        return check_case(case_of(text), bot, no_fault)

    return checked


def no_fault(_: Citation) -> None:
    """Find nothing wrong with a link."""
