"""Shares over age or number, one line a group, each with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.wording import number
from analysis.measures.rates import Rate
from analysis.measures.words import bounds, fraction, percent
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import style

MARKS = ("o", "s", "D", "^", "v", "P")
"""One a line: groups are told apart by mark and name, never by colour alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Name of a group, and its rate at each place of the axis."""

    name: str
    points: tuple[tuple[float, Rate], ...]


def curves_figure(
    told: str, alt: str, caption: str, curves: Sequence[Curve], *, x: str, y: str, colour: str
) -> SvgExhibit:
    """Draw the curves; `told` is the finding on top, `x` and `y` name the axes."""
    from matplotlib.ticker import MaxNLocator

    with style.report_style():
        ax = style.new_axes(height=3.0)
        for mark, curve in zip(MARKS, curves, strict=False):
            at = [place for place, _ in curve.points]
            ax.fill_between(
                at,
                [100 * rate.low for _, rate in curve.points],
                [100 * rate.high for _, rate in curve.points],
                color=colour,
                alpha=0.22,
                linewidth=0,
            )
            ax.plot(
                at, [rate.percent for _, rate in curve.points], color=colour, linewidth=2, marker=mark, markersize=4.5
            )
            if len(curves) > 1:
                where = curve.points[len(curve.points) // 2]
                ax.annotate(
                    curve.name, (where[0], where[1].percent), xytext=(4, 7), textcoords="offset points", color=colour
                )
        ax.set(xlabel=x, ylabel=y)
        ax.set_ylim(0, 1.1 * ax.get_ylim()[1])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        return style.to_exhibit(
            ax,
            told=told,
            alt=alt,
            caption=caption,
            rows=[
                {
                    "Group": curve.name,
                    x[0].upper() + x[1:]: number(place),
                    "Share": percent(rate.value),
                    "Interval": bounds(rate),
                    "Customers": fraction(rate),
                }
                for curve in curves
                for place, rate in curve.points
            ],
        )
