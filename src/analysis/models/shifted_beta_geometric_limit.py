"""The shifted beta-geometric down to its limit, customers who do not differ, and intervals that know of that edge.

With m = alpha / (alpha + beta) and k = 1 / (alpha + beta) the chance of leaving at the j-th renewal is

    h(j) = m / (1 + (j - 1) k)

(Fader & Hardie 2007, eq. 6: r(t) = (beta + t - 1) / (alpha + beta + t - 1)), and the likelihood is one of binomials by age. At
k = 0 it is the geometric with theta = m: nothing special for the likelihood, only the edge of what k can mean. So where the
search for alpha and beta runs off, the limit is the answer. Its own standard error is not: it takes for certain that
customers do not differ, and lifetimes hang on that. Intervals are those of the likelihood ratio over all (m, k), k >= 0:
the smallest and largest value that a quantity takes where the log-likelihood is within half of a critical value of its top
(profile likelihood). That value is a chi-square's with one degree of freedom, and at the edge that of Self & Liang's mixture
(1987, JASA 82, 605-610, case 7), `critical_value`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.models.fit import Array, ModelFit, ModelNotIdentified
from analysis.models.rows import WEIGHT, tenure_rows
from analysis.models.shifted_beta_geometric import MODEL, NAMES, fit_geometric, fit_shifted_beta_geometric

LIMIT = "all leave with one chance: the geometric"

ALIKE = 1e6
"""alpha + beta of customers who do not differ: the standard deviation of theta is below a two-thousandth."""

LEAST_GAIN = 1e-3
"""Gain in log-likelihood over the limit below which differences are taken for none: nothing can be read from less."""

MOST_UNLIKE = 0.995
"""u = k / (1 + k) from which on customers leave at once or never: the other edge, which is no limit to fit."""

N_DIFFERENCES = 16
"""Values of k at which the rim of the likelihood's region is found; its extremes lie between them in the second order."""


@dataclass(frozen=True, slots=True)
class LossesByAge:
    """Customers at risk and lost at the first, second, ... renewal; the likelihood needs no more."""

    at_risk: Array
    lost: Array

    @classmethod
    def of(cls, endings: pd.DataFrame) -> LossesByAge:
        """Count `endings`, rows as `fit_shifted_beta_geometric` takes them."""
        rows = tenure_rows(endings)
        ages = np.arange(1, int(rows["periods"].max()) + 1)
        weights, periods = rows[WEIGHT].to_numpy(float), rows["periods"].to_numpy(int)
        left = np.bincount(periods, weights=weights * rows["lost"].to_numpy(float), minlength=len(ages) + 1)[1:]
        ended = np.bincount(periods, weights=weights, minlength=len(ages) + 1)
        at_risk = float(weights.sum()) - np.cumsum(ended)[:-1]
        return cls(np.asarray(at_risk, dtype=float), np.asarray(left, dtype=float))

    def log_likelihood(self, m: float, k: float) -> float:
        """Of a mean chance m, 0 < m < 1, and differences k >= 0."""
        from scipy.special import xlogy

        older = k * np.arange(len(self.lost))
        return float(
            (
                xlogy(self.lost, m) + xlogy(self.at_risk - self.lost, 1 - m + older) - self.at_risk * np.log1p(older)
            ).sum()
        )

    def best_mean(self, k: float) -> tuple[float, float]:
        """The m of the highest likelihood at k, and that likelihood."""
        from scipy.optimize import minimize_scalar

        found = minimize_scalar(
            lambda m: -self.log_likelihood(m, k), bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-10}
        )
        return float(found.x), -float(found.fun)


