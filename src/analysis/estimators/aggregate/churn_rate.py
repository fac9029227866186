"""Churn rates of single firms, a year: shown beside the gap between industries, which no single firm can show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.frames import Frame

if TYPE_CHECKING:
    import pandas as pd

QUANTITIES = ("mobile_churn_rate", "finance_churn_rate")


def estimate_churn_rate(frame: Frame, claim: Claim, *, quantity: str) -> tuple[Estimate, ...]:
    """Share of customers lost in a year, of all firms and periods of the frame together: always context.

    A period of y years in which a share c was lost counts as 1 - (1 - c)^(1/y) a year. One period: Wilson's interval on
    its customers. Several: t interval on the periods, since the customers of one year are those of the next.

    Parameters
    ----------
    frame : Frame
        ``churn_rates``.
    claim : Claim
    quantity : str
        "mobile_churn_rate" or "finance_churn_rate".

    Raises
    ------
    FrameMistake
        If more were lost than were there, or a period has no length.
    """
    require_one_of("quantity", quantity, QUANTITIES)
    table = frame.table
    odd = table[(table["n_lost"] > table["n_start"]) | (table["years"] <= 0)]
    if len(odd):
        first = odd.iloc[0]
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: `n_lost` must not exceed `n_start`, and `years` must be above 0; "
            f"got {first['n_lost']} of {first['n_start']} in {first['years']} years. Count losses among those at the start."
        )
    several = len(table) > 1
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **(_over_periods(table) if several else _of_one_period(table.iloc[0])),
            n=int(table["n_start"].max()),
            method="customers lost over customers at the start, a year"
            + (f", mean of {len(table)} periods (t interval on periods)" if several else " (Wilson's interval)"),
            role=Role.CONTEXT,
        ),
    )


def yearly_percent(share: float, years: float) -> float:
    """Per cent a year that a share lost in `years` amounts to.

    Examples
    --------
    Nineteen in a hundred in two years are ten a year, since 0.9 x 0.9 = 0.81:

    >>> round(yearly_percent(0.19, 2.0), 6)
    10.0
    """
    return float(100 * (1 - (1 - share) ** (1 / years)))


def _of_one_period(row: pd.Series) -> Interval:
    from statsmodels.stats.proportion import proportion_confint

    lost, start = int(row["n_lost"]), int(row["n_start"])
    low, high = proportion_confint(lost, start, alpha=1 - INTERVAL_LEVEL, method="wilson")
    years = float(row["years"])
    value, low, high = (yearly_percent(float(share), years) for share in (lost / start, low, high))
    return Interval(value=value, low=low, high=high)


def _over_periods(table: pd.DataFrame) -> Interval:
    rates = [yearly_percent(row.n_lost / row.n_start, row.years) for row in table.itertuples()]
    n = len(rates)
    mean = sum(rates) / n
    error = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (n - 1) / n)
    found = around(mean, error, n - 1)
    return Interval(value=mean, low=max(0.0, found["low"]), high=min(100.0, found["high"]))
