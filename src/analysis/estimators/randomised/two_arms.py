"""Two randomised arms in figures: their means with covariance, the contrast on a registered scale, and its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Quantity
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL, Scale
from analysis.frames import Frame

FEWEST_CLUSTERS = 10
"""With fewer clusters the clustered error cannot be trusted: the estimator refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMeans:
    """Mean outcome of both arms with their sampling error.

    Attributes
    ----------
    control, treated : float
        Means in the unit of the outcome, weighted to the same mix of strata.
    covariance : numpy.ndarray
        2 x 2 covariance of (control, treated).
    df : float
        Degrees of freedom for intervals (Satterthwaite; Bell & McCaffrey's where units are clustered).
    n : int
        Units in both arms.
    """

    control: float
    treated: float
    covariance: np.ndarray
    df: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Treated against control on the scale of a quantity: value, interval, two-sided p against no difference."""

    value: float
    low: float
    high: float
    p: float


def require_two_arms(frame: Frame, table: pd.DataFrame) -> None:
    """Raise FrameMistake unless both arms hold two units or more, in every stratum."""
    strata = table["stratum"] if "stratum" in table else table["assigned"] * 0
    codes, names = pd.factorize(strata, sort=True)
    sizes = np.bincount(2 * codes + (table["assigned"] == 1), minlength=2 * len(names)).reshape(-1, 2)
    thin = np.flatnonzero((sizes < 2).any(axis=1))
    if len(thin) or not len(names):
        control, treated = sizes[thin[0]] if len(thin) else (0, 0)
        where = f" in stratum {names[thin[0]]!r}" if "stratum" in table and len(thin) else ""
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `assigned` must hold 0 and 1 at least twice each"
            f"{where}; got {control} and {treated} units. Leave the stratum out, or widen it."
        )


def arm_means(table: pd.DataFrame) -> ArmMeans:
    """Return the means of both arms, each stratum weighted by its share of all units (post-stratification).

    Unclustered units: var(mean of a cell) = s²/n, with Satterthwaite's degrees of freedom (Neyman 1923; Welch 1947).
    With a column ``cluster``: the sandwich of the cell-means regression, clustered and corrected for few clusters (CR2).

    Parameters
    ----------
    table : pandas.DataFrame
        assigned (0, 1), outcome; stratum and cluster optional. Both arms must be in every stratum (`require_two_arms`).
    """
    if "cluster" in table:
        return _clustered_means(table)
    if "stratum" not in table:
        return _plain_means(table)
    cells = _cells(table)
    weights, variances = cells.weight, cells.variance / cells.n
    arms = [cells.arm == arm for arm in (0, 1)]
    means = [float((weights * cells.mean)[arm].sum()) for arm in arms]
    errors = [float((weights**2 * variances)[arm].sum()) for arm in arms]
    denominator = float(((weights**2 * variances) ** 2 / (cells.n - 1)).sum())
    df = sum(errors) ** 2 / denominator if denominator > 0 else math.inf
    return ArmMeans(control=means[0], treated=means[1], covariance=np.diag(errors), df=df, n=int(cells.n.sum()))


def _plain_means(table: pd.DataFrame) -> ArmMeans:
    """The same without strata, in a few array operations: ten groups of customers ask for it ten times."""
    assigned, outcome = table["assigned"].to_numpy(), table["outcome"].to_numpy(float)
    arms = [outcome[assigned == arm] for arm in (0, 1)]
    errors = [float(arm.var(ddof=1)) / len(arm) for arm in arms]
    denominator = sum(error**2 / (len(arm) - 1) for error, arm in zip(errors, arms, strict=True))
    return ArmMeans(
        control=float(arms[0].mean()),
        treated=float(arms[1].mean()),
        covariance=np.diag(errors),
        df=sum(errors) ** 2 / denominator if denominator > 0 else math.inf,
        n=len(outcome),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Strata by arms, in arrays (A/A asks for them hundreds of times): units, mean and variance of the outcome, the stratum's
    share of all units, the arm; and the cell of each row."""

    n: NDArray[np.float64]
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    weight: NDArray[np.float64]
    arm: NDArray[np.int64]
    of_row: NDArray[np.int64]


