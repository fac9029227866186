"""Leave-a-block-out intervals: the textbook case by hand, and coverage on series with a season and a memory."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from analysis.estimators.common.blocks import block_jackknife, block_length


@pytest.mark.parametrize(
    ("n", "per_year", "expected"),
    [
        (7, 4, None),
        (8, 4, 2),
        (15, 4, 2),
        (16, 4, 4),
        (23, 12, None),
        (24, 12, 6),
        (48, 12, 12),
        (1, 1, None),
        (2, 1, 1),
    ],
)
def test_block_is_half_a_year_from_two_years_and_a_year_from_four(n, per_year, expected):
    assert block_length(n, per_year) == expected


def test_single_periods_give_the_usual_interval_of_a_mean():
    x = np.array([3.0, 8.0, 1.0, 6.0, 9.0, 4.0])
    half = t.ppf(0.975, 5) * x.std(ddof=1) / math.sqrt(6)
    assert block_jackknife(lambda kept: x[kept].mean(), 6, 1) == pytest.approx((x.mean() - half, x.mean() + half))


def test_blocks_of_equal_length_give_the_interval_of_a_mean_of_block_means():
    """Leaving out a whole block moves the mean as that block's mean says: six periods, three blocks."""
    x = np.array([3.0, 8.0, 1.0, 6.0, 9.0, 4.0])
    means = x.reshape(3, 2).mean(axis=1)
    half = t.ppf(0.95, 2) * means.std(ddof=1) / math.sqrt(3)
    found = block_jackknife(lambda kept: x[kept].mean(), 6, 2, level=0.9)
    assert found == pytest.approx((x.mean() - half, x.mean() + half))


def test_left_over_periods_belong_to_the_last_block():
    seen = []

    def statistic(kept):
        seen.append(kept.tolist())
        return float(len(kept))

    block_jackknife(statistic, 5, 2)
    assert seen[:2] == [[2, 3, 4], [0, 1]]


@pytest.mark.slow
@pytest.mark.parametrize(("n", "block", "memory"), [(24, 6, 0.5), (44, 4, 0.5), (60, 12, 0.0)])
def test_intervals_of_a_log_ratio_of_swings_cover_at_their_level(n, block, memory):
    """Two series with a common season and memory; the truth is the ratio of their standard deviations, 1.3."""
    rng = np.random.default_rng(n)
    season = np.sin(2 * np.pi * np.arange(n) / 12)

    def series():
        shocks = rng.normal(size=n + 50) * math.sqrt(1 - memory**2)
        x = np.zeros(n + 50)
        for i in range(1, n + 50):
            x[i] = memory * x[i - 1] + shocks[i]
        return x[50:]

    runs, covered = 300, 0
    for _ in range(runs):
        one, other = series(), series()
        a, b = 0.5 * one + math.sqrt(0.75) * other + season, 1.3 * (one + season)
        low, high = block_jackknife(lambda kept: math.log(b[kept].std(ddof=1) / a[kept].std(ddof=1)), n, block)  # noqa: B023
        covered += low <= math.log(1.3) <= high
    # Four binomial errors, and two points for a jackknife with few blocks.
    assert covered / runs > 0.95 - 0.02 - 4 * math.sqrt(0.95 * 0.05 / runs)
