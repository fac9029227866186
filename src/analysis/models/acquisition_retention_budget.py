"""How much to spend on winning and how much on keeping: the Blattberg-Deighton model and its optimum.

Source: Blattberg & Deighton (1996), "Manage Marketing by the Customer Equity Test", Harvard Business Review 74(4),
136-144; its reading after Pfeifer (2005), Journal of Targeting, Measurement and Analysis for Marketing 13(2). At the
optimum the *marginal* cost of winning one more equals that of keeping one more; the ratio of *average* costs, which
the folklore quotes, may be anything there and says nothing about where the next euro should go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from analysis.core.errors import ParameterMistake
from analysis.models.fit import require_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCurve:
    """Share won (or kept) for a spend per prospect (or customer): ceiling * (1 - exp(-steepness * spend)).

    Attributes
    ----------
    ceiling : float
        Share reached with unlimited spend, in (0, 1].
    steepness : float
        Per unit of currency.
    """

    ceiling: float
    steepness: float

    def share(self, spend: float) -> float:
        """Share at `spend`."""
        return self.ceiling * -float(np.expm1(-self.steepness * spend))

    def slope(self, spend: float) -> float:
        """Gain in share per further unit of currency at `spend`."""
        return self.ceiling * self.steepness * float(np.exp(-self.steepness * spend))


def curve_through(spend: float, share: float, ceiling: float) -> ResponseCurve:
    """The curve with `ceiling` on which `spend` gives `share`.

    Raises
    ------
    ParameterMistake
        Unless 0 < share < ceiling <= 1 and spend > 0.

    Examples
    --------
    >>> round(curve_through(8, 0.4, 0.7).share(8), 6)
    0.4
    """
    require_positive(spend=spend)
    if not 0 < share < ceiling <= 1:
        raise ParameterMistake(f"`share` must lie between 0 and `ceiling`, at most 1; got {share!r} and {ceiling!r}.")
    return ResponseCurve(ceiling=ceiling, steepness=-float(np.log1p(-share / ceiling)) / spend)


@dataclass(frozen=True, slots=True, kw_only=True)
class BestBudget:
    """The optimum.

    Attributes
    ----------
    acquisition_spend, retention_spend : float
        Per prospect and per customer and period, in currency.
    acquisition_share, retention_rate : float
        What they reach.
    value : float
        Customer equity per prospect, acquisition spend taken off.
    average_acquisition_cost, average_retention_cost : float
        Spend per customer won, per customer retained.
    marginal_acquisition_cost, marginal_retention_cost : float
        Spend for one more customer won, one more kept; equal here, and equal to a customer's value.
    """

    acquisition_spend: float
    retention_spend: float
    acquisition_share: float
    retention_rate: float
    value: float
    average_acquisition_cost: float
    average_retention_cost: float
    marginal_acquisition_cost: float
    marginal_retention_cost: float

    @property
    def average_cost_ratio(self) -> float:
        """Average cost of winning over that of keeping: the folklore's multiple, at the optimum."""
        return self.average_acquisition_cost / self.average_retention_cost


def customer_equity(
    acquisition: ResponseCurve,
    retention: ResponseCurve,
    acquisition_spend: float,
    retention_spend: float,
    margin: float,
    discount_rate: float,
) -> float:
    """Value per prospect, a m - A + a (m - R / r) r' / (1 - r') with r' = r / (1 + d)."""
    won = acquisition.share(acquisition_spend)
    return won * _value_of_one(retention, retention_spend, margin, discount_rate) - acquisition_spend


def best_budget(
    acquisition: ResponseCurve, retention: ResponseCurve, *, margin: float, discount_rate: float
) -> BestBudget:
    """Maximise customer equity over both spends.

    Parameters
    ----------
    acquisition, retention : ResponseCurve
        As functions of spend per prospect and of spend per customer and period.
    margin : float
        Per customer and period before marketing, in currency; the first at once.
    discount_rate : float
        Per period.

    Raises
    ------
    ParameterMistake
        If winning even the first customer costs more than one is worth: then the best spend is nothing.
    """
    require_positive(margin=margin, discount_rate=discount_rate)
    # Spending the whole margin on keeping a customer leaves no reason to keep him.
    found = minimize_scalar(
        lambda spend: -_value_of_one(retention, spend, margin, discount_rate),
        bounds=(1e-9 * margin, margin),
        method="bounded",
        options={"xatol": 1e-10 * margin},
    )
    keep = float(found.x)
    worth = _value_of_one(retention, keep, margin, discount_rate)
    if acquisition.slope(0) * worth <= 1:
        raise ParameterMistake(
            f"a customer is worth {worth:.2f} and the first one costs {1 / acquisition.slope(0):.2f} to win: "
            "the best acquisition spend is nothing. Check `margin` and `acquisition`."
        )
    win = float(np.log(acquisition.slope(0) * worth) / acquisition.steepness)
    return BestBudget(
        acquisition_spend=win,
        retention_spend=keep,
        acquisition_share=acquisition.share(win),
        retention_rate=retention.share(keep),
        value=customer_equity(acquisition, retention, win, keep, margin, discount_rate),
        average_acquisition_cost=win / acquisition.share(win),
        average_retention_cost=keep / retention.share(keep),
        marginal_acquisition_cost=1 / acquisition.slope(win),
        marginal_retention_cost=1 / retention.slope(keep),
    )


def _value_of_one(retention: ResponseCurve, spend: float, margin: float, discount_rate: float) -> float:
    """Value of a customer just won: this period's margin and the discounted rest."""
    retained = retention.share(spend)
    discounted = retained / (1 + discount_rate)
    return margin + (margin - spend / retained) * discounted / (1 - discounted)
