"""JUnit: reports as the XML that continuous integration reads.

Source: https://github.com/testmoapp/junitxml (the common form; there is no standard)
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.expected import Report, Status, Verdict
from web.checks import phrases


def junit(reports: Sequence[Report]) -> str:
    """Return an XML document with a test suite for each report, and a test case for each case and each gate."""
    root = Element("testsuites", name="pincite check")
    for report in reports:
        suite = SubElement(root, "testsuite", name=report.file)
        for verdict in report.verdicts:
            _case(suite, report.file, verdict)
        for gate in phrases.gates_of(report):
            case = SubElement(suite, "testcase", name=f"gate {gate.name}", classname=report.file, time="0")
            if gate.held is False:
                SubElement(case, "failure", type="gate", message=phrases.gate_line(gate))
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", "0")
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
        suite.set("time", f"{sum(float(case.get('time', 0)) for case in suite):.3f}")
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: Element, file: str, verdict: Verdict) -> None:
    seconds = sum(reply.took_ms for reply in verdict.replies) / 1000
    name = phrases.one_line(verdict.name)
    case = SubElement(
        suite, "testcase", name=name, classname=file, file=file, line=str(verdict.line), time=f"{seconds:.3f}"
    )
    text = "\n".join(phrases.details(verdict))
    if verdict.status is Status.FAILED:
        first = verdict.findings[0]
        message = f"{phrases.cause(first)}: {phrases.one_line(first.detail)}"
        SubElement(case, "failure", type=str(first.cause), message=message).text = text
    elif verdict.status in (Status.SKIPPED, Status.XFAILED):
        SubElement(case, "skipped", message=f"{phrases.WORDS[verdict.status]}: {phrases.one_line(verdict.why or '')}")
    elif text:
        SubElement(case, "system-out").text = text
