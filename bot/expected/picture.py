"""Picture: a curve of risk against coverage as an SVG."""

from collections.abc import Sequence

from bot.expected.curve import CONFIDENCE, Point
from bot.plots import Axis, Line, chart

LEAST_SHOWN = 5
"""Fewer answers than this say nothing worth a point: their interval spans most of the picture."""


def picture(points: Sequence[Point], wanted: float) -> str:
    """Return the curve of `points` with its interval between dashed lines, and one at the `wanted` rate."""
    drawn = [point for point in points if point.shown >= LEAST_SHOWN]
    across = "questions whose answer is shown"
    up = f"wrong ({100 * CONFIDENCE:.0f}% interval dashed)"
    about = "The share of wrong answers among those shown, by the share of questions whose answer is shown. "
    about += "; ".join(
        f"from confidence {point.threshold:.2f} on: {point.wrong} of {point.shown} wrong"
        for point in drawn[:: -max(1, len(drawn) // 10)][::-1]
    )
    lines = [Line([(0, wanted), (1, wanted)], faint=True)]
    if drawn:
        lines += [
            Line([(point.coverage, point.least) for point in drawn], faint=True),
            Line([(point.coverage, point.most) for point in drawn], faint=True),
            Line([(point.coverage, point.risk) for point in drawn]),
        ]
    return chart("What showing fewer answers saves", about, (Axis(across), Axis(up)), lines)
