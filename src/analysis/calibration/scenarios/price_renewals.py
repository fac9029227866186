"""Renewals with prices: risk sets the price and drives people away, so that prices seem to meet unequal patience.

With p = price increase and g = market gap in units of ln 1.1 (10 %), t = years of tenure, x = risk, e = the effect.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

TEN_PER_CENT = math.log(1.1)
LONG_TENURE_YEARS = 3.0
"""From three years on a customer counts as long-standing, as the claims register it."""

SOFTENING = 3.0
"""Years of tenure over which the seller's zeal to price by risk falls to 1 / e of itself."""


def draw_tolerance_by_year(effect: float, n: int, seed: int) -> Frame:
    """Risky newcomers get the steepest increases; long-standing customers are spared.

    p = 0.5 + exp(-t / 3) x + N(0, 1),  logit P(leave) = -1.2 + 0.25 p - 0.1 t + ln(e) p t + 0.8 x,
    x ~ N(0, 1), t ~ gamma(2, 2) cut at 12 years.

    Truth: e, the factor on the odds ratio of a 10 % increase for each further year. Naive (x left out): among newcomers
    an increase also marks risk, E[x | p, t] = s (p - 0.5) / (s² + 1) with s = exp(-t / 3), so that part of risk's own
    effect stands in for impatience of the new, and staying customers look more patient than they are (below e).
    """
    return _tolerance(effect, n, seed, "risk_priced_by_year", by_year=True)


def draw_tolerance_of_long_standing(effect: float, n: int, seed: int) -> Frame:
    """As `draw_tolerance_by_year` with L = 1 from three years on: ln(e) p L - 0.3 L instead of the slopes in t.

    Truth: e, the ratio of the odds ratios of a 10 % increase, long-standing over newer customers. The seller prices by
    risk among the newer only (s = 1 for them, 0.1 from three years on), and the naive ratio lies below e.
    """
    return _tolerance(effect, n, seed, "risk_priced_long_standing", by_year=False)


def draw_tolerance_risk_unseen(effect: float, n: int, seed: int) -> Frame:
    """As `draw_tolerance_by_year`, but the seller knows the risk and the table does not hold it.

    Truth: e. Answer and naive estimate are one regression then, with the naive bias above.
    """
    found = _tolerance(effect, n, seed, "risk_unseen", by_year=True)
    return Frame(name=found.name, table=found.table.drop(columns="x_risk"), context=found.context)


def draw_tolerance_survivors(effect: float, n: int, seed: int) -> Frame:
    """Nobody grows patient by more than e: those who mind prices have left before they could become long-standing.

    Customer i minds prices by b_i ~ gamma(1, 0.6); in year k an increase p ~ N(0.5, 1) makes him leave with
    logit^-1(-1.5 + (b_i + k ln e) p). Who is still there after t = 0..8 years is asked once more.

    Truth: e, the factor on one customer's own odds ratio from a year to the next (the counterfactual: the same customer
    with one year more). Naive and adjusted estimates alike lie below it: survivors were patient to begin with.
    """
    rng = np.random.default_rng(seed)
    pool = 4 * n
    years = rng.integers(0, 9, pool)
    mind = rng.gamma(1.0, 0.6, pool)
    there = np.ones(pool, dtype=bool)
    for year in range(8):
        met = rng.normal(0.5, 1.0, pool)
        leaves = rng.random(pool) < _logistic(-1.5 + (mind + math.log(effect) * year) * met)
        there &= ~((year < years) & leaves)
    retained = np.flatnonzero(there)[:n]
    tenure, mind = years[retained].astype(float), mind[retained]
    increase = rng.normal(0.5, 1.0, len(retained))
    chance = _logistic(-1.5 + (mind + math.log(effect) * tenure) * increase)
    return _frame("price_survivors", rng, chance, increase, tenure, {"x_age": rng.normal(size=len(retained))})


