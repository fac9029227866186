"""Growth between units: the split by covariances in pandas, two extreme cases by hand, robust error by its formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.estimators.aggregate.growth_across import estimate_growth_across
from analysis.register.claims import load_register
from tests.estimators.frames_for_tests import a_frame, of_role

CLAIM = load_register()["retention-drives-growth"]


def units(n=60, seed=2):
    rng = np.random.default_rng(seed)
    return {"n_start": rng.integers(400, 900, n), "n_won": rng.integers(20, 200, n), "n_lost": rng.integers(50, 300, n)}


def rates(table):
    data = pd.DataFrame(table)
    size = data["n_start"] + (data["n_won"] - data["n_lost"]) / 2
    return data["n_won"] / size, data["n_lost"] / size


def test_value_is_the_difference_of_two_shares_of_the_variance():
    table = units()
    won, lost = rates(table)
    growth = won - lost
    share_lost, share_won = (-lost).cov(growth) / growth.var(), won.cov(growth) / growth.var()
    assert share_lost + share_won == pytest.approx(1)
    answer = of_role(estimate_growth_across(a_frame("unit_accounts", **table), CLAIM), "answer")
    assert answer.value == pytest.approx(share_lost - share_won)
    assert answer.events == min(table["n_won"].sum(), table["n_lost"].sum())


def test_error_is_whites_by_its_formula():
    """Slope with error sqrt(n / (n - 2) sum (x e)^2) / sum x^2, x in deviations from its mean."""
    table = units()
    won, lost = rates(table)
    x, y = won - lost - (won - lost).mean(), -(won + lost)
    slope = (x * y).sum() / (x**2).sum()
    left = y - y.mean() - slope * x
    n = len(x)
    error = np.sqrt(n / (n - 2) * ((x * left) ** 2).sum()) / (x**2).sum()
    answer = of_role(estimate_growth_across(a_frame("unit_accounts", **table), CLAIM), "answer")
    assert answer.high - answer.value == pytest.approx(2.0017 * error, rel=1e-3)  # t of 58 df


def test_units_that_differ_in_losses_only_or_in_wins_only():
    rng = np.random.default_rng(1)
    moving = rng.integers(10, 90, 40)
    for name, other, expected in (("n_lost", "n_won", 1), ("n_won", "n_lost", -1)):
        # customers at both ends average 1,000, so that the other rate is the same everywhere
        start = 1_000 + (moving - 50) / 2 * (1 if name == "n_lost" else -1)
        table = {"n_start": np.round(start).astype(int), name: moving, other: np.full(40, 50)}
        found = of_role(estimate_growth_across(a_frame("unit_accounts", **table), CLAIM), "answer")
        assert found.value == pytest.approx(expected, abs=0.01)


def test_naive_number_says_how_many_left():
    table = {"n_start": range(900, 940), "n_won": [30] * 40, "n_lost": [90] * 40}
    naive = of_role(estimate_growth_across(a_frame("unit_accounts", **table), CLAIM), "naive")
    assert naive.value == pytest.approx(0.5)


def test_too_few_units_or_no_difference_in_growth_is_refused():
    with pytest.raises(FrameMistake, match="at least 30 units are needed; got 29"):
        estimate_growth_across(a_frame("unit_accounts", **units(29)), CLAIM)
    same = {"n_start": [100] * 30, "n_won": [10] * 30, "n_lost": [20] * 30}
    with pytest.raises(FrameMistake, match="all units grew alike"):
        estimate_growth_across(a_frame("unit_accounts", **same), CLAIM)
    empty = {**units(30), "n_start": [0] * 30, "n_won": [0] * 30, "n_lost": [0] * 30}
    with pytest.raises(FrameMistake, match="every unit must have customers"):
        estimate_growth_across(a_frame("unit_accounts", **empty), CLAIM)
