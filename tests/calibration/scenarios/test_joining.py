"""Joining in turn: joiners before and after, over those who have not joined yet, show what was put in."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import joining
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in joining.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("heavy_join_first", 6.0, 1_500),
        ("heavy_spenders_join_first", 6.0, 2_000),
        ("active_join_first", 5.0, 1_500),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("join_on_a_high", 0.0, 1_000),
        ("customers_die", 0.0, 1_000),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS
