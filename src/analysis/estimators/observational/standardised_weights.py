"""What goes with overall satisfaction (or trust): standardised weights of groups of items, and their difference."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.frames import Frame

GROUPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "satisfaction_weight_difference": ("x_quality_", "x_price_"),
        "trust_weight_difference": ("x_quality_", "x_works_"),
    }
)
"""Quantity to the two groups of items that it holds against each other, by the beginning of the covariate's name."""

FEWEST_RESPONDENTS = 100


def estimate_standardised_weights(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "satisfaction_weight_difference",
    adjusted: bool = True,
    role: str = "answer",
) -> tuple[Estimate, ...]:
    """Difference between the standardised weights of two groups of items for the overall score.

    Each group's items are averaged into one index; the overall score is regressed on both indices, all in standard
    deviations; the estimate is the difference of the two weights, with sandwich errors. Beside it the difference of their
    plain correlations with the overall score (naive): the groups go together, so each borrows from the other.

    Parameters
    ----------
    frame : Frame
        ``satisfaction_items``; items are named by group (x_quality_…, x_price_…, x_works_…).
    claim : Claim
    quantity : str
        "satisfaction_weight_difference" (quality less price) or "trust_weight_difference" (quality less good works, the
        overall score being trust).
    adjusted : bool
        False: only the naive difference.
    role : str
        "answer" or "context".

    Raises
    ------
    FrameMistake
        If a group has no item, or fewer than 100 answered.
    """
    require_one_of("quantity", quantity, tuple(GROUPS))
    table = _indices(frame, GROUPS[quantity])
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_correlation_gap(table),
        n=len(table),
        method="difference of the plain correlations with the overall score",
        role=Role.NAIVE,
    )
    if not adjusted:
        return (naive,)
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **_weight_gap(table),
        n=len(table),
        method="difference of standardised weights in one regression on both indices",
        role=Role(role),
        assumptions=("one mood did not answer all items alike", "the items of a group measure one thing"),
    )
    return (answer, naive)


def _indices(frame: Frame, prefixes: tuple[str, str]) -> pd.DataFrame:
    """Overall score and both indices, in standard deviations."""
    where = f"Frame '{frame.name}' from {frame.context.source}"
    columns = {"overall": frame.table["overall"]}
    for place, prefix in zip(("first", "second"), prefixes, strict=True):
        items = [c for c in frame.covariates if c.startswith(prefix)]
        if not items:
            raise FrameMistake(f"{where}: at least one item must be named `{prefix}…` for this quantity; none is.")
        columns[place] = frame.table[items].mean(axis=1)
    table = pd.DataFrame(columns)
    if len(table) < FEWEST_RESPONDENTS:
        raise FrameMistake(f"{where}: at least {FEWEST_RESPONDENTS} must have answered; got {len(table)}.")
    if (table.std() == 0).any():
        raise FrameMistake(f"{where}: overall score and items must vary between respondents; one of them does not.")
    return (table - table.mean()) / table.std()


def _weight_gap(table: pd.DataFrame) -> Interval:
    import statsmodels.api as sm

    fit = sm.OLS(table["overall"], table[["first", "second"]]).fit(cov_type="HC1")
    return _gap(fit.params.to_numpy(), np.asarray(fit.cov_params()))


def _correlation_gap(table: pd.DataFrame) -> Interval:
    """Two regressions of one item each; their joint error from the stacked sandwich."""
    y, x = table["overall"].to_numpy(), table[["first", "second"]].to_numpy()
    r = (x * y[:, None]).mean(axis=0) / (x**2).mean(axis=0)
    influence = x * (y[:, None] - x * r) / (x**2).mean(axis=0)
    return _gap(r, np.cov(influence.T) / len(y))


def _gap(weights: np.ndarray, covariance: np.ndarray) -> Interval:
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    return around(float(weights[0] - weights[1]), float(max(0.0, variance)) ** 0.5)
