"""False thresholds: pass where only the real one moves anybody, fail where the same is found without one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.checks.placebo_threshold import check_placebo_cutoffs, check_placebo_runs
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

PACE = a_quantity(name="pace_per_step", scale=Scale.PERCENT, unit="% a step", size=None)
JUMP = a_quantity(name="spend_jump_at_threshold", scale=Scale.PERCENT, unit="%", smallest=2.0, size=None)
CLAIM = a_claim(PACE, JUMP)
CONTEXT = Context(
    source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
)


def runs(seed: int, gain: float, placebo_gain: float | None, n: int = 300) -> Frame:
    """Members with one real run of nine waits and, if asked for, one without a tier in reach; paces of their own."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(n):
        mean = rng.gamma(3.0, 5.0)
        for placebo, by in ((0, gain), (1, placebo_gain)):
            if by is None:
                continue
            for wait in range(9):
                gap = rng.gamma(4.0, mean / 4 * math.exp(-by * (wait + 1)))
                rows.append((unit, placebo, wait, (wait + 1) / 10, gap, 1, placebo))
    columns = ["unit_id", "cycle", "wait", "progress", "gap_days", "reached", "placebo"]
    return spec("tier_approach").check(pd.DataFrame(rows, columns=columns), CONTEXT)


def test_runs_pass_where_nobody_hurries_to_a_threshold_that_does_not_exist():
    found = check_placebo_runs(runs(1, gain=math.log(1.1), placebo_gain=0.0), CLAIM)
    assert found.passed is True
    assert [row["threshold"] for row in found.table] == ["real", "placebo"]
    assert found.table[1]["members"] == 300


def test_runs_fail_where_the_pace_quickens_without_a_threshold():
    found = check_placebo_runs(runs(2, gain=math.log(1.1), placebo_gain=math.log(1.1)), CLAIM)
    assert found.passed is False


def test_without_placebo_runs_nothing_is_judged():
    assert check_placebo_runs(runs(3, gain=0.1, placebo_gain=None), CLAIM).passed is None


def members(seed: int, jumps: dict[float, float], n: int = 12_000) -> Frame:
    """Later spend of 10 + 5 x, multiplied at each place of `jumps` by 1 + its size for all who lie above it."""
    rng = np.random.default_rng(seed)
    running = rng.uniform(-0.6, 0.6, n)
    mean = 10 + 5 * running
    for place, size in jumps.items():
        mean = mean * np.where(running >= place, 1 + size, 1.0)
    table = pd.DataFrame(
        {
            "unit_id": range(n),
            "running": running,
            "reached": (running >= 0).astype(int),
            "outcome": mean * rng.normal(1, 0.1, n),
            "tier": "gold",
        }
    )
    return spec("tier_cutoff").check(table, CONTEXT)


def test_cutoffs_pass_where_spend_jumps_at_the_real_threshold_only():
    found = check_placebo_cutoffs(members(1, {0.0: 0.3}), CLAIM)
    assert found.passed is True
    assert [row["place"] for row in found.table] == [-0.2, 0.2]


def test_cutoffs_fail_where_spend_jumps_everywhere():
    found = check_placebo_cutoffs(members(2, {-0.2: 0.3, 0.0: 0.3, 0.2: 0.3}), CLAIM)
    assert found.passed is False
    for row in found.table:
        assert row["jump, %"] == pytest.approx(30.0, abs=4 * (row["high"] - row["low"]) / 4.48)


def test_cutoffs_with_nobody_round_them_judge_nothing():
    found = check_placebo_cutoffs(members(3, {0.0: 0.3}), CLAIM, places=(-5.0, 5.0))
    assert found.passed is None


def test_the_real_threshold_is_no_placebo():
    with pytest.raises(ParameterMistake, match="other than 0"):
        check_placebo_cutoffs(members(4, {}, n=500), CLAIM, places=(0.0,))


def test_a_quantity_that_is_no_jump_has_no_placebo_cutoffs():
    heap = a_quantity(name="heap", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.05, size=None)
    found = check_placebo_cutoffs(members(5, {}, n=500), a_claim(heap), quantity="heap")
    assert found.passed is None