def draw_market_gap(effect: float, n: int, seed: int) -> Frame:
    """Our price lies above the market's for risky customers, who leave sooner anyway.

    g = 0.6 x + 0.3 p + N(0, 0.8),  P(leave) = 0.35 + e / 100 g + 0.02 (p - 0.5) - 0.01 (t - 5) + 0.06 x,
    x uniform with mean 0 and variance 1, p ~ uniform on (-1, 2), t = 3 to 8 years; a third of the customers have been
    there for less than three years and leave with 0.4 whatever the market does.

    Truth: e percentage points. Naive (g alone): too high by cov(g, 6 x + 2 p) / var(g) points.
    """
    return _market("market_follows_risk", effect, n, seed, linear=True)


def draw_market_gap_odds(effect: float, n: int, seed: int) -> Frame:
    """As `draw_market_gap` with logit P(leave) = -0.8 + ln(e) g + 0.1 p - 0.05 t + 0.5 x.

    Truth: e, the odds ratio at equal risk. The naive odds ratio is too high, as risk goes with the gap.
    """
    return _market("market_follows_risk_odds", effect, n, seed, linear=False)


def draw_market_gap_misread(effect: float, n: int, seed: int) -> Frame:
    """As `draw_market_gap`, but the market price is read with error: g* = g + N(0, 0.8).

    Truth: e. The answer shrinks by var(g | x, p) / (var(g | x, p) + 0.64) = 1 / 2 (attenuation).
    """
    found = _market("market_misread", effect, n, seed, linear=True)
    noise = TEN_PER_CENT * np.random.default_rng([seed, 1]).normal(0.0, 0.8, len(found.table))
    return Frame(
        name=found.name,
        table=found.table.assign(market_gap=found.table["market_gap"] + noise),
        context=found.context,
    )


def _tolerance(effect: float, n: int, seed: int, name: str, *, by_year: bool) -> Frame:
    rng = np.random.default_rng(seed)
    risk, tenure = rng.normal(size=n), np.minimum(rng.gamma(2.0, 2.0, n), 12.0)
    long_standing = (tenure >= LONG_TENURE_YEARS).astype(float)
    zeal = np.exp(-tenure / SOFTENING) if by_year else np.where(long_standing == 1, 0.1, 1.0)
    increase = 0.5 + zeal * risk + rng.normal(size=n)
    moderator = tenure if by_year else long_standing
    level = -0.1 * tenure if by_year else -0.3 * long_standing
    chance = _logistic(-1.2 + 0.25 * increase + level + math.log(effect) * increase * moderator + 0.8 * risk)
    return _frame(name, rng, chance, increase, tenure, {"x_risk": risk})


def draw_own_rise(effect: float, n: int, seed: int) -> Frame:
    """Claims make the price rise, and make customers leave whatever they pay.

    p = 0.4 + 0.6 x + N(0, 0.8),  P(leave) = 0.35 + e / 100 p - 0.01 (t - 5) + 0.06 x, x, t and newer customers as in
    `draw_market_gap`. Truth: e percentage points; naive (p alone): too high by 6 cov(x, p) / var(p) = 3.6 points.
    """
    rng = np.random.default_rng(seed)
    half = math.sqrt(3.0)
    risk = rng.uniform(-half, half, n)
    increase = 0.4 + 0.6 * risk + rng.normal(0.0, 0.8, n)
    tenure = np.where(rng.random(n) < 1 / 3, rng.uniform(0.0, 2.9, n), rng.uniform(3.0, 8.0, n))
    chance = 0.35 + effect / 100 * increase - 0.01 * (tenure - 5) + 0.06 * risk
    chance = np.where(tenure >= LONG_TENURE_YEARS, chance, 0.4)
    return _frame("own_price_follows_risk", rng, chance, increase, tenure, {"x_risk": risk})


def _market(name: str, effect: float, n: int, seed: int, *, linear: bool) -> Frame:
    rng = np.random.default_rng(seed)
    half = math.sqrt(3.0)
    risk, increase = rng.uniform(-half, half, n), rng.uniform(-1.0, 2.0, n)
    tenure = np.where(rng.random(n) < 1 / 3, rng.uniform(0.0, 2.9, n), rng.uniform(3.0, 8.0, n))
    gap = 0.6 * risk + 0.3 * increase + rng.normal(0.0, 0.8, n)
    if linear:
        chance = 0.35 + effect / 100 * gap + 0.02 * (increase - 0.5) - 0.01 * (tenure - 5) + 0.06 * risk
    else:
        chance = _logistic(-0.8 + math.log(effect) * gap + 0.1 * increase - 0.05 * tenure + 0.5 * risk)
    chance = np.where(tenure >= LONG_TENURE_YEARS, chance, 0.4)
    return _frame(name, rng, chance, increase, tenure, {"x_risk": risk, "market_gap": TEN_PER_CENT * gap})


