"""Swings of revenue at equal size: the thinning formula against thinning done, and scenarios in which size alone differs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role
from analysis.estimators.aggregate.revenue_stability import estimate_revenue_stability
from analysis.frames import Context, spec
from analysis.register.claims import load_register
from tests.frames.purchases_in_pandas import segment_revenue_from_purchases

CLAIM = load_register()["repeat-revenue-is-steadier"]
CONTEXT = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="then")


def a_shop(n_months, n_new_each_month, stays, seed, steady=False):
    """Return a log: every month newcomers buy once for a gamma amount and then each month with probability `stays`.

    With `steady`, a repeat customer pays the same sum every month and never misses one.
    """
    rng = np.random.default_rng(seed)
    rows, customer = [], 0
    for month in range(n_months):
        for _ in range(rng.poisson(n_new_each_month)):
            customer += 1
            size = rng.gamma(4, 5)
            for later in range(month, n_months):
                if later == month or steady or rng.random() < stays:
                    rows.append((customer, later, size if steady else rng.gamma(4, 5)))
    log = pd.DataFrame(rows, columns=["customer_id", "month", "amount"])
    days = pd.date_range("2015-01-01", periods=n_months, freq="MS") + pd.Timedelta(days=9)
    return log.assign(at=days[log["month"]])


def a_frame(log, n_months, burn_in=0):
    end = pd.Timestamp("2015-01-01") + pd.DateOffset(months=n_months, days=-1)
    table = segment_revenue_from_purchases(log, "2015-01-01", str(end.date()), burn_in_months=burn_in)
    return spec("segment_revenue").check(table, CONTEXT)


def by_month(log, segment):
    joined = log.groupby("customer_id")["month"].transform("min")
    rows = log[(log["month"] == joined) == (segment == "new")]
    return rows.pivot_table(index="customer_id", columns="month", values="amount", aggfunc="sum", fill_value=0.0)


def test_naive_ratio_is_that_of_the_groups_as_they_are():
    log = a_shop(8, 20, 0.3, seed=1)
    naive = estimate_revenue_stability(a_frame(log, 8, burn_in=2), CLAIM)[1]
    cv = {}
    for segment in ("new", "repeat"):
        total = by_month(log, segment).reindex(columns=range(8), fill_value=0.0).sum()[2:]
        cv[segment] = total.std(ddof=1) / total.mean()
    assert naive.value == pytest.approx(cv["repeat"] / cv["new"])
    assert naive.role is Role.NAIVE


def test_answer_agrees_with_customers_thinned_by_lot():
    log = a_shop(12, 30, 0.4, seed=2)
    answer, _ = estimate_revenue_stability(a_frame(log, 12, burn_in=2), CLAIM)
    repeat, new = by_month(log, "repeat")[list(range(2, 12))], by_month(log, "new")[list(range(2, 12))]
    joined = log.groupby("customer_id")["month"].transform("min")
    shown = log[log["month"] >= 2]
    n = (shown["month"] == joined[shown.index]).groupby(shown["month"] == joined[shown.index]).size()
    q = n[True] / n[False]
    rng = np.random.default_rng(3)
    squared = []
    for _ in range(4_000):
        total = repeat.to_numpy()[rng.random(len(repeat)) < q].sum(axis=0)
        squared.append(total.var(ddof=1))
    expected = np.sqrt(np.mean(squared)) / (q * repeat.sum().mean())
    ratio = expected / (new.sum().std(ddof=1) / new.sum().mean())
    assert answer.value == pytest.approx(ratio, rel=0.02)  # simulation error of 4,000 draws
    assert f"of the repeat customers {100 * q:.0f} in a hundred kept" in answer.method


def a_crowd(n_months, seed):
    """Two hundred known customers who each buy in a month with probability .2, and ten strangers a month on average."""
    rng = np.random.default_rng(seed)
    known, months = np.nonzero(rng.random((200, n_months)) < 0.2)
    strangers = np.repeat(np.arange(n_months), rng.poisson(10, n_months))
    log = pd.DataFrame(
        {
            "customer_id": np.concatenate([known, 1_000 + np.arange(len(strangers))]),
            "month": np.concatenate([months, strangers]),
        }
    )
    days = pd.date_range("2015-01-01", periods=n_months, freq="MS") + pd.Timedelta(days=9)
    return log.assign(amount=rng.gamma(4, 5, len(log)), at=days[log["month"]])


@pytest.mark.slow
def test_size_alone_makes_most_of_the_naive_ratio_and_not_of_the_answer():
    """Amounts have E[x^2] / E[x]^2 = 1.25, so strangers have CV^2 = 1.25 / 10. Known customers: 40 purchases a month and

    CV^2 = (40 * 1.25 - 200 * .2^2) / 40^2; a quarter of them, (10 * 1.25 - 50 * .2^2) / 10^2. Ratios .458 and .917.
    """
    found = [estimate_revenue_stability(a_frame(a_crowd(84, seed), 84, burn_in=24), CLAIM) for seed in range(20)]
    answer, naive = (np.exp(np.mean([np.log(each[k].value) for each in found])) for k in (0, 1))
    # means over 20 scenarios of 60 months: about 2 % error each
    assert naive == pytest.approx(0.458, rel=0.08)
    assert answer == pytest.approx(0.917, rel=0.08)


def test_customers_who_never_miss_a_month_are_steadier_at_equal_size_too():
    answer, _ = estimate_revenue_stability(a_frame(a_shop(36, 8, 0, seed=4, steady=True), 36, burn_in=30), CLAIM)
    assert answer.value < 0.5


def test_interval_needs_two_years():
    log = a_shop(30, 20, 0.3, seed=5)
    assert estimate_revenue_stability(a_frame(log, 30, burn_in=7), CLAIM)[0].low is None
    answer = estimate_revenue_stability(a_frame(log, 30, burn_in=6), CLAIM)[0]
    assert answer.low < answer.value < answer.high


def test_a_closed_cohort_is_refused_over_two_years():
    log = a_shop(30, 20, 0.3, seed=6)
    first = log.groupby("customer_id")["month"].transform("min")
    with pytest.raises(FrameMistake, match="A closed cohort cannot be compared"):
        estimate_revenue_stability(a_frame(log[first < 3], 30), CLAIM)


def test_a_missing_segment_is_refused():
    table = a_frame(a_shop(8, 20, 0.3, seed=7), 8).table
    with pytest.raises(FrameMistake, match="segment 'new' has 0 in 8 months"):
        estimate_revenue_stability(spec("segment_revenue").check(table[table["segment"] == "repeat"], CONTEXT), CLAIM)


def test_quarters_are_a_quantity_of_their_own():
    log = a_shop(36, 20, 0.3, seed=9)
    end = "2017-12-31"
    table = segment_revenue_from_purchases(log, "2015-01-01", end, burn_in_months=1, freq="Q")
    frame = spec("segment_revenue").check(table, CONTEXT)
    answer, naive = estimate_revenue_stability(frame, CLAIM, quantity="variation_ratio_by_quarter")
    rows = {name: group["revenue"] for name, group in table.groupby("segment")}
    assert len(rows["new"]) == 11
    assert naive.value == pytest.approx(
        (rows["repeat"].std() / rows["repeat"].mean()) / (rows["new"].std() / rows["new"].mean())
    )
    assert answer.low is not None and "half a year left out" in answer.method  # eleven quarters: more than two years
    with pytest.raises(FrameMistake, match="must step by 1 months"):
        estimate_revenue_stability(frame, CLAIM)
