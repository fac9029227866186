"""Spend on winning and on keeping customers, month by month, with returns that fall: averages against margins.

In every scenario spend moves by itself from month to month (autoregressive, coefficient 0.5), and e is the effect.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

COST = "aggregate.cost_ratio:estimate_cost_ratio"
MONTHS_A_YEAR = 12
RETAINING = 24.0
"""Retention spend per customer-year."""


def draw_average(effect: float, n: int, seed: int) -> Frame:
    """Winning costs e times as much as keeping.

    Base 5,000 customers, monthly churn 2 %. Keeping costs 24 a customer-year, winning 24 e a customer; both purses move by
    +-20 % with their months, customers won and kept vary by +-10 % besides. Truth: e, the ratio of the sums.
    """
    return _average("average_purses", effect, n, seed)


def draw_average_misbooked(effect: float, n: int, seed: int) -> Frame:
    """As `draw_average`; spend that serves both ends (a quarter of the retention purse) is booked as acquisition.

    Truth: e. The answer is too high: (24 e W + 6 K) / W over 18 with W won and K customer-years kept.
    """
    found = _average("purses_misbooked", effect, n, seed)
    moved = 0.25 * found.table["retention_spend"]
    table = found.table.assign(
        acquisition_spend=found.table["acquisition_spend"] + moved,
        retention_spend=found.table["retention_spend"] - moved,
    )
    return Frame(name=found.name, table=table, context=found.context)


def _average(name: str, effect: float, n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    years = 1 / MONTHS_A_YEAR
    won = np.maximum(1, np.round(100 * np.exp(_moving(rng, n, 0.2)))).astype(int)
    retained = np.round(4_900 * np.exp(_moving(rng, n, 0.05))).astype(int)
    acquisition = RETAINING * effect * won * np.exp(_moving(rng, n, 0.1) - 0.1**2 / 2)
    retention = RETAINING * retained * years * np.exp(_moving(rng, n, 0.1) - 0.1**2 / 2)
    return _frame(name, n, acquisition, retention, won, retained)


def draw_marginal(effect: float, n: int, seed: int) -> Frame:
    """Most customers come, and stay, unasked: what the purses do at the margin is another thing than what they cost.

    won = 50 + a / c_w + noise, c_w the cost of one customer more; share retained in a month = 0.94 + 12 r / c_k + noise, r the
    spend per customer and month (about 1), c_k = 600 the cost of keeping one more for a year; c_w = e c_k.
    Truth: e, the ratio at the margin. Naive: the ratio of averages, about (300 e) / 12.
    """
    rng = np.random.default_rng(seed)
    more_kept, more_won = 600.0, 600.0 * effect
    acquisition = 50 * more_won * np.exp(_moving(rng, n, 0.4))
    won = np.maximum(1, np.round(50 + acquisition / more_won + rng.normal(0.0, 5.0, n))).astype(int)
    each = np.exp(_moving(rng, n, 0.4))
    start = 5_000
    retained, retention = [], []
    for month in range(n):
        share = min(0.999, 0.94 + MONTHS_A_YEAR * each[month] / more_kept + rng.normal(0.0, 0.002))
        retained.append(round(start * share))
        retention.append(start * each[month])
        start = retained[-1] + int(won[month])
    return _frame("marginal_purses", n, acquisition, np.array(retention), won, np.array(retained))


def average_ratio(frame: Frame) -> tuple[float, float, float]:
    """The ratio of averages, with an interval from the spread of its years."""
    table = frame.table
    year = np.arange(len(table)) // MONTHS_A_YEAR
    sums = table.assign(retained_years=table["n_retained"] * table["years"]).groupby(year).sum(numeric_only=True)
    ratios = np.log((sums["acquisition_spend"] / sums["n_won"]) / (sums["retention_spend"] / sums["retained_years"]))
    centre, half = float(ratios.mean()), 1.96 * float(ratios.std(ddof=1)) / math.sqrt(len(ratios))
    return math.exp(centre), math.exp(centre - half), math.exp(centre + half)


def _moving(rng: np.random.Generator, n: int, spread: float) -> np.ndarray:
    """Autoregressive noise of standard deviation `spread`."""
    found = np.empty(n)
    now = rng.normal()
    for month in range(n):
        now = 0.5 * now + math.sqrt(0.75) * rng.normal()
        found[month] = spread * now
    return found


def _frame(
    name: str, n: int, acquisition: np.ndarray, retention: np.ndarray, won: np.ndarray, retained: np.ndarray
) -> Frame:
    table = pd.DataFrame(
        {
            "period_start": pd.date_range("2020-01-01", periods=n, freq="MS"),
            "years": 1 / MONTHS_A_YEAR,
            "acquisition_spend": acquisition,
            "retention_spend": retention,
            "n_won": won,
            "n_retained": retained,
        }
    )
    return simulated_frame("cost_periods", table, source=name, currency="EUR")


SCENARIOS = (
    Scenario(
        name="average_purses",
        claim="acquisition-cost-multiple",
        quantity="average_cost_ratio",
        frame="cost_periods",
        estimator=COST,
        draw=draw_average,
        n=48,
    ),
    Scenario(
        name="purses_misbooked",
        claim="acquisition-cost-multiple",
        quantity="average_cost_ratio",
        frame="cost_periods",
        estimator=COST,
        draw=draw_average_misbooked,
        n=48,
        broken="each purse holds what it is named for: spend that serves both ends is booked as acquisition",
    ),
    Scenario(
        name="marginal_purses",
        claim="acquisition-cost-multiple",
        quantity="marginal_cost_ratio",
        frame="cost_periods",
        estimator=COST,
        draw=draw_marginal,
        n=60,
        trap="an average-cost ratio says nothing about where the next euro should go",
        naive=average_ratio,
    ),
)
