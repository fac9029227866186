"""Repeat purchase: how many come back at all, by a day, within a time of their own, or over discrete opportunities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.intervals import ratio_of_sums
from analysis.measures.periods import end_of, require_log
from analysis.measures.rates import Rate, proportion, repeat_purchase_rate


def repeat_rate_by(purchases: pd.DataFrame, *, until: str | None = None) -> Rate:
    """Customers with two purchase days or more up to a day, over all customers who had bought by then.

    Customers who came late have had less time to return: the rate falls as a shop grows, without anyone behaving
    differently. `repeat_rate_within` gives everyone the same time.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at (datetime), amount; several rows of one customer and day are one occasion.
    until : str
        Last day looked at; None is the end of the log.
    """
    require_log(purchases)
    days = purchases["at"].dt.normalize()
    end = end_of(purchases, until)
    seen = purchases.assign(day=days)[days <= end]
    if seen.empty:
        raise ParameterMistake(f"`until` must not lie before the first purchase; got {until!r}.")
    n_days = seen.groupby("customer_id")["day"].nunique()
    return proportion(
        f"Repeat purchase by {end:%Y-%m-%d}",
        int((n_days >= 2).sum()),
        len(n_days),
        "customers with two purchase days or more by then, over all customers with one or more",
    )


def repeat_rate_within(purchases: pd.DataFrame, *, days: int, end_of_observation: str | None = None) -> Rate:
    """Customers who bought again within so many days of their first purchase, over those observed that long.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at, amount, from each customer's first purchase on: a log that was cut to a date range takes old
        customers for new ones.
    days : int
        Time that everyone gets, 1 or more; the day itself is included.
    end_of_observation : str
        Last observed day; None is the last day of the log.

    Raises
    ------
    FrameMistake
        If nobody was observed that long.
    """
    require_log(purchases)
    if days < 1:
        raise ParameterMistake(f"`days` must be 1 or more; got {days!r}.")
    at = purchases["at"].dt.normalize()
    end = end_of(purchases, end_of_observation)
    first = at.groupby(purchases["customer_id"]).transform("min")
    followed = first + pd.Timedelta(days=days) <= end
    again = followed & (at > first) & (at <= first + pd.Timedelta(days=days))
    n_customers = int(purchases.loc[followed, "customer_id"].nunique())
    if n_customers == 0:
        raise FrameMistake(f"Nobody was observed for {days} days after the first purchase; choose fewer `days`.")
    return proportion(
        f"Repeat purchase within {days} days",
        int(purchases.loc[again, "customer_id"].nunique()),
        n_customers,
        f"customers who bought again within {days} days of their first purchase, over all customers observed that long",
    )


def opportunity_rates(opportunities: pd.DataFrame, *, noun: str = "opportunity") -> tuple[Rate, ...]:
    """Retention of customers who have one opportunity a period (a year's gift), from frequency and last use.

    Three answers to "how many stay": who ever comes back, who is still there in the last period, and the share of
    periods used, averaged over customers with their periods (interval by customer, whose periods are not independent).

    Parameters
    ----------
    opportunities : pandas.DataFrame
        Columns of frame ``opportunities``: frequency, recency, n_opportunities, n_customers.
    noun : str
        What an opportunity is, as a reader would say it.

    Returns
    -------
    tuple of Rate
        Repeat rate, retention in the last period (bounded), share of opportunities used.
    """
    weights = opportunities["n_customers"].to_numpy()
    frequency, recency = opportunities["frequency"].to_numpy(), opportunities["recency"].to_numpy()
    chances = opportunities["n_opportunities"].to_numpy()
    n = int(weights.sum())
    most = int(chances.max())
    used, low, high = ratio_of_sums(frequency, chances, weights)
    last = np.where(chances == most, weights, 0)
    return (
        repeat_purchase_rate(n_repeat=int(weights[frequency >= 1].sum()), n_customers=n),
        proportion(
            f"Active in the last {noun}",
            int(last[recency == most].sum()),
            int(last.sum()),
            f"customers active in {noun} {most} after the first, over all customers who had {most}",
        ),
        Rate(
            name=f"Active in an average {noun}",
            numerator=int((weights * frequency).sum()),
            denominator=int((weights * chances).sum()),
            value=used,
            low=max(low, 0.0),
            high=min(high, 1.0),
            definition=f"pairs of customer and {noun} after the first in which the customer was active, over all such pairs",
        ),
    )
