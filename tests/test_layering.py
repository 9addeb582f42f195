"""The house: which room may import which. A step back up the ladder fails here."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LADDERS = {
    "index": [
        "errors", "atomic", "sentences", "document", "passage", "metadata", "formats", "folder", "seen", "change",
        "progress", "embed", "database", "store", "records", "filter", "staging", "writer", "library", "originals",
        "catalogue", "naming", "uploads",
        "dense", "lexical", "search", "health", "repair", "backup",
    ],
    "index.formats": [
        "draft", "picture", "encoding", "text", "nodes", "stated", "markdown", "tables", "flow", "facts", "html",
        "archive", "docx", "epub", "pdf", "parse", "worker", "sandbox", "sidecar", "version",
    ],
    "index.formats.pdf": [
        "fonts", "signs", "lines", "columns", "edges", "headings", "paragraphs", "about", "places", "drawing",
    ],
    "bot": [
        "shapes", "question", "language", "windows", "spans", "reader", "bylines", "lists", "boundaries", "reading",
        "coverage", "ranking", "second", "reading_on", "answer", "evidence", "confidence", "conversation", "pipeline",
        "why", "tables", "journal", "cited", "days", "vectors", "alike", "gaps", "squad", "scores", "plots",
        "evaluation", "expected", "calibrate", "training",
    ],
    "bot.training": [
        "config", "rows", "passages", "augment", "altered", "mining", "mix", "encode", "model", "labels", "measure",
        "loop", "card", "script", "average", "steps", "compact", "export", "unpack", "cases", "__main__",
    ],
    "bot.expected": [
        "mistakes", "schema", "case", "build", "parse", "sheet", "files", "words", "place", "verdict", "judge",
        "promises", "asking", "topic", "wanted", "explain", "run", "gates", "curve", "picture", "update", "outcome",
        "changes", "replay", "history", "english", "makers", "patterns", "proposals", "suggest", "drafts",
    ],
    "bot.conversation": [
        "phrases", "frames", "antecedents", "pronouns", "swaps", "statements", "followups", "meanings",
    ],
    "web": [
        "settings", "conversations", "suggested", "desk", "opening", "words", "contract", "service", "marking",
        "links", "finding", "quotes", "pictures", "templating", "problems", "access", "samesite", "forms", "api",
        "asked", "questions", "drafts", "votes", "board", "pages", "sources", "chat", "checks", "library", "proof",
        "app", "scorecard", "terminal", "progress", "watching", "serving", "listing", "documents", "check_library",
        "backups", "cli", "bench", "bench_checks", "bench_index", "quality",
    ],
    "web.chat": ["smalltalk", "markdown", "tools", "mattermost", "rocketchat", "webhooks", "slack"],
    "web.chat.slack": [
        "signature", "markup", "messages", "inbox", "intake", "blocks", "quotes", "replies", "client", "answers",
        "buttons", "worker", "workspace", "routes", "socket_mode",
    ],
    "web.library": ["jobs", "receive", "listing", "shown", "keeper", "api", "page"],
    "web.checks": [
        "bots", "phrases", "table", "junit", "markdown", "command", "suggest", "summary", "diff", "shown", "page",
        "plugin",
    ],
    "web.proof": ["features", "why", "receipt", "pack", "proving", "printed", "page", "command"],
}  # fmt: skip
PACKAGES = ["index", "bot", "web"]


def files() -> dict[str, Path]:
    """Return the files of the house by the names of their modules; a package is named by its front door."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = files()


def imports(name: str) -> set[str]:
    """Return the modules of the house that the module `name` imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            module = node.module or ""
            found |= ({f"{module}.{alias.name}" for alias in node.names} & set(MODULES)) or {module}
    return {found_name for found_name in found if found_name.split(".")[0] in PACKAGES}


def steps_back(name: str, other: str) -> bool:
    """Tell whether the module `name` may not import `other`: it stands on the same step or above."""
    mine, theirs = name.split("."), other.split(".")
    for depth in range(max(len(mine), len(theirs))):
        here, there = (parts[depth] if depth < len(parts) else None for parts in (mine, theirs))
        if here == there:
            continue
        ladder = LADDERS[".".join(mine[:depth])] if depth else PACKAGES
        # A package's own front door is above all its rooms, and none of them may go in by it.
        return there is None or (here is not None and ladder.index(there) >= ladder.index(here))
    return True


@pytest.mark.parametrize("package", LADDERS)
def test_every_room_has_its_step_on_the_ladder(package: str) -> None:
    folder = ROOT.joinpath(*package.split("."))
    rooms = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    inner = {path.name for path in folder.iterdir() if list(path.glob("*.py"))}
    assert rooms | inner == set(LADDERS[package])
    assert {f"{package}.{name}" for name in inner} <= set(LADDERS), "a package inside has a ladder of its own"


@pytest.mark.parametrize("name", MODULES)
def test_imports_never_step_back_up(name: str) -> None:
    assert not [other for other in imports(name) if steps_back(name, other)]


def test_the_runtime_never_imports_the_fit_or_the_training() -> None:
    made = {name for name in MODULES if name == "bot.calibrate" or name.startswith("bot.training")}
    for name in set(MODULES) - made:
        assert not imports(name) & made, name
        for package in ("sklearn", "onnx\n", "import onnx.", "from onnx "):
            assert package not in MODULES[name].read_text(encoding="utf-8"), name


def test_answering_loads_nothing_of_the_training() -> None:
    look = "import sys, web.app, web.cli, web.opening; print(*(name for name in sys.modules))"
    command = [sys.executable, "-c", look]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert "bot.pipeline" in loaded
    assert not [name for name in loaded if name.startswith(("bot.training", "bot.calibrate", "onnx.", "sklearn."))]


def test_only_the_outermost_rooms_read_arguments_and_environment() -> None:
    outermost = {
        "web.cli",
        "web.documents",
        "web.settings",
        "web.checks.command",
        "web.checks.suggest",
        "web.checks.diff",
        "web.check_library",
        "web.listing",
        "web.proof.command",
        "web.backups",
        "web.bench",
        "web.bench_checks",
        "web.bench_index",
        "web.quality",
    }
    for name in set(MODULES) - outermost - {"bot.calibrate", "bot.training.__main__"}:
        text = MODULES[name].read_text(encoding="utf-8")
        for reads in ("sys.argv", "argparse", "os.getenv"):
            assert reads not in text, name


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_resolve_inside_the_checkout_and_export_what_they_name(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT)
    for name in getattr(module, "__all__", []):
        assert hasattr(module, name)
