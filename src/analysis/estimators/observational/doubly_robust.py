"""Met something or not, without randomisation: the difference at equal covariates, and the naive one beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.core.claim import Claim, Quantity
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, exponentiated, scaled
from analysis.estimators.observational.augmented_weighting import (
    FEWEST_IN_GROUP,
    TwoMeans,
    adjusted_means,
    clusters_of,
    comparable,
    design_matrix,
    difference,
    ratio,
    raw_means,
    require_both_groups,
)
from analysis.frames import Frame

ASSUMPTIONS = (
    "exposed and unexposed differ only in what the covariates measure",
    "what holds for units that could have been either holds for all",
)


def estimate_doubly_robust(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str,
    adjusted: bool = True,
    role: str = "answer",
    seed: int = 1,
    n_folds: int = 5,
) -> tuple[Estimate, ...]:
    """Contrast of the exposed with the unexposed at equal covariates.

    Differences, percentages and ratios are doubly robust: cross-fitted augmented overlap weighting, which counts units by
    how well they could have been either; strata in which nobody was exposed, or everybody, are left out. Odds
    ratios are those of a logistic regression on exposure and covariates, which survive sampling by outcome (Prentice &
    Pyke 1979, Biometrika 66, 403-411); differences do not.

    Parameters
    ----------
    frame : Frame
        ``exposure``. Strata enter as dummies; errors are clustered where there is a cluster.
    claim : Claim
    quantity : str
        Registered quantity that the outcome measures; its scale chooses the contrast.
    adjusted : bool
        False: only the naive contrast, for a source that cannot answer.
    role : str
        Role of the adjusted estimate: "answer", or "context" for a quantity that stands beside the claim.
    seed, n_folds : int
        Of the cross-fitting; folds keep clusters whole.

    Returns
    -------
    tuple of Estimate
        The adjusted estimate, if asked for, and the naive one.

    Raises
    ------
    FrameMistake
        If one group is smaller than 30, or the outcome does not fit the scale.
    ParameterMistake
        If the quantity's scale is none that two groups can give.
    """
    chosen = claim.quantity(quantity)
    _require_scale(frame, chosen)
    contrast = frame.context.contrast or "exposed less unexposed"
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_raw(frame, chosen),
        n=len(frame.table),
        method=f"{contrast}, nothing held equal",
        role=Role.NAIVE,
    )
    if not adjusted:
        require_both_groups(frame, 2)
        return (naive,)
    require_both_groups(frame, FEWEST_IN_GROUP)
    used = frame if chosen.scale is Scale.ODDS_RATIO else comparable(frame)
    require_both_groups(used, FEWEST_IN_GROUP)
    left_out = len(frame.table) - len(used.table)
    answer = make_estimate(
        used,
        claim,
        quantity,
        **_adjusted(used, chosen, seed, n_folds),
        n=len(used.table),
        method=_method(used, chosen, contrast, left_out),
        role=Role(role),
        assumptions=ASSUMPTIONS,
    )
    return (answer, naive)


def _method(frame: Frame, quantity: Quantity, contrast: str, left_out: int) -> str:
    held = f"{len(frame.covariates)} covariates" + (" and the stratum" if "stratum" in frame.table else "")
    errors = f", errors clustered in {frame.table['cluster'].nunique()} groups" if "cluster" in frame.table else ""
    if quantity.scale is Scale.ODDS_RATIO:
        return f"{contrast}, logistic regression on exposure and {held}{errors}"
    out = f"; {left_out:,} units of strata in which one group was missing left out" if left_out else ""
    return f"{contrast}, doubly robust at equal {held} (cross-fitted, overlap weights{errors}){out}"


def _require_scale(frame: Frame, quantity: Quantity) -> None:
    able = (Scale.PERCENTAGE_POINTS, Scale.DIFFERENCE, Scale.PERCENT, Scale.RATIO, Scale.ODDS_RATIO)
    if quantity.scale not in able or "standard deviation" in quantity.unit:
        raise ParameterMistake(
            f"`quantity` must be a difference, a ratio or an odds ratio of two groups ({', '.join(able)}); "
            f"got {quantity.name!r} on the scale '{quantity.scale}' in {quantity.unit!r}."
        )
    outcome = frame.table["outcome"]
    if quantity.scale in (Scale.PERCENTAGE_POINTS, Scale.ODDS_RATIO) and not outcome.isin((0, 1)).all():
        odd = outcome[~outcome.isin((0, 1))].iloc[0]
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `outcome` must be 0 or 1 for a quantity on the "
            f"scale '{quantity.scale}'; got {odd!r}. Ask for a quantity of amounts, or give who did it."
        )


def _raw(frame: Frame, quantity: Quantity) -> Interval:
    if quantity.scale is Scale.ODDS_RATIO:
        return odds_ratio(frame, adjusted=False)
    return _from_means(frame, raw_means(frame), quantity)


def _adjusted(frame: Frame, quantity: Quantity, seed: int, n_folds: int) -> Interval:
    if quantity.scale is Scale.ODDS_RATIO:
        return odds_ratio(frame, adjusted=True)
    return _from_means(frame, adjusted_means(frame, seed, n_folds), quantity)


def _from_means(frame: Frame, means: TwoMeans, quantity: Quantity) -> Interval:
    if quantity.scale in (Scale.PERCENTAGE_POINTS, Scale.DIFFERENCE):
        return scaled(difference(means), 100.0 if quantity.scale is Scale.PERCENTAGE_POINTS else 1.0)
    if min(means.treated, means.control) <= 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: both groups must have a mean `outcome` above 0 for a "
            f"ratio; got {means.treated!r} and {means.control!r}."
        )
    found = ratio(means)
    if quantity.scale is Scale.RATIO:
        return found
    return Interval(value=100 * (found["value"] - 1), low=100 * (found["low"] - 1), high=100 * (found["high"] - 1))


def odds_ratio(frame: Frame, *, adjusted: bool) -> Interval:
    """Odds ratio of the outcome, exposed over unexposed, from a logistic regression with sandwich errors.

    Parameters
    ----------
    adjusted : bool
        Whether covariates and strata are held equal.
    """
    import statsmodels.api as sm

    table = frame.table
    columns: list[Any] = [np.ones(len(table)), table["treated"].to_numpy(float)]
    if adjusted:
        columns.append(design_matrix(frame))
    covariance: dict[str, Any] = {"cov_type": "HC1"}
    if "cluster" in table:
        covariance = {"cov_type": "cluster", "cov_kwds": {"groups": clusters_of(frame)}}
    model = sm.GLM(table["outcome"].to_numpy(float), np.column_stack(columns), family=sm.families.Binomial())
    fit = model.fit(**covariance)
    return exponentiated(around(float(fit.params[1]), float(fit.bse[1])))