def _cells(table: pd.DataFrame) -> _Cells:
    strata = pd.factorize(table["stratum"], sort=True)[0] if "stratum" in table else np.zeros(len(table), dtype=int)
    cell = 2 * strata + (table["assigned"] == 1).to_numpy(int)
    outcome = table["outcome"].to_numpy(float)
    n = np.bincount(cell).astype(float)
    mean = np.bincount(cell, outcome) / n
    variance = np.bincount(cell, (outcome - mean[cell]) ** 2) / (n - 1)
    weight = np.repeat(n.reshape(-1, 2).sum(axis=1), 2) / len(table)
    return _Cells(n, mean, variance, weight, np.arange(len(n)) % 2, cell)


def _clustered_means(table: pd.DataFrame) -> ArmMeans:
    """Cell means with the CR2 sandwich (Bell & McCaffrey 2002, Survey Methodology 28, 169-181) and its degrees of freedom.

    For a regression on cell means the correction is in closed form: a cluster's sum of residuals in a cell is divided by
    sqrt(1 - its share of the cell). The usual sandwich, with G - 1 degrees, covered in 93 of 100 simulations of twelve
    clusters of which four were treated. Only the pairs of cluster and cell that have rows are held.
    """
    cells = _cells(table)
    cell_of, cluster_of = cells.of_row, pd.factorize(table["cluster"], sort=True)[0]
    n_clusters = int(cluster_of.max()) + 1
    if n_clusters < FEWEST_CLUSTERS:
        raise FrameMistake(
            f"Column `cluster` must hold at least {FEWEST_CLUSTERS} clusters for a clustered interval; got {n_clusters}. "
            "Analyse one row a cluster instead."
        )
    means, sizes = cells.mean, cells.n
    pairs, pair_of, rows = np.unique(cluster_of * len(sizes) + cell_of, return_inverse=True, return_counts=True)
    cluster, cell = pairs // len(sizes), pairs % len(sizes)
    sums = np.bincount(pair_of, weights=table["outcome"].to_numpy(float) - means[cell_of])
    # A cluster that is a whole cell has no residual to correct: its sum is 0 as it is.
    share = rows / sizes[cell]
    corrected = 1 / np.sqrt(np.where(share < 1, 1 - share, 1.0))
    to_arms = np.array([cells.weight * (cells.arm == arm) for arm in (0, 1)])
    scores = np.column_stack([np.bincount(cluster, sums * corrected * arm[cell] / sizes[cell]) for arm in to_arms])
    found = to_arms @ means
    weight = corrected * (to_arms[1] - to_arms[0])[cell] / sizes[cell]
    return ArmMeans(
        control=float(found[0]),
        treated=float(found[1]),
        covariance=scores.T @ scores,
        df=_bell_mccaffrey(cluster, cell, rows, sizes, weight),
        n=len(table),
    )


