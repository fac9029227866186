"""What customers say: links, weights, reasons and teams against the scenarios they were drawn from."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import survey_answers
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in survey_answers.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("said_and_done", 0.1, 5_000),
        ("seen_together", 0.2, 5_000),
        ("other_reasons_dropped", 15.0, 5_000),
        ("good_places", 3.0, 4_000),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("silent_leavers", 0.1, 5_000),
        ("one_mood", 0.2, 5_000),
        ("silent_about_rivals", 0.0, 5_000),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS


def test_two_answers_of_one_customer_have_the_mean_of_two_correlations():
    """First answers e, second .8 e, of one distribution: .9 e. The naive number is the same; its interval is what errs."""
    scenario = SCENARIOS["asked_twice"]
    assert abs(distances(scenario, 0.3, 8_000, range(8))["answer"]) < MONTE_CARLO_ERRORS
