"""Jumps at a tier's threshold: against rdrobust's own output, lines with known limits, and scenarios with a stated truth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.quasi_experimental.local_regression import jump_at
from analysis.estimators.quasi_experimental.regression_discontinuity import (
    estimate_discontinuity,
    estimate_discontinuity_difference,
)
from analysis.frames import Context, Frame, spec
from tests.draws import draws, fewest, most
from tests.helpers import a_claim, a_quantity

JUMP = a_quantity(name="spend_jump_at_threshold", scale=Scale.PERCENT, unit="%", size=None)
GAP = a_quantity(name="jump_difference", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
CLAIM = a_claim(JUMP, GAP)
CONTEXT = Context(
    source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
)


def scenario(seed: int, jump: float, n: int = 3000, tier: str = "gold", benefit: float = 20.0) -> pd.DataFrame:
    """Later spend grows with what was spent before (5 + 10 x), multiplied by 1 + jump for who reached the tier.

    Truth: 100 * jump per cent. Naive bias: who reached it spent more all along.
    """
    rng = np.random.default_rng(seed)
    running = rng.uniform(-0.8, 0.8, n)
    mean = (10 + 10 * running) * np.where(running >= 0, 1 + jump, 1.0)
    return pd.DataFrame(
        {
            "unit_id": range(n),
            "running": running,
            "reached": (running >= 0).astype(int),
            "outcome": np.clip(mean, 0.1, None) * rng.lognormal(-0.02, 0.2, n),
            "tier": tier,
            "benefit": benefit,
        }
    )


def frame_of(*tables: pd.DataFrame) -> Frame:
    table = pd.concat(tables, ignore_index=True)
    return spec("tier_cutoff").check(table.assign(unit_id=range(len(table))), CONTEXT)


def test_difference_of_the_limits_is_rdrobusts_robust_interval():
    from rdrobust import rdrobust

    table = scenario(1, jump=0.2)
    mine = jump_at(table["running"].to_numpy(), table["outcome"].to_numpy(), where="here")
    theirs = rdrobust(table["outcome"].to_numpy(), table["running"].to_numpy())
    found = mine.difference()
    assert found["value"] == pytest.approx(float(theirs.coef.loc["Robust"].iloc[0]), rel=1e-12)
    assert [found["low"], found["high"]] == pytest.approx(theirs.ci.loc["Robust"].tolist(), rel=1e-9)
    assert (mine.n_below, mine.n_above) == tuple(int(n) for n in theirs.N_h)


def test_two_nearly_straight_lines_jump_by_the_ratio_of_their_ends():
    rng = np.random.default_rng(2)
    table = scenario(2, jump=0.0)
    table["outcome"] = np.where(table["running"] < 0, 10 + table["running"], 12 + 5 * table["running"])
    table["outcome"] += rng.normal(0, 0.001, len(table))
    answer, naive = estimate_discontinuity(frame_of(table), CLAIM)
    assert answer.value == pytest.approx(20.0, abs=0.02)  # 12 / 10; noise of 0.001 at an end of 10
    assert answer.high - answer.low < 0.1
    # naive by hand: mean of 12 + 5 x over (0, 0.8) is 14, of 10 + x over (-0.8, 0) is 9.6
    assert naive.value == pytest.approx(100 * (14 / 9.6 - 1), abs=2.0)


def test_a_fifth_more_is_recovered_and_the_naive_gap_is_far_off():
    answer, naive = estimate_discontinuity(frame_of(scenario(3, jump=0.2)), CLAIM)
    assert answer.value == pytest.approx(20.0, abs=4 * (answer.high - answer.low) / 3.92)
    assert naive.low > 100
    assert (answer.role, naive.role, naive.design) == (Role.ANSWER, Role.NAIVE, Design.OBSERVATIONAL)
    assert answer.n == 3000


@pytest.mark.slow
def test_intervals_hold_no_jump_at_about_their_level():
    runs = draws(200, 80)
    hits, naive_hits = 0, 0
    for seed in range(runs):
        answer, naive = estimate_discontinuity(frame_of(scenario(seed, jump=0.0, n=1500)), CLAIM)
        hits += answer.low <= 0 <= answer.high
        naive_hits += naive.low <= 0 <= naive.high
    assert fewest(runs) <= hits <= most(runs)
    assert naive_hits < fewest(runs)


def test_members_not_followed_are_left_out():
    table = scenario(4, jump=0.2)
    table.loc[:99, "outcome"] = math.nan
    answer, _ = estimate_discontinuity(frame_of(table), CLAIM)
    assert answer.n == 2900


def test_several_decisions_of_a_member_are_not_several_members():
    table = scenario(5, jump=0.2)
    answer, _ = estimate_discontinuity(frame_of(table.assign(cluster=np.arange(3000) // 2)), CLAIM)
    assert answer.n == 1500


def test_the_richer_tiers_larger_jump_is_recovered():
    tables = scenario(6, 0.1, tier="silver", benefit=10.0), scenario(7, 0.4, tier="gold", benefit=50.0)
    answer, naive = estimate_discontinuity_difference(frame_of(*tables), CLAIM)
    assert answer.value == pytest.approx(30.0, abs=4 * (answer.high - answer.low) / 3.92)
    assert answer.n == 6000
    # by two separate calls: difference of the values, errors added in squares
    parts = [estimate_discontinuity(frame_of(table), CLAIM)[0] for table in tables]
    assert answer.value == pytest.approx(parts[1].value - parts[0].value, abs=1e-9)
    # on the logarithm each has half width ln(1 + high) - ln(1 + value); in per cent times 100 (1 + value)
    halves = [(100 + p.value) * (math.log1p(p.high / 100) - math.log1p(p.value / 100)) for p in parts]
    assert answer.high - answer.value == pytest.approx(math.hypot(*halves), rel=1e-9)
    assert naive.role is Role.NAIVE


@pytest.mark.parametrize(
    ("benefits", "larger"),
    [([1, 2, 3], {"t1", "t2"}), ([1, 1, 3], {"t2"}), ([5, 1], {"t0"})],
)
def test_tiers_are_cut_in_the_middle_of_their_benefits(benefits, larger):
    from analysis.estimators.quasi_experimental.regression_discontinuity import _halves

    frame = frame_of(*(scenario(8, 0.1, n=100, tier=f"t{i}", benefit=float(b)) for i, b in enumerate(benefits)))
    low, high = _halves(frame)
    assert set(high["tier"]) == larger
    assert set(low["tier"]) == {f"t{i}" for i in range(len(benefits))} - larger


def test_tiers_of_one_benefit_cannot_be_compared():
    with pytest.raises(FrameMistake, match="at least two tiers apart"):
        estimate_discontinuity_difference(frame_of(scenario(9, 0.1), scenario(10, 0.1, tier="silver")), CLAIM)


def test_amounts_that_did_not_decide_are_refused():
    table = scenario(11, 0.1)
    table["reached"] = 1
    with pytest.raises(FrameMistake, match=r"must follow `running` .*%"):
        estimate_discontinuity(frame_of(table), CLAIM)


def test_too_few_on_a_side_are_refused_with_their_number():
    table = scenario(12, 0.1)
    few = table[(table["running"] < 0) | (table["running"] > 0.785)].head(29 + int((table["running"] < 0).sum()))
    n = int((few["running"] >= 0).sum())
    with pytest.raises(FrameMistake, match=rf"at least 30 members must lie at or above the threshold; got {n}"):
        estimate_discontinuity(frame_of(few), CLAIM)


def test_an_outcome_that_is_the_same_for_all_is_refused():
    with pytest.raises(FrameMistake, match=r"`outcome` must vary .*1.0 in all"):
        estimate_discontinuity(frame_of(scenario(13, 0.1).assign(outcome=1.0)), CLAIM)


def test_a_limit_that_is_not_above_nought_has_no_per_cent():
    table = scenario(14, 0.0)
    table["outcome"] = table["outcome"] - 12
    with pytest.raises(FrameMistake, match="must be above 0 for a jump in per cent"):
        estimate_discontinuity(frame_of(table), CLAIM)


def test_amounts_in_whole_steps_are_taken_with_a_plain_robust_variance_and_few_steps_are_refused():
    from rdrobust import rdrobust

    table = scenario(15, jump=0.2)
    table["running"] = np.floor(table["running"] * 50) / 50  # fifty steps to the threshold
    answer, _ = estimate_discontinuity(frame_of(table), CLAIM)
    assert answer.value == pytest.approx(20.0, abs=4 * (answer.high - answer.low) / 3.92)
    found = jump_at(table["running"].to_numpy(), table["outcome"].to_numpy(), where="here").difference()
    theirs = rdrobust(table["outcome"].to_numpy(), table["running"].to_numpy(), vce="hc1")
    assert [found["low"], found["high"]] == pytest.approx(theirs.ci.loc["Robust"].tolist(), rel=1e-9)
    table["running"] = np.floor(table["running"] * 5) / 5
    with pytest.raises(FrameMistake, match=r"at least 10 distinct values below the threshold .*got 4"):
        estimate_discontinuity(frame_of(table), CLAIM)


def uneven(seed: int, steps: dict[float, float], n: int = 6000) -> pd.DataFrame:
    """As `scenario` without a slope; the outcome is multiplied by 1 + step from each place on."""
    rng = np.random.default_rng(seed)
    running = rng.uniform(-0.5, 0.5, n)
    mean = np.full(n, 10.0)
    for place, step in steps.items():
        mean *= np.where(running >= place, 1 + step, 1.0)
    return pd.DataFrame(
        {
            "unit_id": range(n),
            "running": running,
            "reached": (running >= 0).astype(int),
            "outcome": mean * rng.lognormal(-0.0002, 0.02, n),
            "tier": "gold",
            "benefit": 50.0,
        }
    )


@pytest.mark.parametrize(
    ("steps", "role"),
    [({0.0: 0.3}, Role.ANSWER), ({-0.2: 0.3, 0.0: 0.3, 0.2: 0.4}, Role.CONTEXT)],
    ids=["only where the tier begins", "no more than where none begins"],
)
def test_a_difference_of_jumps_counts_only_beyond_false_thresholds(steps, role):
    poor = uneven(16, {}).assign(tier="silver", benefit=10.0)
    answer, _ = estimate_discontinuity_difference(frame_of(poor, uneven(17, steps)), CLAIM)
    assert answer.value == pytest.approx(30.0, abs=3.0)
    assert answer.low > 0  # an effect is claimed either way
    assert answer.role is role
    assert ("without a vote" in answer.method) == (role is Role.CONTEXT)
