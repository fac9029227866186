"""Coverage of intervals, one line a scenario, against the band in which it should lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.notebook.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMark:
    """Coverage of one scenario, shares between 0 and 1: the answer's with its Monte Carlo interval, the naive one or None."""

    label: str
    value: float
    low: float
    high: float
    naive: float | None


def plot_coverage(marks: Sequence[CoverageMark], fewest: float, most: float, ax: Axes | None = None) -> Axes:
    """Draw the marks from top to bottom and return the axes; None makes new ones.

    Parameters
    ----------
    fewest, most : float
        Ends of the band in which coverage should lie.
    """
    ax = ax if ax is not None else style.new_axes()
    ax.axvspan(100 * fewest, 100 * most, color=style.REFERENCE, alpha=0.25, linewidth=0)
    for place, mark in enumerate(marks):
        y = len(marks) - 1 - place
        if mark.naive is not None:
            ax.plot(100 * mark.naive, y, "o", color=style.NAIVE, markerfacecolor="none", markersize=5.5)
        ax.plot([100 * mark.low, 100 * mark.high], [y, y], color=style.ANSWER, linewidth=2.2, solid_capstyle="butt")
        ax.plot(100 * mark.value, y, "o", color=style.ANSWER, markersize=5.5)
    ax.set(
        yticks=[len(marks) - 1 - place for place in range(len(marks))],
        yticklabels=[mark.label for mark in marks],
        ylim=(-0.8, len(marks) - 0.2),
        xlim=(-2, 102),
        xlabel="intervals that held the truth, % of draws",
    )
    ax.tick_params(axis="y", labelsize=9)
    ax.grid(axis="y", visible=False)
    return ax
