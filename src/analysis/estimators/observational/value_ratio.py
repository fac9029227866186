"""How many times as much: ratio of amounts or of rates between two groups, at equal covariates and time at risk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, exponentiated
from analysis.estimators.common.percent import in_percent
from analysis.estimators.observational.augmented_weighting import (
    FEWEST_IN_GROUP,
    clusters_of,
    design_matrix,
    require_both_groups,
)
from analysis.frames import Frame

EXPOSURE = "x_years"
"""Covariate that holds the time at risk (years as a customer), where amounts or counts grow with it."""


def estimate_value_ratio(
    frame: Frame, claim: Claim, *, quantity: str, exposure: str | None = None, role: str = "answer"
) -> tuple[Estimate, ...]:
    """Ratio of mean outcomes, exposed over unexposed, from a Poisson regression with robust errors.

    ln E[y | t, x] = a + b t + c'x (+ ln exposure); the estimate is exp(b), its interval that of b. It asks nothing of
    the distribution but this mean: amounts with many zeros will do (Gourieroux, Monfort & Trognon 1984, Econometrica
    52, 681-700). With a time at risk it is a ratio of rates.

    Parameters
    ----------
    frame : Frame
        ``exposure``; outcome 0 or more. Strata enter as dummies; errors are clustered where there is a cluster.
    claim : Claim
    quantity : str
        Registered quantity on the scale "ratio" or "percent".
    exposure : str
        Covariate with the time at risk, above 0; None: ``x_years`` if the outcome is a rate by the quantity's name
        ("..._rate_ratio") and the frame has it, else none.
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The adjusted ratio, and the naive one of plain means (time at risk not counted either).

    Raises
    ------
    FrameMistake
        If a group is smaller than 30 or has nothing but zeros, an outcome is negative, or a time at risk is not above 0.
    ParameterMistake
        If the quantity is no ratio.
    """
    registered = claim.quantity(quantity)
    if registered.scale not in (Scale.RATIO, Scale.PERCENT):
        raise ParameterMistake(
            f"`quantity` must be on the scale 'ratio' or 'percent'; got {quantity!r} on the scale '{registered.scale}'."
        )
    require_both_groups(frame, FEWEST_IN_GROUP)
    _require_amounts(frame)
    at_risk = exposure if exposure is not None else _default_exposure(frame, quantity)
    n = int(clusters_of(frame).max()) + 1
    contrast = frame.context.contrast or "exposed over unexposed"
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **_ratio(frame, registered.scale, at_risk, adjusted=True),
        n=n,
        method=_method(frame, contrast, at_risk),
        role=Role(role),
        assumptions=(
            "the two groups differ only in what the covariates measure",
            "the ratio is the same for all kinds of units",
        ),
    )
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_ratio(frame, registered.scale, None, adjusted=False),
        n=n,
        method=f"{contrast}, ratio of plain means" + (", time at risk not counted" if at_risk else ""),
        role=Role.NAIVE,
    )
    return answer, naive


def _default_exposure(frame: Frame, quantity: str) -> str | None:
    return EXPOSURE if quantity.endswith("_rate_ratio") and EXPOSURE in frame.covariates else None


def _method(frame: Frame, contrast: str, at_risk: str | None) -> str:
    held = len(frame.covariates) - (at_risk is not None)
    stratum = " and the stratum" if "stratum" in frame.table else ""
    rate = f", per unit of {at_risk.removeprefix('x_')}" if at_risk else ""
    clustered = "clustered" if "cluster" in frame.table else "robust"
    return f"{contrast}, Poisson regression at equal {held} covariates{stratum}{rate}, {clustered} errors"


def _require_amounts(frame: Frame) -> None:
    table, where = frame.table, f"Frame '{frame.name}' from {frame.context.source}"
    if (table["outcome"] < 0).any():
        raise FrameMistake(
            f"{where}: column `outcome` must be 0 or more for a ratio; got {float(table['outcome'].min())!r}."
        )
    for arm, words in ((1, "exposed"), (0, "unexposed")):
        if not (table.loc[table["treated"] == arm, "outcome"] > 0).any():
            raise FrameMistake(f"{where}: column `outcome` must be above 0 for someone {words}; it is 0 for all.")


def _ratio(frame: Frame, scale: Scale, at_risk: str | None, *, adjusted: bool) -> Interval:
    import statsmodels.api as sm

    table = frame.table
    columns: list[Any] = [np.ones(len(table)), table["treated"].to_numpy(float)]
    options: dict[str, Any] = {}
    if at_risk is not None:
        options["exposure"] = _time_at_risk(frame, at_risk)
    if adjusted:
        others = replace(frame, table=table.drop(columns=at_risk)) if at_risk else frame
        columns.append(_held_equal(others))
    errors: dict[str, Any] = {"cov_type": "HC1"}
    if "cluster" in table:
        errors = {"cov_type": "cluster", "cov_kwds": {"groups": clusters_of(frame)}}
    model = sm.GLM(table["outcome"].to_numpy(float), np.column_stack(columns), family=sm.families.Poisson(), **options)
    fit = model.fit(**errors)
    found = around(float(fit.params[1]), float(fit.bse[1]))
    return in_percent(found) if scale is Scale.PERCENT else exponentiated(found)


def _held_equal(frame: Frame) -> np.ndarray:
    if not frame.covariates and "stratum" not in frame.table:
        return np.empty((len(frame.table), 0))
    return design_matrix(frame)


def _time_at_risk(frame: Frame, column: str) -> np.ndarray:
    where = f"Frame '{frame.name}' from {frame.context.source}"
    if column not in frame.covariates:
        raise FrameMistake(
            f"{where}: covariate `{column}` must hold the time at risk; it has {', '.join(frame.covariates) or 'none'}."
        )
    years = frame.table[column].to_numpy(float)
    if not (years > 0).all():
        raise FrameMistake(f"{where}: covariate `{column}` must be above 0 for everyone; got {float(years.min())!r}.")
    found: np.ndarray = years
    return found
