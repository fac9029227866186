"""Growth between units: the split put in comes out, levels miss it, and chance in small units pulls it to nothing."""

from __future__ import annotations

from analysis.simulate.worlds import growth_between
from tests.simulate.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

WORLDS = {world.name: world for world in growth_between.WORLDS}


def test_truth_is_found_and_levels_miss_it():
    assert_recovers(WORLDS["growth_between"], 0.5, 1_000)


def test_chance_in_small_units_pulls_the_answer_towards_nothing():
    assert distances(WORLDS["growth_between_few"], 0.8, 1_000, range(8))["answer"] < -MONTE_CARLO_ERRORS
