"""Growth accounting: how a customer account gets from its start to its end, in customers and in revenue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.core.errors import FrameMistake
from analysis.measures.rates import Rate, proportion

REVENUE_PARTS = (
    "revenue_start",
    "revenue_won",
    "revenue_resurrected",
    "revenue_lost",
    "revenue_expansion",
    "revenue_contraction",
    "revenue_end",
)
SMALLEST_COIN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueAccount:
    """Revenue of one period, taken apart.

    Attributes
    ----------
    start, end : float
        Revenue of the period before and of this one, in the frame's currency.
    won, resurrected, expansion : float
        What came in: from new customers, from those who came back, from customers retained who spent more.
    lost, contraction : float
        What went out, as positive numbers: last period's revenue of customers lost, less spent by customers retained.
    net_retention, gross_retention : float
        Share of the start's revenue that its customers still bring, with and without what they spent more; None where
        the start had none. No interval: that takes the customers, whom this frame does not hold.
    """

    start: float
    won: float
    resurrected: float
    lost: float
    expansion: float
    contraction: float
    end: float
    net_retention: float | None
    gross_retention: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPeriod:
    """One whole period of a customer account: n_start + n_won + n_resurrected - n_lost = n_end.

    Attributes
    ----------
    period_start : str
        First day.
    years : float
        Length of the period.
    n_start, n_won, n_resurrected, n_lost, n_end : int
        Active customers at the start; new; come back; lost; active at the end.
    retention : Rate
        Customers kept over customers at the start; None where there was nobody at the start. Where the account does not
        tell apart who came and left inside the period, the definition says that the rate is too low by them.
    quick_ratio : float
        Customers won and come back, for each customer lost; None where nobody was lost. Above 1 the account grows.
    revenue : RevenueAccount
        None where the frame has no revenue for the period.
    """

    period_start: str
    years: float
    n_start: int
    n_won: int
    n_resurrected: int
    n_lost: int
    n_end: int
    retention: Rate | None
    quick_ratio: float | None
    revenue: RevenueAccount | None


def growth_accounting(account: pd.DataFrame) -> tuple[GrowthPeriod, ...]:
    """Take every period of a customer account apart.

    Parameters
    ----------
    account : pandas.DataFrame
        Columns of frame ``account_periods``; the revenue columns may be missing or empty.

    Raises
    ------
    FrameMistake
        If a period does not add up, in customers or in revenue: then somebody is counted twice or not at all, and every
        rate from it is wrong.

    Examples
    --------
    >>> import pandas as pd
    >>> row = dict(period_start=pd.Timestamp("2024-01-01"), years=1.0, n_start=150, n_won=50, n_resurrected=0,
    ...            n_lost=7, n_end=193)
    >>> round(growth_accounting(pd.DataFrame([row]))[0].retention.percent, 2)
    95.33
    """
    ordered = account.sort_values("period_start")
    return tuple(_growth_period(row) for row in ordered.to_dict("records"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthTotals:
    """A whole account in one line.

    Attributes
    ----------
    n_start, n_end : int
        Customers at the start of the first period and at the end of the last.
    n_won, n_resurrected, n_lost : int
        Summed over the periods; a customer who left twice is lost twice.
    lowest, highest : GrowthPeriod
        Periods with the lowest and the highest retention rate; None where no period has one.
    """

    n_start: int
    n_end: int
    n_won: int
    n_resurrected: int
    n_lost: int
    lowest: GrowthPeriod | None
    highest: GrowthPeriod | None


def growth_totals(periods: Sequence[GrowthPeriod]) -> GrowthTotals:
    """Sum an account up over its periods, which follow one another."""
    rated = [(period.retention.value, period.period_start, period) for period in periods if period.retention]
    return GrowthTotals(
        n_start=periods[0].n_start,
        n_end=periods[-1].n_end,
        n_won=sum(period.n_won for period in periods),
        n_resurrected=sum(period.n_resurrected for period in periods),
        n_lost=sum(period.n_lost for period in periods),
        lowest=min(rated)[2] if rated else None,
        highest=max(rated)[2] if rated else None,
    )


def _growth_period(row: dict) -> GrowthPeriod:
    day = f"{row['period_start']:%Y-%m-%d}"
    counts = {name: int(row[name]) for name in ("n_start", "n_won", "n_resurrected", "n_lost", "n_end")}
    expected = counts["n_start"] + counts["n_won"] + counts["n_resurrected"] - counts["n_lost"]
    if expected != counts["n_end"]:
        raise FrameMistake(
            f"`n_end` of the period from {day} must be n_start + n_won + n_resurrected - n_lost = {expected}; got "
            f"{counts['n_end']}. Correct the account before computing rates from it."
        )
    gained = counts["n_won"] + counts["n_resurrected"]
    return GrowthPeriod(
        period_start=day,
        years=float(row["years"]),
        **counts,
        retention=_retention(counts["n_start"], counts["n_lost"], _known(row.get("n_passing")))
        if counts["n_start"]
        else None,
        quick_ratio=gained / counts["n_lost"] if counts["n_lost"] else None,
        revenue=_revenue(row, day),
    )


def _known(value: object) -> bool:
    """Whether a number is given."""
    return value is not None and value == value


def _retention(n_start: int, n_lost: int, told_apart: bool) -> Rate:
    gross = (
        "" if told_apart else " (too low by those who came and left inside the period: the account counts them as lost)"
    )
    return proportion(
        "Retention rate",
        max(0, n_start - n_lost),
        n_start,
        f"customers active at the start and not lost in the period, over customers active at the start{gross}",
    )


def _revenue(row: dict, day: str) -> RevenueAccount | None:
    parts = {name.removeprefix("revenue_"): row.get(name) for name in REVENUE_PARTS}
    if any(value is None or value != value for value in parts.values()):
        return None
    money = {name: float(value) for name, value in parts.items() if value is not None}
    came = money["won"] + money["resurrected"] + money["expansion"]
    expected = money["start"] + came - money["lost"] - money["contraction"]
    if abs(expected - money["end"]) > max(SMALLEST_COIN, 1e-6 * abs(expected)):
        raise FrameMistake(
            f"`revenue_end` of the period from {day} must be start + won + resurrected + expansion - lost - contraction "
            f"= {expected:.2f}; got {money['end']:.2f}. Correct the account before computing rates from it."
        )
    retained = money["start"] - money["lost"] - money["contraction"]
    start = money["start"] if money["start"] > 0 else None
    return RevenueAccount(
        **money,
        net_retention=(retained + money["expansion"]) / start if start else None,
        gross_retention=retained / start if start else None,
    )
