"""Brands on a shelf: the gaps put in come out, and one coefficient for all misses the elasticities'."""

from __future__ import annotations

from analysis.simulate.worlds import brand_choice
from tests.simulate.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

WORLDS = {world.name: world for world in brand_choice.WORLDS}


def test_elasticities_are_found_and_arithmetic_misses_them():
    assert_recovers(WORLDS["brand_choice"], 0.0, 400)


def test_coefficients_are_found():
    assert abs(distances(WORLDS["brand_choice_coefficients"], 1.0, 400, range(8))["answer"]) < MONTE_CARLO_ERRORS


def test_loyal_households_need_a_steeper_coefficient_for_the_same_elasticity():
    assert brand_choice._difference_for(0.0) < -0.3
