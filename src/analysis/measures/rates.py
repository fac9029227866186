"""A rate with its numerator, denominator and interval; retention, churn and repeat purchase from counts.

The intervals take customers as independent draws. A firm that counts every customer knows the rate of the period that is
over; the interval speaks of the rate behind it, which is what the next period and a comparison with another depend on.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.measures.intervals import wilson

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate.

    Attributes
    ----------
    name : str
        What it is called.
    numerator, denominator : float
        `value` is their ratio. Counts; sums of money for a revenue rate; the sum and the number of cohort rates for an
        unweighted mean.
    value, low, high : float
        The ratio and its interval, as a share: .9533 is 95.33 %. Revenue rates may exceed 1; a difference of shares
        lies between -1 and 1.
    level : float
        Level of the interval, in (0, 1).
    definition : str
        Who counts above and below the line, in words.
    unit : str
        How `value` times 100 is called: "%" or "points".
    """

    name: str
    numerator: float
    denominator: float
    value: float
    low: float
    high: float
    level: float = INTERVAL_LEVEL
    definition: str
    unit: str = "%"

    def __post_init__(self) -> None:
        if self.denominator <= 0 or abs(self.value - self.numerator / self.denominator) > ROUNDING:
            raise ParameterMistake(
                f"`value` of {self.name!r} must be its numerator over a denominator above 0; got {self.value!r} for "
                f"{self.numerator!r} over {self.denominator!r}."
            )
        if not self.low - ROUNDING <= self.value <= self.high + ROUNDING:
            raise ParameterMistake(
                f"`value` of {self.name!r} must lie between `low` and `high`; got {self.value!r} in "
                f"[{self.low!r}, {self.high!r}]."
            )

    @property
    def percent(self) -> float:
        """`value` times 100."""
        return 100 * self.value


def proportion(name: str, numerator: int, denominator: int, definition: str, *, level: float = INTERVAL_LEVEL) -> Rate:
    """Return the share of `denominator` units that count in `numerator`, with Wilson's interval.

    Raises
    ------
    ParameterMistake
        If a count is not a whole number of 0 or more, the denominator is 0, or the numerator exceeds it.
    """
    require_counts(numerator=numerator, denominator=denominator)
    if denominator == 0:
        raise ParameterMistake(f"`denominator` of {name!r} must be 1 or more; got 0. There is no rate of nobody.")
    if numerator > denominator:
        raise ParameterMistake(
            f"`numerator` of {name!r} must not exceed its denominator; got {numerator} over {denominator}. "
            "Count the same customers above and below the line."
        )
    low, high = wilson(numerator, denominator, level)
    return Rate(
        name=name,
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator,
        low=low,
        high=high,
        level=level,
        definition=definition,
    )


def retention_rate(*, n_start: int, n_new: int, n_end: int, level: float = INTERVAL_LEVEL) -> Rate:
    """Customers at the end less those won in the period, over customers at the start.

    Parameters
    ----------
    n_start, n_end : int
        Customers at the start and at the end of the period.
    n_new : int
        Of those at the end, how many were not there at the start: won in the period, or come back in it.

    Raises
    ------
    ParameterMistake
        If more of the old customers are there at the end than were at the start.

    Examples
    --------
    >>> round(retention_rate(n_start=200, n_new=30, n_end=180).percent, 6)  # 150 of 200
    75.0
    """
    require_counts(n_start=n_start, n_new=n_new, n_end=n_end)
    n_retained = n_end - n_new
    if not 0 <= n_retained <= n_start:
        raise ParameterMistake(
            f"`n_end` less `n_new` must lie between 0 and `n_start`; got {n_end} - {n_new} = {n_retained} against {n_start}. "
            "Customers who had left and came back belong in `n_new`."
        )
    return proportion(
        "Retention rate",
        n_retained,
        n_start,
        "customers at the end less those new in the period, over customers at the start",
        level=level,
    )


def churn_rate(*, n_start: int, n_lost: int, level: float = INTERVAL_LEVEL) -> Rate:
    """Customers at the start who were lost in the period, over customers at the start: 1 less the retention rate.

    Examples
    --------
    >>> churn_rate(n_start=200, n_lost=50).percent
    25.0
    """
    return proportion(
        "Churn rate",
        n_lost,
        n_start,
        "customers at the start who were lost in the period, over customers at the start",
        level=level,
    )


def repeat_purchase_rate(*, n_repeat: int, n_customers: int, level: float = INTERVAL_LEVEL) -> Rate:
    """Customers with two purchase occasions or more, over customers with one or more.

    Examples
    --------
    >>> repeat_purchase_rate(n_repeat=3, n_customers=12).percent
    25.0
    """
    return proportion(
        "Repeat purchase rate",
        n_repeat,
        n_customers,
        "customers with two purchase occasions or more, over all customers with one or more",
        level=level,
    )


def require_counts(**counts: float) -> None:
    """Raise ParameterMistake unless every count is a whole number of 0 or more.

    Examples
    --------
    >>> require_counts(n_start=3.5)
    Traceback (most recent call last):
        ...
    analysis.core.errors.ParameterMistake: `n_start` must be a whole number, 0 or more; got 3.5.
    """
    for name, count in counts.items():
        if isinstance(count, bool) or count != count or count < 0 or count % 1 != 0:
            raise ParameterMistake(f"`{name}` must be a whole number, 0 or more; got {count!r}.")
