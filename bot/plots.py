"""Plots: points -> an SVG picture that a page, a README or a browser shows as it is.

Colours follow the reader's light or dark scheme, the words are text, and the picture tells its title
and what it shows to those who cannot see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]

WIDTH, HEIGHT = 480, 360
LEFT, RIGHT, TOP, BOTTOM = 66, 20, 44, 56
"""Room around the axes, for the title, the ticks and the words."""
TICKS = 5
"""Steps of each axis."""
LEAST = 0.02
"""Coverage below which a risk is that of a handful of answers, and a curve of it only leaps about."""
ROUND = (0.1, 0.25, 0.5, 1.0)
"""Ends of an axis whose ticks are round percentages."""
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #333 } .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #ddd } .axis { stroke: #888 } .line { fill: none; stroke: #1a56b0; stroke-width: 2.5 }
  .faint { fill: none; stroke: #888; stroke-width: 1.5; stroke-dasharray: 5 5 }
  .bar { fill: #1a56b0; fill-opacity: .25; stroke: #1a56b0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .grid { stroke: #444 } .line, .bar { stroke: #8ab4f8 } .bar { fill: #8ab4f8 }
  }
"""


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures, from 0 to `most`; `percent` writes its ticks as percentages."""

    name: str
    most: float = 1.0
    percent: bool = True

    def tick(self, share: float) -> str:
        """Return the words at `share` of the axis."""
        value = share * self.most
        return f"{100 * value:.3g}%" if self.percent else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined; a `faint` one is there to compare with."""

    points: Sequence[Point]
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from zero to `height` over [left, right], with a `note` on it."""

    left: float
    right: float
    height: float
    note: str = ""


def chart(title: str, about: str, axes: tuple[Axis, Axis], marks: Sequence[Line | Bar]) -> str:
    """Return an SVG picture of `marks` over two axes; `about` says in a sentence what it shows."""
    across, up = axes
    drawn = [_mark(mark, across, up) for mark in marks]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(about)}</desc>",
            f"<style>{STYLE}</style>",
            _text(WIDTH / 2, 24, title, "title"),
            *_grid(across, up),
            *drawn,
            "</svg>\n",
        ]
    )


def _x(value: float, axis: Axis) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / axis.most


def _y(value: float, axis: Axis) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / axis.most


def _mark(mark: Line | Bar, across: Axis, up: Axis) -> str:
    if isinstance(mark, Line):
        points = " ".join(f"{_x(x, across):.1f},{_y(y, up):.1f}" for x, y in mark.points)
        return f'<polyline class="{"faint" if mark.faint else "line"}" points="{points}"/>'
    left, right, top = _x(mark.left, across), _x(mark.right, across), _y(mark.height, up)
    box = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{_y(0, up) - top:.1f}"'
    return f'<rect class="bar" {box}/>' + (_text((left + right) / 2, top - 4, mark.note) if mark.note else "")


def _grid(across: Axis, up: Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    found = []
    for step in range(TICKS + 1):
        share = step / TICKS
        x, y = _x(share * across.most, across), _y(share * up.most, up)
        found.append(f'<path class="{"grid" if step else "axis"}" d="M{x:.1f} {TOP}V{bottom}M{LEFT} {y:.1f}H{right}"/>')
        found.append(_text(x, bottom + 18, across.tick(share)))
        found.append(_text(LEFT - 6, y + 4, up.tick(share), anchor="end"))
    middle = (TOP + bottom) / 2
    found.append(_text((LEFT + right) / 2, HEIGHT - 12, across.name))
    found.append(f'<g transform="rotate(-90 16 {middle:.1f})">{_text(16, middle, up.name)}</g>')
    return found


def _text(x: float, y: float, words: str, style: str = "", anchor: str = "middle") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(words)}</text>'


def reliability_diagram(bins: Sequence[tuple[float, float, int]], width: float) -> str:
    """Return the diagram of (mean confidence, share of right answers, how many) by bins of `width`."""
    bars = [
        Bar(left := int(min(mean, 1 - width / 2) / width) * width, left + width, share, str(count))
        for mean, share, count in bins
    ]
    about = "Bars show the share of right answers by confidence; on the dashed line both are the same. "
    about += "; ".join(f"confidence {mean:.2f}: {share:.2f} right of {count}" for mean, share, count in bins)
    axes = Axis("confidence, and how many answers have it"), Axis("right answers")
    return chart("Can the confidence be believed?", about, axes, [Line([(0, 0), (1, 1)], faint=True), *bars])


def risk_coverage_curve(points: Sequence[tuple[float, float]], wanted: float) -> str:
    """Return the curve of (coverage, risk) from LEAST on, with a dashed line at the `wanted` risk."""
    points = [point for point in points if point[0] >= LEAST]
    most = next(most for most in ROUND if most >= max(wanted, *(risk for _, risk in points)))
    about = "The share of wrong answers among those shown, by the share of questions whose answer is shown. "
    about += "; ".join(f"coverage {covered:.2f}: risk {risk:.2f}" for covered, risk in _thinned(points))
    axes = Axis("questions whose answer is shown"), Axis("wrong among those shown", most)
    lines = [Line([(0, wanted), (1, wanted)], faint=True), Line(points)]
    return chart("What showing fewer answers saves", about, axes, lines)


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Return about ten of `points`, the last among them."""
    return points[:: -max(1, len(points) // 10)][::-1]
