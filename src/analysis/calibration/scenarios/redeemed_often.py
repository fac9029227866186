"""Rewards that are redeemed often: those who did not redeem at a purchase do so at the next ones, within the weeks compared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

CHANCE = 0.2
WEEKS = 4


def draw_redeemed_often(effect: float, n: int, seed: int) -> Frame:
    """One purchase in five with enough points is redeemed at, and those compared redeem in the four weeks themselves.

    Member i buys a_i ~ gamma(1.5) times a week, 0.5 on average, and stands once at a purchase with enough points; r ~
    Poisson(8 a_i) is the run-up, y ~ Poisson(44 a_i) the year before, logit P(redeem) = -1.6 + 0.1 (r - 4). In each of
    four weeks he buys Poisson(a_i) times, times 1 + e / 100 once he has redeemed, and redeems at each purchase with a
    chance of .2 if he has not yet.

    Truth: e per cent, redeeming now over not redeeming. Naive: too high by what those who redeem would have bought anyway. The
    answer is what redeeming now does over redeeming now, soon or never: smaller.
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.5, 0.5 / 1.5, n)
    run_up, year = rng.poisson(8 * rate), rng.poisson(44 * rate)
    redeems = rng.random(n) < 1 / (1 + np.exp(1.6 - 0.1 * (run_up - 4)))
    has, bought = redeems.copy(), np.zeros(n)
    for _ in range(WEEKS):
        now = rng.poisson(rate * np.where(has, 1 + effect / 100, 1.0))
        bought += now
        has |= rng.random(n) < 1 - (1 - CHANCE) ** now
    columns = {
        "unit_id": np.arange(n),
        "treated": redeems.astype(int),
        "outcome": bought,
        "x_run_up": run_up.astype(float),
        "x_purchases_year": year.astype(float),
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source="redeemed_often")


SCENARIOS = (
    Scenario(
        name="redeemed_often",
        claim="redemption-lifts-purchases",
        quantity="purchase_change_after",
        frame="exposure",
        estimator="observational.doubly_robust:estimate_doubly_robust",
        draw=draw_redeemed_often,
        n=2_000,
        trap="those who have bought much of late redeem sooner, and buy more afterwards",
        broken="those compared redeem within the four weeks themselves",
        options={"quantity": "purchase_change_after"},
        effects={"size": 40.0},
    ),
)
