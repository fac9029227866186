"""Repeat purchases: a change of pace is told from sorting."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import repeat_pace
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in repeat_pace.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("keen_stay_longer", 2.0, 4_000),
        ("log_that_ends", 0.0, 4_000),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("recession_quarter", 3.0, 4_000),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS
