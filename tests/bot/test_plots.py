"""Pictures are well-formed SVG that says in words what it shows."""

import xml.etree.ElementTree as ElementTree

from bot.plots import Axis, Bar, Line, chart, reliability_diagram, risk_coverage_curve

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ElementTree.Element:
    root = ElementTree.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    return root


def words(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_a_chart_has_its_title_axes_and_marks_and_escapes_words() -> None:
    axes = Axis("a < b", most=200, percent=False), Axis("share")
    root = parsed(chart("T & T", "about <it>", axes, [Line([(0, 0), (200, 1)]), Bar(50, 100, 0.5, "n")]))
    assert root.findtext(f"{SVG}title") == "T & T"
    assert root.findtext(f"{SVG}desc") == "about <it>"
    assert {"T & T", "a < b", "share", "200", "40", "100%", "20%", "n"} <= set(words(root))
    (line,) = root.iter(f"{SVG}polyline")
    (first, last) = (tuple(map(float, point.split(","))) for point in line.attrib["points"].split())
    assert first[0] < last[0]
    assert first[1] > last[1]  # up is less in SVG
    (bar,) = root.iter(f"{SVG}rect")
    assert float(bar.attrib["x"]) == (first[0] * 3 + last[0]) / 4
    assert float(bar.attrib["height"]) == (first[1] - last[1]) / 2


def test_the_reliability_diagram_has_a_bar_a_bin_and_the_diagonal() -> None:
    root = parsed(reliability_diagram([(0.15, 0.5, 2), (1.0, 1.0, 7)], 0.1))
    bars = list(root.iter(f"{SVG}rect"))
    assert len(bars) == 2
    assert float(bars[1].attrib["x"]) + float(bars[1].attrib["width"]) <= 460.1  # confidence 1 is in the last bin
    assert {"2", "7"} <= set(words(root))
    assert "confidence 1.00: 1.00 right of 7" in (root.findtext(f"{SVG}desc") or "")


def test_the_risk_coverage_curve_shows_the_wanted_risk() -> None:
    root = parsed(risk_coverage_curve([(0.25, 0.0), (1.0, 0.5)], 0.1))
    assert [line.attrib["class"] for line in root.iter(f"{SVG}polyline")] == ["faint", "line"]
    assert "coverage 1.00: risk 0.50" in (root.findtext(f"{SVG}desc") or "")
    parsed(risk_coverage_curve([(1.0, 0.0)], 0.1))


def test_the_risk_of_a_handful_of_answers_is_not_drawn() -> None:
    root = parsed(risk_coverage_curve([(0.001, 1.0), (0.5, 0.1), (1.0, 0.2)], 0.1))
    line = list(root.iter(f"{SVG}polyline"))[1]
    assert len(line.attrib["points"].split()) == 2
    assert {"5%", "25%"} <= set(words(root)), "the axis ends at a round number above the highest risk"
