"""Quadrature, and two functions where scipy's hypergeometric function gives up (nan or inf) on ordinary arguments."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.fit import Array

SERIES_PRECISION = 1e-17
QUANTILE_NODES = 400
BLOCK = 4096  # rows at a time: 400 nodes each make 13 megabytes


@cache
def unit_quadrature(n_nodes: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on [0, 1].

    Examples
    --------
    >>> nodes, weights = unit_quadrature(2)
    >>> round(float(weights @ nodes**3), 12)  # two nodes are exact up to cubes
    0.25
    """
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return (nodes + 1) / 2, weights / 2


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
    the mean over p is taken on its quantiles. All arrays are one-dimensional and of one length.

    Examples
    --------
    With p next to nothing: shape / rate a unit of time.

    >>> one = np.ones(1)
    >>> expected_before_leaving(10 * one, 3 * one, 6 * one, 1e-3, 1e6 * one).round(4)
    array([5.])
    """
    from scipy.special import betaincinv

    unit, weights = unit_quadrature(QUANTILE_NODES)
    # u = s^2 (3 - 2 s) lays the nodes closer at both ends, where the quantiles may be steep
    quantile, weight = unit**2 * (3 - 2 * unit), weights * 6 * unit * (1 - unit)
    distinct_b, place = np.unique(b, return_inverse=True)
    quantiles = np.maximum(betaincinv(a, distinct_b[:, None], quantile), 1e-300)
    expected = np.empty(len(b))
    for first in range(0, len(b), BLOCK):
        block = slice(first, first + BLOCK)
        p, reach = quantiles[place[block]], (t[block] / rate[block])[:, None]
        expected[block] = -np.expm1(-shape[block, None] * np.log1p(p * reach)) / p @ weight
    return expected
