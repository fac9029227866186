"""Talk over a network: the simulation recovers what can be worked out by hand, and its comparison finds known answers."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.core.errors import ParameterMistake
from analysis.models.talk_network import (
    TalkScenario,
    compare_gains,
    hears_from,
    simulate_customers,
)

N_RUNS = 200
WITHIN = 4.0  # standard errors of the mean over runs: missed once in some 16,000 tests

SILENT = TalkScenario(speak_well=0.0, speak_badly=0.0)
ONE_PERIOD = TalkScenario(
    n_periods=1, customers_at_start=0.5, speak_well=0.4, speak_badly=0.3, buy_alone=0.2, good_word=0.3, bad_word=0.5
)


def share_after_one_period(scenario: TalkScenario) -> float:
    """Expected share of customers after one period: s + (1 - s) [(1 - s b r)^k - (1 - p) (1 - s (b r + a q))^k].

    Contacts are customers independently of each other at the start (chance s) and speak well (a) or badly (b), so among k
    contacts E[(1 - r)^B] = (1 - s b r)^k and E[(1 - r)^B (1 - q)^G] = (1 - s (b r + a q))^k.
    """
    s, k = scenario.customers_at_start, scenario.n_contacts
    bad = s * scenario.speak_badly * scenario.bad_word
    good = s * scenario.speak_well * scenario.good_word
    return float(s + (1 - s) * ((1 - bad) ** k - (1 - scenario.buy_alone) * (1 - bad - good) ** k))


def assert_recovers(shares: np.ndarray, truth: float) -> None:
    error = shares.std(ddof=1) / np.sqrt(len(shares))
    assert abs(shares.mean() - truth) < WITHIN * error
    assert error < 0.005, "too few runs to find anything wrong"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="both words"),
        pytest.param({"speak_badly": 0.0}, id="good word only"),
        pytest.param({"speak_well": 0.0}, id="bad word only"),
        pytest.param({"rewired": 1.0}, id="random network"),
        pytest.param({"n_contacts": 2, "rewired": 0.0}, id="ring"),
        pytest.param({"repeat": 1.0}, id="nobody was put off before the first period"),
    ],
)
def test_one_period_by_hand(changes):
    """Contacts are independent before the first period, except a contact drawn twice on a rewired network, which
    with 1,000 people hardly ever happens."""
    scenario = replace(ONE_PERIOD, **changes)
    assert_recovers(simulate_customers(scenario, seed=1, n_runs=N_RUNS), share_after_one_period(scenario))


def test_one_period_of_one_certain_word():
    """Two contacts, everybody a customer with chance 1/2, all speak well, one word suffices: 1/2 + 1/2 (1 - 1/4)."""
    certain = TalkScenario(
        n_contacts=2, n_periods=1, customers_at_start=0.5, speak_well=1.0, speak_badly=0.0, buy_alone=0.0, good_word=1.0
    )
    assert share_after_one_period(certain) == pytest.approx(0.875)


def test_without_a_word_people_buy_one_by_one():
    """1 - (1 - s)(1 - p)^T."""
    scenario = replace(SILENT, customers_at_start=0.1, buy_alone=0.05, n_periods=12)
    assert_recovers(simulate_customers(scenario, seed=2, n_runs=N_RUNS), 1 - 0.9 * 0.95**12)


def test_bad_word_that_is_certain_keeps_neighbours_of_customers_away():
    """All customers speak badly and are believed at once, nobody buys unasked: the customers stay those of the start."""
    scenario = TalkScenario(speak_well=0.0, speak_badly=1.0, bad_word=1.0, buy_alone=0.0, n_periods=5)
    start = simulate_customers(replace(scenario, n_periods=1), seed=3, n_runs=5)
    assert (simulate_customers(scenario, seed=3, n_runs=5) == start).all()


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"speak_badly": 0.0}, 1),
        ({"speak_well": 0.35}, 1),
        ({"bad_word": 0.5}, -1),
        ({"repeat": 1.0}, -1),
        ({"buy_alone": 0.1}, 1),
    ],
)
def test_every_assumption_moves_the_customers_its_own_way(changes, sign):
    scenario = TalkScenario(n_people=400)
    moved = simulate_customers(replace(scenario, **changes), seed=4, n_runs=20) - simulate_customers(
        scenario, seed=4, n_runs=20
    )
    assert sign * moved.mean() > 0
    assert (sign * moved >= 0).mean() > 0.8, "scenarios share their draws, so nearly every run moves the same way"


def test_comparison_recovers_the_ratio_of_one_period():
    """The same finite steps, by the formula."""
    step = 0.05
    before = share_after_one_period(ONE_PERIOD)
    cut = share_after_one_period(replace(ONE_PERIOD, speak_badly=0.3 - step)) - before
    raised = share_after_one_period(replace(ONE_PERIOD, speak_well=0.4 + step)) - before
    found = compare_gains(ONE_PERIOD, points=100 * step, n_runs=400, seed=5)
    assert found.low < cut / raised < found.high
    assert found.per_point_cut == pytest.approx(cut / step, rel=0.15)
    assert found.per_point_raised == pytest.approx(raised / step, rel=0.15)
    assert (found.high - found.low) / found.ratio < 0.3, "too wide to find anything wrong"


def test_bad_word_that_does_nothing_is_worth_nothing():
    found = compare_gains(TalkScenario(bad_word=0.0), n_runs=10, seed=6)
    assert found.ratio == found.per_point_cut == 0
    assert found.per_point_raised > 0


def test_good_word_that_does_nothing_leaves_no_ratio():
    found = compare_gains(TalkScenario(good_word=0.0), n_runs=10, seed=6)
    assert np.isnan([found.ratio, found.low, found.high]).all()
    assert found.per_point_cut > 0


def test_interval_covers_the_truth_about_as_often_as_it_says():
    """Of 40 intervals of 95 %, 33 or more cover with a chance of .9994 (binomial)."""
    small = replace(ONE_PERIOD, n_people=300)
    before = share_after_one_period(small)
    cut = share_after_one_period(replace(small, speak_badly=0.25)) - before
    raised = share_after_one_period(replace(small, speak_well=0.45)) - before
    found = [compare_gains(small, n_runs=40, seed=seed) for seed in range(40)]
    assert sum(f.low < cut / raised < f.high for f in found) >= 33


def test_same_seed_same_shares_other_seed_others():
    scenario = TalkScenario(n_people=100)
    first = simulate_customers(scenario, seed=7, n_runs=4)
    assert (first == simulate_customers(scenario, seed=7, n_runs=4)).all()
    assert (first != simulate_customers(scenario, seed=8, n_runs=4)).any()


@pytest.mark.parametrize(("rewired", "near"), [(0.0, 1.0), (0.5, 0.5)])
def test_contacts_are_the_nearest_except_those_rewired(rewired, near):
    scenario = TalkScenario(n_people=5_000, n_contacts=4, rewired=rewired)
    contacts = hears_from(scenario, np.random.default_rng(9))
    people = np.arange(scenario.n_people)
    away = np.minimum((contacts - people) % scenario.n_people, (people - contacts) % scenario.n_people)
    assert contacts.shape == (4, 5_000)
    assert away.min() == 1, "nobody hears himself"
    assert (away <= 2).mean() == pytest.approx(near, abs=0.02)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bad_word": 1.2}, "`bad_word` must be a chance between 0 and 1; got 1.2"),
        ({"repeat": -0.1}, "`repeat` must be a chance between 0 and 1; got -0.1"),
        ({"speak_well": 0.8, "speak_badly": 0.3}, "must add up to 1 at most"),
        ({"n_contacts": 3}, "`n_contacts` must be even"),
        ({"n_contacts": 20, "n_people": 20}, "below `n_people`"),
        ({"n_periods": 0}, "`n_periods` must be 1 or more"),
    ],
)
def test_scenarios_that_cannot_be(changes, message):
    with pytest.raises(ParameterMistake, match=message):
        TalkScenario(**changes)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"points": 11.0, "n_runs": 5}, "at most the 10 that speak badly"), ({"points": 5.0, "n_runs": 1}, "2 or more")],
)
def test_comparisons_that_cannot_be(options, message):
    with pytest.raises(ParameterMistake, match=message):
        compare_gains(TalkScenario(), seed=1, **options)


def test_no_runs_are_refused():
    with pytest.raises(ParameterMistake, match="`n_runs` must be 1 or more; got 0"):
        simulate_customers(TalkScenario(), seed=1, n_runs=0)
