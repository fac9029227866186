"""Pictures of cost and leverage arithmetic on example inputs: costs at the best split, and a tornado."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.notebook.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoBar:
    """One input of a tornado.

    Attributes
    ----------
    name : str
        The input with its low and high value.
    at_low, at_high : float
        Outcome there, all other inputs at their base.
    """

    name: str
    at_low: float
    at_high: float


def plot_ratio_over_margins(
    margins: Sequence[float], average: Sequence[float], marginal: Sequence[float], ax: Axes | None = None
) -> Axes:
    """Draw the ratio of average and of marginal costs over the margin, which has a scale by ratio."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    from analysis.core.wording import number

    ax = ax if ax is not None else style.new_axes()
    ax.plot(margins, average, color=style.MODEL, linewidth=2.2, label="average cost")
    ax.plot(margins, marginal, color=style.PUBLISHED, linewidth=2.2, linestyle="--", label="one customer more")
    ax.set(xscale="log", xlabel="margin of a customer (example)", ylabel="cost of winning over\ncost of keeping")
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ends = (margins[0], (margins[0] * margins[-1]) ** 0.5, margins[-1])
    ax.xaxis.set_major_locator(FixedLocator(ends))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(frameon=False)
    return ax


def plot_tornado(bars: Sequence[TornadoBar], base: float, ax: Axes | None = None) -> Axes:
    """Draw one bar an input from its outcome at low to that at high, the longest on top."""
    ax = ax if ax is not None else style.new_axes()
    for place, bar in enumerate(reversed(bars)):
        ax.barh(place, bar.at_high - bar.at_low, left=bar.at_low, color=style.MODEL, height=0.55)
        ax.plot([bar.at_low], [place], marker="o", color=style.PUBLISHED, markersize=5)
    ax.axvline(base, color=style.PUBLISHED, linewidth=1.4)
    ax.set_yticks(range(len(bars)), [bar.name for bar in reversed(bars)])
    ax.set_xlabel("% more value of a customer\nfor five points more retention")
    ax.margins(x=0.06)
    return ax


def plot_readings(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw one row a starting point and one mark a reading, from top to bottom in the order given."""
    ax = ax if ax is not None else style.new_axes()
    for place, (marker, name) in enumerate(zip(("o", "s", "D"), names, strict=False)):
        gains = [gain[place] for _, gain in rows]
        heights = [len(rows) - 1 - row for row in range(len(rows))]
        ax.plot(gains, heights, marker, color=style.MODEL, markersize=7, label=name)
        for gain, height in zip(gains, heights, strict=True):
            ax.annotate(
                f"{gain:.2g}" if gain < 10 else f"{gain:.0f}",
                (gain, height),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
            )
    ax.set_yticks(range(len(rows)), [f"{name} retained" for name, _ in reversed(rows)])
    ax.set(xlabel="more value of a customer, %", xlim=(0, None), ylim=(-0.5, len(rows) - 0.3))
    ax.legend(loc="lower left", bbox_to_anchor=(-0.25, 1), ncols=2, frameon=False, handletextpad=0.1, columnspacing=1.0)
    return ax
