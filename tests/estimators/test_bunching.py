"""A heap above a threshold: against flat and sloping crowds worked by hand, round numbers, and crowds by construction."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.quasi_experimental.bunching import estimate_bunching, misfit
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

EXCESS = a_quantity(name="excess_above_threshold", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.05, size=None)
CLAIM = a_claim(EXCESS)
MIDDLES = np.linspace(-0.49, 0.49, 50)


def frame_of(running: np.ndarray, **more) -> Frame:
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
    )
    table = pd.DataFrame({"unit_id": range(len(running)), "running": running, "tier": "gold", "outcome": 1.0})
    table["reached"] = (table["running"] >= 0).astype(int)
    return spec("tier_cutoff").check(table.assign(**more), context)


def crowd(counts: np.ndarray) -> np.ndarray:
    """So many members in the middle of each of the fifty bins within half the threshold."""
    return np.repeat(MIDDLES, counts.astype(int))


def test_an_even_crowd_has_no_excess_and_one_doubled_above_the_threshold_has_two():
    even = np.full(50, 40)
    answer, naive = estimate_bunching(frame_of(crowd(even)), CLAIM)
    assert answer.value == pytest.approx(1.0, abs=1e-6)
    assert naive.value == pytest.approx(1.0, abs=1e-12)
    heaped = np.where((MIDDLES > 0) & (MIDDLES < 0.1), 80, 40)
    answer, naive = estimate_bunching(frame_of(crowd(heaped)), CLAIM)
    assert answer.value == pytest.approx(2.0, abs=1e-6)
    assert answer.low > 1.5
    assert (answer.role, naive.role, answer.n) == (Role.ANSWER, Role.NAIVE, 50 * 40 + 5 * 40)


def test_a_crowd_that_thins_out_is_no_hole_though_the_naive_ratio_sees_one():
    thinning = np.round(2000 * np.exp(-3 * MIDDLES))
    answer, naive = estimate_bunching(frame_of(crowd(thinning)), CLAIM)
    assert answer.value == pytest.approx(1.0, abs=0.005)  # rounding to whole members
    assert naive.value == pytest.approx(math.exp(-0.3), abs=0.005)  # exp(-3 x 0.1)
    assert naive.high < 1


def test_the_interval_of_an_even_crowd_is_that_of_drawing_members():
    answer, _ = estimate_bunching(frame_of(crowd(np.full(50, 40))), CLAIM, draws=400)
    error = (math.log(answer.high) - math.log(answer.low)) / (2 * 1.959964)
    # 200 observed in the window give 1/200; the curve of 1,600 others adds to it, by theory no more than as much again
    assert math.sqrt(1 / 200) * 0.95 < error < math.sqrt(2 / 200)


def test_heaps_at_round_amounts_that_no_tier_explains_widen_the_interval():
    rng = np.random.default_rng(3)
    smooth = rng.uniform(-0.5, 0.5, 4000)
    heaped = np.where(rng.random(4000) < 0.3, np.round(smooth / 0.1) * 0.1, smooth)
    plain, _ = estimate_bunching(frame_of(smooth), CLAIM)
    wide, _ = estimate_bunching(frame_of(heaped), CLAIM)
    assert math.log(wide.high / wide.low) > 1.2 * math.log(plain.high / plain.low)
    assert misfit(heaped) > misfit(smooth)


def test_members_moved_over_the_threshold_are_found_at_their_number():
    """Truth: three in ten of those within a tenth below are moved to within a tenth above, into an even crowd: 1.3."""
    rng = np.random.default_rng(5)
    running = rng.uniform(-0.5, 0.5, 20_000)
    moved = (running > -0.1) & (running < 0) & (rng.random(len(running)) < 0.3)
    running[moved] += 0.1
    answer, naive = estimate_bunching(frame_of(running), CLAIM)
    error = math.log(answer.high / answer.low) / 3.92
    assert math.log(answer.value) == pytest.approx(math.log(1.3), abs=4 * error)
    assert answer.low > 1.05
    assert naive.value > 1.6  # 1.3 / 0.7: it counts the hole below as heap


def test_a_member_with_several_decisions_is_one_draw():
    once = crowd(np.full(50, 40))
    twice, owners = np.tile(once, 2), np.tile(np.arange(len(once)), 2)
    alone, _ = estimate_bunching(frame_of(twice), CLAIM, draws=400)
    owned, _ = estimate_bunching(frame_of(twice, cluster=owners), CLAIM, draws=400)
    ratio = math.log(owned.high / owned.low) / math.log(alone.high / alone.low)
    assert ratio == pytest.approx(
        math.sqrt(2), rel=0.2
    )  # each of the two spreads is known to about 4 %, tolerance 4 errors
    assert (alone.n, owned.n) == (4000, 2000)


def test_the_seed_alone_decides_the_draws():
    frame = frame_of(crowd(np.full(50, 40)))
    first, again, other = (estimate_bunching(frame, CLAIM, seed=s)[0] for s in (1, 1, 2))
    assert first == again
    assert first.low != other.low


def test_where_the_tier_is_given_on_reaching_it_nothing_can_be_told():
    rng = np.random.default_rng(7)
    running = np.concatenate([rng.uniform(-0.5, 0, 2000), rng.exponential(0.01, 2000)])
    with pytest.raises(FrameMistake, match=r"a tenth to a half above the threshold .*day of reaching"):
        estimate_bunching(frame_of(running), CLAIM)


def test_too_few_draws_are_refused():
    with pytest.raises(ParameterMistake, match="`draws` must be 100 or more; got 10"):
        estimate_bunching(frame_of(crowd(np.full(50, 40))), CLAIM, draws=10)
