"""Churn rates of single firms, a year: shown beside the gap between industries, which no single firm can show."""

from __future__ import annotations

import math
from typing import TypedDict

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import around
from analysis.frames import Frame

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
    table = yearly_rates(frame)
    several = len(table) > 1
    counted = int(table["n_start"].max()) if counts_known(table) else len(table)
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **(_over_periods(table) if several else _of_one_period(table.iloc[0])),
            n=counted,
            method="customers lost over customers at the start, a year"
            + (f", mean of {len(table)} periods (t interval on periods)" if several else _one_period_words(table)),
            role=Role.CONTEXT,
        ),
    )


def yearly_rates(frame: Frame) -> pd.DataFrame:
    """The frame's table with `yearly`, per cent lost in a year: as published, or from the counts at a constant hazard.

    Raises
    ------
    FrameMistake
        If more were lost than were there, a period has no length, or a row has neither counts nor a yearly rate.
    """
    table = frame.table
    for column in ("n_start", "n_lost", "years", "yearly_percent"):
        if column not in table:
            table = table.assign(**{column: float("nan")})
    published = table["yearly_percent"].notna()
    incomplete = ~published & table[["n_start", "n_lost", "years"]].isna().any(axis=1)
    for rule, wrong in (
        ("give `yearly_percent`, or `n_start`, `n_lost` and `years`", incomplete),
        ("`years` must be above 0", ~published & (table["years"] <= 0)),
        ("`n_lost` must not exceed `n_start`", ~published & (table["n_lost"] > table["n_start"])),
    ):
        if wrong.any():
            row = table[wrong].iloc[0]
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: {rule}; {row['firm']}, {row['period']}: got "
                f"{row['n_lost']:g} of {row['n_start']:g} lost in {row['years']:g} years. Count losses among those at the start."
            )
    counted = [
        row.yearly_percent if math.isfinite(row.yearly_percent) else yearly_percent(row.n_lost / row.n_start, row.years)
        for row in table.itertuples()
    ]
    return table.assign(yearly=counted)


def counts_known(table: pd.DataFrame) -> bool:
    """Whether every row has its counts."""
    return bool(table["n_start"].notna().all())


def _one_period_words(table: pd.DataFrame) -> str:
    return " (Wilson's interval)" if counts_known(table) else ", as published without the counts: no interval"


def yearly_percent(share: float, years: float) -> float:
    """Per cent a year that a share lost in `years` amounts to.

    Examples
    --------
    Nineteen in a hundred in two years are ten a year, since 0.9 x 0.9 = 0.81:

    >>> round(yearly_percent(0.19, 2.0), 6)
    10.0
    """
    return float(100 * (1 - (1 - share) ** (1 / years)))


class _Rate(TypedDict):
    value: float
    low: float | None
    high: float | None


def _of_one_period(row: pd.Series) -> _Rate:
    from statsmodels.stats.proportion import proportion_confint

    if not math.isfinite(row["n_start"]):
        return _Rate(value=float(row["yearly"]), low=None, high=None)
    lost, start = int(row["n_lost"]), int(row["n_start"])
    low, high = proportion_confint(lost, start, alpha=1 - INTERVAL_LEVEL, method="wilson")
    years = float(row["years"])
    value, low, high = (yearly_percent(float(share), years) for share in (lost / start, low, high))
    return _Rate(value=value, low=low, high=high)


def _over_periods(table: pd.DataFrame) -> _Rate:
    rates = table["yearly"].tolist()
    n = len(rates)
    mean = sum(rates) / n
    error = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (n - 1) / n)
    found = around(mean, error, n - 1)
    return _Rate(value=mean, low=max(0.0, found["low"]), high=min(100.0, found["high"]))
