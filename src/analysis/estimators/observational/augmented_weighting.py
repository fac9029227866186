"""Doubly robust means of two groups where they overlap: augmented overlap weighting, cross-fitted, with clustered errors."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import math
import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake
from analysis.estimators.common.design_matrix import independent_columns
from analysis.estimators.common.interval import Interval, around, exponentiated
from analysis.frames import Frame

FEWEST_IN_GROUP = 30
"""Below this many exposed or unexposed units nothing is adjusted: the models of five folds would fit noise."""

FEWEST_IN_STRATUM = 5
"""A stratum with fewer exposed, or fewer unexposed, is no place where one could have been the other: it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoMeans:
    """Mean outcome if all were exposed and if none were, in the units that could have been either.

    Attributes
    ----------
    treated, control : float
        Means in the unit of the outcome.
    covariance : numpy.ndarray
        2 x 2 covariance of (treated, control).
    df : int
        Independent units of the smaller group less one, for t quantiles.
    """

    treated: float
    control: float
    covariance: np.ndarray
    df: int


def design_matrix(frame: Frame) -> np.ndarray:
    """Covariates in standard deviations and dummies of the strata; no intercept, and no column that others make up."""
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


def comparable(frame: Frame) -> Frame:
    """The frame without strata in which hardly anybody was exposed, or hardly anybody was not.

    Where nobody could redeem, who did not tells nothing of redeeming. Both groups of a stratum must hold
    `FEWEST_IN_STRATUM` or more.

    Raises
    ------
    FrameMistake
        If no stratum is left.
    """
    if "stratum" not in frame.table:
        return frame
    table = frame.table
    exposed = table.groupby("stratum")["treated"].transform("sum")
    others = table.groupby("stratum")["treated"].transform("size") - exposed
    retained = (exposed >= FEWEST_IN_STRATUM) & (others >= FEWEST_IN_STRATUM)
    if not retained.any():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: some `stratum` must hold {FEWEST_IN_STRATUM} exposed and "
            f"as many unexposed units, else nobody in it could have been either; none of {table['stratum'].nunique()} "
            "does. Give fewer and larger strata, or a longer period."
        )
    return frame if retained.all() else replace(frame, table=table[retained].reset_index(drop=True))


def clusters_of(frame: Frame) -> np.ndarray:
    """Code of the independent unit of each row: its cluster where there is one, else itself."""
    table = frame.table
    if "cluster" not in table:
        return np.arange(len(table))
    codes: np.ndarray = np.unique(table["cluster"].to_numpy(), return_inverse=True)[1]
    return codes


def cross_fit_propensity(frame: Frame, seed: int, n_folds: int) -> np.ndarray:
    """Probability of exposure given the covariates, each row's from a logistic regression on the other folds."""
    matrix, treated = _with_intercept(design_matrix(frame)), frame.table["treated"].to_numpy(float)
    found = np.empty(len(treated))
    for train, test in _folds(clusters_of(frame), seed, n_folds):
        found[test] = _predict(matrix[train], treated[train], matrix[test], binary=True)
    return found


def overlap_weights(treated: np.ndarray, propensity: np.ndarray) -> np.ndarray:
    """Weight of each unit where both groups overlap: the probability of the group that it is not in.

    Li, Morgan & Zaslavsky (2018), Journal of the American Statistical Association 113, 390-400. Never above 1, so that no
    propensity has to be cut off.

    Examples
    --------
    >>> import numpy as np
    >>> overlap_weights(np.array([1.0, 0.0]), np.array([0.2, 0.2])).tolist()
    [0.8, 0.2]
    """
    found: np.ndarray = np.where(treated == 1, 1 - propensity, propensity)
    return found


def adjusted_means(frame: Frame, seed: int, n_folds: int) -> TwoMeans:
    """Cross-fitted means of both groups in the overlap population, whose units count by e(x) (1 - e(x)).

    mu_1 solves sum of (t - e)² (m1(x) - mu_1) + t (1 - e) (y - m1(x)) = 0, and mu_0 likewise with m0 and (1 - t) e: the
    weights of Li, Morgan & Zaslavsky (2018, JASA 113, 390-400), augmented by outcome models; (t - e)² stands for e (1 - e)
    because the equation then does not move with small errors of e (Neyman orthogonality, Chernozhukov et al. 2018,
    Econometrics Journal 21, C1-C68). Propensity e and outcome models m1, m0 are logistic (linear where the outcome is not
    0 or 1), fitted on the other folds; folds keep clusters whole. Either the propensity or the outcome model being right is
    enough where the effect is the same for all. Where few are exposed, the overlap population is about those exposed.
    """
    table = frame.table
    outcome, treated = table["outcome"].to_numpy(float), table["treated"].to_numpy(float)
    binary = bool(np.isin(outcome, (0.0, 1.0)).all())
    matrix, clusters = _with_intercept(design_matrix(frame)), clusters_of(frame)
    propensity = cross_fit_propensity(frame, seed, n_folds)
    expected = np.empty((len(outcome), 2))
    for train, test in _folds(clusters, seed, n_folds):
        for column, arm in enumerate((1.0, 0.0)):
            rows = train[treated[train] == arm]
            expected[test, column] = _predict(matrix[rows], outcome[rows], matrix[test], binary=binary)
    places = (treated - propensity) ** 2
    weights = overlap_weights(treated, propensity)[:, None] * np.column_stack([treated == 1, treated == 0])
    parts = places[:, None] * expected + weights * (outcome[:, None] - expected)
    means = parts.sum(axis=0) / places.sum()
    scores = means + (parts - places[:, None] * means) / places.mean()
    return _means_of(scores, clusters, treated)


