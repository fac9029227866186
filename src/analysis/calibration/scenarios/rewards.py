"""Rewards: purchases round a redemption, and the pace of purchases on the way to a threshold."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

WEEKS = np.array([week for week in range(-12, 13) if week != 0])
NEAR = 4
"""Weeks after (and before) a redemption in which purchases change, as the claim registers it."""

RUN_UP = 0.45
BURST = 0.3
"""Logarithms of the rate: in the weeks before a redemption, and in those round any purchase, over ordinary weeks."""

MOST_WAITS = 30


def draw_run_up(effect: float, n: int, seed: int) -> Frame:
    """Members buy in bursts and shop more before they redeem.

    Each member i has two windows of twelve weeks to both sides, one round a redemption (r = 1) and one round an ordinary
    purchase (r = 0). Purchases in week w are Poisson with
    ln rate = a_i + 0.3 (|w| <= 4) + 0.45 r (-4 <= w < 0) + ln(1 + e / 100) r (0 < w <= 4),  exp(a_i) ~ gamma(2, 0.3).

    Truth: e per cent over ordinary weeks, net of the burst that any purchase brings. Naive (weeks after against weeks
    before): (1 + e / 100) exp(-0.45) - 1, which makes a real rise a fall.
    """
    return _windows("run_up_before_redemption", effect, n, seed, placebo=True)


def draw_bursts_unseen(effect: float, n: int, seed: int) -> Frame:
    """As `draw_run_up` without windows round ordinary purchases.

    Truth: e. The answer counts the burst as an effect of the reward: (1 + e / 100) exp(0.3) - 1.
    """
    return _windows("bursts_unseen", effect, n, seed, placebo=False)


def draw_redemption_before_season(effect: float, n: int, seed: int) -> Frame:
    """As `draw_run_up`, but members redeem as the high season begins: weeks 1 to 4 are busier for everybody by 20 %.

    The ordinary purchases lie in other weeks of the year. Truth: e. The answer is 1.2 (1 + e / 100) - 1.
    """
    return _windows("redemption_before_season", effect, n, seed, placebo=True, season=math.log(1.2))


def draw_goal_gradient(effect: float, n: int, seed: int) -> Frame:
    """Heavy buyers come near the threshold; others break off.

    Member i's waits have mean m_i exp(-b x) days, x being the tenths of the way done when the wait began and
    exp(b) = 1 + e / 100; m_i is lognormal (30 days, 0.7), waits are gamma with shape 1.5. A purchase moves him on by
    gamma(3, 1/24) of the way, an eighth on average, whatever the wait before it. After each purchase he breaks off with a
    chance of 0.25 if he is slower than the median and 0.02 if not.

    Truth: e per cent a tenth of the way, within member. Naive over all waits: far on the way there are the fast only, so
    the pace seems to rise by several per cent a step at e = 0.
    """
    return _runs("fast_come_near", effect, n, seed)


def draw_deadline(effect: float, n: int, seed: int) -> Frame:
    """As `draw_goal_gradient`, but counting ends after 240 days, and a run not done by then has failed.

    Truth: e. A run that just made it had short waits, early and late alike: the answer is exact at e = 0.
    Elsewhere it leans towards 0: a slow start is made up for by nobody in time.
    """
    return _runs("deadline", effect, n, seed, deadline=240.0)


def draw_stocking_up(effect: float, n: int, seed: int) -> Frame:
    """As `draw_goal_gradient`, but who has waited long buys more: progress grows with the wait before the purchase.

    The purchase's gamma amount is multiplied by wait / its mean. Truth: e. Within a run that is done the assumption
    of exchangeable waits fails: a long wait is followed by a position nearer to the end.
    """
    return _runs("stocking_up", effect, n, seed, stocking=1.0)


def draw_recession_on_the_way(effect: float, n: int, seed: int) -> Frame:
    """As `draw_goal_gradient`, all runs starting in one month and a recession from day 120 on: waits half as long again.

    The frame does not tell the month. Truth: e. The answer is too low, because the recession falls on the later waits.
    """
    return _runs("recession_on_the_way", effect, n, seed, recession=120.0)


def _windows(name: str, effect: float, n: int, seed: int, *, placebo: bool, season: float = 0.0) -> Frame:
    rng = np.random.default_rng(seed)
    ordinary = np.repeat(rng.gamma(2.0, 0.3, n), 2)
    redeemed = np.tile([1, 0], n)
    before, after = (WEEKS < 0) & (WEEKS >= -NEAR), (WEEKS > 0) & (WEEKS <= NEAR)
    own = RUN_UP * before + (math.log1p(effect / 100) + season) * after
    rate = ordinary[:, None] * np.exp(BURST * (before | after) + redeemed[:, None] * own)
    counts = rng.poisson(rate)
    retained = slice(None) if placebo else redeemed == 1
    member, window = (np.repeat(x[retained], len(WEEKS)) for x in (np.repeat(np.arange(n), 2), np.arange(2 * n)))
    columns = {
        "unit_id": member,
        "redemption_id": window,
        "relative_week": np.tile(WEEKS, len(window) // len(WEEKS)),
        "n_purchases": counts[retained].ravel(),
    }
    if placebo:
        columns["placebo"] = np.repeat(1 - redeemed, len(WEEKS))
    return simulated_frame("redemption_windows", pd.DataFrame(columns), source=name, outcome="purchases a week")


def _runs(
    name: str,
    effect: float,
    n: int,
    seed: int,
    *,
    deadline: float = math.inf,
    stocking: float = 0.0,
    recession: float = math.inf,
) -> Frame:
    rng = np.random.default_rng(seed)
    hurry = math.log1p(effect / 100)
    usual = np.exp(rng.normal(math.log(30.0), 0.7, n))
    leaving = np.where(usual > 30.0, 0.25, 0.02)
    progress, day = np.zeros(n), np.zeros(n)
    going, reached = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    rows = []
    for k in range(MOST_WAITS):
        mean = usual * np.exp(-10 * hurry * progress) * np.where(day > recession, 1.5, 1.0)
        wait = mean * rng.gamma(1.5, 1 / 1.5, n)
        gained = rng.gamma(3.0, 1 / 24.0, n) * (wait / mean) ** stocking
        leaves = rng.random(n) < leaving
        late = day + wait > deadline
        rows.append(np.column_stack([np.arange(n), np.full(n, k), progress, wait])[going & ~late])
        going &= ~late
        progress, day = np.minimum(progress + gained, 1.0), day + wait
        reached |= going & (progress >= 1)
        going &= (progress < 1) & ~leaves
    member, number, done, waited = np.concatenate(rows).T
    columns = {
        "unit_id": member.astype(int),
        "cycle": np.zeros(len(member), dtype=int),
        "wait": number.astype(int),
        "progress": done,
        "gap_days": waited,
        "reached": reached[member.astype(int)].astype(int),
    }
    return simulated_frame("tier_approach", pd.DataFrame(columns), source=name, outcome="days to the next purchase")


_redemption_scenario = partial(
    Scenario,
    claim="redemption-lifts-purchases",
    quantity="purchase_change_after",
    frame="redemption_windows",
    estimator="quasi_experimental.redemption_event_study:estimate_redemption_event_study",
    n=400,
    trap="members shop more before they redeem, and in bursts round any purchase",
)
_approach_scenario = partial(
    Scenario,
    claim="tiers-accelerate-spend",
    quantity="pace_per_step",
    frame="tier_approach",
    estimator="quasi_experimental.goal_gradient:estimate_goal_gradient",
    n=1_000,
    trap="those who come near a threshold are the fast buyers",
)

SCENARIOS = (
    _redemption_scenario(name="run_up_before_redemption", draw=draw_run_up),
    _redemption_scenario(
        name="bursts_unseen",
        draw=draw_bursts_unseen,
        broken="members buy in bursts, and no windows round ordinary purchases show it",
    ),
    _redemption_scenario(
        name="redemption_before_season",
        draw=draw_redemption_before_season,
        broken="members redeem as the high season begins",
    ),
    _approach_scenario(name="fast_come_near", draw=draw_goal_gradient),
    _approach_scenario(
        name="deadline", draw=draw_deadline, broken="runs end on a fixed day, so that done runs are hurried ones"
    ),
    _approach_scenario(
        name="stocking_up", draw=draw_stocking_up, broken="how much a purchase counts depends on the wait before it"
    ),
    _approach_scenario(
        name="recession_on_the_way",
        draw=draw_recession_on_the_way,
        broken="a recession slows everybody in the later part of the runs",
    ),
)
