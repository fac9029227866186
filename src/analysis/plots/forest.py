"""The common picture of a claim: every estimate with its interval against no effect and the claimed size."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.claim import Claim, Quantity
from analysis.exhibits import FigureExhibit
from analysis.plots import style
from analysis.results import Estimate, Pooled
from analysis.vocabulary import RATIO_SCALES, Kind, Role
from analysis.wording import estimate_in_words, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def forest(
    claim: Claim, estimates: Sequence[Estimate], quantity: Quantity | None = None, pooled: Pooled | None = None
) -> FigureExhibit | None:
    """Draw all estimates of one registered quantity.

    Parameters
    ----------
    claim : Claim
    estimates : sequence of Estimate
        Any; those of other quantities or without a value are left out here (tables list them).
    quantity : Quantity
        None takes the first of the claim that an estimate measures.
    pooled : Pooled
        Random-effects mean to draw under them, with its prediction interval; None for none.

    Returns
    -------
    FigureExhibit
        None if there is nothing to draw.
    """
    measured = [q for q in claim.quantities if any(e.quantity == q.name and e.value is not None for e in estimates)]
    if quantity is None and not measured:
        return None
    quantity = quantity or measured[0]
    shown = [e for e in estimates if e.quantity == quantity.name and e.value is not None]
    if not shown:
        return None
    shown.sort(key=lambda e: (e.role is not Role.ANSWER, e.kind is Kind.PUBLISHED, -e.design.rank))
    rows = len(shown) + (pooled is not None)
    with style.report_style():
        ax = plot_forest(shown, quantity, pooled, ax=style.new_axes(height=1.3 + 0.62 * rows))
        return style.to_exhibit(
            ax,
            alt=_alt(claim, shown, quantity),
            caption=f"{quantity.meaning}. Dots are estimates, bars their intervals.",
            rows=[
                {
                    "Source": e.source,
                    "Part": str(e.role),
                    "Estimate": with_unit(e.value, e.unit),
                    "Low": with_unit(e.low, e.unit),
                    "High": with_unit(e.high, e.unit),
                }
                for e in shown
            ]
            + _pooled_rows(pooled, quantity),
        )


def plot_forest(
    estimates: Sequence[Estimate], quantity: Quantity, pooled: Pooled | None = None, ax: Axes | None = None
) -> Axes:
    """Draw estimates from top to bottom and return the axes; None makes new ones."""
    ax = ax if ax is not None else style.new_axes()
    rows = len(estimates) + (pooled is not None)
    for place, estimate in enumerate(estimates):
        y = rows - 1 - place
        colour, marker = _look(estimate)
        if estimate.quantified:
            ax.plot([estimate.low, estimate.high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")  # type: ignore[arg-type]
        ax.plot([estimate.value], [y], marker, color=colour, markersize=8, markerfacecolor=_fill(estimate, colour))  # type: ignore[arg-type]
    if pooled is not None:
        ax.plot([pooled.predicted_low, pooled.predicted_high], [0, 0], color=style.ANSWER, linewidth=1, linestyle=":")
        ax.plot([pooled.low, pooled.high], [0, 0], color=style.ANSWER, linewidth=5, alpha=0.5, solid_capstyle="butt")
        ax.plot([pooled.value], [0], "D", color=style.ANSWER, markersize=8)
    _reference(ax, quantity.null, "no effect", rows)
    if quantity.size is not None:
        _reference(ax, quantity.size, "claimed", rows)
    if quantity.scale in RATIO_SCALES:
        _log_axis(ax)
    labels = [_label(e) for e in estimates] + (["all together\n(dotted: next setting)"] if pooled else [])
    ax.set(
        yticks=[rows - 1 - place for place in range(rows)],
        yticklabels=labels,
        ylim=(-0.6, rows - 0.1),
        xlabel="\n".join(textwrap.wrap(f"{quantity.meaning} ({quantity.unit})", 72)),
    )
    ax.grid(axis="y", visible=False)
    return ax


def _look(estimate: Estimate) -> tuple[str, str]:
    if estimate.role is Role.NAIVE:
        return style.NAIVE, "s"
    if estimate.kind is Kind.OWN:
        return style.OWN, "D"
    if estimate.kind is Kind.PUBLISHED:
        return style.PUBLISHED, "o"
    return style.ANSWER, "o"


def _fill(estimate: Estimate, colour: str) -> str:
    return colour if estimate.role is Role.ANSWER else "white"


def _label(estimate: Estimate) -> str:
    part = " (naive)" if estimate.role is Role.NAIVE else ""
    return "\n".join(textwrap.wrap(estimate.source + part, 26))


def _reference(ax: Axes, x: float, text: str, rows: int) -> None:
    ax.axvline(x, color=style.REFERENCE, linewidth=1.2, linestyle="-" if text == "no effect" else "--", zorder=0)
    ax.annotate(text, (x, rows - 0.35), ha="center", va="bottom", fontsize=9, color="#404040", annotation_clip=False)


def _log_axis(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.xaxis.set_minor_locator(NullLocator())


def _alt(claim: Claim, estimates: Sequence[Estimate], quantity: Quantity) -> str:
    told = "; ".join(
        f"{e.source}{' (naive)' if e.role is Role.NAIVE else ''}: {estimate_in_words(e)}" for e in estimates
    )
    side = f"The claim lies {quantity.direction} {with_unit(quantity.null, quantity.unit)}"
    size = f", its size at {with_unit(quantity.size, quantity.unit)}" if quantity.size is not None else ""
    return f"Estimates for '{claim.title}'. {side}{size}. {told}."


def _pooled_rows(pooled: Pooled | None, quantity: Quantity) -> list[dict[str, str]]:
    if pooled is None:
        return []
    parts = (
        ("random-effects mean", pooled.low, pooled.high),
        ("next setting", pooled.predicted_low, pooled.predicted_high),
    )
    return [
        {
            "Source": f"All {pooled.k} together",
            "Part": part,
            "Estimate": with_unit(pooled.value, quantity.unit),
            "Low": with_unit(low, quantity.unit),
            "High": with_unit(high, quantity.unit),
        }
        for part, low, high in parts
    ]
