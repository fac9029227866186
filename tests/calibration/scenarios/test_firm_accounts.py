"""A firm's totals and firms' rates: movement, steadiness and gaps as they were put in."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.calibration.scenarios import firm_accounts
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in firm_accounts.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("level_is_no_movement", 0.3, 240),
        ("season_in_the_account", 0.3, 240),
        ("larger_is_steadier", 0.8, 240),
        ("tails_make_gaps", 10.0, 30),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("recession_in_the_account", 0.0, 60),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS


def test_customer_years_are_too_sure_of_themselves():
    """Right on average over many years; the interval of all customer-years together is a tenth of that over years."""
    scenario = SCENARIOS["few_years_of_many_customers"]
    assert abs(distances(scenario, 25.0, 40, range(8))["answer"]) < MONTE_CARLO_ERRORS
    value, low, high = firm_accounts.naive_customer_years(scenario.draw(25.0, 8, 1))
    assert low < value < high
    assert high - low < 0.5


def test_customers_who_pass_through_bend_the_shares_only_if_they_are_counted():
    """By formula: 2 k s_W² / (s_W² + s_L²) = 2 x .2 x (1 - .3) / 2 = .14 too low."""
    scenario = SCENARIOS["passing_through"]
    assert abs(distances(scenario, 0.3, 240, range(8))["answer"]) < MONTE_CARLO_ERRORS
    naive = [firm_accounts.naive_with_passing(scenario.draw(0.3, 240, seed))[0] for seed in range(24)]
    error = np.std(naive, ddof=1) / np.sqrt(24)
    assert abs(np.mean(naive) - (0.3 - 0.14)) < MONTE_CARLO_ERRORS * error
    assert abs(np.mean(naive) - 0.3) > MONTE_CARLO_ERRORS * error
