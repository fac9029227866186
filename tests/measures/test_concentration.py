"""Concentration against closed forms: a few customers by hand, and distributions whose shares are known."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.concentration import customer_totals, revenue_concentration


def _gini_by_pairs(amounts):
    """Mean absolute difference of all pairs over twice the mean: the definition, not the curve."""
    x = np.asarray(amounts, dtype=float)
    return np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())


@pytest.mark.parametrize(
    ("amounts", "tenth", "fifth", "gini"),
    [
        ([91] + [1] * 9, 0.91, 0.92, 0.81),
        ([7] * 10, 0.1, 0.2, 0.0),
        ([0, 0, 0, 5], 0.4, 0.8, 0.75),  # a tenth of four customers is .4 of the one who brings everything
        ([1, 2, 3, 4, 10], 0.25, 0.5, 0.4),
    ],
)
def test_small_groups_by_hand(amounts, tenth, fifth, gini):
    found = revenue_concentration(amounts, seed=1, n_samples=50)
    assert [rate.value for rate in found.top] == pytest.approx([tenth, fifth])
    assert found.gini == pytest.approx(gini, abs=1e-12)
    assert found.gini == pytest.approx(_gini_by_pairs(amounts), abs=1e-12)


def test_exponential_and_pareto_shares():
    """Exponential: Gini 1/2, share of the top q is q (1 - ln q). Pareto with index 3: Gini 1/5, share q^(2/3)."""
    ranks = (np.arange(200_000) + 0.5) / 200_000
    exponential = revenue_concentration(-np.log(ranks), seed=1, n_samples=2)
    assert exponential.gini == pytest.approx(0.5, abs=1e-3)
    assert [r.value for r in exponential.top] == pytest.approx([q * (1 - math.log(q)) for q in (0.1, 0.2)], abs=1e-3)
    pareto = revenue_concentration(ranks ** (-1 / 3), seed=1, n_samples=2)
    assert pareto.gini == pytest.approx(0.2, abs=2e-3)
    assert [r.value for r in pareto.top] == pytest.approx([q ** (2 / 3) for q in (0.1, 0.2)], abs=2e-3)


@pytest.mark.slow
def test_interval_covers_at_its_level():
    """200 samples of 300 exponential customers; the true share of the top fifth is .2 (1 - ln .2), the Gini 1/2."""
    rng = np.random.default_rng(5)
    share, gini = 0, 0
    for seed in range(200):
        found = revenue_concentration(rng.exponential(size=300), seed=seed, n_samples=200)
        share += found.top[1].low <= 0.2 * (1 - math.log(0.2)) <= found.top[1].high
        gini += found.gini_low <= 0.5 <= found.gini_high
    assert 0.88 <= share / 200 <= 0.99
    assert 0.88 <= gini / 200 <= 0.99


def test_the_seed_alone_decides_the_interval():
    amounts = np.arange(1, 60)
    one, again, other = (revenue_concentration(amounts, seed=seed, n_samples=40) for seed in (1, 1, 2))
    assert one == again
    assert (one.gini_low, one.gini_high) != (other.gini_low, other.gini_high)
    assert one.gini == other.gini


def test_order_and_currency_do_not_matter():
    amounts = np.array([5.0, 1.0, 9.0, 2.0, 30.0])
    plain = revenue_concentration(amounts, seed=3, n_samples=40)
    shuffled = revenue_concentration(100 * amounts[::-1], seed=3, n_samples=40)
    assert shuffled.gini == pytest.approx(plain.gini)
    assert shuffled.top[0].value == pytest.approx(plain.top[0].value)


def test_curve_runs_from_nobody_to_everybody_and_bulges():
    curve = revenue_concentration([91] + [1] * 9, seed=1, n_samples=2).curve
    assert curve[0] == (0, 0)
    assert curve[-1] == pytest.approx((1, 1))
    assert all(revenue >= people - 1e-12 for people, revenue in curve)


def test_leaving_out_those_who_brought_nothing_changes_the_answer():
    """The trap of a table of buyers only: the same ten customers, with and without ten who brought nothing."""
    buyers = [10.0] * 10
    assert revenue_concentration(buyers, seed=1, n_samples=2).gini == pytest.approx(0)
    assert revenue_concentration(buyers + [0.0] * 10, seed=1, n_samples=2).gini == pytest.approx(0.5)


def test_totals_in_equal_time_by_hand(hand_log):
    """30 days from the first purchase: the 30th day after it is out."""
    assert customer_totals(hand_log, days=30).tolist() == [110, 50, 60, 70, 80]
    assert customer_totals(hand_log, days=31).tolist() == [110, 90, 60, 70, 80]
    assert customer_totals(hand_log, days=107).tolist() == [130, 90, 60, 70]  # customer 5 is not seen so long
    assert customer_totals(hand_log).sum() == hand_log["amount"].sum()


@pytest.mark.parametrize(
    ("call", "mistake", "message"),
    [
        (lambda log: revenue_concentration([3, -1], seed=1), FrameMistake, "the smallest -1"),
        (lambda log: revenue_concentration([0, 0], seed=1), FrameMistake, "one above it"),
        (lambda log: revenue_concentration([4], seed=1), FrameMistake, "got 1 customers"),
        (lambda log: revenue_concentration([4, 5], seed=1, n_samples=1), ParameterMistake, "`n_samples` must be 2"),
        (lambda log: customer_totals(log, days=999), FrameMistake, "Nobody was observed for 999 days"),
        (lambda log: customer_totals(pd.DataFrame()), FrameMistake, "`customer_id` is missing"),
    ],
)
def test_what_cannot_be_answered_is_refused(hand_log, call, mistake, message):
    with pytest.raises(mistake, match=message):
        call(hand_log)
