"""Growth between units: the split put in comes out, levels miss it, and chance in small units pulls it to nothing."""

from __future__ import annotations

from analysis.calibration.scenarios import growth_between
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in growth_between.SCENARIOS}


def test_truth_is_found_and_levels_miss_it():
    assert_recovers(SCENARIOS["growth_between"], 0.5, 1_000)


def test_chance_in_small_units_pulls_the_answer_towards_nothing():
    assert distances(SCENARIOS["growth_between_few"], 0.8, 1_000, range(8))["answer"] < -MONTE_CARLO_ERRORS
