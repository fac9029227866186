"""Purchase histories of customers of whom nobody leaves: the edge of the BG/NBD, where it is an NBD, or all are alike.

Customers buy by Poisson processes, 0.03 a week times gamma(1 / h) of mean 1; at h = 0 all are alike and no history tells
anything.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

WEEKS = 52.0
RATE = 0.03
MANY = 400_000
"""Customers from whom the true area is counted."""


def draw_nobody_drops_out(effect: float, n: int, seed: int) -> Frame:
    """Half a year to a year gives the history, a further year the outcome: who does not buy in it.

    Truth: the area under the curve that the forecast of the true rates, (1/h + x) / (1/h / 0.03 + T) after x purchases in T
    weeks, has among very many customers; one half at h = 0.
    """
    frequency, recency, age, later = _histories(effect, n, seed)
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
    return simulated_frame("customer_holdout", table, source="nobody_drops_out")


@cache
def area_at(effect: float) -> float:
    """Area under the curve of the true forecast at this h."""
    if effect == 0:
        return 0.5
    frequency, _, age, later = _histories(effect, MANY, seed=1)
    score, gone = -(1 / effect + frequency) / (1 / effect / RATE + age), later == 0
    m = int(gone.sum())
    return float((rankdata(score)[gone].sum() - m * (m + 1) / 2) / (m * (MANY - m)))


def _histories(effect: float, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases, first to last purchase, age at the split, purchases after it."""
    rng = np.random.default_rng(seed)
    rate = RATE * (rng.gamma(1 / effect, effect, n) if effect > 0 else np.ones(n))
    age = rng.uniform(0.5 * WEEKS, WEEKS, n)
    frequency = rng.poisson(rate * age)
    # The last of x uniform moments is the largest of them.
    recency = np.where(frequency > 0, age * rng.random(n) ** (1 / np.maximum(frequency, 1)), 0.0)
    return frequency, recency, age, rng.poisson(rate * WEEKS)


SCENARIOS = (
    Scenario(
        name="nobody_drops_out",
        claim="churn-is-predictable",
        quantity="auc",
        frame="customer_holdout",
        estimator="prediction.forecast_discrimination:estimate_forecast_discrimination",
        draw=draw_nobody_drops_out,
        n=600,
        options={"quantity": "auc", "alive_within": float("inf")},
        effects={"null": 0.0, "smallest": 0.3, "size": 1.0},
        truth=area_at,
    ),
)
