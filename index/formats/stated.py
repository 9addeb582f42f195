"""Stated: facts about a document that somebody wrote down in YAML, and each mistake with its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from index.formats.nodes import nodes, trouble
from index.metadata import normalised

RIGHT = {
    "title": "write a title in words.",
    "author": "write a name, or a list of names.",
    "date": "write a date as 2024-03-05, 2024-03 or 2024.",
    "language": "write a language as its code: en, or de-CH.",
    "tags": "write tags of at most 60 characters, as a list or parted by commas.",
    "url": "write an address that begins with http:// or https://.",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """Facts by the keys of metadata, and what could not be used: (line from 1, what is wrong and what to do).

    `mapping` tells whether it was YAML with keys at all.
    """

    facts: Mapping[str, str]
    mistakes: tuple[tuple[int, str], ...] = ()
    mapping: bool = True


def stated(text: str, names: Mapping[str, str]) -> Stated:
    """Return what the YAML `text` says under `names`, each with the key of metadata that it stands for."""
    return _stated(text, tuple(names.items()))


@lru_cache(maxsize=256)
def _stated(text: str, names: tuple[tuple[str, str], ...]) -> Stated:
    """Read once what holds for a folder of a thousand files."""
    try:
        root = nodes(text)
    except MarkedYAMLError as error:
        line, problem = trouble(error)
        return Stated({}, ((line, f"This is not YAML: {problem}."),), mapping=False)
    except (YAMLError, ValueError, RecursionError) as error:
        return Stated({}, ((1, f"This is not YAML: {' '.join(str(error).split())}."),), mapping=False)
    if root is None:
        return Stated({})
    if not isinstance(root, MappingNode):
        return Stated({}, ((1, "Write a key and a value in each row, such as `tags: law, energy`."),), mapping=False)
    return _read(root, dict(names))


def _read(root: MappingNode, names: Mapping[str, str]) -> Stated:
    said: dict[str, str] = {}
    mistakes: list[tuple[int, str]] = []
    for key_node, value_node in root.value:
        line = key_node.start_mark.line + 1
        name = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
        key = names.get(name)
        value = _text(value_node)
        if key is None:
            near = get_close_matches(name.lower(), names, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else f" Known here are {', '.join(names)}."
            mistakes.append((line, f"`{name}` is no key.{hint}"))
        elif value is None or (value and key not in normalised({key: value})):
            mistakes.append((line, f"`{name}` cannot be used: {RIGHT[key]}"))
        elif key in said and key != "tags":
            mistakes.append((line, f"`{name}` stands here twice; keep one."))
        else:
            said[key] = f"{said[key]},{value}" if key in said else value
    return Stated(MappingProxyType(normalised(said)), tuple(mistakes))


def _text(node: Node) -> str | None:
    """Return what a scalar, or a list of scalars, says; None for what is neither."""
    parts = node.value if isinstance(node, SequenceNode) else [node]
    if not all(isinstance(part, ScalarNode) for part in parts):
        return None
    return ", ".join(str(part.value) for part in parts if not str(part.tag).endswith(":null"))
