"""Spend against tenure: a second derivation in numpy, a scenario with a stated truth, and the bias of the naive slope."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role
from analysis.estimators.observational.within_customer_slope import estimate_within_customer_slope, whole_periods
from analysis.frames import Context, spec
from analysis.register.claims import load_register
from tests.draws import draws, fewest, most

CLAIM = load_register()["spend-grows-with-tenure"]
CONTEXT = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="1999")


def a_scenario(n_customers, growth, sorting, noise, seed):
    """Return the frame of a scenario in which everybody's spend grows by `growth` (log points a year) and no more.

    ln spend_it = 3 + a_i + growth * tenure_it + e_it, with a_i = sorting * (years the customer stays) + N(0, 0.3) and
    e_it ~ N(0, noise). Customers stay 3 to 13 quarters. With sorting > 0 the naive slope is too high: in the later
    quarters only those are left who were big spenders from the start.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(n_customers):
        quarters = rng.integers(3, 14)
        own = sorting * quarters / 4 + rng.normal(0, 0.3)
        for quarter in range(1, quarters + 1):
            log_spend = 3 + own + growth * quarter / 4 + rng.normal(0, noise)
            rows.append((customer, quarter, quarter / 4, 1, math.exp(log_spend)))
    table = pd.DataFrame(rows, columns=["customer_id", "period", "tenure_years", "n_purchases", "spend"])
    return spec("customer_periods").check(table, CONTEXT)


def slope_by_hand(table, within):
    """OLS slope of log spend on tenure with the cluster-robust error, written out; in log points.

    Within: beside the customer's and the season's (period modulo 4) effect, by regressing both sides on the dummies.
    Cluster-robust as in Cameron & Miller (2015), J. Human Resources 50, 317-372: the sandwich over customers times
    G / (G - 1) * (N - 1) / (N - K), and t with G - 1 degrees of freedom. K counts slope, constant and three seasons;
    effects of customers are nested in the clusters and do not count (their section III.B).
    """
    y, x, g = np.log(table["spend"].to_numpy()), table["tenure_years"].to_numpy(), table["customer_id"].to_numpy()
    if within:
        last = {customer: max(rows["period"]) for customer, rows in table.groupby("customer_id")}
        table = table[[period < last[customer] for customer, period in zip(g, table["period"], strict=True)]]
        y, x, g = np.log(table["spend"].to_numpy()), table["tenure_years"].to_numpy(), table["customer_id"].to_numpy()
        dummies = pd.get_dummies(pd.DataFrame({"customer": g, "season": table["period"] % 4}).astype(str)).to_numpy(
            float
        )
        y, x = (side - dummies @ np.linalg.lstsq(dummies, side, rcond=None)[0] for side in (y, x))
    else:  # one row a customer: mean log spend on the longest tenure; every customer is a cluster of its own (HC1)
        one = pd.DataFrame({"y": y, "x": x}).groupby(g).agg({"y": "mean", "x": "max"})
        y, x, g = one["y"].to_numpy(), one["x"].to_numpy(), one.index.to_numpy()
        y, x = y - y.mean(), x - x.mean()
    slope = float(x @ y / (x @ x))
    scores = pd.Series(x * (y - slope * x)).groupby(g).sum().to_numpy()
    n, n_clusters = len(y), len(scores)
    correction = n_clusters / (n_clusters - 1) * (n - 1) / (n - 5) if within else n / (n - 2)
    error = math.sqrt(correction * float(scores @ scores)) / float(x @ x)
    half = t.ppf(0.975, n_clusters - (1 if within else 2)) * error
    return [100 * math.expm1(value) for value in (slope, slope - half, slope + half)]


FRAME = a_scenario(n_customers=60, growth=0.05, sorting=0.4, noise=0.2, seed=1)


@pytest.mark.parametrize(("place", "within"), [(0, True), (1, False)])
def test_estimate_agrees_with_the_slope_by_hand(place, within):
    estimate = estimate_within_customer_slope(FRAME, CLAIM)[place]
    assert [estimate.value, estimate.low, estimate.high] == pytest.approx(slope_by_hand(FRAME.table, within), rel=1e-6)


def test_estimate_is_an_answer_with_the_naive_slope_beside_it():
    answer, naive = estimate_within_customer_slope(FRAME, CLAIM)
    assert (answer.role, naive.role) == (Role.ANSWER, Role.NAIVE)
    assert answer.quantity == naive.quantity == "spend_change_per_year"
    assert (answer.scale, answer.unit) == ("percent", "% a year")
    assert (answer.n, naive.n) == (60, 60)


