"""Average against marginal cost as a notebook shows it: what a published multiple asks of retention, and a best budget.

Published multiples are read from the evidence; all other inputs are the reader's examples and are said to be so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.core.errors import ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.core.wording import number
from analysis.models.acquisition_retention_budget import BestBudget, ResponseCurve, best_budget, curve_through
from analysis.notebook.exhibits import Row, SvgExhibit, TableExhibit
from analysis.notebook.figures import style
from analysis.notebook.plain_words import per_cent
from analysis.verdicts.findings import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["show_best_budget", "show_break_even", "show_ratio_over_margins"]

AVERAGE = "average_cost_ratio"
N_MARGINS = 40


def show_break_even(findings: Findings) -> TableExhibit:
    """Turn each multiple of average costs into the share of customers that spend on keeping must really have kept.

    Spend s on each customer, of whom a share u stays because of it, costs s / u for each one saved. With a customers' cost
    of winning a, keeping is the cheaper way to one customer more if s / u < a, that is u > s / a: one over the multiple.

    Parameters
    ----------
    findings : Findings
        Of the claim on the multiple of costs.
    """
    quantity = findings.claim.quantity(AVERAGE)
    known = [(e.source, e.value) for e in _answers(findings)]
    named = [(source, value) for source, value in known if value]
    if quantity.size:
        named.append(("the articles' figure (no study behind it)", quantity.size))
    rows = tuple(
        {
            "Multiple of": source,
            "Winning over keeping, average cost": f"{number(value)} times",
            "Keeping is cheaper only if the spend makes the difference for": f"more than {per_cent(1 / value)} of customers",
        }
        for source, value in named
    )
    return TableExhibit(
        caption="What a multiple of average costs asks of spend on keeping customers",
        rows=rows,
        note="Arithmetic, not evidence: one over the multiple. Customers saved are taken to be worth what customers won are.",
    )


def _answers(findings: Findings) -> list[Estimate]:
    """Figures that answer what the average multiple is; those that stand beside it are left out."""
    return [e for e in findings.published + findings.estimates if e.quantity == AVERAGE and e.role is Role.ANSWER]


def show_best_budget(
    *,
    acquisition_spend: float,
    acquisition_share: float,
    acquisition_ceiling: float,
    retention_spend: float,
    retention_share: float,
    retention_ceiling: float,
    margin: float,
    discount_rate: float,
) -> TableExhibit:
    """Show average and marginal costs at today's spend and at the best one (Blattberg & Deighton 1996).

    Parameters
    ----------
    acquisition_spend, retention_spend : float
        Per prospect, and per customer and year, in currency; above 0.
    acquisition_share, retention_share : float
        Share won, and kept, with that spend.
    acquisition_ceiling, retention_ceiling : float
        Share won, and kept, with unlimited spend; above the share reached now, at most 1.
    margin : float
        Per customer and year before marketing, in currency.
    discount_rate : float
        A year, above 0.
    """
    winning = curve_through(acquisition_spend, acquisition_share, acquisition_ceiling)
    keeping = curve_through(retention_spend, retention_share, retention_ceiling)
    best = best_budget(winning, keeping, margin=margin, discount_rate=discount_rate)
    return TableExhibit(
        caption="Winning and keeping, average and marginal cost: today and at the best split (example inputs)",
        rows=(
            _row("Winning, today", winning, acquisition_spend),
            _row("Keeping, today", keeping, retention_spend),
            _row("Winning, best", winning, best.acquisition_spend),
            _row("Keeping, best", keeping, best.retention_spend),
        ),
        note=f"At the best split winning costs {number(best.average_cost_ratio)} times as much as keeping on average, and "
        f"{number(best.marginal_acquisition_cost / best.marginal_retention_cost)} times for one customer more. Value of a "
        f"prospect there: {number(best.value)}. Shares follow ceiling times (1 - exp(-steepness times spend)), an assumption.",
    )


def show_ratio_over_margins(
    *,
    acquisition_spend: float,
    acquisition_share: float,
    acquisition_ceiling: float,
    retention_spend: float,
    retention_share: float,
    retention_ceiling: float,
    discount_rate: float,
    margins: Sequence[float],
) -> SvgExhibit:
    """Draw the ratio of average and of marginal costs at the best split over the margin of a customer.

    Parameters are those of `show_best_budget`; `margins` holds the lowest and the highest margin.

    Raises
    ------
    ParameterMistake
        Unless there are two margins, the lower one first and above 0, and winning pays at the lower one.
    """
    if len(margins) != 2 or not 0 < margins[0] < margins[1]:
        raise ParameterMistake(f"`margins` must hold a lowest, above 0, and a higher highest margin; got {margins!r}.")
    winning = curve_through(acquisition_spend, acquisition_share, acquisition_ceiling)
    keeping = curve_through(retention_spend, retention_share, retention_ceiling)
    tried = [float(m) for m in np.geomspace(margins[0], margins[1], N_MARGINS)]
    found = [best_budget(winning, keeping, margin=m, discount_rate=discount_rate) for m in tried]
    average = [best.average_cost_ratio for best in found]
    marginal = [best.marginal_acquisition_cost / best.marginal_retention_cost for best in found]
    with style.report_style():
        return style.to_exhibit(
            plot_ratio_over_margins(style.new_axes(height=3.2), tried, average, marginal),
            told=f"At the best split winning costs {number(average[0])} to {number(average[-1])} times as much on average, and "
            "as much as keeping for one customer more",
            alt=f"The margin goes from {number(tried[0])} to {number(tried[-1])}; the ratio of marginal costs stays at 1.",
            caption="Arithmetic on example inputs, no evidence: the best split for each margin. Cost of winning over cost of "
            "keeping, on average and for one customer more.",
            rows=[_margin_row(m, best) for m, best in zip(tried, found, strict=True)],
        )


def plot_ratio_over_margins(
    ax: Axes, margins: Sequence[float], average: Sequence[float], marginal: Sequence[float]
) -> Axes:
    """Draw the ratio of average and of marginal costs over the margin, which has a scale by ratio."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    ax.plot(margins, average, color=style.MODEL, linewidth=2.2, label="average cost")
    ax.plot(margins, marginal, color=style.PUBLISHED, linewidth=2.2, linestyle="--", label="one customer more")
    ax.set(xscale="log", xlabel="margin of a customer (example)", ylabel="cost of winning over\ncost of keeping")
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ax.xaxis.set_major_locator(FixedLocator((margins[0], (margins[0] * margins[-1]) ** 0.5, margins[-1])))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(frameon=False)
    return ax


def _row(what: str, curve: ResponseCurve, spend: float) -> Row:
    return {
        "What": what,
        "Spend on each": number(spend),
        "Share reached": per_cent(curve.share(spend)),
        "Average cost of a customer": number(spend / curve.share(spend)),
        "Cost of one customer more": number(1 / curve.slope(spend)),
    }


def _margin_row(margin: float, best: BestBudget) -> Row:
    return {
        "Margin": number(margin),
        "Ratio of average costs": number(best.average_cost_ratio),
        "Cost of one customer more": number(best.marginal_acquisition_cost),
    }
