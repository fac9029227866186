"""Members when a tier is decided: later spend rises with earlier spend, and jumps where the tier begins."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

SLOPE, CURVE = 0.8, 0.25
USUAL_SPEND = 100.0
LOW_TIER_JUMP = 5.0
"""Per cent by which the tier of small benefits lifts later spend, in the scenarios of two tiers."""


def draw_jump(effect: float, n: int, seed: int) -> Frame:
    """Heavy buyers reach the tier, and go on buying heavily.

    z = (qualifying amount - threshold) / threshold = 1.4 B - 0.8 with B ~ beta(2, 2);
    E[later spend | z] = 100 (1 + 0.8 z + 0.25 z²) (1 + e / 100 · [z >= 0]), gamma distributed with shape 4.

    Truth: e per cent at z = 0. Naive (all who reached against all who did not): adds the slope over the mean distance of
    the two groups, some 55 %.
    """
    return _decisions("heavy_buyers_reach", effect, n, seed)


def draw_jump_heavy_tails(effect: float, n: int, seed: int) -> Frame:
    """As `draw_jump` with lognormal spend of sigma 1.5 about the same mean: a few members make most of the revenue."""
    return _decisions("heavy_tailed_spend", effect, n, seed, lognormal=1.5)


def draw_jump_placed(effect: float, n: int, seed: int) -> Frame:
    """As `draw_jump`, but half of those within 5 % below the threshold push themselves over it: the keen ones.

    They would have spent 30 % more than others anyway. Truth: e. The answer is too high by what the keen bring along.
    """
    return _decisions("placed_above_threshold", effect, n, seed, placed=True)


def draw_jump_difference(effect: float, n: int, seed: int) -> Frame:
    """The richer tier is the higher one, with the steeper rise of spend round it.

    Two tiers as in `draw_jump`, of benefits 10 and 50. The lower lifts later spend by 5 %, the higher by 5 + e %; spend
    rises with 0.4 z round the lower and 0.8 z round the higher threshold.

    Truth: e points. Naive (plain gaps of the two tiers, subtracted): too high by the steeper rise.
    """
    rng = np.random.default_rng(seed)
    low = _one(rng, n // 2, LOW_TIER_JUMP, slope=0.4)
    high = _one(rng, n - n // 2, LOW_TIER_JUMP + effect)
    running, outcome = (np.concatenate(pair) for pair in zip(low, high, strict=True))
    tier = np.repeat([0, 1], [n // 2, n - n // 2])
    return _frame("richer_is_higher", running, outcome, tier)


def _decisions(name: str, effect: float, n: int, seed: int, *, lognormal: float = 0.0, placed: bool = False) -> Frame:
    rng = np.random.default_rng(seed)
    running, outcome = _one(rng, n, effect, lognormal=lognormal, placed=placed)
    return _frame(name, running, outcome, np.zeros(n, dtype=int))


def _one(
    rng: np.random.Generator,
    n: int,
    effect: float,
    *,
    slope: float = SLOPE,
    lognormal: float = 0.0,
    placed: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance from the threshold and later spend of n members at one tier."""
    running = 1.4 * rng.beta(2.0, 2.0, n) - 0.8
    expected = USUAL_SPEND * (1 + slope * running + CURVE * running**2)
    if placed:
        pushed = (running < 0) & (running > -0.05) & (rng.random(n) < 0.5)
        running = np.where(pushed, rng.uniform(0.0, 0.02, n), running)
        expected = np.where(pushed, 1.3 * expected, expected)
    expected = expected * np.where(running >= 0, 1 + effect / 100, 1.0)
    if lognormal:
        return running, expected * np.exp(rng.normal(-(lognormal**2) / 2, lognormal, n))
    return running, expected * rng.gamma(4.0, 0.25, n)


def _frame(name: str, running: NDArray[np.float64], outcome: NDArray[np.float64], tier: NDArray[np.int64]) -> Frame:
    columns = {
        "unit_id": np.arange(len(running)),
        "running": running,
        "reached": (running >= 0).astype(int),
        "outcome": outcome,
        "tier": np.where(tier == 1, "high", "low"),
        "benefit": np.where(tier == 1, 50.0, 10.0),
    }
    return simulated_frame("tier_cutoff", pd.DataFrame(columns), source=name, outcome="spend in the year after")


_jump_scenario = partial(
    Scenario,
    claim="tiers-accelerate-spend",
    quantity="spend_jump_at_threshold",
    frame="tier_cutoff",
    estimator="quasi_experimental.tier_cutoff:estimate_tier_cutoff",
    n=2_000,
    trap="those who reach a tier are the heavy buyers",
    options={"quantity": "spend_jump_at_threshold"},
)

SCENARIOS = (
    _jump_scenario(name="heavy_buyers_reach", draw=draw_jump),
    _jump_scenario(
        name="heavy_tailed_spend", draw=draw_jump_heavy_tails, broken="a few members make most of the revenue"
    ),
    _jump_scenario(
        name="placed_above_threshold",
        draw=draw_jump_placed,
        broken="keen members push themselves just over the threshold",
    ),
    Scenario(
        name="richer_is_higher",
        claim="tier-benefits-must-be-meaningful",
        quantity="jump_difference",
        frame="tier_cutoff",
        estimator="quasi_experimental.regression_discontinuity:estimate_discontinuity_difference",
        draw=draw_jump_difference,
        n=4_000,
        trap="the tiers with rich benefits are the high ones, where spend rises more steeply",
    ),
)
