"""What moves the number of customers: shares worked out by hand, a second derivation, closed cohorts and long series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role
from analysis.estimators.aggregate.growth_accounting import estimate_growth_accounting, variance_shares, without_passing
from analysis.frames import Context, spec
from analysis.register.claims import load_register

CLAIM = load_register()["retention-drives-growth"]
CONTEXT = Context(source="Firm A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="then")


def an_account(won, lost, back=None, start=100, years=0.25, **columns):
    """Return the frame of an account that begins with `start` customers."""
    won, lost = np.asarray(won), np.asarray(lost)
    back = np.zeros_like(won) if back is None else np.asarray(back)
    end = start + np.cumsum(won + back - lost)
    table = pd.DataFrame(
        {
            "period_start": pd.date_range("2010-01-01", periods=len(won), freq="QS"),
            "years": years,
            "n_start": np.concatenate([[start], end[:-1]]),
            "n_won": won,
            "n_resurrected": back,
            "n_lost": lost,
            "n_end": end,
            "n_passing": 0,
            **columns,
        }
    )
    return spec("account_periods").check(table, CONTEXT)


def test_shares_by_hand():
    # Changes 3, -3, 6 (mean 2): centred 1, -5, 4, squares 42. Wins 4, 2, 9: 4 - 10 + 36 = 30. Losses -1, -5, -3: -1 + 25 - 12 = 12.
    answer = estimate_growth_accounting(an_account([4, 2, 9], [1, 5, 3]), CLAIM)[0]
    assert answer.value == pytest.approx(12 / 42 - 30 / 42)
    assert answer.role is Role.ANSWER
    assert (answer.low, answer.high) == (None, None)
    assert "losses 0.29, wins 0.71" in answer.method


def test_customers_who_came_back_have_a_share_of_their_own():
    won, lost, back = np.array([4, 2, 9, 5]), np.array([1, 5, 3, 2]), np.array([2, 0, 1, 3])
    change = won + back - lost
    share = {
        k: np.cov(v, change)[0, 1] / change.var(ddof=1) for k, v in (("won", won), ("back", back), ("lost", -lost))
    }
    assert sum(share.values()) == pytest.approx(1)
    answer = estimate_growth_accounting(an_account(won, lost, back), CLAIM)[0]
    assert answer.value == pytest.approx(share["lost"] - share["won"])
    assert f"returns {share['back']:.2f}" in answer.method


@pytest.mark.parametrize(("won", "lost", "value"), [([5, 5, 5], [1, 9, 4], 1.0), ([1, 9, 4], [5, 5, 5], -1.0)])
def test_whichever_alone_varies_moves_everything(won, lost, value):
    assert estimate_growth_accounting(an_account(won, lost), CLAIM)[0].value == pytest.approx(value)


def test_closed_cohort_looks_as_if_losses_were_all_there_is():
    answer, _, naive = estimate_growth_accounting(an_account([0, 0, 0], [9, 4, 2]), CLAIM)
    assert answer.value == pytest.approx(1.0)
    assert (naive.role, naive.value) == (Role.NAIVE, 1.0)


def test_rates_stand_beside_counts_as_context():
    frame = an_account([40, 40, 40, 40], [10, 12, 14, 16], start=100)
    _, rates, _ = estimate_growth_accounting(frame, CLAIM)
    won, lost = frame.table["n_won"] / frame.table["n_start"], -frame.table["n_lost"] / frame.table["n_start"]
    change = won + lost
    assert rates.role is Role.CONTEXT
    assert rates.value == pytest.approx((lost.cov(change) - won.cov(change)) / change.var())


def test_naive_number_counts_heads():
    naive = estimate_growth_accounting(an_account([4, 2, 9], [1, 5, 3]), CLAIM)[-1]
    assert naive.value == pytest.approx((9 - 15) / (9 + 15))


def test_revenue_is_answered_where_every_period_has_it():
    money = {
        "revenue_start": [100.0, 110.0, 90.0],
        "revenue_won": [20.0, 10.0, 30.0],
        "revenue_resurrected": [0.0, 0.0, 0.0],
        "revenue_lost": [15.0, 25.0, 5.0],
        "revenue_expansion": [10.0, 5.0, 8.0],
        "revenue_contraction": [5.0, 10.0, 3.0],
        "revenue_end": [110.0, 90.0, 120.0],
    }
    found = estimate_growth_accounting(an_account([4, 2, 9], [1, 5, 3], **money), CLAIM)
    revenue = next(e for e in found if e.quantity == "revenue_loss_minus_win_share")
    change = np.array([10.0, -20.0, 30.0])
    won, lost = np.array([20.0, 10.0, 30.0]), -np.array([15.0, 25.0, 5.0])
    shares = [np.cov(part, change)[0, 1] / change.var(ddof=1) for part in (lost, won)]
    assert revenue.value == pytest.approx(shares[0] - shares[1])
    money["revenue_won"][1] = float("nan")
    without = estimate_growth_accounting(an_account([4, 2, 9], [1, 5, 3], **money), CLAIM)
    assert {e.quantity for e in without} == {"loss_minus_win_share"}


def test_three_years_give_an_interval_and_less_gives_none():
    rng = np.random.default_rng(1)
    won, lost = rng.integers(5, 15, 12), rng.integers(5, 15, 12)
    assert estimate_growth_accounting(an_account(won, lost), CLAIM)[0].low is not None
    short = estimate_growth_accounting(an_account(won[:11], lost[:11]), CLAIM)[0]
    assert short.low is None
    assert "no interval below 3 years" in short.method


def test_a_season_is_taken_out_as_least_squares_on_dummies_would():
    """Second derivation: residuals of won, lost and change on a dummy for each quarter, by numpy's least squares."""
    rng = np.random.default_rng(3)
    wave = np.tile([0, 0, 0, 400], 5)
    won, lost = rng.integers(80, 120, 20) + wave, rng.integers(80, 120, 20)
    dummies = np.eye(4)[np.arange(20) % 4]

    def without(values):
        return values - dummies @ np.linalg.lstsq(dummies, values.astype(float), rcond=None)[0]

    change = without(won - lost)
    share = {name: without(part) @ change / (change @ change) for name, part in (("won", won), ("lost", -lost))}
    answer, left_in = estimate_growth_accounting(an_account(won, lost, start=10_000), CLAIM)[:2]
    assert answer.value == pytest.approx(share["lost"] - share["won"])
    assert "a season wins and loses about as many customers each year" in answer.assumptions
    raw = won - lost
    assert left_in.role is Role.CONTEXT
    assert left_in.value == pytest.approx((np.cov(-lost, raw)[0, 1] - np.cov(won, raw)[0, 1]) / raw.var(ddof=1))
    assert left_in.value < -0.9 < answer.value, "the wave of wins, left in, is all that there is"


