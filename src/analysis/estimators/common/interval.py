"""A value with its interval, as estimators hand it to `make_estimate`, and the three ways in which they make one."""

from __future__ import annotations

import math
from typing import TypedDict

from analysis.core.vocabulary import INTERVAL_LEVEL


class Interval(TypedDict):
    """Value and interval bounds on one scale."""

    value: float
    low: float
    high: float


def around(value: float, error: float, df: float = math.inf, level: float = INTERVAL_LEVEL) -> Interval:
    """Interval of normal quantiles around a value; of Student's t with `df` degrees where it is finite.

    Examples
    --------
    >>> round(around(0.0, 1.0)["high"], 2), round(around(0.0, 1.0, df=10)["high"], 2)
    (1.96, 2.23)
    """
    from scipy.stats import norm, t

    upper = 0.5 + level / 2
    half = float(norm.ppf(upper) if math.isinf(df) else t.ppf(upper, df)) * error
    return Interval(value=value, low=value - half, high=value + half)


def scaled(interval: Interval, factor: float) -> Interval:
    """The interval times a factor above 0."""
    return Interval(value=factor * interval["value"], low=factor * interval["low"], high=factor * interval["high"])


def exponentiated(interval: Interval) -> Interval:
    """The interval of a logarithm as one of a ratio.

    Examples
    --------
    >>> exponentiated(Interval(value=0.0, low=-math.log(2), high=math.log(2)))["high"]
    2.0
    """
    return Interval(value=math.exp(interval["value"]), low=math.exp(interval["low"]), high=math.exp(interval["high"]))