def test_answer_recovers_the_truth_that_the_naive_slope_misses():
    frame = a_scenario(n_customers=2000, growth=0.05, sorting=0.4, noise=0.2, seed=2)
    answer, naive = estimate_within_customer_slope(frame, CLAIM)
    truth = 100 * math.expm1(0.05)
    assert answer.low < truth < answer.high
    assert answer.high - answer.low < 2
    assert naive.low > truth + 5


def test_answer_sees_no_growth_where_there_is_only_sorting():
    answer, naive = estimate_within_customer_slope(a_scenario(2000, growth=0.0, sorting=0.4, noise=0.2, seed=3), CLAIM)
    assert answer.low < 0 < answer.high
    assert naive.low > 0


def test_leaving_in_the_middle_of_a_quarter_does_not_pass_for_falling_spend():
    """Spend per week is the same as long as a customer is there; the last quarter is cut at a random week.

    With the last quarter kept, the slope by hand is well below zero: that is the bias which leaving it out removes.
    """
    rng = np.random.default_rng(6)
    rows = []
    for customer in range(2000):
        weeks = int(rng.integers(30, 150))
        for quarter in range(1, weeks // 13 + 2):
            there = min(13, weeks - 13 * (quarter - 1))
            if there > 0:
                rows.append((customer, quarter, quarter / 4, 1, 20 * there * math.exp(rng.normal(0, 0.2))))
    table = pd.DataFrame(rows, columns=["customer_id", "period", "tenure_years", "n_purchases", "spend"])
    answer, _ = estimate_within_customer_slope(spec("customer_periods").check(table, CONTEXT), CLAIM)
    assert answer.low < 0 < answer.high
    assert answer.high - answer.low < 3
    some = table[table["customer_id"] < 300]  # a column for each customer: more would take minutes
    unending = some.groupby("customer_id").tail(1).assign(period=lambda t: t["period"] + 4)
    kept, _, high = slope_by_hand(pd.concat([some, unending]).reset_index(drop=True), within=True)
    assert kept < high < -5


def test_season_does_not_pass_for_growth():
    """Everybody's last quarter of the year is half as high again; most customers leave before a second spring."""
    frame = a_scenario(n_customers=2000, growth=0.0, sorting=0.0, noise=0.2, seed=5)
    table = frame.table.assign(spend=frame.table["spend"] * np.where(frame.table["period"] % 4 == 3, 1.5, 1.0))
    answer, _ = estimate_within_customer_slope(spec("customer_periods").check(table, CONTEXT), CLAIM)
    assert answer.low < 0 < answer.high
    assert answer.high - answer.low < 3
    whole = whole_periods(table)
    by_customer = whole.groupby("customer_id")["tenure_years"].transform("mean"), np.log(whole["spend"])
    x, y = whole["tenure_years"] - by_customer[0], by_customer[1]
    assert abs(float((x * y).sum() / (x**2).sum())) > 0.02, "with the seasons left in, the same slope is fooled"


def test_one_year_gives_no_interval():
    """Four quarters: tenure and season are the same clock."""
    table = FRAME.table[FRAME.table["period"] <= 4]
    answer, _ = estimate_within_customer_slope(spec("customer_periods").check(table, CONTEXT), CLAIM)
    assert (answer.low, answer.high) == (None, None)
    assert "no interval" in answer.method


@pytest.mark.slow
def test_interval_of_the_answer_covers_the_truth_at_its_level():
    truth, runs = 100 * math.expm1(0.05), draws(300, 150)
    answers = [
        estimate_within_customer_slope(a_scenario(60, 0.05, 0.4, 0.2, seed=seed), CLAIM)[0] for seed in range(runs)
    ]
    assert fewest(runs) <= sum(a.low <= truth <= a.high for a in answers) <= most(runs)


def test_answer_counts_customers_with_two_periods_before_their_last_only():
    once = FRAME.table.groupby("customer_id").head(1).head(3).assign(customer_id=[1001, 1002, 1003])
    frame = spec("customer_periods").check(pd.concat([FRAME.table, once]), CONTEXT)
    answer, naive = estimate_within_customer_slope(frame, CLAIM)
    assert (answer.n, naive.n) == (60, 63)
    assert answer.value == pytest.approx(estimate_within_customer_slope(FRAME, CLAIM)[0].value, rel=1e-9)


@pytest.mark.parametrize("n_customers", [29, 30])
def test_estimate_needs_thirty_customers_with_two_periods(n_customers):
    frame = a_scenario(n_customers, growth=0.05, sorting=0.0, noise=0.2, seed=4)
    if n_customers < 30:
        with pytest.raises(
            FrameMistake, match=r"from Shop A: at least 30 customers must be active in two periods .*; got 29"
        ):
            estimate_within_customer_slope(frame, CLAIM)
    else:
        assert estimate_within_customer_slope(frame, CLAIM)[0].n == 30
