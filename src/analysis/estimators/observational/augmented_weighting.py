"""Doubly robust means of two groups: augmented inverse probability weighting, cross-fitted, with clustered errors."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.core.errors import FrameMistake
from analysis.estimators.common.design_matrix import independent_columns
from analysis.estimators.common.interval import Interval, around, exponentiated
from analysis.frames import Frame

if TYPE_CHECKING:
    import numpy as np

FEWEST_IN_GROUP = 30
"""Below this many exposed or unexposed units nothing is adjusted: the models of five folds would fit noise."""

TRIMMED_AT = 0.01
"""Propensities are held within [0.01, 0.99]; the overlap check tells how many reach beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoMeans:
    """Mean outcome if all were exposed and if none were.

    Attributes
    ----------
    treated, control : float
        Means in the unit of the outcome.
    covariance : numpy.ndarray
        2 x 2 covariance of (treated, control).
    df : int
        Independent units less one, for t quantiles.
    n : int
        Independent units (clusters, where there are any).
    """

    treated: float
    control: float
    covariance: np.ndarray
    df: int
    n: int


def design_matrix(frame: Frame) -> np.ndarray:
    """Covariates in standard deviations and dummies of the strata; no intercept, and no column that others make up."""
    import pandas as pd

    table = frame.table
    parts = [table[frame.covariates]]
    if "stratum" in table:
        parts.append(pd.get_dummies(table["stratum"], drop_first=True, dtype=float))
    matrix = pd.concat(parts, axis=1).to_numpy(float)
    spread = matrix.std(axis=0)
    varies = spread > 0
    standardised: np.ndarray = (matrix[:, varies] - matrix[:, varies].mean(axis=0)) / spread[varies]
    return standardised[:, independent_columns(_with_intercept(standardised))[1:]]


def require_both_groups(frame: Frame, fewest: int) -> None:
    """Raise FrameMistake unless `fewest` units or more are exposed, and as many are not."""
    sizes = {arm: int((frame.table["treated"] == arm).sum()) for arm in (0, 1)}
    if min(sizes.values()) < fewest:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {fewest} units must be exposed (treated = 1) and "
            f"as many not; got {sizes[1]} and {sizes[0]}. Give a longer period or a commoner exposure."
        )


def clusters_of(frame: Frame) -> np.ndarray:
    """Code of the independent unit of each row: its cluster where there is one, else itself."""
    import numpy as np

    table = frame.table
    if "cluster" not in table:
        return np.arange(len(table))
    codes: np.ndarray = np.unique(table["cluster"].to_numpy(), return_inverse=True)[1]
    return codes


def cross_fit_propensity(frame: Frame, seed: int, n_folds: int) -> np.ndarray:
    """Probability of exposure given the covariates, each row's from a logistic regression on the other folds."""
    import numpy as np

    matrix, treated = _with_intercept(design_matrix(frame)), frame.table["treated"].to_numpy(float)
    found = np.empty(len(treated))
    for train, test in _folds(clusters_of(frame), seed, n_folds):
        found[test] = _predict(matrix[train], treated[train], matrix[test], binary=True)
    return found


def adjusted_means(frame: Frame, seed: int, n_folds: int) -> TwoMeans:
    """Cross-fitted AIPW means (Robins, Rotnitzky & Zhao 1994; cross-fitting as in Chernozhukov et al. 2018).

    mu_1 = mean of m1(x) + t (y - m1(x)) / e(x), mu_0 likewise with 1 - t and 1 - e(x). Propensity e and outcome models
    m1, m0 are logistic (linear where the outcome is not 0 or 1), fitted on the other folds; folds keep clusters whole.
    Either the propensity or the outcome model being right is enough.
    """
    import numpy as np

    table = frame.table
    outcome, treated = table["outcome"].to_numpy(float), table["treated"].to_numpy(float)
    binary = bool(np.isin(outcome, (0.0, 1.0)).all())
    matrix, clusters = _with_intercept(design_matrix(frame)), clusters_of(frame)
    propensity = np.clip(cross_fit_propensity(frame, seed, n_folds), TRIMMED_AT, 1 - TRIMMED_AT)
    scores = np.empty((len(outcome), 2))
    for train, test in _folds(clusters, seed, n_folds):
        for column, arm in enumerate((1.0, 0.0)):
            rows = train[treated[train] == arm]
            expected = _predict(matrix[rows], outcome[rows], matrix[test], binary=binary)
            took = treated[test] == arm
            weight = took / (propensity[test] if arm else 1 - propensity[test])
            scores[test, column] = expected + weight * (outcome[test] - expected)
    return _means_of(scores, clusters)


def raw_means(frame: Frame) -> TwoMeans:
    """Plain means of the exposed and the others, with clustered errors."""
    import numpy as np

    table = frame.table
    outcome, treated = table["outcome"].to_numpy(float), table["treated"].to_numpy(float)
    scores = np.empty((len(outcome), 2))
    for column, arm in enumerate((1.0, 0.0)):
        took = treated == arm
        mean = outcome[took].mean()
        scores[:, column] = mean + took / took.mean() * (outcome - mean)
    return _means_of(scores, clusters_of(frame))


def difference(means: TwoMeans) -> Interval:
    """Exposed less unexposed, with its t interval."""
    c = means.covariance
    error = math.sqrt(max(0.0, float(c[0, 0] + c[1, 1] - 2 * c[0, 1])))
    return around(means.treated - means.control, error, means.df)


def ratio(means: TwoMeans) -> Interval:
    """Exposed over unexposed, interval by the delta method on the logarithm. Both means must be above 0."""
    c = means.covariance
    variance = c[0, 0] / means.treated**2 + c[1, 1] / means.control**2 - 2 * c[0, 1] / (means.treated * means.control)
    error = math.sqrt(max(0.0, float(variance)))
    return exponentiated(around(math.log(means.treated / means.control), error, means.df))


def _means_of(scores: np.ndarray, clusters: np.ndarray) -> TwoMeans:
    import numpy as np

    means = scores.mean(axis=0)
    n_clusters = int(clusters.max()) + 1
    sums = np.zeros((n_clusters, 2))
    np.add.at(sums, clusters, scores - means)
    covariance = sums.T @ sums / len(scores) ** 2 * n_clusters / (n_clusters - 1)
    return TwoMeans(
        treated=float(means[0]), control=float(means[1]), covariance=covariance, df=n_clusters - 1, n=n_clusters
    )


def _folds(clusters: np.ndarray, seed: int, n_folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Row numbers to fit on and to predict, fold by fold; a cluster is never split."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(int(clusters.max()) + 1)
    fold = (order % n_folds)[clusters]
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(n_folds)]


def _predict(matrix: np.ndarray, outcome: np.ndarray, new: np.ndarray, *, binary: bool) -> np.ndarray:
    """Fit a logistic (or linear) regression and return its means at `new`."""
    import numpy as np
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    family: Any = sm.families.Binomial() if binary else sm.families.Gaussian()
    if outcome.min() == outcome.max():
        return np.full(len(new), outcome[0])
    with warnings.catch_warnings():
        # A group that a rare covariate separates perfectly gets probability 0 or 1: trimming and the overlap check see it.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fit = sm.GLM(outcome, matrix, family=family).fit()
    found: np.ndarray = fit.predict(new)
    return found


def _with_intercept(matrix: np.ndarray) -> np.ndarray:
    import numpy as np

    joined: np.ndarray = np.column_stack([np.ones(len(matrix)), matrix])
    return joined
