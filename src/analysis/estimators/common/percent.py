"""Logarithms of ratios as changes in per cent."""

from __future__ import annotations

import math

from analysis.estimators.common.interval import Interval


def in_percent(logarithm: Interval) -> Interval:
    """The interval of ln(after / before) as a change in per cent.

    Examples
    --------
    >>> {name: round(x) for name, x in in_percent(Interval(value=math.log(1.5), low=0.0, high=math.log(2))).items()}
    {'value': 50, 'low': 0, 'high': 100}
    """
    return Interval(
        value=100 * math.expm1(logarithm["value"]),
        low=100 * math.expm1(logarithm["low"]),
        high=100 * math.expm1(logarithm["high"]),
    )
