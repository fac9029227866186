"""How customers differ in what they bring: the distribution of their revenue, and the curve of its concentration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.core.vocabulary import Kind
from analysis.core.wording import NARROW_SPACE, number
from analysis.measures.words import bounds, percent
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import style, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.measures.concentration import Concentration


def concentration_figure(
    source: str, found: Concentration, window: str, kind: Kind, totals: Sequence[float], smallest: int
) -> SvgExhibit:
    """Draw how customers differ in what they bring, and under it the concentration curve with the top tenth and fifth.

    Parameters
    ----------
    window : str
        Which revenue is counted, in words.
    totals : sequence of float
        Revenue of each customer, for the distribution.
    smallest : int
        Bars of fewer customers are not drawn; 1 draws all.
    """
    shares = dict(zip(("tenth", "fifth"), found.top, strict=True))
    told = ", ".join(f"the top {part} {percent(rate.value)}" for part, rate in shares.items())
    gini = f"{number(found.gini)} ({number(found.gini_low)} to {number(found.gini_high)})"
    with style.report_style():
        above, below = style.new_figure(height=5.4).subplots(2, 1, height_ratios=(2, 3))
        plot_distribution(above, totals, kind, smallest)
        return style.to_exhibit(
            plot_concentration(below, found, kind),
            told=f"{source}: of all revenue, {told.replace('tenth', 'tenth of customers bring', 1)}",
            alt=f"{window[0].upper() + window[1:]}. Gini coefficient {gini}, {number(found.n_customers, 9)} customers.",
            caption="Above: customers by what they brought, a ratio scale. Below: share of revenue against share of "
            f"customers, richest first; dashed: all alike. {window[0].upper() + window[1:]}.",
            rows=[
                *({"What": r.name, "Share": percent(r.value), "Interval": bounds(r)} for r in found.top),
                {
                    "What": "Gini coefficient",
                    "Share": number(found.gini),
                    "Interval": f"{number(100 * found.level)}{NARROW_SPACE}% interval "
                    f"{number(found.gini_low)} to {number(found.gini_high)}",
                },
            ],
        )


def plot_distribution(ax: Axes, totals: Sequence[float], kind: Kind, smallest: int) -> Axes:
    """Draw how many customers brought how much, in bins of equal ratio; those who brought nothing are left out."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    paid = np.asarray([x for x in totals if x > 0], dtype=float)
    low, high = np.quantile(paid, [0.002, 1.0])
    edges = np.geomspace(low, high, 25) if high > low else np.asarray([low * 0.9, low * 1.1])
    counts, edges = np.histogram(paid, edges)
    counts = np.where(counts < smallest, 0, counts)
    ax.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=svg.colour_of_data(kind), alpha=0.75)
    middle = float(np.median(paid))
    ax.axvline(middle, color=style.INK, linewidth=1.1, linestyle="--")
    ax.annotate(
        f"half bring less than {number(middle, 2)}",
        (middle, float(counts.max())),
        xytext=(5, 2),
        textcoords="offset points",
    )
    ax.set(xscale="log", xlabel="revenue of a customer", ylabel="customers")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(0, 1.15 * max(1.0, float(counts.max())))
    return ax


def plot_concentration(ax: Axes, found: Concentration, kind: Kind) -> Axes:
    """Draw the curve, its marks and the line of equality."""
    colour = svg.colour_of_data(kind)
    people, revenue = ([100 * point[side] for point in found.curve] for side in (0, 1))
    ax.plot([0, 100], [0, 100], color=style.REFERENCE, linestyle="--", linewidth=1.4)
    ax.plot(people, revenue, color=colour, linewidth=2.6)
    for rate, share in zip(found.top, (10, 20), strict=True):
        ax.plot([share, share], [0, rate.percent], color=style.REFERENCE, linewidth=1)
        ax.plot([share], [rate.percent], "o", color=colour, markersize=6)
        ax.annotate(
            f"{number(share)}{NARROW_SPACE}% bring {number(rate.percent)}{NARROW_SPACE}%",
            (share, rate.percent),
            xytext=(12, -5),
            textcoords="offset points",
            fontsize=9,
            color=style.INK,
        )
    ax.set(xlim=(0, 100), ylim=(0, 102), xlabel="customers, richest first, %", ylabel="revenue, %")
    return ax
