"""Many brands over one period: more customers leave than come, while what sets brands apart may be either."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

SPREAD = 0.10
"""Standard deviation of growth between units."""


def draw_between(effect: float, n: int, seed: int, *, customers: float = 20_000.0) -> Frame:
    """Units of about 20,000 customers that lose l and win w of the mean of customers at start and end.

    l = 0.40 + 0.10 sqrt((1 + e) / 2) N(0, 1),  w = 0.33 + 0.10 sqrt((1 - e) / 2) N(0, 1),  independent; normals cut at 3.5 and 3.2.

    Truth: [var(l) - var(w)] / var(w - l) = e, the share of the variance of growth due to losses less that due to wins.
    Naive: how many were lost against how many were won, 0.07 / 0.73 or so, whatever e is.
    """
    rng = np.random.default_rng(seed)
    lost = 0.40 + SPREAD * np.sqrt((1 + effect) / 2) * rng.normal(size=n).clip(-3.5, 3.5)
    won = 0.33 + SPREAD * np.sqrt((1 - effect) / 2) * rng.normal(size=n).clip(-3.2, 3.2)
    mean = customers * np.exp(0.5 * rng.normal(size=n))
    start = mean * (1 - (won - lost) / 2)
    columns = {
        "unit_id": np.arange(n),
        "n_start": rng.poisson(start * (1 - lost * mean / start)),
        "n_won": rng.poisson(won * mean),
        "n_lost": rng.poisson(lost * mean),
    }
    columns["n_start"] = columns["n_start"] + columns["n_lost"]
    name = "growth_between" if customers > 1_000 else "growth_between_few"
    return simulated_frame("unit_accounts", pd.DataFrame(columns), source=name)


def draw_few_customers(effect: float, n: int, seed: int) -> Frame:
    """As `draw_between` with about 60 customers a unit, of whom chance decides who is seen.

    Truth: e; chance adds about as much to the variance of losses as to that of wins, which pulls the answer towards 0.
    """
    return draw_between(effect, n, seed, customers=60.0)


_scenario = partial(
    Scenario,
    claim="retention-drives-growth",
    quantity="loss_minus_win_share_across",
    frame="unit_accounts",
    estimator="aggregate.growth_across:estimate_growth_across",
    n=300,
    trap="more customers are lost than won, which says nothing about why some units grow",
)

SCENARIOS = (
    _scenario(name="growth_between", draw=draw_between),
    _scenario(
        name="growth_between_few",
        draw=draw_few_customers,
        effects={"size": 0.8},
        broken="units are so small that chance decides who is seen to leave and to come",
    ),
)
