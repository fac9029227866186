"""Renewals: the effect put in comes out at equal risk, and not without."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import price_renewals
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in price_renewals.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("risk_priced_by_year", 0.95, 8_000),
        ("risk_priced_long_standing", 0.8, 8_000),
        ("market_follows_risk", 3.0, 8_000),
        ("market_follows_risk_odds", 1.3, 8_000),
        ("own_price_follows_risk", 3.0, 8_000),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("risk_unseen", 1.0, 8_000),
        ("price_survivors", 1.0, 8_000),
        ("market_misread", 5.0, 8_000),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS
