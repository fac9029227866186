"""Momentum beyond sorting: closed forms against simulated customers, scenarios without and with momentum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role
from analysis.estimators.survival.no_state_dependence import POPULATIONS, Counts
from analysis.estimators.survival.state_dependence import estimate_state_dependence
from analysis.frames import Context, spec
from analysis.frames.regular_occasions import repeat_trials_from_flags
from analysis.models.fit import ModelNotIdentified
from analysis.register.claims import load_register

CLAIM = load_register()["repeat-momentum"]
CONTEXT = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="then")


def a_population(n, seed, *, first_can_be_last=True, staying=0.0, pace=0.0, shape=1, length=(300, 500), a=0.5, b=0.9):
    """Return purchase days of customers who buy at rates gamma(.7, 60) a day and leave with chances beta(a, b).

    With `staying`, the logit of staying rises by that much with every purchase made; with `pace`, the log of the rate. With
    `shape` above 1 waits are more regular than chance (Erlang). With neither staying nor pace nobody changes, and the raw
    slope is positive by sorting alone.
    """
    rng = np.random.default_rng(seed)
    lam, p, observed = rng.gamma(0.7, 1 / 60.0, n), rng.beta(a, b, n), rng.integers(*length, n)
    rows = []
    for i in range(n):
        at, number = 0.0, 1
        while at <= observed[i] and number < 200:
            rows.append((i, number, at, observed[i]))
            odds = (1 - p[i]) / p[i] * np.exp(staying * (number - 1))
            if (first_can_be_last or number > 1) and rng.random() >= odds / (1 + odds):
                break
            at += rng.gamma(shape, 1 / shape) / (lam[i] * np.exp(pace * (number - 1)))
            number += 1
    return pd.DataFrame(rows, columns=["customer_id", "purchase_number", "at", "observed"])


def a_frame(log):
    table = log.assign(
        gap_days=log.groupby("customer_id")["at"].shift(-1) - log["at"], followed_days=log["observed"] - log["at"]
    )
    return spec("repeat_trials").check(table[["customer_id", "purchase_number", "gap_days", "followed_days"]], CONTEXT)


def counted(table, horizon, top):
    watched = table[(table["followed_days"] >= horizon) & (table["purchase_number"] <= top)]
    grouped = (watched["gap_days"] <= horizon).groupby(watched["purchase_number"])
    return grouped.size().to_numpy(float), grouped.sum().to_numpy(float)


def test_slope_is_that_of_a_regression_on_single_trials():
    trials, successes = np.array([40.0, 25.0, 10.0]), np.array([8.0, 10.0, 6.0])
    number = np.repeat([1, 2, 3], trials.astype(int))
    outcome = np.concatenate([[1] * int(s) + [0] * int(t - s) for t, s in zip(trials, successes, strict=True)])
    assert Counts(trials=trials, successes=successes).slope() == pytest.approx(100 * np.polyfit(number, outcome, 1)[0])


@pytest.mark.parametrize(("name", "first_can_be_last"), [("mbg_nbd", True), ("bg_nbd", False)])
def test_closed_form_agrees_with_simulated_customers(name, first_can_be_last):
    log = a_population(15_000, seed=1, first_can_be_last=first_can_be_last)
    trials, successes = counted(a_frame(log).table, 91.0, 6)
    times, n = np.unique(log.drop_duplicates("customer_id")["observed"], return_counts=True)
    params = {"r": 0.7, "alpha": 60.0, "a": 0.5, "b": 0.9}
    expected = POPULATIONS[name].expect(params, times.astype(float), n.astype(float), 91.0, 6)
    error = np.sqrt(trials)  # about the Poisson error of a count
    assert (np.abs(trials - expected.trials) < 4 * error).all()
    assert (np.abs(successes - expected.successes) < 4 * error).all()


def test_closed_form_on_regular_occasions_agrees_with_simulated_customers():
    rng = np.random.default_rng(2)
    n, params = 40_000, {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8}
    p, theta = rng.beta(1.2, 0.75, n), rng.beta(0.66, 2.8, n)
    alive = np.cumprod(rng.random((n, 8)) > theta[:, None], axis=1)
    used = (rng.random((n, 8)) < p[:, None]) * alive
    flags = pd.DataFrame(np.column_stack([np.ones(n, int), used]))
    trials, successes = counted(repeat_trials_from_flags(flags, days_per_occasion=1.0), 1.0, 6)
    expected = POPULATIONS["bg_bb"].expect(params, np.array([8.0]), np.array([float(n)]), 1.0, 6)
    assert (np.abs(trials - expected.trials) < 4 * np.sqrt(trials)).all()
    assert (np.abs(successes - expected.successes) < 4 * np.sqrt(trials)).all()


def test_within_customer_slope_by_hand():
    """Customer 1 waits 100, 50, 20 days (too long, short, short): slope on 1, 2, 3 is .5 and the sum of squares 2.

    Customer 2 waits 10, 200: slope -1, sum of squares .5; together (2 * .5 - .5 * 1) / 2.5 = .2. Copies of both make 60.
    """
    gaps = {0: [100, 50, 20, None], 1: [10, 200, None], 2: [5, None]}  # the third has one completed wait: not compared
    rows = [
        (3 * copy + customer, number, gap, 1_000)
        for copy in range(30)
        for customer, waits in gaps.items()
        for number, gap in enumerate(waits, start=1)
    ]
    table = pd.DataFrame(rows, columns=["customer_id", "purchase_number", "gap_days", "followed_days"])
    table["gap_days"] = table["gap_days"].astype(float)
    answer = estimate_state_dependence(spec("repeat_trials").check(table, CONTEXT), CLAIM, population=None)[0]
    assert answer.value == pytest.approx(20.0)
    assert answer.n == 60


def test_population_in_which_nobody_changes_shows_a_raw_slope_and_no_momentum():
    answer, less, sorting, naive = estimate_state_dependence(a_frame(a_population(3_000, seed=3)), CLAIM)
    assert [e.role for e in (answer, less, sorting, naive)] == [Role.ANSWER, Role.CONTEXT, Role.CONTEXT, Role.NAIVE]
    assert naive.low > 3
    assert answer.low < 0 < answer.high
    assert less.value == pytest.approx(naive.value - sorting.value)
    assert abs(less.value) < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("shape", [1, 3])
def test_interval_holds_no_momentum_at_its_level_however_regular_purchases_are(shape):
    runs = 120
    answers = [
        estimate_state_dependence(a_frame(a_population(300, seed=s, shape=shape)), CLAIM, population=None, n_boot=10)[0]
        for s in range(runs)
    ]
    held = sum(e.low <= 0 <= e.high for e in answers) / runs
    # four binomial errors around 95 %
    assert held == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / runs))


@pytest.mark.parametrize("pace", [0.1, -0.1])
def test_a_pace_that_changes_with_every_purchase_is_seen(pace):
    frame = a_frame(a_population(3_000, seed=4, pace=pace))
    answer, naive = estimate_state_dependence(frame, CLAIM, population=None, horizon_days=30.0)
    assert answer.low > 1 if pace > 0 else answer.high < -1
    assert naive.low > 0  # the raw slope is positive either way


def test_a_chance_to_stay_that_rises_is_not_seen_and_the_answer_says_so():
    """Each purchase raises the odds of staying by 80 %. A customer leaves once, so this looks the same as sorting."""
    frame = a_frame(a_population(3_000, seed=5, staying=0.6, a=2.0, b=2.0))
    answer, less, *_ = estimate_state_dependence(frame, CLAIM)
    assert answer.low < 0.3 and answer.high > -0.3
    assert "not whether fewer leave" in answer.indirect
    # why the raw slope less sorting is context: the fitted spread takes up nearly all of so large a change
    assert less.value < 1


def test_regular_purchases_leave_a_remainder_of_the_raw_slope_that_is_no_momentum():
    answer, less, *_ = estimate_state_dependence(a_frame(a_population(3_000, seed=6, shape=3)), CLAIM)
    assert less.low > 0.3
    assert answer.low < 0 < answer.high


@pytest.mark.slow
def test_regular_occasions_without_change_show_no_momentum():
    rng = np.random.default_rng(6)
    n = 4_000
    p, theta = rng.beta(1.2, 0.75, n), rng.beta(0.66, 2.8, n)
    used = (rng.random((n, 9)) < p[:, None]) * np.cumprod(rng.random((n, 9)) > theta[:, None], axis=1)
    flags = pd.DataFrame(np.column_stack([np.ones(n, int), used]))
    frame = spec("repeat_trials").check(repeat_trials_from_flags(flags), CONTEXT)
    answer, less, _, naive = estimate_state_dependence(frame, CLAIM, population="bg_bb", n_boot=10)
    assert naive.low > 1
    assert answer.low < 0 < answer.high
    assert abs(less.value) < 0.5


def test_naive_only_gives_the_raw_slope():
    frame = a_frame(a_population(500, seed=8))
    (naive,) = estimate_state_dependence(frame, CLAIM, naive_only=True)
    trials, successes = counted(frame.table, 91.0, 10)
    top = int(np.argmax(trials < 30)) if (trials < 30).any() else 10
    assert naive.value == pytest.approx(Counts(trials=trials[:top], successes=successes[:top]).slope())


def test_same_seed_gives_the_same_interval():
    frame = a_frame(a_population(400, seed=9))
    one, same, other = (estimate_state_dependence(frame, CLAIM, n_boot=10, seed=seed)[1] for seed in (1, 1, 2))
    assert (one.low, one.high) == (same.low, same.high)
    assert one.value == other.value and one.low != other.low


def test_histories_that_do_not_begin_at_the_first_purchase_are_refused():
    frame = a_frame(a_population(200, seed=10))
    table = frame.table[frame.table["purchase_number"] > 1]
    with pytest.raises(FrameMistake, match="every customer must have a row for purchase 1"):
        estimate_state_dependence(spec("repeat_trials").check(table, CONTEXT), CLAIM)


def test_too_short_a_follow_up_is_refused():
    with pytest.raises(FrameMistake, match="second purchases must have 450 days left to watch"):
        estimate_state_dependence(a_frame(a_population(200, seed=11)), CLAIM, horizon_days=450)


def test_too_few_customers_with_two_waits_are_refused():
    frame = a_frame(a_population(120, seed=13))
    waits = frame.table.assign(gap_days=frame.table["gap_days"].where(frame.table["purchase_number"] == 1))
    with pytest.raises(FrameMistake, match="at least 30 customers must have two completed waits"):
        estimate_state_dependence(spec("repeat_trials").check(waits, CONTEXT), CLAIM, population=None, max_number=2)


@pytest.mark.parametrize("options", [{"max_number": 1}, {"n_boot": 5}, {"horizon_days": 0}, {"population": "nbd"}])
def test_bad_options_are_refused(options):
    with pytest.raises(ParameterMistake):
        estimate_state_dependence(a_frame(a_population(200, seed=12)), CLAIM, **options)


def test_a_population_that_cannot_be_fitted_is_a_line_and_does_not_take_the_answer_down(monkeypatch):
    """The answer compares a customer with itself and needs no population."""

    def refuse(rows, *, start=None):
        raise ModelNotIdentified("the customers are two of a kind")

    monkeypatch.setitem(POPULATIONS, "mbg_nbd", replace(POPULATIONS["mbg_nbd"], fit=refuse))
    frame = a_frame(a_population(500, seed=8))
    alone, _ = estimate_state_dependence(frame, CLAIM, population=None, n_boot=10)
    answer, naive = estimate_state_dependence(frame, CLAIM, population="mbg_nbd", n_boot=10)
    assert answer == alone
    assert naive.method.endswith("is not shown: the customers are two of a kind")
