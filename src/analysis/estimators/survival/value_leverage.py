"""How much the value of present customers hangs on their retention: from survival curves, histories and accounts.

Each function fits the model that its frame allows, and hands the fitted base to `_leverage`, where the registered
quantities are defined. All answers are of design *model*: real customers set the parameters, arithmetic does the rest.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import WEEKS_PER_YEAR, Design, Role
from analysis.estimators.common.blocks import block_jackknife, block_length
from analysis.estimators.common.building import make_estimate
from analysis.estimators.survival.leverage_arithmetic import (
    Base,
    beta_nodes,
    leverage,
    leverage_estimates,
    per_period,
    retained_value,
)
from analysis.frames import Frame
from analysis.models import bg_bb, fit_bg_bb, fit_pareto_nbd, fit_shifted_beta_geometric, pareto_nbd
from analysis.models.fit import ModelFit
from analysis.models.once import fit_once
from analysis.models.shifted_beta_geometric import cohort_rows, survivor

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

DISCOUNT_RATE = 0.1
N_DRAWS = 100
LARGEST_FOR_U = 200.0
"""Beyond this the first three terms of Tricomi's function are exact to seven digits."""

LARGEST_SHAPE_FOR_U = 50.0
MOST_HISTORIES_DRAWN = 10_000
"""Distinct histories on which the drawn parameter sets are tried; the answer itself is of all."""

N_MIDPOINTS = 4_000
"""Beyond that shape Tricomi's function overflows; the mean over as many points of equal probability does not."""


def estimate_leverage_survival(
    frame: Frame,
    claim: Claim,
    *,
    discount_rate: float = DISCOUNT_RATE,
    periods_per_year: int = 1,
    by_cohort: bool = False,
    n_draws: int = N_DRAWS,
    seed: int = 1,
) -> tuple[Estimate, ...]:
    """Leverage in a contract business, by the shifted beta-geometric model.

    The base is the one that the frame shows: customers of every observed age but the last, in the numbers observed. A
    customer of age t has leaving chances of beta(alpha, beta + t).

    Parameters
    ----------
    frame : Frame
        ``cohort_survival``, counts that never rise; ages from 0 without a gap.
    claim : Claim
    discount_rate : float
        A year, above 0.
    periods_per_year : int
        Periods of the frame in a year.
    by_cohort : bool
        True if the cohorts are segments of different customers, each with a model of its own; else one model for all.
    n_draws, seed
        Parameter sets drawn from the likelihood's curvature, and the seed.

    Raises
    ------
    FrameMistake
        If counts rise or ages have a gap: then the frame holds activity, not survival.
    ModelNotIdentified
        If a cohort (or all together) cannot carry the model.
    """
    counts = _survivors(frame)
    rate = per_period(discount_rate, periods_per_year)
    endings = {name: cohort_rows(row) for name, row in counts.items()}
    groups = [[name] for name in counts] if by_cohort else [list(counts)]
    fits = [fit_once(fit_shifted_beta_geometric, _stacked([endings[name] for name in group])) for group in groups]
    ages = [_pooled_ages([counts[name] for name in group]) for group in groups]

    def base(params: list[dict[str, float]], chosen: slice = slice(None)) -> Base:
        parts = [_chances_by_age(p, n_at_age) for p, n_at_age in zip(params[chosen], ages[chosen], strict=True)]
        chances, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
        return _base_of_chances(chances, weights, rate, periods_per_year)

    drawn_params = list(zip(*(fit.draws(n_draws, seed + k) for k, fit in enumerate(fits)), strict=True))
    at_best = [fit.params for fit in fits]
    assumptions = ("no customer's own chance of leaving changes with age",)
    found = leverage_estimates(
        frame,
        claim,
        base(at_best),
        [leverage(base(list(params))) for params in drawn_params],
        n=sum(row[0] for row in counts.values()),
        method="shifted beta-geometric model of the survival curves, everybody's churn cut in proportion",
        assumptions=assumptions,
        discount_rate=discount_rate,
    )
    for k, group in enumerate(groups if by_cohort else []):
        one = slice(k, k + 1)
        alone = leverage_estimates(
            frame,
            claim,
            base(at_best, one),
            [leverage(base(list(params), one)) for params in drawn_params],
            n=counts[group[0]][0],
            method=f"the same for '{group[0]}' alone",
            assumptions=assumptions,
            discount_rate=discount_rate,
        )
        found += tuple(replace(e, role=Role.CONTEXT) for e in alone if e.role is Role.ANSWER)
    return found


def estimate_leverage_summary(
    frame: Frame, claim: Claim, *, discount_rate: float = DISCOUNT_RATE, n_draws: int = N_DRAWS, seed: int = 1
) -> tuple[Estimate, ...]:
    """Leverage where nobody says that he leaves, by the Pareto/NBD model.

    The base are the customers of the frame, each counted with his probability of being alive. An alive customer with x
    repeats in T weeks leaves at a rate of gamma(s, beta + T) and buys at a rate of gamma(r + x, alpha + T); the factor k
    multiplies the rate of leaving. Value is counted in purchases: spend per purchase is taken to be unrelated to leaving.

    Parameters
    ----------
    frame : Frame
        ``customer_summary``; times in weeks.
    claim : Claim
    discount_rate : float
        A year, above 0; applied continuously.
    n_draws, seed
        Parameter sets drawn from the likelihood's curvature, and the seed.

    Raises
    ------
    ModelNotIdentified
        If the customers cannot carry the model.
    """
    columns = {"recency_weeks": "recency", "T_weeks": "T"}
    rows = frame.table.rename(columns=columns)[["frequency", "recency", "T", "n_customers"]]
    fit = fit_once(fit_pareto_nbd, rows)
    force = float(np.log1p(discount_rate)) / WEEKS_PER_YEAR

    at_best = _base_of_rates(fit.params, rows, force)
    return leverage_estimates(
        frame,
        claim,
        at_best,
        _drawn_about(at_best, fit, rows, force, n_draws, seed),
        n=fit.n_customers,
        method="Pareto/NBD model of the purchase histories, everybody's rate of leaving cut in proportion",
        assumptions=(
            "customers leave unseen, at a rate that does not change",
            "the rate is spread as a gamma distribution",
        ),
        discount_rate=discount_rate,
    )


def _drawn_about(
    at_best: Base, fit: ModelFit, rows: pd.DataFrame, force: float, n_draws: int, seed: int
) -> list[dict[str, float]]:
    """Quantities at each drawn parameter set: those of all rows at best, moved by what the draw moves on a part of them.

    Every k-th of the ordered rows is a fair sample of the base, and what it gets wrong at best is taken off again.
    """
    ordered = rows.sort_values(["frequency", "recency", "T"], ignore_index=True)
    part = ordered.iloc[:: -(-len(ordered) // MOST_HISTORIES_DRAWN)]
    of_all, of_part = leverage(at_best), leverage(_base_of_rates(fit.params, part, force))
    drawn = [leverage(_base_of_rates(params, part, force)) for params in fit.draws(n_draws, seed)]
    return [
        {name: of_all[name] + (one[name] - of_part[name]) for name in one if name in of_all and name in of_part}
        for one in drawn
    ]


def estimate_leverage_opportunities(
    frame: Frame,
    claim: Claim,
    *,
    discount_rate: float = DISCOUNT_RATE,
    occasions_per_year: int = 1,
    n_draws: int = N_DRAWS,
    seed: int = 1,
) -> tuple[Estimate, ...]:
    """The same on regular occasions, by the BG/BB model.

    An alive customer with x of n occasions used leaves before each further one with a chance of beta(gamma, delta + n)
    and uses it with a chance of mean (alpha + x) / (alpha + beta + n).

    Parameters
    ----------
    frame : Frame
        ``opportunities``; a holdout in it is not looked at.
    claim : Claim
    discount_rate : float
        A year, above 0.
    occasions_per_year : int
    n_draws, seed
        Parameter sets drawn from the likelihood's curvature, and the seed.

    Raises
    ------
    ModelNotIdentified
        If the customers cannot carry the model.
    """
    rows = frame.table[["frequency", "recency", "n_opportunities", "n_customers"]]
    fit = fit_once(fit_bg_bb, rows)
    rate = per_period(discount_rate, occasions_per_year)

    def drawn(params: dict[str, float]) -> Base:
        return _base_of_occasions(params, rows, rate, occasions_per_year)

    return leverage_estimates(
        frame,
        claim,
        drawn(fit.params),
        [leverage(drawn(params)) for params in fit.draws(n_draws, seed)],
        n=fit.n_customers,
        method="BG/BB model of the histories, everybody's chance of leaving cut in proportion",
        assumptions=("customers leave unseen, with a chance that does not change",),
        discount_rate=discount_rate,
    )


def estimate_leverage_accounts(
    frame: Frame, claim: Claim, *, discount_rate: float = DISCOUNT_RATE
) -> tuple[Estimate, ...]:
    """Leverage from a firm's totals, where nothing tells its customers apart: the constant-rate annuity, always naive.

    Churn a period is all losses over all customers at the starts of the periods. The interval is that of the churn rate
    over the periods seen, a year left out at a time. With customers who differ the leverage is smaller, by how much totals
    cannot say; so these numbers stand beside answers and are none.

    Parameters
    ----------
    frame : Frame
        ``account_periods`` of a contract business, equal lengths.
    claim : Claim
    discount_rate : float
        A year, above 0.

    Raises
    ------
    FrameMistake
        If the periods cover less than two years, or nobody was lost.
    """
    table = frame.table.sort_values("period_start", ignore_index=True)
    per_year = round(1 / float(table["years"].median()))
    lost, start = table["n_lost"].to_numpy(float), table["n_start"].to_numpy(float)
    block = block_length(len(table), per_year)
    if block is None or not lost.sum() > 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: two years of periods with losses are needed for a churn rate "
            f"with an interval; got {len(table)} periods with {lost.sum():g} lost. Give a longer account."
        )
    rate = per_period(discount_rate, per_year)

    def quantities(retained: NDArray[np.int64]) -> dict[str, float]:
        churn = np.array([lost[retained].sum() / start[retained].sum()])
        return leverage(_base_of_chances(churn, np.ones(1), rate, per_year))

    at_best = quantities(np.arange(len(table)))
    found = []
    for quantity in at_best:

        def statistic(retained: NDArray[np.int64], name: str = quantity) -> float:
            return quantities(retained)[name]

        low, high = block_jackknife(statistic, len(table), block)
        found.append(
            make_estimate(
                frame,
                claim,
                quantity,
                value=at_best[quantity],
                low=low,
                high=high,
                n=len(table),
                method=f"annuity with one rate of leaving for all, the firm's own over {len(table)} periods",
                role=Role.NAIVE,
                assumptions=(
                    "every customer leaves with the same chance (where chances differ, the leverage is smaller)",
                    "raising retention costs nothing and changes nothing else",
                ),
            )
        )
    return tuple(replace(estimate, design=Design.MODEL) for estimate in found)


def _base_of_chances(chances: NDArray[np.float64], weights: NDArray[np.float64], rate: float, per_year: int) -> Base:
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


def _base_of_rates(params: dict[str, float], rows: pd.DataFrame, force: float) -> Base:
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
        value=lambda k: float(buying @ _scaled_u(s, force * b / k)) / force,
        retention=lambda k: float(n_alive @ (b / (b + k * WEEKS_PER_YEAR)) ** s / n_alive.sum()),
        value_times=value_times,
        retention_times=retention_times,
    )


@lru_cache(maxsize=8)
def _gamma_midpoints(s: float) -> NDArray[np.float64]:
    """Points of equal probability of gamma(s, 1)."""
    from scipy.stats import gamma

    return np.asarray(gamma.ppf((np.arange(N_MIDPOINTS) + 0.5) / N_MIDPOINTS, s))


def _scaled_u(s: float, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """z^s U(s, s, z), Tricomi's function; by its first terms where z is large and scipy gives up.

    It is the mean of z / (z + g) with g ~ gamma(s, 1), which is how it is taken for large s.

    Examples
    --------
    >>> _scaled_u(430.0, np.array([430.0])).round(3).tolist()
    [0.5]
    """
    from scipy.special import hyperu

    if s > LARGEST_SHAPE_FOR_U:
        points = _gamma_midpoints(s)
        return np.asarray((z[:, None] / (z[:, None] + points)).mean(axis=1))
    small = np.minimum(z, LARGEST_FOR_U)
    return np.where(z > LARGEST_FOR_U, 1 - s / z + s * (s + 1) / z**2, small**s * hyperu(s, s, small))


def _base_of_occasions(params: dict[str, float], rows: pd.DataFrame, rate: float, per_year: int) -> Base:
    x, n = rows["frequency"].to_numpy(float), rows["n_opportunities"].to_numpy(int)
    alive = rows["n_customers"].to_numpy() * bg_bb.probability_alive(params, x, rows["recency"].to_numpy(), n)
    buying = alive * (params["alpha"] + x) / (params["alpha"] + params["beta"] + n)
    parts = [(length, *beta_nodes(params["gamma"], params["delta"] + length)) for length in np.unique(n)]
    bases = [_base_of_chances(nodes, weights, rate, per_year) for _, nodes, weights in parts]
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


def _chances_by_age(
    params: dict[str, float], n_at_age: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chances of leaving of a base with `n_at_age` customers of age 0, 1, ...: beta nodes, survivors' weights."""
    nodes, weights = beta_nodes(params["alpha"], params["beta"])
    age = np.arange(len(n_at_age))
    stayed = (1 - nodes)[:, None] ** age / survivor(params, age)
    return nodes, weights * (stayed @ n_at_age)


def _pooled_ages(rows: list[list[int]]) -> NDArray[np.float64]:
    """Customers at risk by age, all cohorts together; the last age of each cohort was not followed further."""
    longest = max(len(row) for row in rows) - 1
    counts: NDArray[np.float64] = np.sum(
        [np.pad(np.asarray(row[:-1], dtype=float), (0, longest - len(row) + 1)) for row in rows], axis=0
    )
    return counts


def _survivors(frame: Frame) -> dict[str, list[int]]:
    """Counts by age of each cohort."""
    found: dict[str, list[int]] = {}
    for name, rows in frame.table.sort_values(["cohort", "period"]).groupby("cohort"):
        counts = rows["n_surviving"].tolist()
        if rows["period"].tolist() != list(range(len(rows))) or any(np.diff(counts) > 0):
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: cohort '{name}' must have every age from 0 on and counts "
                f"that never rise; it has {counts} at {rows['period'].tolist()}. Counts of active customers are no survival."
            )
        if len(counts) >= 2:
            found[str(name)] = counts
    if not found:
        raise FrameMistake(f"Frame '{frame.name}' from {frame.context.source}: no cohort was followed for a period.")
    return found


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(tables, ignore_index=True)
