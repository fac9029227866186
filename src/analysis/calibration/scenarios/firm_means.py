"""Figures that firms report: the mean over firms, where firms with many rows are unlike the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

YEARS = 4


def draw_large_firms_differ(effect: float, n: int, seed: int) -> Frame:
    """Parent companies p = 1 .. n with contracts of their own, each with a figure a year.

    a_p ~ N(0, 8²); contracts of p: 1 + Poisson(2 exp(a_p / 16)); y_pct = e + a_p + N(0, 4²) of the contract + N(0, 5²) of the
    year. Companies whose figure is high have more contracts.

    Truth: e, the mean over companies. Naive (mean over all rows): some 2.5 above it, with an interval that is too short.
    """
    rng = np.random.default_rng(seed)
    company = rng.normal(0.0, 8.0, n)
    contracts = 1 + rng.poisson(2 * np.exp(company / 16))
    parent = np.repeat(np.arange(n), contracts)
    level = effect + company[parent] + rng.normal(0.0, 4.0, len(parent))
    outcome = level[:, None] + rng.normal(0.0, 5.0, (len(parent), YEARS))
    unit, period = (grid.ravel() for grid in np.meshgrid(np.arange(len(parent)), np.arange(YEARS), indexing="ij"))
    columns = {
        "unit_id": unit,
        "period": period,
        "outcome": outcome.ravel(),
        "exposure": np.zeros(len(unit)),
        "cluster": parent[unit],
    }
    return simulated_frame(
        "panel", pd.DataFrame(columns), source="large_firms_differ", outcome="gap between two reasons, points"
    )


def mean_of_rows(frame: Frame) -> tuple[float, float, float]:
    """Mean of all rows with the interval of independent ones."""
    outcome = frame.table["outcome"]
    half = 1.96 * float(outcome.sem())
    return float(outcome.mean()), float(outcome.mean()) - half, float(outcome.mean()) + half


SCENARIOS = (
    Scenario(
        name="large_firms_differ",
        claim="people-leave-over-service-not-offers",
        quantity="reason_gap",
        frame="panel",
        estimator="aggregate.panel_mean:estimate_panel_mean",
        draw=draw_large_firms_differ,
        n=40,
        trap="firms with many contracts are unlike the others, and their rows count each for itself",
        options={"quantity": "reason_gap"},
        naive=mean_of_rows,
    ),
)
