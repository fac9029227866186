"""The common picture of a claim: every estimate with its interval against no effect and the claimed size."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled
from analysis.core.vocabulary import RATIO_SCALES, SIMULATED_MARK, Kind, Role
from analysis.core.wording import estimate_in_words, number, plain, with_unit
from analysis.notebook.exhibits import FigureExhibit
from analysis.notebook.figures import style
from analysis.verdicts.assess import why_not_read

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST_GROUP = 48
"""A method's words before its colon name a group if they are no longer than this."""
CLOSE_ROWS = 9
"""Rows from which they stand closer."""


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
    quantity = quantity or first_measured(claim, estimates)
    if quantity is None:
        return None
    shown = [e for e in estimates if e.quantity == quantity.name and e.value is not None]
    if not shown:
        return None
    shown.sort(key=lambda e: (e.role is not Role.ANSWER, e.kind is Kind.PUBLISHED, -e.design.rank))
    rows = len(shown) + (pooled is not None)
    with style.report_style():
        height = 1.25 + (0.58 if rows < CLOSE_ROWS else 0.46) * rows
        ax = plot_forest(shown, quantity, pooled, ax=style.new_axes(width=7.0, height=height))
        return style.to_exhibit(
            ax,
            alt=_alt(claim, shown, quantity, pooled),
            caption=_caption(claim, shown, quantity),
            rows=[_row(e) for e in shown] + _pooled_rows(pooled, quantity),
        )


def first_measured(claim: Claim, estimates: Sequence[Estimate]) -> Quantity | None:
    """Return the first of the claim's quantities that an estimate with a value measures; None if there is none.

    Quantities of which a source gives an answer go before those that only publications measure.
    """
    for published in (False, True):
        for quantity in claim.quantities:
            if any(
                e.quantity == quantity.name and e.value is not None and (e.kind is Kind.PUBLISHED) is published
                for e in estimates
            ):
                return quantity
    return None


def plot_forest(
    estimates: Sequence[Estimate], quantity: Quantity, pooled: Pooled | None = None, ax: Axes | None = None
) -> Axes:
    """Draw estimates from top to bottom and return the axes; None makes new ones."""
    ax = ax if ax is not None else style.new_axes()
    rows = len(estimates) + (pooled is not None)
    if quantity.scale in RATIO_SCALES:
        _log_axis(ax)
    for place, estimate in enumerate(estimates):
        _draw(ax, estimate, rows - 1 - place, takes_part(estimate, quantity))
    if pooled is not None:
        _draw_pooled(ax, pooled)
    _reference(ax, quantity.null, null_words(quantity), solid=True)
    if quantity.size is not None:
        _reference(ax, quantity.size, "claimed")
    labels = _labels(estimates) + (["all together\n(dotted: next setting)"] if pooled else [])
    ax.set(
        yticks=[rows - 1 - place for place in range(rows)],
        yticklabels=labels,
        ylim=(-0.6, rows - 0.1),
        xlabel="\n".join(textwrap.wrap(f"{quantity.meaning} ({quantity.unit})", 46)),
    )
    ax.grid(axis="y", visible=False)
    return ax


def takes_part(estimate: Estimate, quantity: Quantity) -> bool:
    """Say whether an estimate can decide a verdict: an answer with an interval, on a quantity that the register lets decide."""
    return estimate.role is Role.ANSWER and estimate.quantified and quantity.decides and not why_not_read(estimate)


def null_words(quantity: Quantity) -> str:
    """Say what the null of a quantity is: no effect where it is 0, or 1 for ratios; else where the claim begins."""
    nothing = 1.0 if quantity.scale in RATIO_SCALES else 0.0
    return "no effect" if quantity.null == nothing else f"claim begins at {number(quantity.null)}"


def _caption(claim: Claim, shown: Sequence[Estimate], quantity: Quantity) -> str:
    """What is drawn, in words that no other picture of the page has, and how to read the marks that are in it."""
    drawn = f"{claim.title}: {quantity.meaning}. Dots are estimates, bars their intervals."
    if not quantity.decides:
        return f"{drawn} This is shown beside the claim and has no part in the verdict."
    part = [takes_part(e, quantity) for e in shown]
    filled = "Filled markers can decide the verdict" if any(part) else ""
    hollow = "hollow ones are context" if filled else "Hollow markers are context"
    told = [filled] + ([hollow] if not all(part) else [])
    return f"{drawn} {', '.join(text for text in told if text)}."


