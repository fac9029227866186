"""Purchase histories that tell, or do not tell, who will buy no more: the model's forecast as a risk score.

Customers buy by Poisson processes and drop out after a purchase with a chance of their own (BG/NBD). h says how much they
differ: rate 0.08 a week times gamma(1 / h) of mean 1, chance of dropping out beta with mean 0.15 h; at h = 0 all are alike,
nobody drops out, and no history tells anything.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

WEEKS = 52.0
RATE = 0.08
DROPPING = 0.15
ALIVE_WITHIN = 26.0
MANY = 200_000
"""Customers from whom the true area is counted."""


def draw_histories(effect: float, n: int, seed: int) -> Frame:
    """Year one gives the history, year two the outcome.

    Truth: the area under the curve that the forecast of the true parameters has among very many customers who are alive
    by the rule, silent for no longer than half a year at the split (`area_at`); at h = 0 one half, since history and
    outcome are independent. Naive: among all who ever bought, where it tells the dead from the living.
    """
    history = _histories(effect, n, seed)
    frequency, recency, age, later = history
    table = pd.DataFrame(
        {
            "frequency": frequency,
            "recency_weeks": recency,
            "T_weeks": age,
            "holdout_frequency": later,
            "holdout_weeks": WEEKS,
            "n_customers": 1,
        }
    )
    return simulated_frame("customer_holdout", table, source="histories_of_buying")


def area_at(effect: float) -> float:
    """Area under the curve of the true forecast at this h."""
    return _areas_at(effect)[0]


def gain_at(effect: float) -> float:
    """The same less the area of silence alone."""
    forecast, silence = _areas_at(effect)
    return forecast - silence


def _area(score: np.ndarray, gone: np.ndarray) -> float:
    m, n = int(gone.sum()), int((~gone).sum())
    return float((rankdata(score)[gone].sum() - m * (m + 1) / 2) / (m * n))


@cache
def _areas_at(effect: float) -> tuple[float, float]:
    """Areas of the true forecast and of silence at this h, among the customers alive."""
    if effect == 0:
        return 0.5, 0.5
    frequency, recency, age, later = _histories(effect, MANY, seed=1)
    from lifetimes import BetaGeoFitter

    shape, drop = 1 / effect, _beta(effect)
    model = BetaGeoFitter()
    model.params_ = {"r": shape, "alpha": shape / RATE, "a": drop[0], "b": drop[1]}
    forecast = model.conditional_expected_number_of_purchases_up_to_time(WEEKS, frequency, recency, age)
    silence = age - recency
    alive, gone = silence <= ALIVE_WITHIN, later == 0
    return _area(-np.asarray(forecast)[alive], gone[alive]), _area(silence[alive], gone[alive])


def _beta(effect: float) -> tuple[float, float]:
    mean = DROPPING * effect
    return 2 * mean, 2 * (1 - mean)


def _histories(effect: float, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases, first to last purchase, age at the split, purchases after it."""
    rng = np.random.default_rng(seed)
    rate = RATE * (rng.gamma(1 / effect, effect, n) if effect > 0 else np.ones(n))
    drop = rng.beta(*_beta(effect), n) if effect > 0 else np.zeros(n)
    age = rng.uniform(0.5 * WEEKS, WEEKS, n)
    now, alive = np.zeros(n), np.ones(n, dtype=bool)
    frequency, recency, later = np.zeros(n, dtype=int), np.zeros(n), np.zeros(n, dtype=int)
    while alive.any():
        # He may drop out after each purchase, the repeated ones only.
        now = now + rng.exponential(1 / np.maximum(rate, 1e-12))
        alive &= now < age + WEEKS
        before = alive & (now < age)
        frequency += before
        recency = np.where(before, now, recency)
        later += alive & ~before
        alive &= rng.random(n) >= drop
    return frequency, recency, age, later


SCENARIOS = (
    Scenario(
        name="histories_of_buying",
        claim="churn-is-predictable",
        quantity="auc",
        frame="customer_holdout",
        estimator="prediction.forecast_discrimination:estimate_forecast_discrimination",
        draw=draw_histories,
        n=400,
        trap="among all who ever bought, a score tells the dead from the living",
        options={"quantity": "auc", "alive_within": ALIVE_WITHIN},
        effects={"null": 0.0, "smallest": 0.5, "size": 1.0},
        truth=area_at,
    ),
    Scenario(
        name="forecast_against_silence",
        claim="churn-is-predictable",
        quantity="auc_gain_over_recency",
        frame="customer_holdout",
        estimator="prediction.forecast_discrimination:estimate_forecast_discrimination",
        draw=draw_histories,
        n=800,
        options={"quantity": "auc_gain_over_recency", "alive_within": ALIVE_WITHIN},
        effects={"null": 0.0, "smallest": 0.5, "size": 1.0},
        truth=gain_at,
    ),
)
