"""The arithmetic of a customer who pays a constant margin and is kept at a constant rate; what "5 %" can mean in it.

Source of the value: Gupta & Lehmann (2003), "Customers as Assets", Journal of Interactive Marketing 17(1), 9-24, and
Gupta, Lehmann & Stuart (2004), Journal of Marketing Research 41(1), 7-18. None of this is evidence about what raising
retention costs or does: it is what follows if the rate were higher and all else stayed as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.core.errors import ParameterMistake
from analysis.models.fit import require_positive, require_share

FIVE_PERCENT = 0.05


def annuity_value(margin: float, retention_rate: float, discount_rate: float) -> float:
    """Value of future margins, m r / (1 + d - r): the first margin a period away and paid only by who stays.

    Parameters
    ----------
    margin : float
        Per customer and period, any currency.
    retention_rate : float
        Share kept per period, in (0, 1].
    discount_rate : float
        Per period, above 0.

    Examples
    --------
    >>> round(annuity_value(100, 0.8, 0.12), 6)
    250.0
    """
    require_positive(discount_rate=discount_rate)
    _require_rate(retention_rate)
    return margin * retention_rate / (1 + discount_rate - retention_rate)


def retention_elasticity(retention_rate: float, discount_rate: float) -> float:
    """% change of value per 1 % change of the retention rate, (1 + d) / (1 + d - r).

    Examples
    --------
    >>> round(retention_elasticity(0.84, 0.12), 6)
    4.0
    """
    require_positive(discount_rate=discount_rate)
    _require_rate(retention_rate)
    return (1 + discount_rate) / (1 + discount_rate - retention_rate)


def per_percent_of_churn(retention_elasticity: float, retention_rate: float) -> float:
    """Turn an elasticity to retention into the % change of value per 1 % cut in churn.

    1 % more retention is a cut in churn of r / (1 - r) %, nineteen-fold at 95 %: firms with high retention look most
    responsive per 1 % of retention and least so per 1 % of churn.

    Examples
    --------
    >>> round(per_percent_of_churn(19, 0.95), 6)
    1.0
    """
    require_share(retention_rate=retention_rate)
    return retention_elasticity * (1 - retention_rate) / retention_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class FivePercentReadings:
    """% change of a customer's value under three readings of the same words.

    Attributes
    ----------
    retention_rate : float
        Where the change starts from.
    points : float
        Retention up by 5 percentage points.
    relative : float
        Retention multiplied by 1.05.
    churn : float
        Churn multiplied by 0.95.
    """

    retention_rate: float
    points: float
    relative: float
    churn: float


def readings_of_five_percent(
    retention_rate: float, discount_rate: float, *, size: float = FIVE_PERCENT
) -> FivePercentReadings:
    """Work out what "`size` better retention" adds to value under its three readings.

    Raises
    ------
    ParameterMistake
        If a reading would take retention above 1.

    Examples
    --------
    >>> round(readings_of_five_percent(0.9, 0.1).points, 1)  # .95 / .15 over .9 / .2
    40.7
    """
    require_share(retention_rate=retention_rate)
    changed = {
        "points": retention_rate + size,
        "relative": retention_rate * (1 + size),
        "churn": 1 - (1 - retention_rate) * (1 - size),
    }
    for name, rate in changed.items():
        if rate > 1:
            raise ParameterMistake(
                f"`retention_rate` {retention_rate!r} leaves no room for {size:.0%} more in the reading '{name}' "
                f"({rate:.3f} is above 1); start lower or read it as churn."
            )
    base = annuity_value(1, retention_rate, discount_rate)
    gains = {name: 100 * (annuity_value(1, rate, discount_rate) / base - 1) for name, rate in changed.items()}
    return FivePercentReadings(retention_rate=retention_rate, **gains)


def profit_stream_value(
    acquisition_cost: float,
    profit_by_year: Sequence[float],
    churn_rate: float,
    discount_rate: float,
    *,
    horizon_years: int = 60,
) -> float:
    """Expected value of a customer whose yearly profit depends on tenure.

    Parameters
    ----------
    acquisition_cost : float
        Spent at the start, as a positive number.
    profit_by_year : sequence of float
        Profit in year 1, 2, ..., received at the year's end by who was there at its start; the last entry holds for
        all later years.
    churn_rate : float
        Share of customers leaving at each year's end, in [0, 1).
    discount_rate : float
        A year, 0 or more.
    horizon_years : int
        Years counted.

    Examples
    --------
    >>> profit_stream_value(10, [30, 42], churn_rate=0.5, discount_rate=0, horizon_years=2)  # -10 + 30 + 42 / 2
    41.0
    """
    if not 0 <= churn_rate < 1:
        raise ParameterMistake(f"`churn_rate` must lie in [0, 1); got {churn_rate!r}.")
    year = np.arange(horizon_years)
    profit = np.asarray(profit_by_year, dtype=float)[np.minimum(year, len(profit_by_year) - 1)]
    return float((profit * (1 - churn_rate) ** year / (1 + discount_rate) ** (year + 1)).sum() - acquisition_cost)


def _require_rate(retention_rate: float) -> None:
    if not 0 < retention_rate <= 1:
        raise ParameterMistake(f"`retention_rate` must lie in (0, 1]; got {retention_rate!r}. Write 95 % as 0.95.")
