"""Parse: YAML -> what it holds, with the line of every value."""

from pathlib import Path

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.expected import schema
from bot.expected.build import Content
from bot.expected.mistakes import Mistake, SuiteError
from index.formats.nodes import nodes, trouble

DEPTH = 12
"""Levels of lists and keys inside each other that are read; a file needs 6, one that holds itself has no end."""


def parse(text: str, path: Path) -> Content:
    """Return what the YAML `text` of the file at `path` holds. Raises SuiteError where it is not YAML."""
    try:
        root = nodes(text)
    except MarkedYAMLError as error:
        line, problem = trouble(error)
        raise SuiteError(path, [Mistake(line, f"This is not YAML: {problem}.{_hint(text, line)}")]) from error
    except (YAMLError, ValueError) as error:
        raise SuiteError(path, [Mistake(1, f"This is not YAML: {error}")]) from error
    if root is None:
        raise SuiteError(path, [Mistake(1, "The file is empty; it needs `cases`.")])
    reading = _Reading()
    value = reading.value(root, ())
    if reading.mistakes:
        raise SuiteError(path, reading.mistakes)
    return Content(value, reading.lines)


def _hint(text: str, line: int) -> str:
    row = text.split("\n")[line - 1 : line]
    if row and row[0].count(": ") > 1:
        return " A text with a colon in it stands in quotes."
    if row and "\t" in row[0][: len(row[0]) - len(row[0].lstrip())]:
        return " Indent with blanks, not with tabs."
    return ""


class _Reading:
    """One reading of a file: what was met on the way."""

    def __init__(self) -> None:
        self.lines: dict[schema.Path, int] = {}
        self.mistakes: list[Mistake] = []

    def value(self, node: Node, path: schema.Path) -> object:
        """Return the value of `node`, and remember its line."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > DEPTH:
            self.mistakes.append(Mistake(node.start_mark.line + 1, "Too many levels inside each other."))
            return None
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self._keys(node, path)

    def _keys(self, node: MappingNode, path: schema.Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if key in found:
                self.mistakes.append(Mistake(line, f"`{key}` stands here twice; keep one."))
                continue
            self.lines[*path, key] = line
            found[key] = self.value(value_node, (*path, key))
        return found


class Unquoted:
    """A scalar that YAML reads as something no key here takes, a date for one; `str` gives it as written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


class Decimal(float):
    """A number with a point; `str` gives it as written, since 1.10 may have been meant as a text."""

    def __new__(cls, text: str) -> "Decimal":
        """Read it. Raises ValueError where it is no decimal number."""
        number = super().__new__(cls, text)
        number._text = text
        return number

    _text: str

    def __str__(self) -> str:
        return self._text


def _scalar(node: ScalarNode) -> object:
    """Return what a scalar means by YAML 1.2."""
    kind, text = str(node.tag).rpartition(":")[2], str(node.value)
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind == "int" and str(int(text)) == text:
            return int(text)
        if kind == "float":
            return Decimal(text)
    except ValueError:
        pass  # 0x1F, .inf and their like are numbers to YAML, and none that a person means here
    return Unquoted(text)
