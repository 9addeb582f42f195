"""Update: a file of expected answers rewritten to what is answered now, its comments and quotes kept."""

from collections.abc import Mapping, MutableMapping, Sequence
from difflib import unified_diff
from io import StringIO
from pathlib import Path

from ruamel.yaml.util import load_yaml_guess_indent

from bot.answer import CONTEXT
from bot.expected.case import Quote
from bot.expected.files import quote_value, read_text, writer
from bot.expected.judge import is_name
from bot.expected.mistakes import Mistake, SuiteError
from bot.expected.place import Place
from bot.expected.verdict import CAUSES, Cause, Reply, Status, Verdict
from bot.expected.words import holds, quote_places, same, same_heading
from index.atomic import write_atomically

NOT_UPDATED = frozenset({Cause.BROKEN, Cause.DISAGREEING, Cause.BELOW_THRESHOLD})
"""Causes that no other expectation would mend."""

Expect = MutableMapping[str, object]


def updates(verdict: Verdict) -> bool:
    """Tell whether what is answered to the first wording now would be written over what the case expects.

    Nothing answered where an answer is expected is a fault to mend, and no truth to write down.
    """
    if verdict.status is not Status.FAILED:
        return False
    reply = verdict.replies[0]
    first = [finding for finding in verdict.findings if finding.question == reply.question]
    return bool(first) and reply.answered and not any(finding.cause in NOT_UPDATED for finding in first)


def update(path: Path, verdicts: Sequence[Verdict]) -> str:
    """Rewrite the YAML file at `path` for the failed ones of `verdicts`.

    Return the diff, a line for each failed case that was left as it was, and a sentence that counts both; empty
    where none failed. Raises SuiteError where the file is a sheet, or changed since it was read.
    """
    failed = [verdict for verdict in verdicts if verdict.status is Status.FAILED]
    wanted = {verdict.name: verdict for verdict in failed if updates(verdict)}
    if not failed:
        return ""
    if wanted and path.suffix.lower() == ".csv":
        raise SuiteError(path, [Mistake(1, "Only YAML is rewritten; export the sheet to .answers.yaml first.")])
    difference = _rewrite(path, wanted) if wanted else ""
    left = [verdict for verdict in failed if verdict.name not in wanted]
    lines = [f"left as it was: {one.name} (line {one.line}): {_why(one)}\n" for one in left]
    cases = "1 case" if len(wanted) == 1 else f"{len(wanted)} cases"
    if wanted and left:
        ending = f"{cases} changed, {len(left)} left as {'it was' if len(left) == 1 else 'they were'}"
    else:
        ending = f"{cases} changed" if wanted else f"no case changed, {len(left)} left"
    return f"{difference}{''.join(lines)}{path.name}: {ending}: read them, and run again.\n"


def _why(verdict: Verdict) -> str:
    if verdict.answerable and not verdict.replies[0].answered:
        return "nothing is answered, and an answer is expected"
    return CAUSES[verdict.findings[0].cause]


def _rewrite(path: Path, wanted: Mapping[str, Verdict]) -> str:
    """Write the file anew, and return the diff."""
    old = read_text(path)
    new = _rewritten(old, wanted, path)
    write_atomically(path, new.encode())
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return "".join(unified_diff(before, after, fromfile=str(path), tofile=f"{path} (updated)"))


def _rewritten(text: str, wanted: Mapping[str, Verdict], path: Path) -> str:
    _, sequence, offset = load_yaml_guess_indent(text)
    yaml = writer()
    if sequence is not None:
        yaml.indent(mapping=2, sequence=sequence, offset=offset or 0)
    value = yaml.load(text)
    met = set()
    for case in value["cases"]:
        name = " ".join(str(case.get("name", case["ask"])).split())
        if name in wanted:
            met.add(name)
            _bring_up(case["expect"], wanted[name].replies[0])
    if met != set(wanted):
        raise SuiteError(path, [Mistake(1, "The file changed while its cases were asked; run again.")])
    written = StringIO()
    yaml.dump(value, written)
    return written.getvalue()


def _bring_up(expect: Expect, reply: Reply) -> None:
    """Change the keys of `expect`, in place, that `reply`, an answer, does not meet to what it says."""
    place, text = reply.place, _line(reply.text or "")
    assert place is not None
    if expect.pop("abstain", None) is not None:
        expect.update(answer=text, doc=place.source)
        return
    now: dict[str, object] = {
        "answer": text,
        "any_of": [text],
        "contains": text,
        "doc": place.source,
        "under": place.under and _line(place.under),
        "page": place.page,
        "quote": quote_value(Quote(_line(place.exact), *_around(place))),
        "min_confidence": int(100 * reply.confidence) / 100,
        "sources_agree": reply.sources,
    }
    for key in [key for key in expect if not _met(key, expect[key], reply, place)]:
        if now[key] is None:
            del expect[key]
        else:
            expect[key] = now[key]


def _met(key: str, value: object, reply: Reply, place: Place) -> bool:
    """Tell whether an answer meets one key of what is expected."""
    texts = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if key in ("answer", "any_of"):
        return any(same(place.exact, one) for one in texts)
    if key == "contains":
        return all(holds(place.exact, one) for one in texts)
    if key == "doc":
        return any(is_name(one, place.document_id, place.title, place.source) for one in texts)
    if key == "under":
        return any(same_heading(over, texts[0]) for over in place.over)
    if key == "page":
        return value == place.page
    if key == "quote":
        quote = Quote(**{part: str(words) for part, words in value.items()}) if isinstance(value, dict) else None
        around = place.prefix + place.exact + place.suffix
        return any(quote_places(text, quote or Quote(texts[0])) for text in (around, place.quote))
    return (reply.sources if key == "sources_agree" else reply.confidence) >= float(texts[0])


def _around(place: Place) -> tuple[str, str]:
    """Return what stands before and behind a place, cut where words end."""
    before = place.prefix if len(place.prefix) < CONTEXT else place.prefix.split(maxsplit=1)[-1]
    behind = place.suffix if len(place.suffix) < CONTEXT else place.suffix.rsplit(maxsplit=1)[0]
    return _line(before), _line(behind)


def _line(text: str) -> str:
    return " ".join(text.split())
