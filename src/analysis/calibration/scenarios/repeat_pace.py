"""Repeat purchases: keen customers make many, so that each purchase seems to make the next likelier."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

HORIZON_DAYS = 91.0
SLOWEST_DAYS = 365.0
MOST_PURCHASES = 10
YEARS_FOLLOWED = 12.0


def draw_sorting(effect: float, n: int, seed: int) -> Frame:
    """The keen stay longer and buy faster.

    Customer i is keen by u_i ~ U(0, 1): he makes N_i purchases, at most ten, going on after each with 0.3 + 0.65 u_i, and
    P(wait after purchase k <= 91 days) = 0.05 + 0.6 u_i + e / 100 (k - 1). Short waits are uniform on (0, 91), others on
    (91, 365) days; all have been followed long past their last purchase.

    Truth: e points a purchase, the same for everybody. Naive slope over all trials: who makes many purchases is keen,
    so that the share of short waits rises with k by several points even at e = 0.
    """
    rng = np.random.default_rng(seed)
    keen = rng.random(n)
    most = np.minimum(rng.geometric(0.7 - 0.65 * keen), MOST_PURCHASES)
    number = np.arange(1, MOST_PURCHASES + 1)
    short = rng.random((n, MOST_PURCHASES)) < 0.05 + 0.6 * keen[:, None] + effect / 100 * (number - 1)
    return _frame("keen_stay_longer", _waits(rng, short), most, np.full(n, 365.25 * YEARS_FOLLOWED))


def draw_window(effect: float, n: int, seed: int) -> Frame:
    """A log that ends: everybody buys at a gamma rate, leaves with a beta chance, and is followed for one to three years.

    Waits are exponential with rate gamma(1.2, 60 days), the chance to leave after a purchase is beta(1, 4). Drawn at e = 0
    only: nobody changes. Truth: 0, since waits within a customer are exchangeable whatever ended their series. The naive
    slope is positive by sorting.
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.2, 1 / 60.0, n)
    most = np.minimum(rng.geometric(rng.beta(1.0, 4.0, n)), 4 * MOST_PURCHASES)
    waits = np.ceil(rng.exponential(1.0, (n, 4 * MOST_PURCHASES)) / rate[:, None])
    return _frame("log_that_ends", waits, most, rng.uniform(365.0, 1_096.0, n))


def draw_recession(effect: float, n: int, seed: int) -> Frame:
    """As `draw_sorting`, for customers who all joined in one quarter and met a recession in their second year.

    Waits that begin 300 to 700 days after joining are twice as long. Truth: e, what a purchase does; the answer takes the
    recession for a loss of momentum, because late purchases are those that met it.
    """
    rng = np.random.default_rng(seed)
    keen = rng.random(n)
    most = np.minimum(rng.geometric(0.7 - 0.65 * keen), MOST_PURCHASES)
    number = np.arange(1, MOST_PURCHASES + 1)
    short = rng.random((n, MOST_PURCHASES)) < 0.05 + 0.6 * keen[:, None] + effect / 100 * (number - 1)
    waits = _waits(rng, short)
    at = np.zeros(n)
    for k in range(MOST_PURCHASES):
        slow = (at > 300) & (at < 700)
        waits[:, k] = np.where(slow, 2 * waits[:, k], waits[:, k])
        at += waits[:, k]
    return _frame("recession_quarter", waits, most, np.full(n, 365.25 * YEARS_FOLLOWED))


def _waits(rng: np.random.Generator, short: np.ndarray) -> np.ndarray:
    """Days, whole ones: up to the horizon for short waits, beyond it for others."""
    waits: np.ndarray = np.ceil(
        np.where(
            short,
            rng.uniform(0.0, HORIZON_DAYS, short.shape),
            rng.uniform(HORIZON_DAYS, SLOWEST_DAYS, short.shape),
        )
    )
    return waits


def _frame(name: str, waits: np.ndarray, most: np.ndarray, followed: np.ndarray) -> Frame:
    """Purchases 1 to `most` that fall within `followed` days, each with the wait for the next that was seen."""
    n, width = waits.shape
    at = np.column_stack([np.zeros(n), np.cumsum(waits[:, :-1], axis=1)])
    made = (np.arange(width) < most[:, None]) & (at <= followed[:, None])
    following = np.column_stack([made[:, 1:], np.zeros(n, dtype=bool)])
    customer, number = np.nonzero(made)
    columns = {
        "customer_id": customer,
        "purchase_number": number + 1,
        "gap_days": np.where(following, waits, np.nan)[made],
        "followed_days": (followed[:, None] - at)[made],
    }
    return simulated_frame("repeat_trials", pd.DataFrame(columns), source=name, outcome="bought again within 91 days")


_momentum = partial(
    Scenario,
    claim="repeat-momentum",
    quantity="momentum_slope",
    frame="repeat_trials",
    estimator="survival.state_dependence:estimate_state_dependence",
    trap="keen customers make more purchases, so that late purchases are those of the keen",
    # the population without momentum is context, and slow to fit
    options={"population": None},
)

SCENARIOS = (
    _momentum(name="keen_stay_longer", draw=draw_sorting, n=1_500),
    _momentum(name="log_that_ends", draw=draw_window, n=1_500, effects={"smallest": 0.0, "size": 0.0}),
    _momentum(
        name="recession_quarter",
        draw=draw_recession,
        n=1_500,
        broken="all joined in one quarter and met a recession in their second year",
    ),
)
