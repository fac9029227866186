"""Density at the threshold: passes for a smooth crowd, fails for a heap, and its error holds at the stated rate."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind
from analysis.estimators.checks.density_at_threshold import check_density, density_jump
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim

CLAIM = a_claim()


def frame_of(running: np.ndarray) -> Frame:
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
    )
    table = pd.DataFrame({"unit_id": range(len(running)), "running": running, "tier": "gold", "outcome": 1.0})
    table["reached"] = (table["running"] >= 0).astype(int)
    return spec("tier_cutoff").check(table, context)


def test_a_smooth_crowd_passes():
    running = np.random.default_rng(1).normal(-0.2, 0.5, 20_000)
    assert check_density(frame_of(running), CLAIM).passed is True


def test_a_heap_just_above_fails():
    rng = np.random.default_rng(2)
    running = rng.uniform(-0.5, 0.5, 20_000)
    moved = (running < 0) & (running > -0.1) & (rng.random(len(running)) < 0.4)
    running[moved] = -running[moved]
    found = check_density(frame_of(running), CLAIM)
    assert found.passed is False
    assert found.table[0]["times as many"] > 1.5


def test_few_members_judge_nothing():
    running = np.random.default_rng(3).uniform(-0.5, 0.5, 150)
    assert check_density(frame_of(running), CLAIM).passed is None
    running = np.random.default_rng(3).uniform(-0.5, 0.5, 600)
    assert check_density(frame_of(running), CLAIM).passed is None  # no heap, but a fifth cannot be excluded


def test_a_density_that_doubles_is_found_at_ln_two_with_mccrarys_error():
    """Truth: 1/3 of the members evenly below, 2/3 evenly above. Error by hand from the paper's formula."""
    n, h = 30_000, 0.25
    rng = np.random.default_rng(4)
    above = rng.random(n) < 2 / 3
    running = np.where(above, rng.uniform(0, 0.5, n), rng.uniform(-0.5, 0, n))
    found = density_jump(running, bandwidth=h)
    # densities: (1/3) / 0.5 below and (2/3) / 0.5 above
    error = math.sqrt(24 / 5 * (1 / (2 / 3) + 1 / (4 / 3)) / (n * h))
    assert found.error == pytest.approx(error, rel=0.05)
    assert found.value == pytest.approx(math.log(2), abs=4 * error)


@pytest.mark.slow
def test_smooth_crowds_are_called_heaped_no_oftener_than_stated():
    rejected = 0
    for seed in range(400):
        found = density_jump(np.random.default_rng(seed).normal(-0.1, 0.4, 4000))
        rejected += abs(found.value) > 1.96 * found.error
    assert rejected <= 34  # of 400 at 5 %: more have a chance below 1 in 300
