"""Intervals for numbers made from one series of periods: leave out a block of neighbours at a time.

The delete-a-block jackknife with Student's t (Künsch 1989, Annals of Statistics 17(3), 1217-1241). With the 24 to 60
periods that firms have, percentile intervals of the moving-block bootstrap were found too narrow (a nominal 95 % held
the truth in 80 to 90 of a hundred simulated series, the jackknife's in about 95); a slow test keeps watch on that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.core.vocabulary import INTERVAL_LEVEL

FEWEST_YEARS = 2
"""Below two years a season and a swing look alike, and no interval is given."""

FEWEST_BLOCKS_OF_A_YEAR = 4


def block_length(n_periods: int, periods_per_year: int) -> int | None:
    """Periods in a block: a year where there are four years or more, else half a year; None below two years.

    Examples
    --------
    >>> block_length(44, 4), block_length(24, 12), block_length(11, 12)
    (4, 6, None)
    """
    if n_periods < FEWEST_YEARS * periods_per_year:
        return None
    if n_periods >= FEWEST_BLOCKS_OF_A_YEAR * periods_per_year:
        return periods_per_year
    return max(1, periods_per_year // 2)


def block_jackknife(
    statistic: Callable[[NDArray[np.int64]], float], n_periods: int, block: int, level: float = INTERVAL_LEVEL
) -> tuple[float, float]:
    """Bounds of `statistic` around its value on all periods.

    Parameters
    ----------
    statistic : callable
        Takes the positions of the periods kept, in order, and returns a number.
    n_periods : int
        Periods in order of time.
    block : int
        Periods left out together; those that are left over at the end belong to the last block.
    level : float

    Returns
    -------
    tuple of float
        Value - t se and value + t se, se² = (G - 1) / G times the sum of squared distances of the G leave-out values
        from their mean, t with G - 1 degrees of freedom.

    Examples
    --------
    For the mean and blocks of one, the usual standard error: of 1 to 5, sqrt(2.5 / 5), t(4) = 2.776.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> [round(float(bound), 3) for bound in block_jackknife(lambda retained: x[retained].mean(), 5, 1)]
    [1.037, 4.963]
    """
    from scipy.stats import t

    every = np.arange(n_periods)
    n_blocks = n_periods // block
    number = np.minimum(every // block, n_blocks - 1)
    values = np.array([statistic(every[number != left_out]) for left_out in range(n_blocks)])
    error = float(np.sqrt((n_blocks - 1) / n_blocks * ((values - values.mean()) ** 2).sum()))
    reach = float(t.ppf(0.5 + level / 2, n_blocks - 1)) * error
    value = float(statistic(every))
    return value - reach, value + reach
