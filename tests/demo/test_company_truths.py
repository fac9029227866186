"""The truths of a simulated company: what randomised campaigns show is what the counterfactual scenario says, and a naive look is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.demo import CompanyScenario, Effects, simulate_company, tables_of
from analysis.demo.counterfactuals import CASES
from analysis.demo.outcomes import Outcomes
from analysis.demo.tables import buys_of
from analysis.demo.truths import counterfactual_truths, formula_truths
from analysis.register.claims import load_register

SMALL = CompanyScenario(n_customers=3_000, years=4)


def test_every_truth_names_a_quantity_that_the_register_knows() -> None:
    register = load_register()
    for claim, quantity in [(t.claim, t.quantity) for t in formula_truths(SMALL)] + [
        (c.claim, c.quantity) for c in CASES
    ]:
        register[claim].quantity(quantity)


def test_formulas_by_hand() -> None:
    found = {t.quantity: t.value for t in formula_truths(replace(SMALL, effects=Effects.none()))}
    assert found["average_cost_ratio"] == 1.0
    assert found["pace_per_step"] == 0.0
    assert found["hazard_ratio_in_contract"] == 1.0
    assert found["price_tenure_odds_ratio"] == 1.0
    # Of a hundred leavers ten did not choose to: 36 name service, 22 a competitor and 18 the price, of 90 who did.
    assert found["reason_gap"] == pytest.approx(100 * -4 / 90)
    found = {t.quantity: t.value for t in formula_truths(replace(SMALL, effects=Effects.none(goal_gradient=np.log(2))))}
    assert found["pace_per_step"] == pytest.approx(100 * (2**0.1 - 1))


def test_a_company_without_effects_has_no_effect() -> None:
    claims = ("proactive-contact-reduces-churn", "personalisation-lifts-response", "programme-raises-retention")
    truths = counterfactual_truths(replace(SMALL, effects=Effects.none()), seed=1, claims=claims)
    assert len(truths) == 6
    assert {t.value for t in truths} == {0.0}


def test_what_lots_show_is_the_effect_that_the_other_scenario_says() -> None:
    """The winback campaign: share who buy within the year, contacted less control, by plain counting in the tables."""
    scenario = replace(SMALL, n_customers=6_000, returns_a_week=0.004, effects=Effects.none(winback_return_ratio=5.0))
    run = simulate_company(scenario, seed=2)
    tables = tables_of(run, seed=2)
    rows = tables["campaigns"].query("family == 'winback'")
    bought = rows.merge(tables["transactions"], on="customer_id", suffixes=("", "_bought"))
    within = (bought["at_bought"] >= bought["at"]) & (bought["at_bought"] < bought["at"] + pd.Timedelta(days=365))
    who = bought[within].groupby(["campaign_id", "customer_id"]).size()
    came = pd.MultiIndex.from_frame(rows[["campaign_id", "customer_id"]]).isin(who.index)
    shares = pd.Series(came, index=rows.index).groupby(rows["arm"]).agg(["mean", "size"])
    contrast = 100 * (shares.loc["contacted", "mean"] - shares.loc["control", "mean"])
    error = 100 * np.sqrt((shares["mean"] * (1 - shares["mean"]) / shares["size"]).sum())
    (truth,) = counterfactual_truths(scenario, seed=2, claims=("reactivation-pays",))
    assert truth.value > 8  # 5 times a weekly chance of 0.4 % over 13 weeks: 1 - exp(-0.26) less 1 - exp(-0.052) is 17
    assert truth.value < 18
    assert abs(contrast - truth.value) < 4 * error


def test_members_buy_more_than_others_though_the_programme_does_nothing() -> None:
    """The trap: heavy buyers join first."""
    scenario = replace(SMALL, effects=Effects.none())
    run = simulate_company(scenario, seed=1)
    members = np.zeros(scenario.n_customers, dtype=bool)
    members[run.log.table("rows", ("who",))["who"].astype(int)] = True
    rates = np.exp(run.people.log_rate)
    assert rates[members].mean() > 1.4 * rates[~members].mean()
    truths = counterfactual_truths(scenario, seed=1, claims=("programme-raises-retention",))
    assert {t.value for t in truths} == {0.0}


def test_grave_tickets_are_seldom_settled_at_once_and_heavy_users_have_more() -> None:
    run = simulate_company(replace(SMALL, effects=Effects.none()), seed=1)
    t = run.log.table("tickets", ("who", "first", "severity", "hours"))
    by_severity = t.groupby("severity")["first"].mean()
    assert by_severity.iloc[0] > by_severity.iloc[-1] + 0.2
    assert np.corrcoef(t["severity"].astype(float), np.log(t["hours"]))[0, 1] > 0.3
    counts = np.bincount(t["who"].astype(int), minlength=SMALL.n_customers)
    rate = run.people.log_rate
    assert counts[rate > np.median(rate)].mean() > 1.3 * counts[rate <= np.median(rate)].mean()


def test_referred_customers_are_like_those_who_brought_them() -> None:
    run = simulate_company(replace(SMALL, homophily=0.6, effects=Effects.none()), seed=1)
    friends = np.flatnonzero(run.state.referrer >= 0)
    own, theirs = run.state.satisfaction[friends], run.state.satisfaction[run.state.referrer[friends]]
    assert np.corrcoef(own, theirs)[0, 1] == pytest.approx(0.6, abs=4 * (1 - 0.36) / np.sqrt(len(friends)))


def test_outcomes_count_what_the_tables_hold() -> None:
    run = simulate_company(replace(SMALL, n_customers=400), seed=1)
    outcomes, buys = Outcomes(run), buys_of(run)
    who = np.arange(400)
    whole = np.full(400, run.scenario.n_days)
    assert outcomes.purchases(who, 0 * who, whole).tolist() == np.bincount(buys["who"], minlength=400).tolist()
    assert outcomes.spend(who, 0 * who, whole).sum() == pytest.approx(buys["amount"].sum())
    assert outcomes.is_customer(who, run.people.joined).all()
    assert not outcomes.is_customer(who, run.people.joined - 1).any()
    one = buys[buys["who"] == 7]
    day = int(one["day"].iloc[0])
    assert outcomes.purchases(np.array([7]), np.array([day]), np.array([day])).tolist() == [1]
