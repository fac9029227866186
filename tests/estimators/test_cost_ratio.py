"""Cost of winning against cost of keeping: averages by hand, slopes with a known answer, and what the data cannot show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role
from analysis.estimators.aggregate.cost_ratio import estimate_cost_ratio
from analysis.frames import Context, spec
from analysis.register.claims import load_register

CLAIM = load_register()["acquisition-cost-multiple"]
CONTEXT = Context(source="Firm A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="then")


def a_frame(**columns):
    n = len(columns["n_won"])
    starts = pd.date_range("2010-01-01", periods=n, freq="QS")
    return spec("cost_periods").check(pd.DataFrame({"period_start": starts, "years": 0.25, **columns}), CONTEXT)


def a_moving_firm(n, slope_won, slope_kept, noise, seed):
    """Return a frame in which spend moves by itself and customers follow it with known slopes.

    won = 200 + slope_won A, share retained = .8 + slope_kept R / start; A and R are drawn.
    """
    rng = np.random.default_rng(seed)
    spent, each = rng.uniform(5_000, 15_000, n), rng.uniform(1, 3, n)
    won = 200 + slope_won * spent + noise * rng.normal(size=n)
    start, kept, retention = 5_000.0, [], []
    for k in range(n):
        share = 0.8 + slope_kept * each[k] + noise * rng.normal() / 5_000
        kept.append(share * start)
        retention.append(each[k] * start)
        start = kept[-1] + won[k]
    return a_frame(
        acquisition_spend=spent,
        retention_spend=np.array(retention),
        n_won=np.rint(won * 1_000).astype(int),
        n_retained=np.rint(np.array(kept) * 1_000).astype(int),
    )


def test_average_by_hand():
    # 900 for 30 won is 30 each; 120 for 4 x 20 kept quarters = 20 kept years is 6 a year: five times.
    frame = a_frame(
        acquisition_spend=[300.0, 200.0, 250.0, 150.0],
        retention_spend=[30.0, 30.0, 20.0, 40.0],
        n_won=[10, 5, 10, 5],
        n_retained=[20, 18, 22, 20],
    )
    (answer,) = estimate_cost_ratio(frame, CLAIM)
    assert answer.value == pytest.approx(5.0)
    assert (answer.quantity, answer.role) == ("average_cost_ratio", Role.ANSWER)
    assert (answer.low, answer.high) == (None, None)  # one year


def test_interval_comes_with_two_years_and_holds_the_value():
    rng = np.random.default_rng(1)
    columns = {
        "acquisition_spend": rng.uniform(200, 300, 12),
        "retention_spend": rng.uniform(20, 40, 12),
        "n_won": rng.integers(5, 10, 12),
        "n_retained": rng.integers(18, 22, 12),
    }
    answer = estimate_cost_ratio(a_frame(**columns), CLAIM)[0]
    assert answer.low < answer.value < answer.high


def test_marginal_ratio_of_known_slopes():
    """One more won for 1 / .02 = 50; one more kept for a quarter for 1 / .025 = 40, for a year 160: ratio .3125."""
    frame = a_moving_firm(40, slope_won=0.02, slope_kept=0.025, noise=0.0, seed=2)
    answer, marginal = estimate_cost_ratio(frame, CLAIM)
    # counts were multiplied by 1,000 to be whole: both marginal costs are a thousandth, the ratio stays
    assert marginal.value == pytest.approx(50 / 160, rel=1e-3)
    assert (marginal.quantity, marginal.role) == ("marginal_cost_ratio", Role.CONTEXT)
    assert answer.value != pytest.approx(marginal.value, rel=0.2)


def test_marginal_interval_holds_the_truth():
    frame = a_moving_firm(80, slope_won=0.02, slope_kept=0.025, noise=10.0, seed=3)
    marginal = estimate_cost_ratio(frame, CLAIM)[1]
    assert marginal.low < 50 / 160 < marginal.high


def test_no_marginal_ratio_where_spend_did_not_help():
    frame = a_moving_firm(40, slope_won=-0.01, slope_kept=0.025, noise=1.0, seed=4)
    assert [e.quantity for e in estimate_cost_ratio(frame, CLAIM)] == ["average_cost_ratio"]


def test_no_marginal_ratio_where_spend_did_not_move():
    frame = a_moving_firm(20, slope_won=0.02, slope_kept=0.025, noise=1.0, seed=5)
    table = frame.table.assign(acquisition_spend=10_000.0)
    found = estimate_cost_ratio(spec("cost_periods").check(table, CONTEXT), CLAIM)
    assert [e.quantity for e in found] == ["average_cost_ratio"]


def test_without_retention_spend_there_is_a_naive_number_only():
    # 10 each won; revenue of 4,000 over 4 x 20 kept quarters = 20 kept years is 200 a year.
    frame = a_frame(
        acquisition_spend=[100.0] * 4,
        retention_spend=[np.nan] * 4,
        n_won=[10] * 4,
        n_retained=[20] * 4,
        revenue=[1_000.0] * 4,
    )
    (naive,) = estimate_cost_ratio(frame, CLAIM)
    assert naive.role is Role.NAIVE
    assert naive.value == pytest.approx(10 / 200)


def test_naive_number_leaves_out_periods_without_revenue():
    columns = {
        "acquisition_spend": [100.0] * 4,
        "retention_spend": [np.nan] * 4,
        "n_won": [10] * 4,
        "n_retained": [20] * 4,
    }
    (naive,) = estimate_cost_ratio(a_frame(**columns, revenue=[1_000.0, 1_000.0, np.nan, np.nan]), CLAIM)
    assert naive.value == pytest.approx(10 / 200)


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"retention_spend": [30.0, np.nan, 30.0, 30.0]}, "must be known in every period .* missing in 1 of 4"),
        ({"retention_spend": [0.0] * 4}, "above 0 in all"),
        ({"n_won": [0] * 4}, "column `n_won` must be above 0"),
        ({"retention_spend": [np.nan] * 4}, "nothing can be set against the cost of winning"),
    ],
)
def test_what_cannot_be_divided_is_refused(changes, fragment):
    columns = {
        "acquisition_spend": [100.0] * 4,
        "retention_spend": [30.0] * 4,
        "n_won": [10] * 4,
        "n_retained": [20] * 4,
    }
    with pytest.raises(FrameMistake, match=fragment):
        estimate_cost_ratio(a_frame(**columns | changes), CLAIM)