def _frame(
    name: str,
    rng: np.random.Generator,
    chance: NDArray[np.float64],
    increase: NDArray[np.float64],
    tenure: NDArray[np.float64],
    more: dict[str, NDArray[np.float64]],
) -> Frame:
    columns = {
        "unit_id": np.arange(len(chance)),
        "lapsed": (rng.random(len(chance)) < chance).astype(int),
        "price_change": TEN_PER_CENT * increase,
        "tenure_years": tenure,
        **more,
    }
    return simulated_frame("price_exposure", pd.DataFrame(columns), source=name, outcome="left at the renewal")


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-x))


_tolerance_scenario = partial(
    Scenario,
    claim="loyal-customers-tolerate-prices",
    frame="price_exposure",
    estimator="observational.price_tolerance:estimate_price_tolerance",
)
_market_scenario = partial(
    Scenario,
    claim="retained-is-not-loyal",
    frame="price_exposure",
    estimator="observational.price_tolerance:estimate_market_gap",
)

SCENARIOS = (
    _tolerance_scenario(
        name="risk_priced_by_year",
        quantity="price_tenure_odds_ratio",
        draw=draw_tolerance_by_year,
        n=2_500,
        trap="risky newcomers get the steepest increases, and leave because of the risk",
        options={"quantity": "price_tenure_odds_ratio"},
    ),
    _tolerance_scenario(
        name="risk_priced_long_standing",
        quantity="long_tenure_odds_ratio",
        draw=draw_tolerance_of_long_standing,
        n=2_500,
        trap="only newer customers are priced by risk, and leave because of the risk",
        options={"quantity": "long_tenure_odds_ratio"},
    ),
    _tolerance_scenario(
        name="risk_unseen",
        quantity="price_tenure_odds_ratio",
        draw=draw_tolerance_risk_unseen,
        n=2_500,
        trap="risky newcomers get the steepest increases, and leave because of the risk",
        broken="the seller priced by a risk that the table does not hold",
        options={"quantity": "price_tenure_odds_ratio"},
    ),
    _tolerance_scenario(
        name="price_survivors",
        quantity="price_tenure_odds_ratio",
        draw=draw_tolerance_survivors,
        n=2_500,
        trap="those who mind prices left before they could become long-standing",
        broken="customers differ in how much they mind prices, and nothing in the table tells it",
        options={"quantity": "price_tenure_odds_ratio"},
    ),
    _market_scenario(
        name="market_follows_risk",
        quantity="lapse_per_market_gap",
        draw=draw_market_gap,
        n=2_500,
        trap="our price lies above the market's for the risky, who leave sooner anyway",
        options={"quantity": "lapse_per_market_gap"},
    ),
    _market_scenario(
        name="market_follows_risk_odds",
        quantity="lapse_odds_ratio_market_gap",
        draw=draw_market_gap_odds,
        n=2_500,
        trap="our price lies above the market's for the risky, who leave sooner anyway",
        options={"quantity": "lapse_odds_ratio_market_gap"},
    ),
    _market_scenario(
        name="own_price_follows_risk",
        quantity="own_price_rise",
        draw=draw_own_rise,
        n=2_500,
        trap="our price rises for the risky, who leave sooner anyway",
        options={"quantity": "own_price_rise"},
    ),
    _market_scenario(
        name="market_misread",
        quantity="lapse_per_market_gap",
        draw=draw_market_gap_misread,
        n=2_500,
        trap="our price lies above the market's for the risky, who leave sooner anyway",
        broken="the market price is read with as much error as it has variation of its own",
        options={"quantity": "lapse_per_market_gap"},
    ),
)
