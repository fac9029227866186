"""Thresholds: the jump that was put in comes out at the threshold, and not from all members."""

from __future__ import annotations

import pytest

from analysis.simulate.worlds import tier_thresholds
from tests.simulate.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

WORLDS = {world.name: world for world in tier_thresholds.WORLDS}


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("heavy_buyers_reach", 20.0, 4_000),
        ("richer_is_higher", 20.0, 6_000),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect, n):
    assert_recovers(WORLDS[name], effect, n)


@pytest.mark.parametrize(
    ("name", "effect", "n"),
    [
        ("placed_above_threshold", 0.0, 6_000),
    ],
)
def test_broken_world_leads_the_answer_astray(name, effect, n):
    """By more than chance: a world that breaks an assumption without consequence would teach nothing."""
    assert abs(distances(WORLDS[name], effect, n, range(8))["answer"]) > MONTE_CARLO_ERRORS
