"""How much of the repurchase that a failure costs is given back by making it good."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Design, Role, Scale
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.scales import require_scale
from analysis.estimators.observational.augmented_weighting import clusters_of
from analysis.frames import Frame

GROUPS = ("no failure", "failure not made good", "failure made good")
FEWEST_IN_GROUP = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeMeans:
    """Mean outcome of the three GROUPS at the same covariates, with joint error.

    Attributes
    ----------
    values : numpy.ndarray
        (3,) in the order of GROUPS.
    covariance : numpy.ndarray
        (3, 3).
    df : int
        Independent units less one.
    """

    values: np.ndarray
    covariance: np.ndarray
    df: int


def estimate_recovery_share(
    frame: Frame, claim: Claim, *, quantity: str = "share_of_loss_restored"
) -> tuple[Estimate, ...]:
    """Share of the loss restored: (made good - not made good) / (no failure - not made good).

    Three means at the covariates of those who met a failure: a linear regression in each group, read at that mean (the
    Oaxaca-Blinder estimator, which is right if either the outcome or the odds of belonging to the group are linear in
    the covariates; Kline 2011, American Economic Review 101(3), 532-537). Covariates that do not vary among customers
    without a failure (the severity of the ticket) are held equal between the two groups with one. Interval by Fieller
    (1954, Journal of the Royal Statistical Society B 16, 175-185); it has no end if the loss may be none.

    Parameters
    ----------
    frame : Frame
        ``exposure``: `treated` 1 if a failure was met; `dose` 1 if it was made good and 0 if not (of no use without a
        failure); `outcome` what is lost by a failure (bought again).
    claim : Claim
    quantity : str
        Registered quantity on the scale "share".

    Returns
    -------
    tuple of Estimate
        The adjusted share and the naive one from plain means, without an interval where the loss may be nil; the naive
        one alone if the frame has no covariates, since severity must be held equal.

    Raises
    ------
    FrameMistake
        If a group has fewer than 30 customers, or whether failures were made good is not known.
    ParameterMistake
        If the quantity is on another scale.
    """
    require_scale(claim, quantity, Scale.SHARE)
    group = _groups(frame)
    naive = _naive(frame, claim, quantity, _means(frame, group, adjusted=False))
    if not frame.covariates:
        return (naive,)
    found = _means(frame, group, adjusted=True)
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **_share(found),
        n=found.df + 1,
        method=f"{_words(found)}, at equal {len(frame.covariates)} covariates, Fieller's interval{_endless(found)}",
        assumptions=(
            "at equal covariates nothing else sets the three groups apart",
            "customers without a failure show what those with one would have done",
        ),
    )
    return answer, naive


def fieller(above: float, below: float, covariance: np.ndarray, critical: float) -> tuple[float | None, float | None]:
    """Interval of above / below: every r for which (above - r below)² ≤ critical · var(above - r below).

    Parameters
    ----------
    covariance : numpy.ndarray
        2 x 2 of (above, below).
    critical : float
        Square of the quantile.

    Returns
    -------
    tuple
        Both None if the set has no end: `below` may be 0.

    Examples
    --------
    With `below` known exactly it is the plain interval divided by it:

    >>> import numpy as np
    >>> fieller(1.0, 2.0, np.diag([0.25, 0.0]), 4.0)
    (0.0, 1.0)
    >>> fieller(1.0, 0.1, np.diag([0.25, 0.25]), 4.0)
    (None, None)
    """
    a = below**2 - critical * float(covariance[1, 1])
    b = above * below - critical * float(covariance[0, 1])
    c = above**2 - critical * float(covariance[0, 0])
    if a <= 0:
        return None, None
    root = math.sqrt(max(0.0, b**2 - a * c))
    return (b - root) / a, (b + root) / a


def _groups(frame: Frame) -> np.ndarray:
    """0, 1, 2 as in GROUPS for every row."""
    table, where = frame.table, f"Frame '{frame.name}' from {frame.context.source}"
    failed = (table["treated"] == 1).to_numpy()
    dose = table["dose"] if "dose" in table else table["outcome"] * np.nan
    if not dose[failed].isin((0, 1)).all():
        odd = dose[failed][~dose[failed].isin((0, 1))].iloc[0]
        raise FrameMistake(
            f"{where}: column `dose` must be 1 (made good) or 0 (not) for everyone who met a failure; got {float(odd)!r}. "
            "Leave out failures whose handling is not known."
        )
    group = np.where(failed, 1 + dose.fillna(0).to_numpy().astype(int), 0)
    sizes = np.bincount(group, minlength=3)
    if sizes.min() < FEWEST_IN_GROUP:
        listed = ", ".join(f"{size} with {name}" for name, size in zip(GROUPS, sizes, strict=True))
        raise FrameMistake(f"{where}: at least {FEWEST_IN_GROUP} customers must be in each group; got {listed}.")
    return group


def _means(frame: Frame, group: np.ndarray, *, adjusted: bool) -> ThreeMeans:
    """Means of the groups at the mean covariates of those who met a failure, by their influence functions."""
    table = frame.table
    outcome = table["outcome"].to_numpy(float)
    matrix = table[frame.covariates].to_numpy(float) if adjusted else np.empty((len(table), 0))
    failed = group > 0
    matrix = matrix - matrix[failed].mean(axis=0) if matrix.shape[1] else matrix
    values, influence = np.empty(3), np.zeros((len(table), 3))
    for k in range(3):
        rows = np.flatnonzero(group == k)
        varies = matrix[rows].std(axis=0) > 1e-12 if matrix.shape[1] else np.zeros(0, dtype=bool)
        design = np.column_stack([np.ones(len(rows)), matrix[rows][:, varies]])
        inverse = np.linalg.pinv(design.T @ design)
        coefficients = inverse @ design.T @ outcome[rows]
        residual = outcome[rows] - design @ coefficients
        scale = math.sqrt(len(rows) / max(1, len(rows) - design.shape[1]))
        values[k] = coefficients[0]
        influence[rows, k] += (design @ inverse)[:, 0] * residual * scale
        # The yardstick itself is a mean over those who failed: moving it moves the prediction.
        influence[failed, k] += matrix[failed][:, varies] @ coefficients[1:] / failed.sum()
    clusters = clusters_of(frame)
    n = int(clusters.max()) + 1
    sums = np.zeros((n, 3))
    np.add.at(sums, clusters, influence)
    factor = n / (n - 1) if n < len(table) else 1.0
    return ThreeMeans(values=values, covariance=sums.T @ sums * factor, df=n - 1)


def _naive(frame: Frame, claim: Claim, quantity: str, means: ThreeMeans) -> Estimate:
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_share(means),
        n=means.df + 1,
        method=f"{_words(means)}, nothing held equal (small failures are mended most easily){_endless(means)}",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)


class _Share(TypedDict):
    """A share of the loss, its bounds missing where there is no interval."""

    value: float
    low: float | None
    high: float | None


def _share(means: ThreeMeans) -> _Share:
    from scipy.stats import t

    without, unmended, mended = means.values
    to_parts = np.array([[0.0, -1.0, 1.0], [1.0, -1.0, 0.0]])
    covariance = to_parts @ means.covariance @ to_parts.T
    critical = float(t.ppf(0.5 + INTERVAL_LEVEL / 2, means.df)) ** 2
    given_back, lost = float(mended - unmended), float(without - unmended)
    low, high = fieller(given_back, lost, covariance, critical)
    if lost < 0:  # no loss to give back: a share of it has no meaning, whatever its interval
        low = high = None
    return _Share(value=given_back / lost if lost != 0 else 0.0, low=low, high=high)


def _words(means: ThreeMeans) -> str:
    listed = ", ".join(f"{name} {number(x)}" for name, x in zip(GROUPS, means.values, strict=True))
    return f"mean outcome: {listed}"


def _endless(means: ThreeMeans) -> str:
    if means.values[0] <= means.values[1]:
        return "; no interval: these customers lost nothing through the failure"
    return "" if _share(means)["low"] is not None else "; the interval has no end: the loss may be none"
