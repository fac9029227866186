"""Time in which nothing could be seen, counted by the naive analyst as time in which nothing happened.

In every scenario e is the effect.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.estimators.observational.augmented_weighting import difference, raw_means
from analysis.estimators.survival.cause_specific_hazard import crude_rate_ratio
from analysis.frames import Frame

LOSSES_FROM, LAST = 4.0, 6.0
"""Years after the first customer came: from then on losses are written down, and until then customers are watched."""


def draw_losses_seen_late(effect: float, n: int, seed: int) -> Frame:
    """Losses are written down from year 4 on; who had left before is in no table, who had stayed is.

    Customers come on days spread over six years. From year 4 on half of them are referred, before it one in ten. They leave
    at a hazard of 0.35 e^[referred] a year. Those still there at year 4 are known with the day on which they came, and are
    at risk of being seen to leave from year 4 on.

    Truth: the hazard ratio e. Naive (ratio of rates, time at risk from the day they came): too high, since early customers,
    few of them referred, have years in which they could not have been seen to leave.
    """
    rng = np.random.default_rng(seed)
    came = rng.uniform(0, LAST, 3 * n)
    referred = (rng.random(3 * n) < np.where(came < LOSSES_FROM, 0.1, 0.5)).astype(float)
    life = rng.exponential(1 / (0.35 * np.where(referred == 1, effect, 1.0)))
    known = np.flatnonzero(came + life > LOSSES_FROM)[:n]
    came, referred, life = came[known], referred[known], life[known]
    columns = {
        "unit_id": np.arange(len(known)),
        "entry_years": np.maximum(LOSSES_FROM - came, 0.0),
        "duration_years": np.minimum(life, LAST - came),
        "event": (came + life <= LAST).astype(int),
        "x_exposed": referred,
    }
    return simulated_frame("spells", pd.DataFrame(columns), source="losses_seen_late")


def at_risk_from_the_start(frame: Frame) -> tuple[float, float, float]:
    """Ratio of rates with the time before losses were written down as time at risk."""
    found = crude_rate_ratio(replace(frame, table=frame.table.assign(entry_years=0.0)), "x_exposed")
    return found["value"], found["low"], found["high"]


def draw_points_before_redemption(effect: float, n: int, seed: int) -> Frame:
    """Six in ten members had enough points half a year and more before anybody could redeem.

    b ~ N(0, 1) is the balance. An early member waited w ~ U(0.5, 2) years, a late one w = 0. P(restricted) has the logit
    0.5 b - 0.6 for early and 0.5 b + 0.6 for late members. A member redeems in the half year from the day on which he could
    with chance 0.4 + 0.1 tanh(b) + 0.05 [early] + e / 100 [restricted].

    Truth: e percentage points. Naive (redeemed in the half year from the first points on): no early member could, most of them
    unrestricted, so that it is far too high, and a true claim reads *fails*.
    """
    rng = np.random.default_rng(seed)
    balance, early = rng.normal(size=n), rng.random(n) < 0.6
    restricted = rng.random(n) < 1 / (1 + np.exp(-0.5 * balance - np.where(early, -0.6, 0.6)))
    chance = 0.4 + 0.1 * np.tanh(balance) + 0.05 * early + effect / 100 * restricted
    columns = {
        "unit_id": np.arange(n),
        "treated": restricted.astype(int),
        "outcome": (rng.random(n) < chance).astype(float),
        "x_points": balance,
        "x_early": early.astype(float),
        "x_waited": np.where(early, rng.uniform(0.5, 2.0, n), 0.0),
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source="points_before_redemption")


def redeemed_soon_after_the_first_points(frame: Frame) -> tuple[float, float, float]:
    """Difference of shares, in percentage points, in a half year that lay before redemption opened for who waited."""
    seen = frame.table["outcome"] * (frame.table["x_waited"] == 0)
    found = difference(raw_means(replace(frame, table=frame.table.assign(outcome=seen))))
    return 100 * found["value"], 100 * found["low"], 100 * found["high"]


SCENARIOS = (
    Scenario(
        name="losses_seen_late",
        claim="referred-customers-are-worth-more",
        quantity="churn_hazard_ratio",
        frame="spells",
        estimator="survival.cause_specific_hazard:estimate_cause_specific_hazard",
        draw=draw_losses_seen_late,
        n=500,
        trap="who left before losses were written down is in no table, so that early customers look immortal",
        options={"quantity": "churn_hazard_ratio"},
        naive=at_risk_from_the_start,
        replications=250,
    ),
    Scenario(
        name="points_before_redemption",
        claim="redemption-friction-deters",
        quantity="redemption_difference",
        frame="exposure",
        estimator="observational.doubly_robust:estimate_doubly_robust",
        draw=draw_points_before_redemption,
        n=800,
        trap="a member's first points count, in a half year that may lie before anybody could redeem",
        options={"quantity": "redemption_difference"},
        naive=redeemed_soon_after_the_first_points,
    ),
)
