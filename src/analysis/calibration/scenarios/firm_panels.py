"""Panels of firms: good firms are good at everything, and what comes after an outcome can only be its placebo."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

YEARS = 8
USUAL_LEAVING = 11.0
PARENTS_SHARE = 0.5
"""Part of the variance of the yearly shocks that contracts of one parent company share."""


def draw_good_firms(effect: float, n: int, seed: int) -> Frame:
    """Firms that keep callers waiting long lose many members, for the quality of all they do.

    For contracts i of parents p(i), three to a parent, in years t = 0 .. 7:
    x_it = 5 - q_i + h_it, h autoregressive of order one with coefficient .5 and innovations N(0, 1);
    y_it = 11 - 4 q_i + g_t + e x_it + u_it, q_i ~ N(0, 1), g_t ~ N(0, 1), u_it ~ N(0, 3²), half of its variance shared within a
    parent and year.

    Truth: e points of leaving for each unit of x. Naive (firms with one another): e + 4 / (1 + 4 / 3), some 1.7 too high.
    The placebo, x a year later with x held equal, is 0.
    """
    return _panel("good_firms", effect, n, seed)


def draw_bad_year_announced(effect: float, n: int, seed: int) -> Frame:
    """As `draw_good_firms`, but firms have bad years s_it (autoregressive, .7) that they announce a year before.

    Members leave on the announcement, y_it gains 2 s_i,t+1, and callers wait longer in the bad year itself, x_it gains
    s_it. Truth: e. The answer is too high because one bad year is followed by another, and the placebo shows it: x a year
    later goes with y, which it cannot have caused.
    """
    return _panel("bad_year_announced", effect, n, seed, announced=2.0)


def _autoregressive(rng: np.random.Generator, n: int, years: int, keep: float) -> NDArray[np.float64]:
    """Paths of n series with unit innovations, begun in their stationary distribution."""
    found = np.empty((n, years))
    found[:, 0] = rng.normal(0.0, 1.0 / np.sqrt(1 - keep**2), n)
    for year in range(1, years):
        found[:, year] = keep * found[:, year - 1] + rng.normal(0.0, 1.0, n)
    return found


def _panel(name: str, effect: float, n: int, seed: int, *, announced: float = 0.0) -> Frame:
    rng = np.random.default_rng(seed)
    parent = np.arange(n) // 3
    quality = rng.normal(0.0, 1.0, n)
    # Two years more than are shown: one before the first and one after the last.
    exposure = 5.0 - quality[:, None] + _autoregressive(rng, n, YEARS + 2, 0.5)
    bad = _autoregressive(rng, n, YEARS + 3, 0.7)
    if announced:
        exposure = exposure + bad[:, : YEARS + 2]
    shared = rng.normal(0.0, 3.0, (parent[-1] + 1, YEARS))[parent]
    own = rng.normal(0.0, 3.0, (n, YEARS))
    noise = np.sqrt(PARENTS_SHARE) * shared + np.sqrt(1 - PARENTS_SHARE) * own
    shown = exposure[:, 1 : YEARS + 1]
    outcome = USUAL_LEAVING - 4.0 * quality[:, None] + rng.normal(0.0, 1.0, YEARS) + effect * shown + noise
    if announced:
        outcome = outcome + announced * bad[:, 2 : YEARS + 2]
    unit, period = (grid.ravel() for grid in np.meshgrid(np.arange(n), np.arange(YEARS), indexing="ij"))
    columns = {
        "unit_id": unit,
        "period": period,
        "outcome": outcome.ravel(),
        "exposure": shown.ravel(),
        "exposure_other": exposure[:, :YEARS].ravel(),
        "exposure_lead": exposure[:, 2 : YEARS + 2].ravel(),
        "cluster": parent[unit],
    }
    return simulated_frame("panel", pd.DataFrame(columns), source=name, outcome="members who left in a year, %")


_scenario = partial(
    Scenario,
    claim="prompt-response-retains",
    quantity="leaving_per_doubling_of_hold",
    frame="panel",
    estimator="observational.panel_effects:estimate_panel_effect",
    n=300,
    trap="good firms are good at everything",
    options={"quantity": "leaving_per_doubling_of_hold"},
)

SCENARIOS = (
    _scenario(name="good_firms", draw=draw_good_firms),
    _scenario(
        name="bad_year_announced",
        draw=draw_bad_year_announced,
        broken="bad years are announced: members leave before callers wait",
    ),
)
