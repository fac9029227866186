"""Joining a programme in turn: heavy buyers join first, seasons move everybody, and some join at a peak or die unseen."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

N_PERIODS = 16
FIRST, LAST = 4, 13
"""Periods in which people join."""

SEASON = np.array([0.0, 0.3, -0.2, 0.4] * (N_PERIODS // 4))


def draw_rate(effect: float, n: int, seed: int) -> Frame:
    """Purchases a period, per cent: heavy buyers join first.

    Unit i joins in period J_i = 4 + floor(8 (1 - u_i) + 2 U) by keenness u_i ~ U(0, 1), a fifth never. Purchases are Poisson with
    mean 2 exp(u_i + s_t) (1 + e / 100 · [t >= J_i]), s_t a season that all share.

    Truth: e per cent in every period after joining. Naive (members' periods against all others): too high, by how much
    more those buy who are members longest.
    """
    rng = np.random.default_rng(seed)
    keen, joined = _joining(rng, n)
    mean = 2 * np.exp(keen[:, None] + SEASON) * np.where(_member(joined), 1 + effect / 100, 1.0)
    return _frame("heavy_join_first", rng.poisson(mean).astype(float), joined)


def draw_spend(effect: float, n: int, seed: int) -> Frame:
    """As `draw_rate` with spend instead of purchases: each purchase costs 20 lognormal (sigma 1), so a few spend most."""
    rng = np.random.default_rng(seed)
    keen, joined = _joining(rng, n)
    mean = 2 * np.exp(keen[:, None] + SEASON) * np.where(_member(joined), 1 + effect / 100, 1.0)
    counts = rng.poisson(mean)
    prices = 20 * rng.lognormal(-0.5, 1.0, int(counts.sum()))
    ends = np.cumsum(counts.ravel())
    totals = np.diff(np.concatenate([[0.0], np.concatenate([[0.0], np.cumsum(prices)])[ends]]))
    return _frame("heavy_spenders_join_first", totals.reshape(counts.shape), joined)


def draw_active(effect: float, n: int, seed: int) -> Frame:
    """Active or not in a period, percentage points: the active join first.

    P(active) = 0.2 + 0.5 u_i + 0.1 s_t + e / 100 · [t >= J_i], u_i, J_i and s_t as in `draw_rate`.

    Truth: e points in every period after joining. Naive (members' periods against all others): too high.
    """
    rng = np.random.default_rng(seed)
    keen, joined = _joining(rng, n)
    chance = 0.2 + 0.5 * keen[:, None] + 0.1 * SEASON + effect / 100 * _member(joined)
    return _frame("active_join_first", (rng.random(chance.shape) < chance).astype(float), joined)


def draw_peak(effect: float, n: int, seed: int) -> Frame:
    """As `draw_rate`, but people join on a high: in the two periods before joining they buy half as much again.

    Truth: e per cent over what they would have bought without joining (the ordinary rate). The answer takes the return to
    the ordinary for an effect: (1 + e / 100) / 1.5 - 1.
    """
    rng = np.random.default_rng(seed)
    keen, joined = _joining(rng, n)
    period = np.arange(N_PERIODS)
    high = (period < joined[:, None]) & (period >= joined[:, None] - 2)
    mean = 2 * np.exp(keen[:, None] + SEASON) * np.where(_member(joined), 1 + effect / 100, 1.0)
    return _frame("join_on_a_high", rng.poisson(mean * np.where(high, 1.5, 1.0)).astype(float), joined)


def draw_dying(effect: float, n: int, seed: int) -> Frame:
    """As `draw_rate` in a base that dies: each customer stops for good with a chance of 6 % a period, joined or not.

    Who stops before his turn never joins. Truth: e. Who joins later is known to be alive until then, joiners die like
    others after joining: the answer is too low by some 6 % a period since joining.
    """
    rng = np.random.default_rng(seed)
    keen, joined = _joining(rng, n)
    stops = rng.geometric(0.06, n)
    joined = np.where(joined < stops, joined, np.inf)
    alive = np.arange(N_PERIODS) < stops[:, None]
    mean = 2 * np.exp(keen[:, None] + SEASON) * np.where(_member(joined), 1 + effect / 100, 1.0)
    return _frame("customers_die", rng.poisson(mean * alive).astype(float), joined)


def draw_at_the_till(effect: float, n: int, seed: int) -> Frame:
    """Purchases before membership: who has bought much of late joins sooner, and by buying often stands there more often.

    Customer i buys Poisson(a_i) times a week for 104 weeks, a_i ~ gamma(1.5, 0.1). In a week with a purchase a customer who
    is no member joins with logit P = -3 + 0.3 (purchases of the eight weeks before); as a member he buys at a_i (1 + e / 100).
    Rows are the weeks 52 to 77 with a purchase by one who is no member yet; the outcome is purchases in the 26 weeks after.

    Truth: e per cent, less what those compared gain who join within the 26 weeks. Naive (plain means): too high.
    """
    rng = np.random.default_rng(seed)
    rate, weeks = rng.gamma(1.5, 0.1, n), 104
    bought, member, joins = np.zeros((n, weeks)), np.zeros(n, dtype=bool), np.zeros((n, weeks), dtype=bool)
    rows = np.zeros((n, weeks), dtype=bool)
    for week in range(weeks):
        bought[:, week] = rng.poisson(rate * np.where(member, 1 + effect / 100, 1.0))
        recent = bought[:, max(0, week - 8) : week].sum(axis=1)
        rows[:, week] = ~member & (bought[:, week] > 0) & (week >= 52) & (week < 78)
        joins[:, week] = ~member & (bought[:, week] > 0) & (rng.random(n) < 1 / (1 + np.exp(3 - 0.3 * recent)))
        member |= joins[:, week]
    before = np.concatenate([np.zeros((n, 1)), bought.cumsum(axis=1)], axis=1)
    who, when = np.nonzero(rows)
    columns = {
        "unit_id": np.arange(len(who)),
        "treated": joins[who, when].astype(int),
        "outcome": before[who, when + 27] - before[who, when + 1],
        "cluster": who,
        "x_run_up": before[who, when] - before[who, when - 8],
        "x_purchases_year": before[who, when - 8] - before[who, when - 52],
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source="join_at_the_till")


def _joining(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keenness and joining period, inf for those who never join."""
    keen = rng.random(n)
    joined = FIRST + np.floor(8 * (1 - keen) + 2 * rng.random(n))
    return keen, np.where(rng.random(n) < 0.2, np.inf, np.minimum(joined, LAST))


def _member(joined: NDArray[np.float64]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.arange(N_PERIODS) >= joined[:, None]
    return found


def _frame(name: str, outcome: NDArray[np.float64], joined: NDArray[np.float64]) -> Frame:
    n = len(joined)
    columns = {
        "unit_id": np.repeat(np.arange(n), N_PERIODS),
        "period": np.tile(np.arange(N_PERIODS), n),
        "joined_period": np.repeat(np.where(np.isfinite(joined), joined, np.nan), N_PERIODS),
        "outcome": outcome.ravel(),
    }
    return simulated_frame("staggered", pd.DataFrame(columns), source=name, outcome="activity in the period")


_programme_scenario = partial(
    Scenario,
    claim="programme-raises-retention",
    frame="staggered",
    estimator="quasi_experimental.staggered_adoption:estimate_staggered_adoption",
    n=500,
    trap="heavy buyers join first",
)
_rate_scenario = partial(
    _programme_scenario, quantity="purchase_rate_change", options={"quantity": "purchase_rate_change"}
)

SCENARIOS = (
    Scenario(
        name="join_at_the_till",
        claim="programme-raises-retention",
        quantity="purchase_rate_change",
        frame="exposure",
        estimator="observational.doubly_robust:estimate_doubly_robust",
        draw=draw_at_the_till,
        n=1_500,
        trap="who has bought much of late joins sooner",
        options={"quantity": "purchase_rate_change"},
    ),
    _rate_scenario(name="heavy_join_first", draw=draw_rate),
    _programme_scenario(
        name="heavy_spenders_join_first",
        quantity="spend_change",
        draw=draw_spend,
        options={"quantity": "spend_change"},
    ),
    _programme_scenario(
        name="active_join_first",
        quantity="retention_difference",
        draw=draw_active,
        options={"quantity": "retention_difference"},
    ),
    _rate_scenario(name="join_on_a_high", draw=draw_peak, broken="people join on a high that would have passed anyway"),
    _rate_scenario(
        name="customers_die",
        draw=draw_dying,
        broken="customers stop for good, and who joins later is known to be alive",
    ),
)