def _bell_mccaffrey(
    cluster: NDArray[np.int64],
    cell: NDArray[np.int64],
    rows: NDArray[np.int64],
    sizes: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> float:
    """Satterthwaite's degrees of freedom of the CR2 variance of a contrast of cell means, errors alike and independent.

    (tr S)² / tr S² of the clusters' covariance S = D - U U', of which only its two parts are made: d_g = sum_c n_gc w_gc²
    on the diagonal D, and U_gc = n_gc w_gc / sqrt(n_c), with n_gc the rows of cluster g in cell c, n_c those of the cell
    and w_gc the weight of a residual. tr S = sum_g (d_g - |U_g|²); tr S² = sum_g (d_g² - 2 d_g |U_g|²) + |U'U|², so that
    nothing is larger than clusters x cells.

    Parameters
    ----------
    cluster, cell, rows : numpy.ndarray
        The pairs that have rows, and how many.
    sizes : numpy.ndarray
        Rows of each cell.
    weight : numpy.ndarray
        Weight of a residual of each pair in the contrast, corrected.
    """
    from scipy.sparse import csr_array

    values = rows * weight / np.sqrt(sizes[cell])
    diagonal, squares = np.bincount(cluster, rows * weight**2), np.bincount(cluster, values**2)
    u = csr_array((values, (cluster, cell)), shape=(len(diagonal), len(sizes)))
    square = float((diagonal**2 - 2 * diagonal * squares).sum() + ((u.T @ u).data ** 2).sum())
    return float((diagonal - squares).sum() ** 2 / square) if square > 0 else math.inf


def contrast(frame: Frame, table: pd.DataFrame, quantity: Quantity, level: float = INTERVAL_LEVEL) -> Contrast:
    """Contrast the arms of `table` on the scale of `quantity`.

    Percentage points of a 0/1 outcome without strata and clusters: Newcombe's hybrid score interval (1998, Statistics
    in Medicine 17, 873-890, method 10). Differences otherwise: t interval on the error of `arm_means`. Percent and
    ratio: the logarithm of the ratio of means with the delta method.

    Raises
    ------
    FrameMistake
        If an arm is missing, a share is asked of an outcome that is not 0 or 1, or a ratio of a mean that is not above 0.
    ParameterMistake
        If the quantity's scale or unit is none that two means can give.
    """
    require_two_arms(frame, table)
    _require_scale(frame, table, quantity)
    means = arm_means(table)
    if quantity.scale in (Scale.PERCENT, Scale.RATIO):
        return _ratio_of_means(frame, means, quantity.scale, level)
    factor = 100.0 if quantity.scale is Scale.PERCENTAGE_POINTS else 1.0
    found = _difference_of_means(means, level)
    if quantity.scale is Scale.PERCENTAGE_POINTS and "stratum" not in table and "cluster" not in table:
        low, high = _newcombe(table, level)
        found = Contrast(value=found.value, low=low, high=high, p=found.p)
    return Contrast(value=factor * found.value, low=factor * found.low, high=factor * found.high, p=found.p)


def _require_scale(frame: Frame, table: pd.DataFrame, quantity: Quantity) -> None:
    able = (Scale.PERCENTAGE_POINTS, Scale.DIFFERENCE, Scale.PERCENT, Scale.RATIO)
    if quantity.scale not in able or "standard deviation" in quantity.unit:
        raise ParameterMistake(
            f"`quantity` must be a difference or ratio of means for this estimator ({', '.join(able)}; not in standard "
            f"deviations); got {quantity.name!r} on the scale '{quantity.scale}' in {quantity.unit!r}."
        )
    if quantity.scale is Scale.PERCENTAGE_POINTS and not table["outcome"].isin((0, 1)).all():
        odd = table.loc[~table["outcome"].isin((0, 1)), "outcome"].iloc[0]
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `outcome` must be 0 or 1 for a difference in "
            f"percentage points; got {odd!r}. Give the share who did it, or ask for a quantity of amounts."
        )


def _difference_of_means(means: ArmMeans, level: float) -> Contrast:
    from scipy.stats import t

    value = means.treated - means.control
    error = math.sqrt(_variance_of_difference(means.covariance))
    half = _quantile(level, means.df) * error
    p = 2 * float(t.sf(abs(value) / error, means.df)) if error > 0 else float(value == 0)
    return Contrast(value=value, low=value - half, high=value + half, p=p)


def _ratio_of_means(frame: Frame, means: ArmMeans, scale: Scale, level: float) -> Contrast:
    from scipy.stats import t

    if means.control <= 0 or means.treated <= 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: both arms must have a mean `outcome` above 0 for a ratio; "
            f"got {means.control!r} and {means.treated!r}."
        )
    log_ratio = math.log(means.treated / means.control)
    c = means.covariance
    variance = c[0, 0] / means.control**2 + c[1, 1] / means.treated**2 - 2 * c[0, 1] / (means.control * means.treated)
    error = math.sqrt(max(0.0, float(variance)))
    half = _quantile(level, means.df) * error
    p = 2 * float(t.sf(abs(log_ratio) / error, means.df)) if error > 0 else float(log_ratio == 0)
    ends = [math.exp(x) for x in (log_ratio, log_ratio - half, log_ratio + half)]
    if scale is Scale.PERCENT:
        ends = [100 * (x - 1) for x in ends]
    return Contrast(value=ends[0], low=ends[1], high=ends[2], p=p)


def _newcombe(table: pd.DataFrame, level: float) -> tuple[float, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    assigned, outcome = table["assigned"].to_numpy(), table["outcome"].to_numpy(float)
    low, high = confint_proportions_2indep(
        outcome[assigned == 1].sum(),
        (assigned == 1).sum(),
        outcome[assigned == 0].sum(),
        (assigned == 0).sum(),
        method="newcomb",
        compare="diff",
        alpha=1 - level,
    )
    return float(low), float(high)


def _variance_of_difference(covariance: Any) -> float:
    return max(0.0, float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))


def _quantile(level: float, df: float) -> float:
    from scipy.stats import norm, t

    upper = 0.5 + level / 2
    return float(norm.ppf(upper) if math.isinf(df) else t.ppf(upper, df))
