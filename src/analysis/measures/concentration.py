"""How far revenue hangs on few customers: share of the top tenth and fifth, Gini coefficient, concentration curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.measures.intervals import require_level
from analysis.measures.periods import end_of, require_log
from analysis.measures.rates import Rate

Array = np.ndarray
TOP_SHARES = (("tenth", 0.1), ("fifth", 0.2))
CURVE_POINTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Concentration of revenue over customers.

    Attributes
    ----------
    top : tuple of Rate
        Share of revenue of the top tenth and the top fifth of customers, those who brought nothing included.
    gini, gini_low, gini_high : float
        0 if everyone brings the same, near 1 if one customer brings everything; with its interval.
    level : float
    n_customers : int
    curve : tuple of (float, float)
        Share of customers, richest first, against their share of revenue, both in [0, 1].
    n_samples : int
        Bootstrap samples behind the intervals.
    """

    top: tuple[Rate, ...]
    gini: float
    gini_low: float
    gini_high: float
    level: float
    n_customers: int
    curve: tuple[tuple[float, float], ...]
    n_samples: int


def customer_totals(
    purchases: pd.DataFrame, *, days: int | None = None, end_of_observation: str | None = None
) -> Array:
    """Revenue of each customer, in one order.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at, amount.
    days : int
        Count only so many days from each customer's first purchase on, and only customers observed that long; then late
        comers are not poor for having come late. None counts everything.
    end_of_observation : str
        Last observed day; None is the last day of the log.

    Raises
    ------
    FrameMistake
        If nobody was observed that long.
    """
    require_log(purchases)
    log = purchases
    if days is not None:
        end = end_of(purchases, end_of_observation)
        first = purchases.groupby("customer_id")["at"].transform("min")
        window = pd.Timedelta(days=days)
        log = purchases[(first.dt.normalize() + window <= end) & (purchases["at"] < first + window)]
        if log.empty:
            raise FrameMistake(f"Nobody was observed for {days} days after the first purchase; choose fewer `days`.")
    return np.asarray(log.groupby("customer_id")["amount"].sum(), dtype=float)


def revenue_concentration(
    totals: ArrayLike, *, seed: int, n_samples: int = 500, level: float = INTERVAL_LEVEL
) -> Concentration:
    """Measure the concentration of revenue, with percentile intervals from resampled customers.

    Parameters
    ----------
    totals : array-like
        Revenue of each customer, 0 or more. Customers of 0 belong in: leaving them out is another question.
    seed, n_samples
        Seed and number of the bootstrap samples. Where a handful of customers brings most of the revenue, no bootstrap
        can know the customers of that size that were not drawn: the interval is then too narrow.
    level : float
        Level of the intervals.

    Raises
    ------
    FrameMistake
        If a total is negative or nobody brought anything.

    Examples
    --------
    >>> found = revenue_concentration([91] + [1] * 9, seed=1)
    >>> round(found.top[0].percent, 6), round(found.gini, 2)  # one in ten brings 91 of 100
    (91.0, 0.81)
    """
    require_level(level)
    amounts = np.sort(np.asarray(totals, dtype=float))[::-1]
    if len(amounts) < 2 or amounts[-1] < 0 or amounts.sum() <= 0:
        raise FrameMistake(
            f"`totals` must be of two customers or more, none below 0 and one above it; got {len(amounts)} customers, "
            f"the smallest {amounts[-1] if len(amounts) else 0:g}. Customers with more returned than bought have to be "
            "looked at, not summed."
        )
    if n_samples < 2:
        raise ParameterMistake(f"`n_samples` must be 2 or more; got {n_samples!r}.")
    once = np.ones(len(amounts))
    drawn = _resampled(amounts, n_samples, seed)
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    found = _shares_and_gini(amounts, once)
    names = [name for name, _ in TOP_SHARES]
    total = float(amounts.sum())
    return Concentration(
        top=tuple(
            Rate(
                name=f"Revenue of the top {name}",
                numerator=float(found[place] * total),
                denominator=total,
                value=float(found[place]),
                low=float(min(low[place], found[place])),
                high=float(max(high[place], found[place])),
                level=level,
                definition=f"revenue of the {name} of customers who bring most, over the revenue of all customers",
            )
            for place, name in enumerate(names)
        ),
        gini=float(found[-1]),
        gini_low=float(min(low[-1], found[-1])),
        gini_high=float(max(high[-1], found[-1])),
        level=level,
        n_customers=len(amounts),
        curve=_curve(amounts),
        n_samples=n_samples,
    )


def _resampled(amounts: Array, n_samples: int, seed: int) -> Array:
    """Shares and Gini of each bootstrap sample of customers; shape (n_samples, number of measures)."""
    generator = np.random.default_rng(seed)
    n = len(amounts)
    draws = (np.bincount(generator.integers(n, size=n), minlength=n) for _ in range(n_samples))
    return np.array([_shares_and_gini(amounts, counts) for counts in draws if (counts * amounts).sum() > 0])


def _shares_and_gini(amounts: Array, counts: Array) -> Array:
    """Revenue shares of the top tenth and fifth, and the Gini coefficient, of customers sorted from the richest down.

    The curve runs in straight lines between customers, so that a tenth of 15 customers is one and a half of them. The
    Gini coefficient is twice the area between this curve and the diagonal.
    """
    people = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    revenue = np.concatenate([[0.0], np.cumsum(counts * amounts)]) / (counts * amounts).sum()
    shares = np.interp([share for _, share in TOP_SHARES], people, revenue)
    area = np.trapezoid(revenue, people)
    return np.array([*shares, 2 * area - 1])


def _curve(amounts: Array) -> tuple[tuple[float, float], ...]:
    people = np.arange(len(amounts) + 1) / len(amounts)
    revenue = np.concatenate([[0.0], np.cumsum(amounts)]) / amounts.sum()
    at = np.linspace(0, 1, CURVE_POINTS + 1)
    return tuple(zip(at.tolist(), np.interp(at, people, revenue).tolist(), strict=True))
