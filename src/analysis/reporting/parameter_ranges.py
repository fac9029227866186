"""Ranges of the notebooks' numeric parameters: one out of its range is refused before anything runs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.core.errors import ParameterMistake


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both included unless `open_low` or `open_high`.

    Examples
    --------
    >>> print(Range(0, 1, open_low=True)); print(Range(1))
    above 0 and at most 1
    1 or more
    """

    low: float
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, number: float) -> bool:
        above = number > self.low if self.open_low else number >= self.low
        return above and (number < self.high if self.open_high else number <= self.high) and math.isfinite(number)

    def __str__(self) -> str:
        low = f"above {self.low:g}" if self.open_low else f"{self.low:g} or more"
        if math.isinf(self.high):
            return low
        low = low if self.open_low else f"at least {self.low:g}"
        return f"{low} and {'below' if self.open_high else 'at most'} {self.high:g}"


POSITIVE = Range(0, open_low=True)
COUNT = Range(1)
SHARE = Range(0, 1, open_low=True)
INNER_SHARE = Range(0, 1, open_low=True, open_high=True)

RANGES: dict[str, Range] = {
    "seed": Range(0),
    "smallest_group": COUNT,
    "horizon_months": COUNT,
    "curve_months": COUNT,
    "cut_months": COUNT,
    "holdout_months": COUNT,
    "value_years": POSITIVE,
    "00/margin": SHARE,
    "01/margin": SHARE,
    "margin": POSITIVE,
    "discount_rate": SHARE,
    "target_hours": POSITIVE,
    "csat_highest": Range(2),
    "acquisition_spend": POSITIVE,
    "acquisition_share": INNER_SHARE,
    "acquisition_ceiling": SHARE,
    "retention_spend": POSITIVE,
    "retention_share": INNER_SHARE,
    "retention_ceiling": SHARE,
    "lowest_margin": POSITIVE,
    "highest_margin": POSITIVE,
    "low_discount_rate": SHARE,
    "high_discount_rate": SHARE,
    "fewer_draws": Range(2),
    "retention_rate": INNER_SHARE,
    "horizon_years": COUNT,
    "retention_range": INNER_SHARE,
    "margin_range": POSITIVE,
    "discount_range": SHARE,
    "horizon_range": COUNT,
    "retention_rates": INNER_SHARE,
    "horizon_days": COUNT,
    "shorter_horizon": COUNT,
    "longer_horizon": COUNT,
    "reliability": SHARE,
    "poor_reliability": SHARE,
    "n_firms": Range(28),
    "most_firms": Range(29),
    "n_runs": Range(2),
    "ahead_days": COUNT,
}
"""Name of a parameter, with the number of the notebook before it where the name means something else there, to its range."""


def range_of(notebook: str, name: str) -> Range | None:
    """The range of a parameter of the notebook with this stem; None if it has none."""
    return RANGES.get(f"{notebook[:2]}/{name}") or RANGES.get(name)


def require_in_range(notebook: str, name: str, value: object) -> None:
    """Raise ParameterMistake if a number, or a number in a list, lies outside the parameter's range.

    Examples
    --------
    >>> require_in_range("04_loyal_customers", "horizon_days", -5)
    Traceback (most recent call last):
        ...
    analysis.core.errors.ParameterMistake: `horizon_days` of 04_loyal_customers.ipynb must be 1 or more; got -5.
    """
    allowed = range_of(notebook, name)
    if isinstance(value, list) and not value:
        raise ParameterMistake(f"`{name}` of {notebook}.ipynb must hold at least one value; got [].")
    values = value if isinstance(value, list) else [value]
    for number in values:
        if allowed is None or isinstance(number, bool) or not isinstance(number, int | float):
            continue
        if number not in allowed:
            raise ParameterMistake(f"`{name}` of {notebook}.ipynb must be {allowed}; got {number!r}.")
