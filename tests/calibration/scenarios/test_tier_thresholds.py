"""Thresholds: the jump that was put in comes out at the threshold, and not from all members."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import tier_thresholds
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in tier_thresholds.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("heavy_buyers_reach", 20.0, 4_000),
        pytest.param("richer_is_higher", 20.0, 6_000, marks=pytest.mark.slow),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("placed_above_threshold", 0.0, 6_000),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS
