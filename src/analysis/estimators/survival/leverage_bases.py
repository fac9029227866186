"""Customer bases under a factor on everybody's leaving: chances a period, rates of the Pareto/NBD, occasions of the BG/BB."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.vocabulary import WEEKS_PER_YEAR
from analysis.estimators.survival.leverage_arithmetic import Base, beta_nodes, retained_value
from analysis.models import bg_bb, pareto_nbd
from analysis.models._tricomi import scaled_tricomi

N_MIDPOINTS = 4_000
"""Points of equal probability over which a mean is taken where leaving ends at none: exact to four digits."""


def base_of_chances(chances: NDArray[np.float64], weights: NDArray[np.float64], rate: float, per_year: int) -> Base:
    """Customers who leave with these chances a period and pay one unit in each that they stay."""

    def leaving(k: float) -> NDArray[np.float64]:
        return np.minimum(k * chances, 1.0)

    def staying_more(times: float) -> NDArray[np.float64]:
        return np.asarray(np.maximum(1 - times ** (1 / per_year) * (1 - chances), 0.0))

    return Base(
        value=lambda k: float(weights @ retained_value(leaving(k), rate)),
        retention=lambda k: float(weights @ (1 - leaving(k)) ** per_year / weights.sum()),
        value_times=lambda times: float(weights @ retained_value(staying_more(times), rate)),
        retention_times=lambda times: float(weights @ (1 - staying_more(times)) ** per_year / weights.sum()),
    )


def base_of_rates(params: dict[str, float], rows: pd.DataFrame, force: float) -> Base:
    """Pareto/NBD: E[1 / (k mu + force)] with mu ~ gamma(s, b) is z^s U(s, s, z) / force, z = force b / k."""
    r, alpha, s, beta = (params[name] for name in ("r", "alpha", "s", "beta"))
    x, age = rows["frequency"].to_numpy(float), rows["T"].to_numpy(float)
    recency = rows["recency"].to_numpy(float)
    # Who bought on the last day is alive; the model's formula says so too, but overflows for very frequent buyers.
    sure = recency >= age
    chance = pareto_nbd.probability_alive(params, np.where(sure, 0, x), np.where(sure, 0.0, recency), age)
    alive = rows["n_customers"].to_numpy() * np.where(sure, 1.0, chance)
    ages, place = np.unique(age, return_inverse=True)
    n_alive = np.bincount(place, weights=alive)
    buying = np.bincount(place, weights=alive * (r + x) / (alpha + age))
    b = beta + ages

    def staying_more(times: float) -> NDArray[np.float64]:
        # The rate of leaving of everybody falls by ln(times) a year, and ends at none.
        return np.asarray(np.maximum(_gamma_midpoints(s) / b[:, None] - np.log(times) / WEEKS_PER_YEAR, 0.0))

    def value_times(times: float) -> float:
        return float(buying @ (1 / (staying_more(times) + force)).mean(axis=1))

    def retention_times(times: float) -> float:
        return float(n_alive @ np.exp(-WEEKS_PER_YEAR * staying_more(times)).mean(axis=1) / n_alive.sum())

    return Base(
        value=lambda k: float(buying @ scaled_tricomi(s, force * b / k)) / force,
        retention=lambda k: float(n_alive @ (b / (b + k * WEEKS_PER_YEAR)) ** s / n_alive.sum()),
        value_times=value_times,
        retention_times=retention_times,
    )


@lru_cache(maxsize=8)
def _gamma_midpoints(s: float) -> NDArray[np.float64]:
    """Points of equal probability of gamma(s, 1)."""
    from scipy.stats import gamma

    return np.asarray(gamma.ppf((np.arange(N_MIDPOINTS) + 0.5) / N_MIDPOINTS, s))


def base_of_occasions(params: dict[str, float], rows: pd.DataFrame, rate: float, per_year: int) -> Base:
    x, n = rows["frequency"].to_numpy(float), rows["n_opportunities"].to_numpy(int)
    alive = rows["n_customers"].to_numpy() * bg_bb.probability_alive(params, x, rows["recency"].to_numpy(), n)
    buying = alive * (params["alpha"] + x) / (params["alpha"] + params["beta"] + n)
    parts = [(length, *beta_nodes(params["gamma"], params["delta"] + length)) for length in np.unique(n)]
    bases = [base_of_chances(nodes, weights, rate, per_year) for _, nodes, weights in parts]
    sums = [(buying[n == length].sum(), alive[n == length].sum()) for length, _, _ in parts]
    n_alive = sum(count for _, count in sums)
    return Base(
        value=lambda k: float(sum(worth * base.value(k) for (worth, _), base in zip(sums, bases, strict=True))),
        retention=lambda k: float(
            sum(count * base.retention(k) for (_, count), base in zip(sums, bases, strict=True)) / n_alive
        ),
        value_times=lambda times: float(
            sum(
                worth * base.value_times(times)
                for (worth, _), base in zip(sums, bases, strict=True)
                if base.value_times
            )
        ),
        retention_times=lambda times: float(
            sum(
                n * base.retention_times(times)
                for (_, n), base in zip(sums, bases, strict=True)
                if base.retention_times
            )
            / n_alive
        ),
    )
