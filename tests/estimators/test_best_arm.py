"""The lead of the best kind: nought on average where kinds are alike, and the true lead where one is better."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.randomised.best_arm import estimate_best_arm
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

LEAD = a_quantity(name="lead_of_best_type", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
CLAIM = a_claim(LEAD)


def frame_of(table: pd.DataFrame) -> Frame:
    context = Context(source="Shop A", kind=Kind.OWN, design=Design.RANDOMISED, population="members", period="a year")
    table = table.assign(unit_id=range(len(table)), assigned=(table["arm"] != "control").astype(int))
    return spec("experiment").check(table, context)


def drawn(seed: int, shares: dict[str, float], n: int = 300) -> Frame:
    """`n` members of each kind who stay with these chances."""
    rng = np.random.default_rng(seed)
    rows = [(arm, float(rng.random() < share)) for arm, share in shares.items() for _ in range(n)]
    return frame_of(pd.DataFrame(rows, columns=["arm", "outcome"]))


def test_by_hand_where_both_halves_show_the_same():
    # points 30 of 40 stay, cash 20 of 40, tiers 10 of 40; the control arm, in which all stay, is no kind
    counts = {"points": (40, 30), "cash": (40, 20), "tiers": (40, 10), "control": (40, 40)}
    rows = [(arm, float(i < stayed)) for arm, (n, stayed) in counts.items() for i in range(n)]
    answer, naive = estimate_best_arm(frame_of(pd.DataFrame(rows, columns=["arm", "outcome"])), CLAIM)
    # both halves together: 30 of 40 less 30 of 80; the halves' leads average to that, their sizes being equal
    assert answer.value == pytest.approx(100 * (30 / 40 - 30 / 80), abs=1e-9)
    assert naive.value == pytest.approx(100 * (30 / 40 - 30 / 80), abs=1e-9)
    assert answer.high - answer.low > 1.2 * (naive.high - naive.low)  # half of the members, so root 2 wider or so
    assert (answer.n, answer.role, naive.role) == (120, Role.ANSWER, Role.NAIVE)
    assert answer.method.startswith("points, the best of 3 kinds")


@pytest.mark.slow
def test_equal_kinds_have_no_lead_on_average_but_the_naive_one_always_has():
    alike = {"points": 0.5, "cash": 0.5, "tiers": 0.5, "stamps": 0.5}
    # halves are drawn by another seed than the outcomes: equal seeds would give equal numbers, and halves that know them
    found = [estimate_best_arm(drawn(seed, alike, n=100), CLAIM, seed=1000 + seed) for seed in range(60)]
    leads = np.array([answer.value for answer, _ in found])
    assert abs(leads.mean()) < 4 * leads.std(ddof=1) / np.sqrt(60)
    naive = np.array([beside.value for _, beside in found])
    assert naive.min() > 0
    assert naive.mean() > 4
    misses = sum(not answer.low <= 0 <= answer.high for answer, _ in found)
    assert misses <= 8  # of 60 at 5 % or less: more have a chance below 1 in 300


def test_a_few_draws_of_equal_kinds_show_no_lead():
    alike = {"points": 0.5, "cash": 0.5, "tiers": 0.5}
    found = [estimate_best_arm(drawn(seed, alike, n=100), CLAIM, seed=1000 + seed) for seed in range(6)]
    assert sum(answer.low <= 0 <= answer.high for answer, _ in found) >= 5
    assert min(beside.value for _, beside in found) > 0


def test_a_kind_that_is_better_by_twenty_points_is_found_and_measured():
    answer, _ = estimate_best_arm(drawn(1, {"points": 0.7, "cash": 0.5, "tiers": 0.5}, n=500), CLAIM)
    assert answer.value == pytest.approx(20.0, abs=4 * (answer.high - answer.low) / 3.92)
    assert answer.low > 0


def test_halves_that_choose_different_kinds_give_the_reach_of_both():
    """Either choice may be the wrong one: the interval is wider than that of the kind chosen and measured on everybody."""
    alike = {"points": 0.5, "cash": 0.5, "tiers": 0.5}
    found = [estimate_best_arm(drawn(seed, alike, n=200), CLAIM, seed=1000 + seed) for seed in range(12)]
    apart = [(a, n) for a, n in found if " and " in a.method.split(",")[0]]
    assert 3 <= len(apart) < 12  # each half chooses one of three by chance: two of three times differently
    for answer, naive in apart:
        assert answer.high - answer.low > naive.high - naive.low


def test_the_seed_alone_decides_the_halves():
    frame = drawn(2, {"points": 0.5, "cash": 0.45})
    first, again, other = (estimate_best_arm(frame, CLAIM, seed=s)[0] for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_campaigns_that_differ_are_compared_each_within_itself():
    """In campaign b everyone stays more and most got points; within each campaign the kinds are alike."""
    cells = (("points", "a", 100, 30), ("cash", "a", 300, 90), ("points", "b", 300, 270), ("cash", "b", 100, 90))
    rows = [(arm, stratum, float(i < stayed)) for arm, stratum, n, stayed in cells for i in range(n)]
    answer, naive = estimate_best_arm(frame_of(pd.DataFrame(rows, columns=["arm", "stratum", "outcome"])), CLAIM)
    assert answer.low < 0 < answer.high
    assert naive.value == pytest.approx(0.0, abs=1e-9)


def test_one_kind_is_none_to_choose_from():
    with pytest.raises(FrameMistake, match=r"two kinds or more besides control.*got points \(40\)"):
        estimate_best_arm(drawn(3, {"points": 0.5, "control": 0.5}, n=40), CLAIM)
    small = pd.DataFrame({"arm": ["points"] * 40 + ["cash"] * 19, "outcome": [1.0, 0.0] * 29 + [1.0]})
    with pytest.raises(FrameMistake, match=r"cash \(19\)"):
        estimate_best_arm(frame_of(small), CLAIM)
