"""Intervals against closed forms, statsmodels' Newcombe interval, exact coverage by enumeration, and a bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.core.errors import ParameterMistake
from analysis.measures.intervals import difference_of_shares, mean_of_shares, ratio_of_sums, wilson

Z = 1.959963984540054


def _wilson_by_hand(x, n):
    p, z2 = x / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z / (1 + z2 / n) * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return middle - reach, middle + reach


@pytest.mark.parametrize(("x", "n"), [(143, 150), (946, 2357), (1, 2), (7, 150)])
def test_wilson_is_the_closed_form(x, n):
    assert wilson(x, n) == pytest.approx(_wilson_by_hand(x, n), abs=1e-12)


@given(n=st.integers(1, 500), share=st.floats(0, 1))
def test_wilson_holds_the_share_and_stays_a_share(n, share):
    x = round(share * n)
    low, high = wilson(x, n)
    assert 0 <= low <= x / n <= high <= 1
    assert low < high


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (5, 56, 0, 29)])
def test_mean_of_two_shares_agrees_with_newcombes_difference(counts):
    """(p1 + 1 - p2) / 2 is (1 + difference) / 2, and Wilson's interval mirrors: method 10 gives ours."""
    x1, n1, x2, n2 = counts
    low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
    mean, ours_low, ours_high = mean_of_shares([x1, n2 - x2], [n1, n2])
    assert mean == pytest.approx((1 + x1 / n1 - x2 / n2) / 2)
    assert (ours_low, ours_high) == pytest.approx(((1 + low) / 2, (1 + high) / 2), abs=1e-9)


def test_difference_of_shares_by_hand():
    """5 promoters, 2 detractors of 10: 5.75 and 2.75 of 13; 3/13 -+ 1.96 sqrt((8.5/13 - (3/13)^2) / 13)."""
    assert difference_of_shares(5, 2, 10) == pytest.approx((-0.190508, 0.652046), abs=1e-5)


@pytest.mark.parametrize("shares", [(0.5, 0.2), (0.3, 0.3), (0.7, 0.1), (0.2, 0.6)])
def test_difference_of_shares_covers_at_its_level(shares):
    """Exact: every outcome of 30 answers, weighted by its probability. No simulation."""
    n, (p, q) = 30, shares
    covered = 0.0
    for a in range(n + 1):
        for b in range(n + 1 - a):
            low, high = difference_of_shares(a, b, n)
            if low <= p - q <= high:
                covered += multinomial.pmf([a, b, n - a - b], n, [p, q, 1 - p - q])
    assert 0.935 <= covered <= 0.975


def test_difference_of_shares_is_wider_than_for_two_independent_samples():
    """Shares of the same answers pull against each other: treating them as two samples would promise too much."""
    low, high = difference_of_shares(50, 30, 100)
    independent = confint_proportions_2indep(50, 100, 30, 100, method="wald", compare="diff")
    assert high - low > 1.2 * (independent[1] - independent[0])


@given(n=st.integers(1, 60), data=st.data())
def test_difference_of_shares_holds_the_difference_within_its_range(n, data):
    a = data.draw(st.integers(0, n))
    b = data.draw(st.integers(0, n - a))
    low, high = difference_of_shares(a, b, n)
    assert -1 <= low <= (a - b) / n <= high <= 1


def test_ratio_of_sums_with_equal_denominators_is_the_mean_and_its_standard_error():
    y = np.array([3.0, 5.0, 8.0, 0.0])
    ratio, low, high = ratio_of_sums(y, np.ones(4))
    reach = Z * y.std(ddof=1) / 2
    assert (ratio, low, high) == pytest.approx((4.0, 4 - reach, 4 + reach))


def test_ratio_of_sums_agrees_with_a_bootstrap_over_customers():
    rng = np.random.default_rng(3)
    x = rng.gamma(2, 30, size=2000)
    y = x * rng.uniform(0, 0.4, size=2000) + rng.gamma(1, 2, size=2000)
    _, low, high = ratio_of_sums(y, x)
    picks = rng.integers(2000, size=(2000, 2000))
    drawn = y[picks].sum(axis=1) / x[picks].sum(axis=1)
    assert (low, high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), rel=0.01)


def test_ratio_of_sums_takes_weights_as_repeated_rows():
    y, x, w = np.array([1, 0, 4]), np.array([6, 6, 5]), np.array([3, 5, 2])
    assert ratio_of_sums(y, x, w) == pytest.approx(ratio_of_sums(np.repeat(y, w), np.repeat(x, w)))


def test_customers_with_several_periods_give_a_wider_interval_than_their_rows_would():
    """Ten customers active in all of six years or in none: sixty rows, but ten draws."""
    used, chances = np.array([6, 0] * 5), np.full(10, 6)
    _, low, high = ratio_of_sums(used, chances)
    rows = wilson(30, 60)
    assert high - low > 2 * (rows[1] - rows[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson(1, 2, level=95), "`level` must lie between 0 and 1; got 95"),
        (lambda: ratio_of_sums([1], [2]), "two customers or more"),
        (lambda: ratio_of_sums([1, 2], [0, 0]), "sum to more than 0"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ParameterMistake, match=message):
        call()
