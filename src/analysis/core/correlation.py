"""What a printed correlation and its n say: the interval, the t of the slope behind it, the fewest units that p allows."""

from __future__ import annotations

import math

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL


def correlation_interval(r: float, n: int, level: float = INTERVAL_LEVEL) -> tuple[float, float]:
    """Interval of a correlation by Fisher's z.

    Examples
    --------
    >>> low, high = correlation_interval(0.0, n=103)  # tanh(1.96 / 10)
    >>> round(high, 3), low == -high
    (0.194, True)
    """
    from scipy.stats import norm

    reach = float(norm.ppf(0.5 + level / 2)) / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)


def slope_t(r: float, n: int) -> float:
    """t statistic of a simple regression slope, from its correlation: r sqrt((n - 2) / (1 - r^2)).

    Examples
    --------
    >>> round(slope_t(0.6, 18), 6)  # .6 * 4 / .8
    3.0
    """
    return r * math.sqrt((n - 2) / (1 - r**2))


def smallest_n(r: float, p: float) -> int:
    """Fewest units at which a correlation of size `r` has a two-tailed p below `p`: what "p < .01" gives away of n.

    Raises
    ------
    ParameterMistake
        If `r` or `p` does not lie between 0 and 1.
    """
    from scipy.stats import t

    for name, value in (("r", r), ("p", p)):
        if not 0 < value < 1:
            raise ParameterMistake(f"`{name}` must lie between 0 and 1; got {value!r}.")
    n = 3
    while 2 * t.sf(slope_t(r, n), n - 2) >= p:
        n += 1
    return n
