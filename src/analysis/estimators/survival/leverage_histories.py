"""How much the value of present customers hangs on their retention, where nobody says that he leaves: from histories.

Each function fits the model that its frame allows, and hands the fitted base to `leverage_arithmetic`, where the registered
quantities are defined. All answers are of design *model*: real customers set the parameters, arithmetic does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.vocabulary import WEEKS_PER_YEAR
from analysis.estimators.survival.leverage_arithmetic import (
    DISCOUNT_RATE,
    N_DRAWS,
    Base,
    leverage,
    leverage_estimates,
    per_period,
    percentile_bounds,
)
from analysis.estimators.survival.leverage_bases import base_of_occasions, base_of_rates
from analysis.frames import Frame
from analysis.models import fit_bg_bb, fit_pareto_nbd
from analysis.models.fit import ModelFit
from analysis.models.once import fit_once
from analysis.models.pareto_nbd_profile import bounds_over, degrees_of_difference

MOST_HISTORIES_DRAWN = 10_000
"""Distinct histories on which other parameters than the best are tried; the answer itself is of all."""


def estimate_leverage_summary(
    frame: Frame, claim: Claim, *, discount_rate: float = DISCOUNT_RATE
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

    Raises
    ------
    ModelNotIdentified
        If the customers cannot carry the model, or their histories set no limit to how much they differ in leaving.
    """
    columns = {"recency_weeks": "recency", "T_weeks": "T"}
    rows = frame.table.rename(columns=columns)[["frequency", "recency", "T", "n_customers"]]
    fit = fit_once(fit_pareto_nbd, rows)
    force = float(np.log1p(discount_rate)) / WEEKS_PER_YEAR

    at_best = base_of_rates(fit.params, rows, force)
    return leverage_estimates(
        frame,
        claim,
        at_best,
        _bounds(at_best, fit, rows, force),
        n=fit.n_customers,
        method="Pareto/NBD model of the purchase histories, everybody's rate of leaving cut in proportion",
        assumptions=(
            "customers leave unseen, at a rate that does not change",
            "the rate is spread as a gamma distribution",
        ),
        discount_rate=discount_rate,
    )


def _bounds(at_best: Base, fit: ModelFit, rows: pd.DataFrame, force: float) -> dict[str, tuple[float, float]]:
    """Profile-likelihood bounds: quantities of all rows at best, moved by what parameters move on a part of them.

    Every k-th of the ordered rows is a fair sample of the base, and what it gets wrong at best is taken off again.
    """
    ordered = rows.sort_values(["frequency", "recency", "T"], ignore_index=True)
    part = ordered.iloc[:: -(-len(ordered) // MOST_HISTORIES_DRAWN)]
    of_all, of_part = leverage(at_best), leverage(base_of_rates(fit.params, part, force))

    def moved(params: Mapping[str, float]) -> dict[str, float]:
        one = leverage(base_of_rates(dict(params), part, force))
        return {name: of_all[name] + (one[name] - of_part[name]) for name in one if name in of_all and name in of_part}

    return bounds_over(degrees_of_difference(rows, fit), moved)


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
        return base_of_occasions(params, rows, rate, occasions_per_year)

    return leverage_estimates(
        frame,
        claim,
        drawn(fit.params),
        percentile_bounds([leverage(drawn(params)) for params in fit.draws(n_draws, seed)]),
        n=fit.n_customers,
        method="BG/BB model of the histories, everybody's chance of leaving cut in proportion",
        assumptions=("customers leave unseen, with a chance that does not change",),
        discount_rate=discount_rate,
    )