def test_years_have_no_season():
    rng = np.random.default_rng(4)
    frame = an_account(rng.integers(5, 15, 8), rng.integers(5, 15, 8), years=1.0)
    assert not any("season" in e.method for e in estimate_growth_accounting(frame, CLAIM))


def test_movement_in_one_stretch_alone_has_no_interval():
    won = np.full(16, 50)
    won[3] = 90
    answer = estimate_growth_accounting(an_account(won, np.full(16, 50)), CLAIM)[0]
    assert answer.value == pytest.approx(-1)
    assert answer.low is None
    assert "one stretch" in answer.method


def test_an_account_that_moves_with_the_season_alone_is_refused():
    with pytest.raises(FrameMistake, match="the same in every year"):
        estimate_growth_accounting(an_account(np.tile([5, 6, 7, 20], 4), np.full(16, 5)), CLAIM)


def test_interval_holds_the_truth_of_a_long_account():
    """Independent wins and losses with standard deviations 20 and 10: shares .8 and .2, difference -.6."""
    rng = np.random.default_rng(2)
    frame = an_account(
        np.rint(rng.normal(200, 20, 400)).astype(int), np.rint(rng.normal(200, 10, 400)).astype(int), start=10_000
    )
    answer = estimate_growth_accounting(frame, CLAIM)[0]
    assert answer.low < -0.6 < answer.high
    assert answer.high - answer.low < 0.3


@pytest.mark.parametrize(("won", "lost"), [([1, 2], [1, 1]), ([1, 2, 3], [1, 2, 3])])
def test_an_account_that_never_moves_is_refused(won, lost):
    with pytest.raises(FrameMistake, match="from Firm A: at least 3 periods with changes that differ"):
        estimate_growth_accounting(an_account(won, lost), CLAIM)


def test_gross_counts_are_also_shown_without_those_who_passed_through():
    """Of w who stay, a tenth more come and are gone again: 2 k cov(w, w - l) / var(w - l) is what they take from the gap."""
    rng = np.random.default_rng(5)
    won, lost, start = rng.normal(4000, 400, 40), rng.normal(4000, 400, 40), 20_000.0
    k = 0.1  # half of the rate of leaving, 4,000 of 20,000
    gross = pd.DataFrame({"n_start": start, "n_won": won, "n_resurrected": 0.0, "n_lost": lost, "n_end": start})
    passing = won * lost / start / 2
    parts = without_passing(gross)
    np.testing.assert_allclose(parts["won"], won - passing)
    np.testing.assert_allclose(parts["lost"], passing - lost)
    change = won - lost
    shares = {True: variance_shares(parts), False: variance_shares({"won": won, "lost": -lost})}
    gap = {known: share["lost"] - share["won"] for known, share in shares.items()}
    expected = 2 * np.cov(passing, change)[0, 1] / np.var(change, ddof=1)
    assert gap[True] - gap[False] == pytest.approx(expected)
    assert passing.mean() == pytest.approx(k * 4000, rel=0.1)
