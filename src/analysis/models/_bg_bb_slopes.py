"""The BG/BB's log-likelihood with first and second derivatives in closed form.

A customer is alive after n opportunities or was gone after m of them, t_x <= m < n (eq. 5 of Fader, Hardie & Shang 2010):
the likelihood is a sum of terms B(alpha + x, beta + m - x) B(gamma + e, delta + m) over B(alpha, beta) B(gamma, delta), with
e = 1 for who was gone after m and e = 0 for who is alive at m = n. All arguments are a parameter plus a whole number, so that
the costly functions are asked about each number once. The derivatives of the logarithm of a sum are means of those of its
terms' logarithms, weighted by the terms: first ones their mean, second ones the mean of theirs plus the covariance of the
first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.models.fit import Array, Objective, in_log_params, remembered

Whole = NDArray[np.int64]

BLOCK = 1 << 12
"""Rows at a time: with a hundred opportunities their terms' derivatives take a few dozen megabytes."""


def closed_form_objective(frequency: Array, recency: Array, n_opportunities: Array, weights: Array) -> Objective:
    """Negative mean log-likelihood of the log-parameters (alpha, beta, gamma, delta).

    Parameters
    ----------
    frequency, recency, n_opportunities, weights : array
        Distinct rows, whole numbers, and the customers each stands for.
    """
    history = [np.asarray(column).astype(int) for column in (frequency, recency, n_opportunities)]
    numbers = np.arange(int(history[2].max()) + 1)
    blocks = [slice(first, first + BLOCK) for first in range(0, len(weights), BLOCK)]
    parts = [(weights[rows], *_terms(*(column[rows] for column in history))) for rows in blocks]
    n = float(weights.sum())

    def likelihood(log_params: Array) -> tuple[float, Array, Array]:
        params = np.exp(log_params)
        tables = _Tables(params, numbers)
        value, slope, curvature = tables.of_terms(*(np.zeros(1, dtype=int),) * 3)
        value, slope, curvature = -n * value[0], -n * slope[:, 0], -n * curvature[:, :, 0]
        for of_rows, starts, *terms in parts:
            part = _of_rows(of_rows, starts, *tables.of_terms(*terms))
            value, slope, curvature = value + part[0], slope + part[1], curvature + part[2]
        return in_log_params(params, -float(value) / n, -slope / n, -curvature / n)

    return remembered(likelihood)


def _terms(x: Whole, t_x: Whole, n: Whole) -> tuple[Whole, Whole, Whole, Whole]:
    """First term of each row; and of each term x, m and e."""
    count = n - t_x + 1
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    row = np.repeat(np.arange(len(x)), count)
    m = t_x[row] + np.arange(len(row)) - starts[row]
    return starts, x[row], m, (m < n[row]).astype(int)


class _Tables:
    """ln Gamma, digamma and trigamma of each parameter, and of alpha + beta and gamma + delta, plus each whole number."""

    def __init__(self, params: Array, numbers: Whole) -> None:
        from scipy.special import gammaln, psi, zeta

        alpha, beta, gamma, delta = params
        at = np.array([alpha, beta, alpha + beta, gamma, delta, gamma + delta])[:, None] + numbers
        self._levels = (gammaln(at), psi(at), zeta(2.0, at))  # zeta(2, .) is the trigamma function

    def of_terms(self, x: Whole, m: Whole, e: Whole) -> tuple[Array, Array, Array]:
        """ln of B(alpha + x, beta + m - x) B(gamma + e, delta + m), with its derivatives; terms along the last axis."""
        value, first, second = ((a[x], b[m - x], ab[m], c[e], d[m], cd[m + e]) for a, b, ab, c, d, cd in self._levels)
        slope = np.array([first[0] - first[2], first[1] - first[2], first[3] - first[5], first[4] - first[5]])
        curvature = np.zeros((4, 4, len(x)))
        curvature[:2, :2] = -second[2]
        curvature[2:, 2:] = -second[5]
        for place, of_one in enumerate((0, 1, 3, 4)):
            curvature[place, place] += second[of_one]
        return value[0] + value[1] - value[2] + value[3] + value[4] - value[5], slope, curvature


def _of_rows(weights: Array, starts: Whole, value: Array, slope: Array, curvature: Array) -> tuple[float, Array, Array]:
    """Sum of the logarithms of the rows' sums of terms, with its derivatives."""
    count = np.diff(starts, append=len(value))
    top = np.maximum.reduceat(value, starts)
    share = np.exp(value - np.repeat(top, count))
    inside = np.add.reduceat(share, starts)
    share /= np.repeat(inside, count)
    mean = np.add.reduceat(slope * share, starts, axis=1)
    likely = share * np.repeat(weights, count)
    apart = slope - np.repeat(mean, count, axis=1)
    return (
        float(weights @ (top + np.log(inside))),
        mean @ weights,
        np.asarray(curvature @ likely + (apart * likely) @ apart.T),
    )
