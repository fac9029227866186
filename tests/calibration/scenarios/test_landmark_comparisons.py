"""Scenarios of comparisons at one moment: the answer finds the truth, the naive number misses it where a trap is built in."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import scenario_named
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances


@pytest.mark.parametrize(("name", "effect"), [("landmarks", 5.0), ("enough_points", 30.0)])
def test_the_answer_finds_the_truth_where_the_naive_number_misses_it(name: str, effect: float) -> None:
    scenario = scenario_named(name)
    assert_recovers(scenario, effect, 2 * scenario.n, range(12))


def test_a_contract_is_judged_by_those_who_signed_it() -> None:
    """Long terms are signed by those who stay anyway; within a term that is no matter."""
    scenario = scenario_named("term_runs_out")
    assert abs(distances(scenario, 0.6, scenario.n, range(6))["answer"]) < MONTE_CARLO_ERRORS


@pytest.mark.slow
@pytest.mark.parametrize(("name", "sign"), [("planned_shopping", 1), ("departures_saved_up", -1)])
def test_what_no_table_holds_is_not_seen(name: str, sign: int) -> None:
    scenario = scenario_named(name)
    null = 0.0 if scenario.quantity == "purchase_change_after" else 1.0
    assert sign * distances(scenario, null, 2 * scenario.n, range(6))["answer"] > MONTE_CARLO_ERRORS
