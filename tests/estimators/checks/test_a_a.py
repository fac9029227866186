"""The control arm against itself: passes where the interval is honest, fails where its errors are too small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.checks.a_a import check_a_a
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

AMOUNT = a_quantity(name="amount", unit="currency units", size=None)
POINTS = a_quantity(name="points", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
RATIO = a_quantity(name="ratio", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.1, size=None)
CLAIM = a_claim(AMOUNT, POINTS, RATIO)


def frame_of(outcome: np.ndarray, **more) -> Frame:
    n = len(outcome)
    table = pd.DataFrame({"unit_id": range(n), "assigned": 0, "arm": "control", "outcome": outcome})
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.RANDOMISED, population="customers", period="a month"
    )
    return spec("experiment").check(table.assign(**more), context)


def test_independent_amounts_and_shares_pass():
    rng = np.random.default_rng(1)
    amounts = check_a_a(frame_of(rng.lognormal(0, 1, 600)), CLAIM, quantity="amount")
    shares = check_a_a(frame_of((rng.random(600) < 0.2).astype(float)), CLAIM, quantity="points")
    ratios = check_a_a(frame_of(rng.lognormal(0, 1, 600)), CLAIM, quantity="ratio")
    assert amounts.passed is shares.passed is ratios.passed is True
    assert amounts.table[0]["splits"] == 200
    # of 200 at 5 % more than 22 false alarms have a chance below 1 in 1,000
    assert max(found.table[0]["false alarms"] for found in (amounts, shares, ratios)) <= 22


def test_a_few_clusters_of_very_unequal_size_fail():
    """Twelve shops, one with most of the customers and unlike the others: whichever half it falls into looks different,
    and the clustered error, in which that shop makes its own mean, does not see it."""
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(12), [700, *([20] * 11)])
    outcome = np.array([3.0, *rng.normal(0, 1, 11)])[cluster] + rng.normal(0, 0.3, len(cluster))
    found = check_a_a(frame_of(outcome, cluster=cluster), CLAIM, quantity="amount")
    assert found.passed is False
    assert found.table[0]["false alarms"] > 25


def test_many_clusters_of_like_size_pass():
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(100), 8)
    outcome = rng.normal(0, 1, 100)[cluster] + rng.normal(0, 0.3, len(cluster))
    assert check_a_a(frame_of(outcome, cluster=cluster), CLAIM, quantity="amount", n_splits=100).passed is True


def test_strata_are_halved_each_for_itself():
    """Strata that differ by far would swamp a draw over all together; within strata nothing is left of them."""
    rng = np.random.default_rng(4)
    strata = np.repeat(["a", "b"], 200)
    outcome = np.where(strata == "a", 0.0, 1000.0) + rng.normal(0, 1, 400)
    found = check_a_a(frame_of(outcome, stratum=strata), CLAIM, quantity="amount", n_splits=100)
    assert found.passed is True


def test_the_seed_alone_decides_the_splits():
    frame = frame_of(np.random.default_rng(5).lognormal(0, 1, 300))
    first, again = (check_a_a(frame, CLAIM, quantity="amount", seed=7, n_splits=60) for _ in range(2))
    assert first == again


def test_a_control_arm_that_cannot_be_split_judges_nothing():
    assert check_a_a(frame_of(np.array([1.0, 2.0])), CLAIM, quantity="amount", n_splits=50).passed is None


def test_too_few_splits_are_refused():
    with pytest.raises(ParameterMistake, match="`n_splits` must be a whole number, 50 or more; got 10"):
        check_a_a(frame_of(np.array([1.0, 2.0])), CLAIM, quantity="amount", n_splits=10)
