"""Schema: the published JSON Schema of the file, and what in a file does not fit it.

The schema is the one description of the file: editors read it, this module checks files against it, and the
documentation's table is held against it. Only the keywords it uses are known here; a test compares with `jsonschema`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from bot.expected.mistakes import did_you_mean

Schema = Mapping[str, object]
Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""
Fault = tuple[Path, str]
"""Where something is wrong, and what."""

FILE = "answers.schema.json"

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "array": (list,),
    "object": (dict,),
    "integer": (int,),
    "number": (int, float),
}
WORDS = {"string": "a text", "array": "a list", "object": "keys and values", "integer": "a whole number"}


def published() -> str:
    """Return the schema as it is published, a JSON text."""
    return resources.files("bot.expected").joinpath(FILE).read_text(encoding="utf-8")


@cache
def schema() -> Schema:
    """Return the schema."""
    parsed: Schema = json.loads(published())
    return parsed


def faults(value: object, wanted: Schema, path: Path = ()) -> Iterator[Fault]:
    """Yield what in `value`, plain lists, dictionaries and scalars, does not fit `wanted`."""
    kinds = wanted.get("type")
    if "const" in wanted:
        if value is not wanted["const"]:
            yield path, f"{_name(path)} can only be {json.dumps(wanted['const'])}; leave it out otherwise."
    elif not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):  # type: ignore[attr-defined]
        yield path, _type_fault(value, wanted, path)
    elif isinstance(value, dict):
        yield from _object_faults(value, wanted, path)
    elif isinstance(value, list):
        if len(value) < int(str(wanted.get("minItems", 0))):
            yield path, f"{_name(path)} is empty."
        for number, item in enumerate(value):
            yield from faults(item, wanted["items"], (*path, number))  # type: ignore[arg-type]
    elif isinstance(value, str):
        pattern = str(wanted.get("pattern", ""))
        if not re.search(pattern, value):
            yield path, _pattern_fault(value, pattern, path)
    elif not _in_range(value, wanted):
        yield path, f"{_name(path)} must be {_range(wanted)}, not {value}."


def _is(value: object, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and not isinstance(value, bool)


def _name(path: Path) -> str:
    if not path:
        return "the file"
    keys = [key for key in path if isinstance(key, str)]
    return "the case" if keys == ["cases"] and len(path) > 1 else f"`{keys[-1]}`"


def _object_faults(value: dict[str, object], wanted: Schema, path: Path) -> Iterator[Fault]:
    properties: Mapping[str, Schema] = wanted["properties"]  # type: ignore[assignment]
    for key, inner in value.items():
        if key in properties:
            yield from faults(inner, properties[key], (*path, key))
        else:
            yield (*path, key), _unknown(key, properties, path)
    required: Sequence[str] = wanted.get("required", ())  # type: ignore[assignment]
    for key in required:
        if key not in value and not any(did_you_mean(given, [key]) for given in value if given not in properties):
            yield path, f"`{key}` is missing{': ' + str(properties[key]['description']) if path else '.'}"
    if len(value) < int(str(wanted.get("minProperties", 0))):
        yield path, f"{_name(path)} is empty; say what is expected, with {', '.join(properties)}."


def _unknown(key: str, properties: Mapping[str, Schema], path: Path) -> str:
    near = did_you_mean(key, properties)
    if not near:
        homes = [(place, did_you_mean(key, known)) for place, known in _homes()]
        near = next((f"{meant.rstrip('?')}, {place}?" for place, meant in homes if meant), "")
    return f"{key!r} is no key of {_name(path)}.{near or _known(properties)}"


def _known(properties: Mapping[str, Schema]) -> str:
    return f" Known here are {', '.join(properties)}."


@cache
def _homes() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return where each part of the file is, in words, and its keys."""
    top: dict = schema()["properties"]  # type: ignore[type-arg,assignment]
    case = top["cases"]["items"]["properties"]
    expect = case["expect"]["properties"]
    return (
        ("under `expect`", frozenset(expect)),
        ("under `gates`", frozenset(top["gates"]["properties"])),
        ("under `quote`", frozenset(expect["quote"]["properties"])),
        ("in a case", frozenset(case)),
        ("at the top of the file", frozenset(top)),
    )


def _type_fault(value: object, wanted: Schema, path: Path) -> str:
    if value is None:
        return f"{_name(path)} is empty; fill it in or take it out."
    kinds = [wanted["type"]] if isinstance(wanted["type"], str) else list(wanted["type"])  # type: ignore[call-overload]
    text = "" if isinstance(value, (dict, list)) else str(value)
    if "string" in kinds and text:
        return f'{_name(path)} must be a text; put it in quotes: "{text}".'
    allowed = " or ".join(_range(wanted) if kind in ("integer", "number") else WORDS[kind] for kind in kinds)
    return f"{_name(path)} must be {allowed}{f', not {text!r}' if text else ''}."


def _pattern_fault(value: str, pattern: str, path: Path) -> str:
    if pattern == r"\S":
        return f"{_name(path)} is blank; fill it in or take it out."
    return f"{_name(path)} must be a word of letters, digits and _, not {value!r}."


def _in_range(value: object, wanted: Schema) -> bool:
    number = float(str(value))
    return float(str(wanted.get("minimum", "-inf"))) <= number <= float(str(wanted.get("maximum", "inf")))


def _range(wanted: Schema) -> str:
    noun = WORDS.get(str(wanted["type"]), "a number")
    if "maximum" in wanted:
        return f"{noun} from {wanted['minimum']} to {wanted['maximum']}"
    return f"{noun} from {wanted['minimum']}" if "minimum" in wanted else noun
