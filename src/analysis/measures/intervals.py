"""Intervals of shares, of means and differences of shares, and of a ratio of two sums over customers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL

Bounds = tuple[float, float]

PSEUDO_ANSWERS = 0.75
"""Added to promoters and to detractors by Rocks's adjusted Wald interval; 3 are added to the number of answers."""


def wilson(numerator: float, denominator: float, level: float = INTERVAL_LEVEL) -> Bounds:
    """Wilson's score interval of a binomial share (statsmodels): sound for few customers and for shares near 0 and 1.

    Examples
    --------
    >>> low, high = wilson(0, 10)
    >>> low, round(high, 4)  # the upper bound is z^2 / (n + z^2), z = 1.96
    (0.0, 0.2775)
    """
    from statsmodels.stats.proportion import proportion_confint

    require_level(level)
    low, high = proportion_confint(numerator, denominator, alpha=1 - level, method="wilson")
    share = numerator / denominator
    return min(max(float(low), 0.0), share), max(min(float(high), 1.0), share)


def mean_of_shares(
    numerators: Sequence[float], denominators: Sequence[float], level: float = INTERVAL_LEVEL
) -> tuple[float, float, float]:
    """Unweighted mean of independent shares, with the interval that squares and adds the Wilson intervals' arms.

    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 there for a difference; for a mean of k shares the
    arms are added in the same way and divided by k. It never leaves [0, 1] and works where a share is 0 or 1.

    Examples
    --------
    >>> mean_of_shares([5], [10])[1:] == wilson(5, 10)
    True
    """
    shares = np.asarray(numerators, dtype=float) / np.asarray(denominators, dtype=float)
    bounds = np.array([wilson(x, n, level) for x, n in zip(numerators, denominators, strict=True)])
    mean = float(shares.mean())
    below, above = (np.sqrt(((shares - bounds[:, side]) ** 2).sum()) / len(shares) for side in (0, 1))
    return mean, max(mean - float(below), 0.0), min(mean + float(above), 1.0)


def difference_of_shares(n_first: float, n_second: float, n: float, level: float = INTERVAL_LEVEL) -> Bounds:
    """Interval of the difference of two shares of the *same* answers, which exclude each other.

    Adjusted Wald interval of Rocks (2016), The American Statistician (arXiv:1601.07235): three quarters
    of an answer are added on either side and three in all, then the multinomial variance of a difference,
    (p + q - (p - q)^2) / n, gives the reach. The two shares are not independent: an interval for two samples is wrong.

    Examples
    --------
    >>> low, high = difference_of_shares(5, 5, 20)
    >>> low == -high
    True
    """
    require_level(level)
    size = n + 4 * PSEUDO_ANSWERS
    first, second = (n_first + PSEUDO_ANSWERS) / size, (n_second + PSEUDO_ANSWERS) / size
    middle = first - second
    reach = float(norm.ppf(0.5 + level / 2)) * np.sqrt((first + second - middle**2) / size)
    value = (n_first - n_second) / n
    return min(max(float(middle - reach), -1.0), value), max(min(float(middle + reach), 1.0), value)


def ratio_of_sums(
    numerators: ArrayLike, denominators: ArrayLike, weights: ArrayLike | None = None, level: float = INTERVAL_LEVEL
) -> tuple[float, float, float]:
    """Ratio of two sums over customers, its interval from the residuals y - R x (linearised; customers independent).

    The standard ratio estimator of survey sampling (Cochran 1977, Sampling Techniques, chapter 6), with the sample's own
    mean of x. The right interval where a customer brings several periods or an amount of money: rows of one customer
    are not independent, so a binomial interval over rows would be too narrow.

    Parameters
    ----------
    numerators, denominators : array-like
        One entry a customer (or a group of alike customers).
    weights : array-like
        Customers that an entry stands for; None is one each.

    Raises
    ------
    ParameterMistake
        If the denominators do not sum to more than 0, or there are fewer than two customers.

    Examples
    --------
    >>> ratio_of_sums([1, 2, 3], [2, 4, 6])  # every customer has the same ratio: nothing is in doubt
    (0.5, 0.5, 0.5)
    """
    require_level(level)
    y, x = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=float)
    n, total = w.sum(), float((w * x).sum())
    if n < 2 or total <= 0:
        raise ParameterMistake(
            f"`denominators` must be of two customers or more and sum to more than 0; got {n:g} customers and the sum "
            f"{total:g}. Choose a period in which they bought."
        )
    ratio = float((w * y).sum()) / total
    spread = float((w * (y - ratio * x) ** 2).sum()) * n / (n - 1)
    reach = float(norm.ppf(0.5 + level / 2)) * np.sqrt(spread) / total
    return ratio, float(ratio - reach), float(ratio + reach)


def require_level(level: float) -> None:
    """Raise ParameterMistake unless `level` lies between 0 and 1."""
    if not 0 < level < 1:
        raise ParameterMistake(f"`level` must lie between 0 and 1; got {level!r}. Write 95 % as 0.95.")
