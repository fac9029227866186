"""Is cutting bad talk worth more than raising good talk? What two published correlations and slopes can and cannot say.

A slope depends on the unit of its predictor. Two slopes on the same outcome, b = r sd(y) / sd(x), compare one *point*
of each predictor; per *standard deviation* only the correlations compare; and per *customer moved* the unit of a score
counts, because turning a detractor into a promoter moves a net score by two. The three ratios differ, and none is
known better than the number of firms behind it allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from analysis.core.correlation import slope_t
from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.models.fit import require_positive, require_share

POINTS_PER_CUSTOMER_OF_A_NET_SCORE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ValenceComparison:
    """Negative against positive talk, from published slopes and correlations with growth.

    Attributes
    ----------
    ratio_per_point : float
        |slope of negative talk| / slope of the positive score.
    excess_percent : float
        The same as "so many % more": 100 * (ratio - 1).
    ratio_per_customer : float
        Per customer moved all the way, where the positive score is a net score.
    ratio_per_sd : float
        |r negative| / r positive.
    sd_ratio : float
        sd of the positive score / sd of negative talk, implied by the two ratios.
    per_point_low, per_point_high : float
        Interval of `ratio_per_point` at `n` firms, by Fieller; infinite both ways where the positive slope may be nil.
    fisher_gap, fisher_gap_low, fisher_gap_high : float
        Difference of the correlations' Fisher z, negative less positive, and its interval at `n`.
    n : int
        Number of firms the intervals assume.
    level : float
        Level of both intervals.
    """

    ratio_per_point: float
    excess_percent: float
    ratio_per_customer: float
    ratio_per_sd: float
    sd_ratio: float
    per_point_low: float
    per_point_high: float
    fisher_gap: float
    fisher_gap_low: float
    fisher_gap_high: float
    n: int
    level: float

    @property
    def per_sd_interval(self) -> tuple[float, float]:
        """Interval of `ratio_per_sd`: that of `ratio_per_point` with the standard deviations taken as known."""
        return self.per_point_low / self.sd_ratio, self.per_point_high / self.sd_ratio

    @property
    def per_customer_interval(self) -> tuple[float, float]:
        """Interval of `ratio_per_customer`."""
        return (
            self.per_point_low / POINTS_PER_CUSTOMER_OF_A_NET_SCORE,
            self.per_point_high / POINTS_PER_CUSTOMER_OF_A_NET_SCORE,
        )

    @property
    def distinguishable(self) -> bool:
        """True if the interval of the Fisher gap excludes 0: one kind of talk goes with growth more closely."""
        return not self.fisher_gap_low <= 0 <= self.fisher_gap_high


def compare_valence(
    *,
    negative_slope: float,
    positive_slope: float,
    negative_r: float,
    positive_r: float,
    n: int,
    level: float = INTERVAL_LEVEL,
) -> ValenceComparison:
    """Compare the two kinds of talk under every unit, with the intervals that `n` firms allow.

    Parameters
    ----------
    negative_slope, positive_slope : float
        Points of growth per point of negative talk cut, and per point of the positive score gained; both positive.
    negative_r, positive_r : float
        Sizes of the correlations with growth, in (0, 1).
    n : int
        Number of firms, 4 or more. Where the study does not say, it is an assumption of the reader's.
    level : float
        Level of the intervals.

    Notes
    -----
    Both intervals treat the two estimates as independent. They come from the same firms, and their dependence was not
    published; the signs of both correlations with growth make a positive one likely, which would narrow the gap's
    interval somewhat.
    """
    require_positive(negative_slope=negative_slope, positive_slope=positive_slope)
    require_share(negative_r=negative_r, positive_r=positive_r)
    if n < 4:
        raise ParameterMistake(f"`n` must be 4 or more, or Fisher's z has no standard error; got {n!r}.")
    per_point, per_sd = negative_slope / positive_slope, negative_r / positive_r
    gap = float(np.arctanh(negative_r) - np.arctanh(positive_r))
    reach = float(norm.ppf(0.5 + level / 2) * np.sqrt(2 / (n - 3)))
    low, high = _fieller(per_point, slope_t(negative_r, n), slope_t(positive_r, n), n, level)
    return ValenceComparison(
        ratio_per_point=per_point,
        excess_percent=100 * (per_point - 1),
        ratio_per_customer=per_point / POINTS_PER_CUSTOMER_OF_A_NET_SCORE,
        ratio_per_sd=per_sd,
        sd_ratio=per_point / per_sd,
        per_point_low=low,
        per_point_high=high,
        fisher_gap=gap,
        fisher_gap_low=gap - reach,
        fisher_gap_high=gap + reach,
        n=n,
        level=level,
    )


def _fieller(ratio: float, t_above: float, t_below: float, n: int, level: float) -> tuple[float, float]:
    """Interval of a ratio of two independent estimates from their t statistics; the whole line if below may be 0."""
    critical = float(t.ppf(0.5 + level / 2, n - 2))
    doubt = critical**2 / t_below**2
    if doubt >= 1:
        return -np.inf, np.inf
    half = critical * float(np.sqrt(1 / t_above**2 + (1 - critical**2 / t_above**2) / t_below**2))
    return ratio * (1 - half) / (1 - doubt), ratio * (1 + half) / (1 - doubt)
