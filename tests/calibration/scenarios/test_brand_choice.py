"""Brands on a shelf: the gaps put in come out, and one coefficient for all misses the elasticities'."""

from __future__ import annotations

from analysis.calibration.scenarios import brand_choice
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in brand_choice.SCENARIOS}


def test_elasticities_are_found_and_arithmetic_misses_them():
    assert_recovers(SCENARIOS["brand_choice"], 0.0, 400)


def test_coefficients_are_found():
    assert abs(distances(SCENARIOS["brand_choice_coefficients"], 1.0, 400, range(8))["answer"]) < MONTE_CARLO_ERRORS


def test_loyal_households_need_a_steeper_coefficient_for_the_same_elasticity():
    assert brand_choice._difference_for(0.0) < -0.3
