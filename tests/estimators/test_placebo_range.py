"""The range of thresholds that do not exist, and what it does to the three estimates at a threshold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.checks.density_at_threshold import check_density
from analysis.estimators.checks.placebo_threshold import check_placebo_heaps, check_placebo_runs
from analysis.estimators.common.interval import Interval
from analysis.estimators.quasi_experimental.bunching import estimate_bunching
from analysis.estimators.quasi_experimental.goal_gradient import estimate_goal_gradient
from analysis.estimators.quasi_experimental.placebo_range import placebo_range
from analysis.estimators.quasi_experimental.regression_discontinuity import estimate_discontinuity
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

PACE = a_quantity(name="pace_per_step", scale=Scale.PERCENT, unit="% a step", size=None)
HEAP = a_quantity(name="excess_above_threshold", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.05, size=None)
JUMP = a_quantity(name="spend_jump_at_threshold", scale=Scale.PERCENT, unit="%", smallest=2.0, size=None)
CLAIM = a_claim(PACE, HEAP, JUMP)
CONTEXT = Context(
    source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
)


def around(value: float, half: float) -> Interval:
    return Interval(value=value, low=value - half, high=value + half)


def test_five_placebos_span_their_values_and_four_their_intervals():
    five = [around(v, 10.0) for v in (-2.0, -1.0, 0.0, 1.0, 3.0)]
    assert (placebo_range(five).low, placebo_range(five).high) == (-2.0, 3.0)
    assert (placebo_range(five[:4]).low, placebo_range(five[:4]).high) == (-12.0, 11.0)
    assert placebo_range([]) is None


@pytest.mark.parametrize(
    ("value", "half", "taken"),
    [
        (4.0, 1.0, False),  # beyond the range
        (3.0, 1.0, True),  # at its end, which is not beyond
        (-1.5, 1.0, True),  # a negative effect that placebos show as well
        (1.0, 2.0, False),  # claims nothing: the rule reads it as open or too small
    ],
)
def test_the_vote_is_taken_from_an_effect_that_placebos_show_as_well(value, half, taken):
    found = placebo_range([around(v, 1.0) for v in (-2.0, -1.0, 0.0, 1.0, 3.0)])
    assert found.takes_the_vote(around(value, half), 0.0) is taken


def runs(gains: dict[str, float], n: int = 150, seed: int = 1) -> Frame:
    """Members of own pace; towards threshold `name` each wait shortens by the factor exp(-gain); "real" exists."""
    rng = np.random.default_rng(seed)
    rows = []
    for cycle, (name, gain) in enumerate(gains.items()):
        for unit in range(n):
            mean = rng.gamma(3.0, 5.0)
            for wait in range(9):
                gap = rng.gamma(4.0, mean / 4 * math.exp(-gain * (wait + 1)))
                rows.append((unit, cycle, wait, (wait + 1) / 10, gap, 1, int(name != "real"), name))
    columns = ["unit_id", "cycle", "wait", "progress", "gap_days", "reached", "placebo", "threshold"]
    return spec("tier_approach").check(pd.DataFrame(rows, columns=columns), CONTEXT)


GROWING = {f"placebo {k}": 0.06 + 0.02 * k for k in range(5)}


def test_a_pace_that_quickens_towards_every_number_has_no_vote():
    frame = runs({"real": 0.1, **GROWING})
    answer = estimate_goal_gradient(frame, CLAIM)[0]
    assert answer.low > 0, "it would have been read as a rush to the threshold"
    assert answer.role is Role.CONTEXT
    assert "no further out than thresholds that do not exist" in answer.method
    check = check_placebo_runs(frame, CLAIM)
    assert check.passed is False
    assert [row["threshold"] for row in check.table] == ["real", *GROWING]


def test_a_pace_beyond_every_other_number_keeps_it():
    frame = runs({"real": 0.3, **GROWING})
    assert estimate_goal_gradient(frame, CLAIM)[0].role is Role.ANSWER
    assert check_placebo_runs(frame, CLAIM).passed is True


def members(heaps: dict[float, int], n: int = 20_000, seed: int = 3) -> Frame:
    """Amounts spread evenly over ±.6 of the threshold, with so many more in the two hundredths above each place of `heaps`."""
    rng = np.random.default_rng(seed)
    parts = [rng.uniform(-0.6, 0.6, n)] + [place + rng.uniform(0.0, 0.02, more) for place, more in heaps.items()]
    running = np.concatenate(parts)
    table = pd.DataFrame(
        {
            "unit_id": range(len(running)),
            "running": running,
            "reached": (running >= 0).astype(int),
            "outcome": (10 + 5 * running) * rng.normal(1, 0.1, len(running)),
            "tier": "gold",
        }
    )
    return spec("tier_cutoff").check(table, CONTEXT)


def test_round_numbers_heap_for_no_tiers_sake():
    frame = members(dict.fromkeys((-0.3, -0.2, 0.0, 0.2, 0.3), 500))
    answer = estimate_bunching(frame, CLAIM, draws=100)[0]
    assert answer.value > 1.05
    assert answer.role is Role.CONTEXT or answer.low < 1, "widened by the misfit, or without a vote"
    assert check_placebo_heaps(frame, CLAIM).passed is not True


def test_a_heap_at_the_threshold_alone_counts_and_voids_the_jump():
    frame = members({0.0: 500})
    answer = estimate_bunching(frame, CLAIM, draws=100)[0]
    assert answer.role is Role.ANSWER
    assert answer.events == int(frame.table["running"].between(0, 0.1, inclusive="left").sum())
    assert check_placebo_heaps(frame, CLAIM).passed is True
    heap = check_density(frame, CLAIM)
    assert heap.passed is False


def jumps(at: dict[float, float], n: int = 12_000, seed: int = 2) -> Frame:
    """Later spend of 10 + 5 x, multiplied by 1 + its size above each place of `at`."""
    rng = np.random.default_rng(seed)
    running = rng.uniform(-0.6, 0.6, n)
    mean = 10 + 5 * running
    for place, size in at.items():
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


def test_a_jump_that_false_thresholds_show_as_well_has_no_vote():
    answer = estimate_discontinuity(jumps({-0.2: 0.4, 0.0: 0.3, 0.2: 0.4}), CLAIM)[0]
    assert answer.low > 0
    assert answer.role is Role.CONTEXT
    assert estimate_discontinuity(jumps({0.0: 0.3}), CLAIM)[0].role is Role.ANSWER
