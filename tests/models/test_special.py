"""The series and the integral that stand in where scipy's hypergeometric function gives up."""

import numpy as np
import pytest
from scipy.special import hyp2f1

from analysis.models._special import expected_before_leaving, hyp2f1_of_one


def test_scipy_gives_up_on_ordinary_arguments():
    """The reason for the module. When this fails, scipy has been mended and the series may go."""
    assert np.isnan(hyp2f1(1, 300, 390, 1 / 1.1))


@pytest.mark.parametrize("discount", [0.0027, 0.1, 1.0])
@pytest.mark.parametrize(("b", "c"), [(300, 390), (30, 300), (3e4, 3e5), (2.5, 3.5)])
def test_hypergeometric_is_the_integral_it_stands_for(b, c, discount):
    """Euler: 2F1(1, b; c; z) is the mean of 1 / (1 - z p) over p ~ beta(b, c - b)."""
    from scipy.stats import beta

    z = 1 / (1 + discount)
    density = beta(b, c - b)
    p = np.linspace(density.ppf(1e-12), density.ppf(1 - 1e-12), 200_001)
    by_integral = np.trapezoid(density.pdf(p) / (1 - z * p), p)
    assert hyp2f1_of_one(b, c, z)[0] == pytest.approx(by_integral, rel=1e-4)


def test_only_what_scipy_lost_is_replaced():
    found = hyp2f1_of_one([2.0, 300.0], [3.0, 390.0], 0.5)
    assert found[0] == hyp2f1(1, 2, 3, 0.5)
    # 1 + (b/c) z + ..., between the geometric sums with ratios b/c and (b + 9)/(c + 9)
    assert 1 / (1 - 0.5 * 300 / 390) < found[1] < 1 / (1 - 0.5 * 309 / 399)


@pytest.mark.parametrize("t", [0.0, 1.0, 100.0])
def test_expected_purchases_of_customers_who_all_leave_at_once(t):
    """p = 1 for everybody: one purchase at most, by t with chance 1 - (rate / (rate + t))^shape."""
    one = np.ones(1)
    found = expected_before_leaving(t * one, 2 * one, 5 * one, 1e7, 1e-1 * one)[0]
    assert found == pytest.approx(1 - (5 / (5 + t)) ** 2, abs=1e-6)
