"""Failures made good, and returns that nobody asked for."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import service_recovery
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in service_recovery.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("small_ones_mended", 0.5, 8_000),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(SCENARIOS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("severity_unseen", 0.0, 8_000),
        ("tickets_missing", 0.0, 8_000),
    ],
)
def test_broken_scenario_leads_the_answer_astray(name, effect, n):
    """By more than chance: a scenario that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(SCENARIOS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS


def test_a_letter_is_credited_with_all_who_return():
    """Three in a hundred return unasked; no answer is printed, since nobody was left without a letter."""
    assert distances(SCENARIOS["some_return_unasked"], 0.5, 8_000, range(8))["naive"] > MONTE_CARLO_ERRORS