def _draw(ax: Axes, estimate: Estimate, y: int, decides: bool) -> None:
    colour, marker = _look(estimate)
    if estimate.quantified:
        ax.plot([estimate.low, estimate.high], [y, y], color=colour, linewidth=2.6, solid_capstyle="butt")  # type: ignore[arg-type]
    fill = colour if decides else "white"
    ax.plot([estimate.value], [y], marker, color=colour, markersize=8.5, markerfacecolor=fill, markeredgewidth=1.8)  # type: ignore[arg-type]
    ax.annotate(
        number(estimate.value),
        (estimate.value, y),  # type: ignore[arg-type]
        xytext=(0, 7),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=10,
        color=colour,
    )


def _draw_pooled(ax: Axes, pooled: Pooled) -> None:
    ax.plot([pooled.predicted_low, pooled.predicted_high], [0, 0], color=style.ANSWER, linewidth=1.4, linestyle=":")
    ax.plot([pooled.low, pooled.high], [0, 0], color=style.ANSWER, linewidth=6, alpha=0.45, solid_capstyle="butt")
    ax.plot([pooled.value], [0], "D", color=style.ANSWER, markersize=9)


def _look(estimate: Estimate) -> tuple[str, str]:
    if estimate.role is Role.NAIVE:
        return style.NAIVE, "s"
    if estimate.kind in (Kind.OWN, Kind.SIMULATED):
        return style.OWN, "D"
    if estimate.kind is Kind.PUBLISHED:
        return style.PUBLISHED, "o"
    return style.ANSWER, "o"


def _labels(estimates: Sequence[Estimate]) -> list[str]:
    """One label a row; where several are the same, with what tells them apart."""
    plain_labels = [_label(e) for e in estimates]
    return [
        _wrapped(f"{label}: {e.method}")
        if plain_labels.count(label) > 1 and e.kind is Kind.PUBLISHED
        else _wrapped(label)
        for label, e in zip(plain_labels, estimates, strict=True)
    ]


def _wrapped(label: str) -> str:
    mark = f" {SIMULATED_MARK}" if SIMULATED_MARK in label else ""
    lines = textwrap.wrap(plain(label), 31, max_lines=2, placeholder="…" + mark)
    return "\n".join(lines).replace("$", r"\$")  # a dollar sign would begin a formula


def _label(estimate: Estimate) -> str:
    part = " (naive)" if estimate.role is Role.NAIVE else ""
    group, colon, _ = estimate.method.partition(":")
    if estimate.role is Role.CONTEXT and colon and len(group) <= LONGEST_GROUP:
        part = f": {group}"
    return estimate.source + part


def _reference(ax: Axes, x: float, text: str, *, solid: bool = False) -> None:
    ax.axvline(x, color="#303030", linewidth=1.4, linestyle="-" if solid else "--", zorder=1)
    # Above the picture, where no value can be in the way.
    ax.annotate(
        text,
        (x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=10,
        color="#303030",
        annotation_clip=False,
    )


def _log_axis(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=8))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.xaxis.set_minor_locator(NullLocator())


def _alt(claim: Claim, estimates: Sequence[Estimate], quantity: Quantity, pooled: Pooled | None) -> str:
    told = "; ".join(
        f"{e.source}{' (naive)' if e.role is Role.NAIVE else ''}: {estimate_in_words(e)}" for e in estimates
    )
    side = f"The claim lies {quantity.direction} {with_unit(quantity.null, quantity.unit)}"
    size = f", its size at {with_unit(quantity.size, quantity.unit)}" if quantity.size is not None else ""
    together = (
        f" All {pooled.k} together: {with_unit(pooled.value, quantity.unit)}, {number(pooled.low)} to {number(pooled.high)}."
        if pooled
        else ""
    )
    return f"Estimates for '{claim.title}'. {side}{size}. {told}.{together}"


def _row(estimate: Estimate) -> dict[str, str]:
    return {
        "Source": estimate.source,
        "Part": str(estimate.role),
        "Estimate": with_unit(estimate.value, estimate.unit),
        "Low": with_unit(estimate.low, estimate.unit) if estimate.quantified else "not given",
        "High": with_unit(estimate.high, estimate.unit) if estimate.quantified else "not given",
    }


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
