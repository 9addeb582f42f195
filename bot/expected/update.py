"""Update: a file of expected answers rewritten to what is answered now, its comments and quotes kept."""

from collections.abc import Mapping, MutableMapping, Sequence
from difflib import unified_diff
from io import StringIO
from pathlib import Path

from ruamel.yaml.util import load_yaml_guess_indent

from bot.expected.case import Quote
from bot.expected.files import quote_value, read_text, writer
from bot.expected.mistakes import Mistake, SuiteError
from bot.expected.verdict import Cause, Reply, Status, Verdict
from index.atomic import write_atomically

NOT_UPDATED = frozenset({Cause.BROKEN, Cause.DISAGREEING})
"""Causes that no other expectation would mend."""

Expect = MutableMapping[str, object]


def updates(verdict: Verdict) -> bool:
    """Tell whether what is answered to the first wording now would be written over what the case expects."""
    if verdict.status is not Status.FAILED:
        return False
    first = [finding for finding in verdict.findings if finding.question == verdict.replies[0].question]
    return bool(first) and not any(finding.cause in NOT_UPDATED for finding in first)


def update(path: Path, verdicts: Sequence[Verdict]) -> str:
    """Rewrite the YAML file at `path` for the failed ones of `verdicts`; return the diff, empty where nothing changed.

    Raises SuiteError where the file is a sheet, or changed since it was read.
    """
    wanted = {verdict.name: verdict for verdict in verdicts if updates(verdict)}
    if not wanted:
        return ""
    if path.suffix.lower() == ".csv":
        raise SuiteError(path, [Mistake(1, "Only YAML is rewritten; export the sheet to .answers.yaml first.")])
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
    """Change `expect`, in place and keeping its keys where they can stay, to what `reply` says."""
    place = reply.place
    if not reply.answered or place is None:
        expect.clear()
        expect["abstain"] = True
        return
    if expect.pop("abstain", None) is not None:
        expect.update(answer=reply.text, doc=place.source)
        return
    now: dict[str, object] = {
        "answer": reply.text,
        "any_of": [reply.text],
        "contains": reply.text,
        "doc": place.source,
        "under": place.under,
        "page": place.page,
        "quote": quote_value(Quote(place.exact, place.prefix, place.suffix)),
        "min_confidence": int(100 * reply.confidence) / 100,
        "sources_agree": reply.sources,
    }
    for key in _stale(expect, reply):
        if now[key] is None:
            del expect[key]
        else:
            expect[key] = now[key]


def _stale(expect: Expect, reply: Reply) -> list[str]:
    """Return the keys of `expect` that `reply` does not meet, or all that tell a place where one of them is not met."""
    stale = []
    for key in expect:
        if key == "min_confidence":
            stale += [key] * (reply.confidence < float(str(expect[key])))
        elif key == "sources_agree":
            stale += [key] * (reply.sources < int(str(expect[key])))
        elif not reply.right:
            stale.append(key)
    return stale
