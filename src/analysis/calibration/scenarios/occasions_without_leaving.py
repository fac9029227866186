"""Regular occasions of customers of whom nobody leaves: the edge of the BG/BB, where it is a beta-binomial, or all are alike.

Customers use each occasion with a chance of beta(m c, (1 - m) c), m = .35 and c = 1 / h; at h = 0 all have one chance and no
history tells anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betaln
from scipy.stats import betabinom

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

OCCASIONS, AFTER = 6, 3
USED = 0.35


def draw_nobody_stops_on_occasions(effect: float, n: int, seed: int) -> Frame:
    """Six occasions give the history, three more the outcome: who uses none of them.

    Truth: the area under the curve that the number of occasions used has for using none of the next three, all of it known
    by formula (beta-binomial); one half at h = 0.
    """
    rng = np.random.default_rng(seed)
    chance = rng.beta(*_shape(effect), n) if effect > 0 else np.full(n, USED)
    used = rng.random((n, OCCASIONS)) < chance[:, None]
    history = pd.DataFrame(
        {
            "frequency": used.sum(axis=1),
            "recency": (used * np.arange(1, OCCASIONS + 1)).max(axis=1),
            "holdout_frequency": rng.binomial(AFTER, chance),
        }
    )
    counted = history.value_counts().sort_index().rename("n_customers").reset_index()
    table = counted.assign(n_opportunities=OCCASIONS, n_holdout=AFTER)
    return simulated_frame("opportunities", table, source="nobody_stops_on_occasions")


def area_at(effect: float) -> float:
    """Area under the curve of the number of occasions used."""
    if effect == 0:
        return 0.5
    a, b = _shape(effect)
    x = np.arange(OCCASIONS + 1)
    having = betabinom.pmf(x, OCCASIONS, a, b)
    none = np.exp(betaln(a + x, b + OCCASIONS - x + AFTER) - betaln(a + x, b + OCCASIONS - x))
    gone, there = having * none, having * (1 - none)
    more = gone[:, None] * there[None, :]  # who is gone has used fewer
    return float((np.triu(more, 1).sum() + np.trace(more) / 2) / more.sum())


def _shape(effect: float) -> tuple[float, float]:
    return USED / effect, (1 - USED) / effect


SCENARIOS = (
    Scenario(
        name="nobody_stops_on_occasions",
        claim="churn-is-predictable",
        quantity="auc",
        frame="opportunities",
        estimator="prediction.forecast_discrimination:estimate_forecast_discrimination",
        draw=draw_nobody_stops_on_occasions,
        n=600,
        options={"quantity": "auc", "alive_within": float("inf")},
        effects={"null": 0.0, "smallest": 0.2, "size": 0.8},
        truth=area_at,
    ),
)