def fit_with_limit(endings: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Fit the shifted beta-geometric, or the geometric where that is where it arrives.

    Parameters
    ----------
    endings, start
        As `fit_shifted_beta_geometric` takes them.

    Returns
    -------
    ModelFit
        At the limit `limit` is `LIMIT`, alpha + beta is `ALIKE`, alpha / (alpha + beta) the geometric's theta, and the
        covariance is nan: intervals come from `likelihood_region`.

    Raises
    ------
    ModelNotIdentified
        If losses were seen over one period only, nobody left or stayed, or whoever leaves does so at the first renewal.

    Examples
    --------
    A tenth leaves each year, at every age:

    >>> from analysis.models.shifted_beta_geometric import cohort_rows
    >>> fit = fit_with_limit(cohort_rows([10_000, 9_000, 8_100, 7_290]))
    >>> fit.limit == LIMIT, round(fit.params["alpha"] / ALIKE, 6)
    (True, 0.1)
    """
    losses = LossesByAge.of(endings)
    found: ModelFit | None = None
    refusal: ModelNotIdentified | None = None
    try:
        found = fit_shifted_beta_geometric(endings, start=start)
    except ModelNotIdentified as fault:
        refusal = fault
    if len(losses.lost) < 2 or not 0 < losses.lost.sum() < losses.at_risk.sum():
        raise refusal or ModelNotIdentified(f"{MODEL}: losses over two periods or more are needed.")
    alike = fit_geometric(endings)
    if found is not None and found.identified and found.log_likelihood > alike.log_likelihood + LEAST_GAIN:
        return found
    m, k, top = _highest(losses)
    if k > 0 and top > alike.log_likelihood + LEAST_GAIN:
        if k / (1 + k) >= MOST_UNLIKE - 1e-4:  # the search stops a little before its bound
            raise refusal or ModelNotIdentified(f"{MODEL}: whoever leaves does so at the first renewal.")
        return _as_fit("", m, k, top, alike)
    return _as_fit(LIMIT, alike.estimates[0], 0.0, alike.log_likelihood, alike)


def critical_value(level: float, *, at_edge: bool) -> float:
    """Twice the drop in log-likelihood within which a value is not refuted.

    Where the true k lies on the edge, the values with k >= 0 are a half-plane and those of one quantity a half-line that
    begins on its rim. The ratio is largest where the half-line runs along the rim: half of each of two squares of normals,
    so a mixture of 1/4, 1/2 and 1/4 of chi-squares with 0, 1 and 2 degrees of freedom; other angles are covered more often
    (at right angles 96 in 100).

    Examples
    --------
    >>> round(critical_value(0.95, at_edge=False), 2), round(critical_value(0.95, at_edge=True), 2)
    (3.84, 4.23)
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2

    if not at_edge:
        return float(chi2.ppf(level, 1))
    return float(brentq(lambda c: chi2.sf(c, 1) / 2 + chi2.sf(c, 2) / 4 - (1 - level), 1e-9, 100.0))


def likelihood_region(endings: pd.DataFrame, level: float = INTERVAL_LEVEL) -> list[dict[str, float]]:
    """Parameter sets on the rim of, and inside, the region of the likelihood ratio.

    Returns
    -------
    list of dict
        alpha and beta; the smallest and the largest value of a smooth quantity over them are its profile-likelihood interval.

    Raises
    ------
    ModelNotIdentified
        If the losses set no limit to how much customers differ.
    """
    losses = LossesByAge.of(endings)
    _, k_best, top = _highest(losses)
    wide = top - critical_value(level, at_edge=True) / 2
    at_edge = losses.best_mean(0.0)[1] >= wide
    floor = wide if at_edge else top - critical_value(level, at_edge=False) / 2

    def height(u: float) -> float:
        return losses.best_mean(_k(u))[1] - floor

    u_best = k_best / (1 + k_best)
    if height(MOST_UNLIKE) > 0:
        raise ModelNotIdentified(
            f"{MODEL}: losses at {len(losses.lost)} ages cannot tell how much customers differ. Follow them longer."
        )
    lowest = 0.0 if height(0.0) >= 0 else _root(height, 0.0, u_best)
    highest = _root(height, u_best, MOST_UNLIKE)
    # Closer together towards both ends, where the rim turns.
    steps = (1 - np.cos(np.linspace(0, np.pi, N_DIFFERENCES))) / 2
    region = []
    for u in lowest + (highest - lowest) * steps:
        k = _k(float(u))
        middle, best = losses.best_mean(k)
        ends = [middle]
        if best > floor:
            drop = lambda m, k=k: losses.log_likelihood(m, k) - floor  # noqa: E731
            ends += [_root(drop, 1e-12, middle), _root(drop, middle, 1 - 1e-12)]
        region += [_params(m, k) for m in ends]
    return region


def profile_bounds(
    value: Callable[[Sequence[Mapping[str, float]]], dict[str, float]],
    at_best: Sequence[Mapping[str, float]],
    regions: Sequence[Sequence[Mapping[str, float]]],
) -> dict[str, tuple[float, float]]:
    """Profile-likelihood intervals of quantities of one or more independent groups.

    Of one group they are exact. Of several, the distances from the best to each group's bounds, the others at their best, are
    added as squares (the method of variance estimates recovery: Zou & Donner 2008, Statistics in Medicine 27, 1693-1702).

    Parameters
    ----------
    value : callable
        Parameters of each group to quantities by name; a quantity that cannot be reached is missing.
    at_best, regions
        For each group its estimates and its `likelihood_region`.

    Returns
    -------
    dict
        Name to (low, high); a quantity that is missing somewhere in a region has no interval and is missing here.
    """
    best = value(at_best)
    squares = {name: np.zeros(2) for name in best}
    for group, region in enumerate(regions):
        moved = [value([*at_best[:group], params, *at_best[group + 1 :]]) for params in region]
        squares = {name: sum_ for name, sum_ in squares.items() if all(name in one for one in moved)}
        for name, sum_ in squares.items():
            reached = np.array([one[name] for one in moved]) - best[name]
            sum_ += np.array([min(reached.min(), 0.0), max(reached.max(), 0.0)]) ** 2
    return {name: (best[name] - float(down**0.5), best[name] + float(up**0.5)) for name, (down, up) in squares.items()}


def _highest(losses: LossesByAge) -> tuple[float, float, float]:
    """m, k and log-likelihood at the top over k >= 0."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda u: -losses.best_mean(_k(u))[1], bounds=(0.0, MOST_UNLIKE), method="bounded", options={"xatol": 1e-9}
    )
    k = _k(float(found.x))
    (m, top), (m_alike, top_alike) = losses.best_mean(k), losses.best_mean(0.0)
    return (m, k, top) if top > top_alike else (m_alike, 0.0, top_alike)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where `function` passes nought between `low` and `high`; the end itself where it does not."""
    from scipy.optimize import brentq

    ends = function(low), function(high)
    if ends[0] * ends[1] > 0:
        return low if abs(ends[0]) < abs(ends[1]) else high
    return float(brentq(function, low, high, xtol=1e-10))


def _k(u: float) -> float:
    return u / (1 - u)


def _params(m: float, k: float) -> dict[str, float]:
    together = min(1 / k, ALIKE) if k > 0 else ALIKE
    return {"alpha": m * together, "beta": (1 - m) * together}


def _as_fit(limit: str, m: float, k: float, top: float, alike: ModelFit) -> ModelFit:
    nan = (float("nan"),) * len(NAMES)
    return ModelFit(
        model=MODEL,
        names=NAMES,
        estimates=tuple(_params(m, k)[name] for name in NAMES),
        log_covariance=(nan,) * len(NAMES),
        log_likelihood=top,
        n_customers=alike.n_customers,
        n_rows=alike.n_rows,
        limit=limit,
    )
