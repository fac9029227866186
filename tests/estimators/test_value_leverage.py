"""Leverage of retention: annuities by hand and as printed, brute-force sums, and the models' own discounted purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import beta, gamma

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import WEEKS_PER_YEAR, Design, Kind, Role
from analysis.estimators.survival import leverage_histories
from analysis.estimators.survival.leverage_accounts import estimate_leverage_accounts
from analysis.estimators.survival.leverage_arithmetic import (
    QUANTITIES,
    Base,
    beta_nodes,
    leverage,
    leverage_estimates,
    per_period,
    percentile_bounds,
)
from analysis.estimators.survival.leverage_bases import base_of_chances, base_of_occasions, base_of_rates
from analysis.estimators.survival.leverage_histories import estimate_leverage_opportunities, estimate_leverage_summary
from analysis.estimators.survival.leverage_survival import _chances_by_age, estimate_leverage_survival
from analysis.frames import Context, spec
from analysis.models import bg_bb, pareto_nbd
from analysis.models.fit import ModelNotIdentified
from analysis.models.shifted_beta_geometric import discounted_expected_lifetime
from analysis.register.claims import load_register

CLAIM = load_register()["retention-profit-leverage"]
CONTEXT = Context(source="Firm A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="then")
FORCE = float(np.log1p(0.1)) / WEEKS_PER_YEAR


def by_quantity(estimates, role=Role.ANSWER):
    return {e.quantity: e for e in estimates if e.role is role}


def a_survival(**cohorts):
    rows = [(name, age, counts[0], n) for name, counts in cohorts.items() for age, n in enumerate(counts)]
    table = pd.DataFrame(rows, columns=["cohort", "period", "n_start", "n_surviving"])
    return spec("cohort_survival").check(table, CONTEXT)


# --- definitions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    # value r / (1.1 - r): what "5 %" means at three rates; 22.4, 15.1, 6.1 and so on, as worked out from the formula
    ("rate", "points", "relative", "churn"),
    [(0.70, 22.4, 15.1, 6.1), (0.80, 27.5, 21.2, 4.7), (0.90, 40.7, 35.5, 3.1)],
)
def test_readings_of_five_percent_where_all_are_alike(rate, points, relative, churn):
    c = 1 - rate
    found = leverage(Base(value=lambda k: (1 - c * k) / (0.1 + c * k), retention=lambda k: 1 - c * k))
    assert found["profit_change_five_points"] == pytest.approx(points, abs=0.06)
    assert found["profit_change_five_percent_rate"] == pytest.approx(relative, abs=0.06)
    assert found["profit_change_five_percent_churn"] == pytest.approx(churn, abs=0.06)
    assert found["value_elasticity"] == pytest.approx(1.1 / (1.1 - rate), rel=1e-6)
    # per 1 % of churn: the elasticity times churn over retention
    assert found["churn_elasticity"] == pytest.approx(1.1 / (1.1 - rate) * c / rate, rel=1e-6)


def test_a_reading_that_cannot_be_reached_is_left_out():
    found = leverage(Base(value=lambda k: (1 - 0.03 * k) / (0.1 + 0.03 * k), retention=lambda k: 1 - 0.03 * k))
    assert "profit_change_five_points" not in found
    assert "profit_change_five_percent_rate" not in found
    assert "profit_change_five_percent_churn" in found


@pytest.mark.parametrize(("a", "b"), [(0.7, 1.2), (0.6, 15.0), (3.0, 900.0)])
def test_beta_nodes_integrate_like_quad(a, b):
    nodes, weights = beta_nodes(a, b)
    value = float(weights @ ((1 - nodes) / (nodes + 0.1)))
    expected = quad(lambda x: (1 - x) / (x + 0.1) * beta.pdf(x, a, b), 0, 1, limit=200, points=[0.001, 0.01])[0]
    assert value == pytest.approx(expected, rel=1e-4)


# --- survival --------------------------------------------------------------------------------------


def test_customers_who_are_alike_give_the_annuity():
    """Chances of leaving all close to one in ten."""
    chances, weights = _chances_by_age({"alpha": 3_000, "beta": 27_000}, np.array([3.0, 2.0]))
    found = leverage(base_of_chances(chances, weights, 0.1, 1))
    assert found["value_elasticity"] == pytest.approx(5.5, rel=1e-3)
    assert found["churn_elasticity"] == pytest.approx(5.5 / 9, rel=1e-3)


def test_customers_who_are_alike_are_an_answer_and_no_refusal():
    """A tenth leaves at every age: the annuity, 1.1 / (1.1 - .9) = 5.5, where 100,000 customers were refused before.

    A cut of churn by a twentieth at the rate .1: (.905 / .195) / (.9 / .2) - 1 = 3.13 %. Customers who differ would gain less:
    the annuity lies at or near one end of the interval.
    """
    found = estimate_leverage_survival(a_survival(one=[100_000, 90_000, 81_000, 72_900, 65_610]), CLAIM)
    answer = by_quantity(found)
    assert answer["value_elasticity"].value == pytest.approx(5.5, rel=1e-4)
    assert answer["profit_change_five_percent_churn"].value == pytest.approx(100 * (0.905 * 0.2 / (0.195 * 0.9) - 1))
    assert "at its limit, the geometric" in answer["value_elasticity"].method
    assert answer["value_elasticity"].low < 5.5 < answer["value_elasticity"].high < 5.7


def test_one_segment_of_customers_alike_does_not_take_the_others_down():
    frame = a_survival(low=[1000, 631, 468, 382, 326], alike=[10_000, 9_000, 8_100, 7_290])
    found = estimate_leverage_survival(frame, CLAIM, by_cohort=True)
    parts = [e.value for e in found if e.role is Role.CONTEXT and e.quantity == "value_elasticity"]
    assert min(parts) < by_quantity(found)["value_elasticity"].value < max(parts) == pytest.approx(5.5, rel=1e-4)


def test_whoever_leaves_does_so_at_once_is_no_limit_and_refused():
    with pytest.raises(ModelNotIdentified):
        estimate_leverage_survival(a_survival(one=[1000, 600, 600, 600, 600]), CLAIM)


def test_survival_agrees_with_sums_over_a_fine_grid():
    """The same numbers by adding up payments year by year over a grid of chances to leave, for a given alpha and beta."""
    alpha, b, n_begun = 0.9, 2.5, np.array([1000.0, 1000.0, 600.0])
    grid = (np.arange(20_000) + 0.5) / 20_000
    density = beta.pdf(grid, alpha, b)
    density /= density.sum()
    base_weight = sum(n * density * (1 - grid) ** t for t, n in enumerate(n_begun))

    def value(k):
        kept, total = 1 - k * grid, np.zeros_like(grid)
        for year in range(1, 400):
            total += kept**year / 1.1**year
        return float(base_weight @ total)

    def retention(k):
        return float(base_weight @ (1 - k * grid) / base_weight.sum())

    def value_times(times):
        kept, total = np.minimum(times * (1 - grid), 1.0), np.zeros_like(grid)
        for year in range(1, 400):
            total += kept**year / 1.1**year
        return float(base_weight @ total)

    def retention_times(times):
        return float(base_weight @ np.minimum(times * (1 - grid), 1.0) / base_weight.sum())

    chances, weights = _chances_by_age({"alpha": alpha, "beta": b}, n_begun)
    found = leverage(base_of_chances(chances, weights, 0.1, 1))
    expected = leverage(
        Base(value=value, retention=retention, value_times=value_times, retention_times=retention_times)
    )
    assert found == pytest.approx(expected, rel=2e-3)


def test_value_of_new_customers_is_the_discounted_expected_lifetime_less_the_first_payment():
    params = {"alpha": 0.704, "beta": 1.182}
    chances, weights = _chances_by_age(params, np.array([1.0]))
    base = base_of_chances(chances, weights, 0.1, 1)
    assert base.value(1.0) == pytest.approx(discounted_expected_lifetime(params, 0.1) - 1, rel=1e-9)
    assert base.retention(1.0) == pytest.approx(1 - 0.704 / (0.704 + 1.182), rel=1e-9)


def test_differences_between_customers_make_the_leverage_smaller_than_the_annuity():
    # Fader & Hardie (2007), Journal of Interactive Marketing 21(1): survivors of 'Regular' in years 0 to 7
    frame = a_survival(regular=[1000, 631, 468, 382, 326, 289, 262, 241])
    estimates = estimate_leverage_survival(frame, CLAIM)
    answer, naive = by_quantity(estimates)["value_elasticity"], by_quantity(estimates, Role.NAIVE)["value_elasticity"]
    survivors = np.array([1000, 631, 468, 382, 326, 289, 262, 241])
    pooled = survivors[1:].sum() / survivors[:-1].sum()
    assert naive.value == pytest.approx(
        1.1 / (1.1 - pooled), rel=0.01
    )  # the model's rate of the base, near the counted one
    assert answer.high < naive.value
    assert answer.low <= answer.value <= answer.high
    assert {e.design for e in estimates} == {Design.MODEL}


def test_segments_are_fitted_apart_and_shown_beside_their_sum():
    frame = a_survival(low=[1000, 631, 468, 382, 326], high=[1000, 869, 743, 653, 593])
    estimates = estimate_leverage_survival(frame, CLAIM, by_cohort=True)
    answer = by_quantity(estimates)["value_elasticity"].value
    parts = [e.value for e in estimates if e.role is Role.CONTEXT and e.quantity == "value_elasticity"]
    assert min(parts) < answer < max(parts)
    alone = by_quantity(estimate_leverage_survival(a_survival(low=[1000, 631, 468, 382, 326]), CLAIM))
    assert alone["value_elasticity"].value == pytest.approx(min(parts), rel=1e-6)


def test_monthly_chances_are_read_as_yearly_retention():
    """2 % leave a month: .98^12 stay a year, and ln value moves with ln(yearly rate) a twelfth of what it does monthly."""
    monthly = per_period(0.1, 12)
    assert monthly == pytest.approx(1.1 ** (1 / 12) - 1)
    base = base_of_chances(np.array([0.02]), np.ones(1), monthly, 12)
    assert base.retention(1.0) == pytest.approx(0.98**12)
    assert leverage(base)["value_elasticity"] == pytest.approx((1 + monthly) / (1 + monthly - 0.98) / 12, rel=1e-5)


@pytest.mark.parametrize("counts", [[100, 60, 70], [100, 101, 90]])
def test_counts_that_rise_are_activity_and_refused(counts):
    with pytest.raises(FrameMistake, match="Counts of active customers are no survival"):
        estimate_leverage_survival(a_survival(one=counts), CLAIM)


# --- histories -------------------------------------------------------------------------------------


def test_value_of_pareto_base_is_its_discounted_expected_purchases():
    params = {"r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7}
    rows = pd.DataFrame(
        {"frequency": [0, 2, 7], "recency": [0, 30.4, 35.0], "T": [38.9, 38.9, 36.0], "n_customers": [5, 2, 1]}
    )
    base = base_of_rates(params, rows, FORCE)
    each = pareto_nbd.discounted_expected_residual_purchases(
        params, FORCE, rows["frequency"], rows["recency"], rows["T"]
    )
    assert base.value(1.0) == pytest.approx(float(each @ rows["n_customers"]), rel=1e-6)


@pytest.mark.parametrize("k", [1.0, 0.4, 1e-3])
def test_pareto_base_under_a_factor_agrees_with_quad(k):
    """One customer, alive for sure (bought on the last day): expectations over his rate of leaving, by quadrature."""
    params = {"r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7}
    rows = pd.DataFrame({"frequency": [3], "recency": [30.0], "T": [30.0], "n_customers": [1]})
    base = base_of_rates(params, rows, FORCE)
    leaving = gamma(params["s"], scale=1 / (params["beta"] + 30.0))
    buying = (params["r"] + 3) / (params["alpha"] + 30.0)
    share = (np.arange(200_000) + 0.5) / 200_000
    mu = leaving.ppf(share)
    assert base.value(k) == pytest.approx(buying * float((1 / (k * mu + FORCE)).mean()), rel=1e-3)
    assert base.retention(k) == pytest.approx(float(np.exp(-k * mu * WEEKS_PER_YEAR).mean()), rel=1e-3)


def test_value_of_regular_base_is_its_discounted_expected_purchases():
    params = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
    rows = pd.DataFrame(
        {"frequency": [0, 2, 6], "recency": [0, 4, 6], "n_opportunities": [6, 6, 6], "n_customers": [30, 20, 10]}
    )
    base = base_of_occasions(params, rows, 0.1, 1)
    each = bg_bb.discounted_expected_residual_purchases(params, 0.1, rows["frequency"], rows["recency"], [6, 6, 6])
    assert base.value(1.0) == pytest.approx(float(each @ rows["n_customers"]), rel=1e-8)
    # who is alive at 6 leaves before 7 with a chance of mean gamma / (gamma + delta + 6)
    assert base.retention(1.0) == pytest.approx(1 - 0.657 / (0.657 + 2.783 + 6), rel=1e-9)


def test_opportunities_and_summary_answer_every_quantity_with_the_model_design():
    rng = np.random.default_rng(4)
    n = 600
    p, theta = rng.beta(1.2, 0.8, n), rng.beta(0.7, 2.8, n)
    alive = np.cumprod(rng.random((n, 6)) > theta[:, None], axis=1)
    used = (rng.random((n, 6)) < p[:, None]) * alive
    table = pd.DataFrame({"frequency": used.sum(axis=1), "recency": (used * np.arange(1, 7)).max(axis=1)})
    table = table.groupby(["frequency", "recency"], as_index=False).size().rename(columns={"size": "n_customers"})
    frame = spec("opportunities").check(table.assign(n_opportunities=6), CONTEXT)
    estimates = estimate_leverage_opportunities(frame, CLAIM, n_draws=30)
    answers = by_quantity(estimates)
    assert {"value_elasticity", "churn_elasticity", "profit_change_five_percent_churn"} <= set(answers)
    assert {e.design for e in estimates} == {Design.MODEL}
    assert answers["value_elasticity"].n == n
    assert by_quantity(estimates, Role.NAIVE)["value_elasticity"].value > answers["value_elasticity"].value


@pytest.mark.slow
def test_summary_recovers_the_leverage_of_a_drawn_population():
    """Rates of buying and leaving are known one by one; the truth is the leverage of those who are alive at the end."""
    rng = np.random.default_rng(5)
    n, length = 4_000, 78.0
    lam, mu = rng.gamma(0.6, 1 / 8.0, n), rng.gamma(0.6, 1 / 12.0, n)
    life = rng.exponential(1 / mu)
    rows = []
    for i in range(n):
        watched = min(length, life[i])
        times = np.sort(rng.uniform(0, watched, rng.poisson(lam[i] * watched)))
        rows.append((len(times), times[-1] if len(times) else 0.0))
    table = pd.DataFrame(rows, columns=["frequency", "recency_weeks"]).assign(T_weeks=length, n_customers=1)
    found = by_quantity(estimate_leverage_summary(spec("customer_summary").check(table, CONTEXT), CLAIM))
    there = life > length
    truth = leverage(
        Base(
            value=lambda k: float((lam[there] / (k * mu[there] + FORCE)).sum()),
            retention=lambda k: float(np.exp(-k * mu[there] * WEEKS_PER_YEAR).mean()),
        )
    )
    for quantity in ("value_elasticity", "churn_elasticity", "profit_change_five_percent_churn"):
        assert found[quantity].value == pytest.approx(truth[quantity], rel=0.15)


def test_draws_tried_on_a_part_of_the_histories_give_the_same_interval(monkeypatch):
    """What the part gets wrong at best is taken off, so that only the spread of the draws is read from it."""
    rng = np.random.default_rng(7)
    life = rng.exponential(1 / rng.gamma(1.0, 1 / 40.0, 3_000))
    watched = np.minimum(life, 78.0)
    bought = rng.poisson(rng.gamma(1.0, 1 / 5.0, 3_000) * watched)
    last = np.where(bought > 0, np.maximum((watched * rng.beta(np.maximum(bought, 1), 1.0)).round(1), 0.1), 0.0)
    table = pd.DataFrame({"frequency": bought, "recency_weeks": last, "T_weeks": 78.0})
    rows = table.groupby(list(table.columns)).size().rename("n_customers").reset_index()
    frame = spec("customer_summary").check(rows, CONTEXT)
    whole = by_quantity(estimate_leverage_summary(frame, CLAIM))["value_elasticity"]
    monkeypatch.setattr(leverage_histories, "MOST_HISTORIES_DRAWN", 200)
    part = by_quantity(estimate_leverage_summary(frame, CLAIM))["value_elasticity"]
    assert len(rows) > 1_000
    assert part.value == whole.value
    assert part.high - part.low == pytest.approx(whole.high - whole.low, rel=0.1)


RUN_OFF = {
    "no number where hardly anybody leaves": lambda k: 1 - 0.1 * k if k > 0.5 else float("nan"),
    "no number anywhere": lambda k: float("nan"),
    "nobody leaves": lambda k: 1.0,
}


@pytest.mark.parametrize("retention", RUN_OFF.values(), ids=RUN_OFF)
def test_a_model_whose_draws_run_off_is_refused_and_does_not_crash(retention):
    with pytest.raises(ModelNotIdentified, match="run off"):
        leverage(Base(value=lambda k: 1 / (1 + k), retention=retention))


@pytest.mark.parametrize(("a", "b"), [(1e-20, 3.0), (1.0, 0.0), (float("nan"), 1.0)])
def test_a_beta_that_has_run_off_is_refused(a, b):
    with pytest.raises(ModelNotIdentified, match="run off"):
        beta_nodes(a, b)


# --- accounts --------------------------------------------------------------------------------------


def test_accounts_give_the_annuity_as_naive_numbers():
    """Ten in a hundred lost every year, d = 10 %: 5.5, and 40.7, 35.5 and 3.1 % for five per cent."""
    table = pd.DataFrame(
        {
            "period_start": pd.date_range("2010-01-01", periods=8, freq="YS"),
            "years": 1.0,
            "n_start": 1000,
            "n_won": 100,
            "n_resurrected": 0,
            "n_lost": 100,
            "n_end": 1000,
        }
    )
    estimates = estimate_leverage_accounts(spec("account_periods").check(table, CONTEXT), CLAIM)
    found = by_quantity(estimates, Role.NAIVE)
    assert estimates[0].quantity == "value_elasticity"
    assert found["value_elasticity"].value == pytest.approx(5.5, rel=1e-6)
    assert found["profit_change_five_points"].value == pytest.approx(40.7, abs=0.06)
    assert found["profit_change_five_percent_rate"].value == pytest.approx(35.5, abs=0.06)
    assert found["profit_change_five_percent_churn"].value == pytest.approx(3.1, abs=0.06)
    assert not by_quantity(estimates)


def test_accounts_of_one_year_are_refused():
    table = pd.DataFrame(
        {
            "period_start": [pd.Timestamp("2010-01-01")],
            "years": 1.0,
            "n_start": 9,
            "n_won": 1,
            "n_resurrected": 0,
            "n_lost": 1,
            "n_end": 9,
        }
    )
    with pytest.raises(FrameMistake, match="two years of periods with losses"):
        estimate_leverage_accounts(spec("account_periods").check(table, CONTEXT), CLAIM)


def test_interval_of_a_hundred_draws_holds_ninety_five_in_a_hundred_of_their_fellows():
    """Between the k-th and the (101 - k)-th of 100 draws falls a further one with (101 - 2 k) / 101: k = 2.525 for 95 %."""
    alike = Base(value=lambda k: (1 - 0.1 * k) / (0.1 + 0.1 * k), retention=lambda k: 1 - 0.1 * k)
    frame = spec("account_periods").check(
        pd.DataFrame(
            {
                "period_start": pd.to_datetime(["2020-01-01"]),
                "years": [1.0],
                **{name: [0] for name in ("n_start", "n_won", "n_resurrected", "n_lost", "n_end")},
            }
        ),
        CONTEXT,
    )
    found = leverage_estimates(
        frame,
        CLAIM,
        alike,
        percentile_bounds([dict.fromkeys(QUANTITIES, float(k)) for k in range(1, 101)]),
        n=1,
        method="",
        assumptions=(),
        discount_rate=0.1,
    )
    assert (found[0].low, found[0].high) == pytest.approx((2.525, 98.475))
