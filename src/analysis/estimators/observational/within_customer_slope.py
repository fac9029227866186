"""Spend per active period against tenure: within the same customer, and between customers as a naive analyst would."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame

QUANTITY = "spend_change_per_year"
QUARTERS_PER_YEAR = 4
FEWEST_CUSTOMERS = 30


def estimate_within_customer_slope(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """Percentage change of spend in an active period for each further year of tenure.

    Fixed-effects regression of log spend on tenure within customer and season (quarter of the year), standard errors
    clustered by customer: ln s_it = a_i + c_season(t) + b t_it + e_it; the estimate is 100 (exp(b) - 1). Beside it, the
    slope between customers of mean ln s_i on the longest tenure seen (naive).

    Each customer's last quarter is left out of the answer (`whole_periods`). Season and tenure can be separated only by
    customers seen in the same quarter of two years; with fewer than 30 of them the seasons stay in, and no interval is
    given.

    Parameters
    ----------
    frame : Frame
        ``customer_periods``.
    claim : Claim
        Registers the quantity ``spend_change_per_year`` on the scale "percent".

    Returns
    -------
    tuple of Estimate
        The within-customer answer and the naive between-customer slope.

    Raises
    ------
    FrameMistake
        If fewer than 30 customers were active in two periods or more before their last: nothing could be compared within
        a customer.
    """
    table = frame.table.assign(season=frame.table["period"] % QUARTERS_PER_YEAR)
    repeated = whole_periods(table)
    n = repeated["customer_id"].nunique()
    if n < FEWEST_CUSTOMERS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_CUSTOMERS} customers must be active in two "
            f"periods or more before their last to compare a customer with itself; got {n}. Give a longer history."
        )
    same_season = repeated[repeated.duplicated(["customer_id", "season"])]["customer_id"].nunique()
    seasons_out = same_season >= FEWEST_CUSTOMERS
    effects = "customer_id + season" if seasons_out else "customer_id"
    value, low, high = _as_percent(_log_slope(repeated, f"log_spend ~ tenure_years | {effects}"))
    raw = _as_percent(_slope_between(table))
    words = "seasons taken out" if seasons_out else "seasons left in for want of a second year: no interval"
    return (
        make_estimate(
            frame,
            claim,
            QUANTITY,
            value=value,
            low=low if seasons_out else None,
            high=high if seasons_out else None,
            n=n,
            method="within-customer slope of log spend per active quarter on tenure, each customer's last quarter left out, "
            f"{words}, clustered by customer",
            assumptions=("no trend in prices or range moves everybody's spend with time",),
        ),
        make_estimate(
            frame,
            claim,
            QUANTITY,
            value=raw[0],
            low=raw[1],
            high=raw[2],
            n=table["customer_id"].nunique(),
            method="slope between customers: mean log spend per active quarter on the longest tenure seen (long stayers were "
            "bigger spenders from the start)",
            role=Role.NAIVE,
        ),
    )


def whole_periods(table: pd.DataFrame) -> pd.DataFrame:
    """Periods of customers with two or more of them, each customer's last one left out.

    A customer may have left in the middle of the last one, and that part would pass for falling spend. Who is seen again
    later was there for the whole of a period, so the rest are whole ones.

    Examples
    --------
    A customer of three periods keeps two; one of two periods would keep one, too few to be compared with itself:

    >>> import pandas as pd
    >>> whole_periods(pd.DataFrame({"customer_id": ["a", "a", "a", "b", "b"], "period": [0, 1, 4, 0, 1]}))
      customer_id  period
    0           a       0
    1           a       1
    """
    whole = table[table["period"] < table.groupby("customer_id")["period"].transform("max")]
    return whole[whole.groupby("customer_id")["period"].transform("size") >= 2]


def _log_slope(table: pd.DataFrame, formula: str) -> tuple[float, float, float]:
    """Return slope and 95 % bounds of log spend on tenure."""
    import pyfixest as pf

    data = table.assign(log_spend=np.log(table["spend"]))
    fit = pf.feols(formula, data=data, vcov={"CRV1": "customer_id"})
    bounds = fit.confint().loc["tenure_years"]
    return float(fit.coef()["tenure_years"]), float(bounds.iloc[0]), float(bounds.iloc[1])


def _slope_between(table: pd.DataFrame) -> tuple[float, float, float]:
    """Return slope and 95 % bounds of customers' mean log spend on their longest tenure seen, errors robust (HC1)."""
    import pyfixest as pf

    customers = (
        table.assign(log_spend=np.log(table["spend"]))
        .groupby("customer_id", as_index=False)
        .agg(log_spend=("log_spend", "mean"), tenure_years=("tenure_years", "max"))
    )
    fit = pf.feols("log_spend ~ tenure_years", data=customers, vcov="HC1")
    bounds = fit.confint().loc["tenure_years"]
    return float(fit.coef()["tenure_years"]), float(bounds.iloc[0]), float(bounds.iloc[1])


def _as_percent(slope: tuple[float, float, float]) -> tuple[float, float, float]:
    value, low, high = slope
    return 100 * math.expm1(value), 100 * math.expm1(low), 100 * math.expm1(high)