def raw_means(frame: Frame) -> TwoMeans:
    """Plain means of the exposed and the others, with clustered errors."""
    table = frame.table
    outcome, treated = table["outcome"].to_numpy(float), table["treated"].to_numpy(float)
    scores = np.empty((len(outcome), 2))
    for column, arm in enumerate((1.0, 0.0)):
        took = treated == arm
        mean = outcome[took].mean()
        scores[:, column] = mean + took / took.mean() * (outcome - mean)
    return _means_of(scores, clusters_of(frame), treated)


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


def _means_of(scores: np.ndarray, clusters: np.ndarray, treated: np.ndarray) -> TwoMeans:
    means = scores.mean(axis=0)
    n_clusters = int(clusters.max()) + 1
    sums = np.zeros((n_clusters, 2))
    np.add.at(sums, clusters, scores - means)
    covariance = sums.T @ sums / len(scores) ** 2 * n_clusters / (n_clusters - 1)
    smaller = min(len(np.unique(clusters[treated == arm])) for arm in (0, 1))
    return TwoMeans(treated=float(means[0]), control=float(means[1]), covariance=covariance, df=smaller - 1)


def _folds(clusters: np.ndarray, seed: int, n_folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Row numbers to fit on and to predict, fold by fold; a cluster is never split."""
    order = np.random.default_rng(seed).permutation(int(clusters.max()) + 1)
    fold = (order % n_folds)[clusters]
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(n_folds)]


def _predict(matrix: np.ndarray, outcome: np.ndarray, new: np.ndarray, *, binary: bool) -> np.ndarray:
    """Fit a logistic (or linear) regression and return its means at `new`; out of memory if it was just asked for the same."""
    digest = hashlib.blake2b(repr((matrix.shape, new.shape, binary)).encode())
    for numbers in (matrix, outcome, new):
        digest.update(np.ascontiguousarray(numbers).data)
    key = digest.digest()
    if key not in _PREDICTED:
        if len(_PREDICTED) >= MOST_PREDICTED:
            _PREDICTED.clear()
        _PREDICTED[key] = _fitted(matrix, outcome, new, binary=binary)
        _PREDICTED[key].setflags(write=False)  # whoever asks next gets the same array
    return _PREDICTED[key]


_PREDICTED: dict[bytes, np.ndarray] = {}
MOST_PREDICTED = 64
"""Predictions remembered in one process: every check of an estimate looks at the folds of the estimate again."""


def _fitted(matrix: np.ndarray, outcome: np.ndarray, new: np.ndarray, *, binary: bool) -> np.ndarray:
    if outcome.min() == outcome.max():
        return np.full(len(new), outcome[0])
    # What the rows of a fold or a group do not vary in, or only together, tells them nothing: left in, its coefficient would be
    # rounding, and means at other rows whatever that makes of them.
    retained = independent_columns(matrix)
    matrix, new = matrix[:, retained], new[:, retained]
    if not binary:
        found: np.ndarray = new @ np.linalg.lstsq(matrix, outcome, rcond=None)[0]
        return found
    from scipy.special import expit

    found = expit(new @ _logistic(matrix, outcome))
    # A fit refers to itself, and holds a dozen copies of the matrix: left to chance, those of all folds lie about together.
    gc.collect(1)
    return found


AT_REST = 1e-6
"""Sum over rows of what is left between outcomes and means, times any covariate, at which a logistic regression is solved."""


def _logistic(matrix: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Coefficients of a logistic regression by Newton's method, where it finds none by iteratively reweighted least squares.

    Where a covariate separates who has the outcome, coefficients grow for ever; their means have come to rest all the same.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning

    with warnings.catch_warnings():
        # A group that a rare covariate separates perfectly gets probability 0 or 1: its weight is 0, and the overlap check sees it.
        for kind in (PerfectSeparationWarning, ConvergenceWarning, HessianInversionWarning, RuntimeWarning):
            warnings.simplefilter("ignore", kind)
        with contextlib.suppress(np.linalg.LinAlgError):
            model = sm.Logit(outcome, matrix)
            found: np.ndarray = model.fit(disp=False, maxiter=25, skip_hessian=True).params
            if np.abs(model.score(found)).max() < AT_REST:
                return found
        return sm.GLM(outcome, matrix, family=sm.families.Binomial()).fit().params  # type: ignore[no-any-return]


def _with_intercept(matrix: np.ndarray) -> np.ndarray:
    joined: np.ndarray = np.column_stack([np.ones(len(matrix)), matrix])
    return joined
