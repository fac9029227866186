"""Leverage: the gain that the population was made to show comes out where customers may differ, and not where none may."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.calibration.scenarios import retained_value
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in retained_value.SCENARIOS}


def test_truth_is_found_and_the_naive_number_misses_it():
    assert_recovers(SCENARIOS["chances_differ_under_contract"], 7.5, 6_000, range(6))


def test_totals_give_the_annuity_of_one_rate_and_too_much():
    """No answer is printed from totals; the naive number lies above what the differing customers would bring."""
    assert distances(SCENARIOS["totals_hide_differences"], 5.0, 20, range(6))["naive"] > MONTE_CARLO_ERRORS


def test_gain_of_customers_alike_is_that_of_the_annuity():
    """All leave with .1: (1 - .095) / (.095 + .1) over .9 / .2, by hand 3.13 %."""
    found = retained_value._gain(np.array([0.1]), np.ones(1))
    assert found == pytest.approx(100 * (0.905 / 0.195 / 4.5 - 1))
