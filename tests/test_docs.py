"""The README is true: settings, commands and pictures in it are those of the code."""

import re
from pathlib import Path

from web.cli import parser
from web.settings import CHECKOUT, Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_screen_shows_both_commands_and_what_one_sees() -> None:
    first = "\n".join(README.splitlines()[:20])
    assert "make serve" in first
    assert "make test" in first
    assert "http://127.0.0.1:8000" in first


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    rows = re.findall(r"^\| `PINCITE_(\w+)` \| (.*?) \| (.*?) \|$", README, re.M)
    documented = {name.lower(): (about, default) for name, about, default in rows}
    assert set(documented) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        about, default = documented[name]
        assert about, name
        if isinstance(field.default, (str, int)):
            assert default == f"`{field.default}`", name
    assert Settings.model_fields["seeds"].default == CHECKOUT / "seeds"


def test_every_command_the_readme_shows_exists() -> None:
    shown = set(re.findall(r"pincite ([\w-]+)", "\n".join(re.findall(r"^    .*$", README, re.M))))
    choices = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert shown <= set(choices or {})
    known = {
        "ask",
        "add",
        "remove",
        "list",
        "sync",
        "serve",
        "eval",
        "check",
        "diff",
        "suggest",
        "verify",
        "check-library",
        "backup",
        "restore",
    }
    assert known == set(choices or {})


def test_links_and_pictures_of_the_readme_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_make_targets_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b(?!-)", README)) - {"it", "sure", "the"}:
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_seeds_are_the_two_articles_byte_for_byte() -> None:
    import hashlib

    wanted = {
        "000_86ea15be24783647.txt": "5884af8950ce6844ea275913fa08a4593d8442bb04cd2e1078aa43bc3be3d414",
        "001_c41cc6b2b1b4ab67.txt": "28bdde1123d30c23cb6a6c24c650eb60a1efa08bb137f101dc39ac0daba34280",
    }
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "seeds").iterdir()}
    assert found == wanted
