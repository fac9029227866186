"""Two special functions where scipy's hypergeometric function gives up (nan or inf) although the answer is ordinary."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.fit import Array

SERIES_PRECISION = 1e-17
QUANTILE_NODES = 400


def hyp2f1_of_one(b: ArrayLike, c: ArrayLike, z: float) -> Array:
    """2F1(1, b; c; z) for 0 < b < c and 0 < z < 1: discounted lifetimes are this.

    scipy returns nan from b = 30, c = 300 on. There the series, the sum of z^k b (b + 1) ... / c (c + 1) ..., is added up
    term by term; its terms fall faster than z^k.

    Examples
    --------
    >>> hyp2f1_of_one(1e6, 2e6, 0.5).round(5)  # nearly the geometric sum of 1 / 4^k
    array([1.33333])
    """
    from scipy.special import hyp2f1

    above, below = np.broadcast_arrays(np.atleast_1d(np.asarray(b, dtype=float)), np.asarray(c, dtype=float))
    found = np.asarray(hyp2f1(1, above, below, z))
    lost = ~np.isfinite(found)
    if lost.any():
        k = np.arange(np.ceil(np.log(SERIES_PRECISION) / np.log(z)))
        steps = np.log(z) + np.log((above[lost, None] + k) / (below[lost, None] + k))
        found[lost] = 1 + np.exp(np.cumsum(steps, axis=1)).sum(axis=1)
    return found


def expected_before_leaving(t: Array, shape: Array, rate: Array, a: float, b: Array) -> Array:
    """Expected purchases in t of a live customer who buys at l ~ gamma(shape, rate), leaving each time by p ~ beta(a, b).

    Given l and p the number expected is (1 - exp(-l p t)) / p; the mean over l is (1 - (1 + p t / rate)^-shape) / p, and
    the mean over p is taken on its quantiles. All arrays are of one shape.

    Examples
    --------
    With p next to nothing: shape / rate a unit of time.

    >>> one = np.ones(1)
    >>> expected_before_leaving(10 * one, 3 * one, 6 * one, 1e-3, 1e6 * one).round(4)
    array([5.])
    """
    from scipy.special import betaincinv

    nodes, weights = np.polynomial.legendre.leggauss(QUANTILE_NODES)
    unit = (nodes + 1) / 2
    # u = s^2 (3 - 2 s) lays the nodes closer at both ends, where the quantiles may be steep
    quantile, weight = unit**2 * (3 - 2 * unit), weights / 2 * 6 * unit * (1 - unit)
    p = np.maximum(betaincinv(a, b[..., None], quantile), 1e-300)
    reach = p * (t / rate)[..., None]
    return np.asarray(-np.expm1(-shape[..., None] * np.log1p(reach)) / p @ weight)
