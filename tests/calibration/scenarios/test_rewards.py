"""Rewards: what a redemption or a threshold in sight does is told from who redeems and who comes near."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import rewards
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in rewards.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("run_up_before_redemption", 10.0, 600),
        ("fast_come_near", 3.0, 1_500),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("bursts_unseen", 0.0, 400),
        pytest.param("redemption_before_season", 0.0, 400, marks=pytest.mark.slow),
        pytest.param("recession_on_the_way", 0.0, 1_500, marks=pytest.mark.slow),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS
