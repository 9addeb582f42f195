"""The house: which room may import which. A step back up the ladder fails here."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LADDERS = {
    "index": [
        "errors", "sentences", "document", "passage", "formats", "folder", "embed", "store", "library", "dense",
        "lexical", "search",
    ],
    "bot": [
        "shapes", "question", "language", "windows", "spans", "reader", "bylines", "lists", "boundaries", "reading",
        "coverage", "ranking", "answer", "evidence", "confidence", "pipeline", "calibrate",
    ],
    "web": [
        "settings", "opening", "words", "contract", "service", "templating", "problems", "api", "pages", "app", "cli",
        "bench",
    ],
}  # fmt: skip
PACKAGES = ["index", "bot", "web"]


def imports(path: Path) -> set[str]:
    """Return the modules of the house that the file at `path` imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            inside = {f"{module}.{alias.name}" for alias in node.names}
            rooms = {f"{package}.{room}" for package, ladder in LADDERS.items() for room in ladder}
            found |= (inside & rooms) or {module}
    return {name for name in found if name.split(".")[0] in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_its_step_on_the_ladder(package: str) -> None:
    rooms = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    assert rooms == set(LADDERS[package])
    assert not [path for path in (ROOT / package).iterdir() if path.is_dir() and list(path.glob("*.py"))]


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_never_step_back_up(package: str) -> None:
    ladder = LADDERS[package]
    back = []
    for path in (ROOT / package).glob("*.py"):
        step = len(ladder) if path.stem == "__init__" else ladder.index(path.stem)
        for name in imports(path):
            other, _, room = name.partition(".")
            if other == package:
                # A package's own front door is above all its rooms.
                if path.stem != "__init__" and (not room or ladder.index(room) >= step):
                    back.append(f"{package}.{path.stem} imports {name}")
            elif PACKAGES.index(other) > PACKAGES.index(package):
                back.append(f"{package}.{path.stem} imports {name}")
    assert not back


def test_the_runtime_never_imports_the_fit() -> None:
    for path in ROOT.glob("[biw]*/*.py"):
        if path.stem != "calibrate":
            assert not {"bot.calibrate", "sklearn"} & imports(path)


def test_only_the_outermost_rooms_read_arguments_and_environment() -> None:
    for package in ("index", "bot", "web"):
        for path in (ROOT / package).glob("*.py"):
            if (package, path.stem) in {("web", "cli"), ("web", "settings"), ("web", "bench"), ("bot", "calibrate")}:
                continue
            text = path.read_text(encoding="utf-8")
            assert "sys.argv" not in text
            assert "argparse" not in text
            assert "os.getenv" not in text


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_resolve_inside_the_checkout_and_export_what_they_name(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT)
    for name in getattr(module, "__all__", []):
        assert hasattr(module, name)
