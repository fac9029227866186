"""The BG/NBD's and MBG/NBD's log-likelihoods with first and second derivatives in closed form, for many customers.

`lifetimes` differentiates the same functions by autograd, which takes ten times as long and memory for every step in
between; a test holds the two together. With c = 0 (BG/NBD) or 1 (MBG/NBD), eq. 6 of Fader, Hardie & Lee (2005) and eq. 4
of Batislam, Denizel & Filiztekin (2007) are both

    G(x) - (r + x) ln(alpha + T) + ln(1 + e^d),   d = (r + x) ln((alpha + T) / (alpha + t_x)) + ln a - ln(b + x + c - 1)

with G(x) = lnGamma(r + x) - lnGamma(r) + r ln alpha + lnB(a, b + x + c) - lnB(a, b), and without the last term where
x + c = 0. G depends on x alone, so that its costly functions are asked about each number of purchases once.
"""

from __future__ import annotations

import numpy as np

from analysis.models.fit import Array, Objective, in_log_params, remembered

BLOCK = 1 << 15
"""Rows at a time, so that the steps in between stay in the processor's cache."""


def closed_form_objective(
    frequency: Array, recency: Array, T: Array, weights: Array, chances_at_start: int
) -> Objective:
    """Negative mean log-likelihood of the log-parameters (r, alpha, a, b), as lifetimes' fitters minimise it.

    Parameters
    ----------
    frequency, recency, T, weights : array
        Distinct rows and the customers each stands for.
    chances_at_start : int
        Chances to leave before the first repeat purchase: 0 in the BG/NBD, 1 in the MBG/NBD.
    """
    x = np.asarray(frequency, dtype=float)
    n = float(weights.sum())
    numbers, place = np.unique(x, return_inverse=True)
    customers = np.bincount(place, weights=weights).astype(float)

    def likelihood(log_params: Array) -> tuple[float, Array, Array]:
        params = np.exp(log_params)
        value, slope, curvature = _of_numbers(params, numbers, customers, chances_at_start)
        for first in range(0, len(x), BLOCK):
            rows = slice(first, first + BLOCK)
            part = _of_rows(params, x[rows], recency[rows], T[rows], weights[rows], chances_at_start)
            value, slope, curvature = value + part[0], slope + part[1], curvature + part[2]
        return in_log_params(params, -value / n, -slope / n, -curvature / n)

    return remembered(likelihood)


def _of_numbers(params: Array, x: Array, weights: Array, c: int) -> tuple[float, Array, Array]:
    """Sum of G(x), with its derivatives."""
    from scipy.special import betaln, gammaln, polygamma, psi

    r, alpha, a, b = params
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x + c) - betaln(a, b)
    end = a + b + x + c
    slope = np.array(
        [
            psi(r + x) - psi(r) + np.log(alpha),
            np.full_like(x, r / alpha),
            psi(a + b) - psi(end),
            psi(b + x + c) - psi(end) - psi(b) + psi(a + b),
        ]
    )
    curvature = np.zeros((4, 4))
    trigamma_whole = float(weights @ (polygamma(1, a + b) - polygamma(1, end)))
    curvature[0, 0] = weights @ (polygamma(1, r + x) - polygamma(1, r))
    curvature[0, 1] = curvature[1, 0] = weights.sum() / alpha
    curvature[1, 1] = -weights.sum() * r / alpha**2
    curvature[2, 2] = curvature[2, 3] = curvature[3, 2] = trigamma_whole
    curvature[3, 3] = trigamma_whole + weights @ (polygamma(1, b + x + c) - polygamma(1, b))
    return float(weights @ value), slope @ weights, curvature


def _of_rows(params: Array, x: Array, t_x: Array, T: Array, weights: Array, c: int) -> tuple[float, Array, Array]:
    """Sum of the terms that depend on times, with its derivatives."""
    r, alpha, a, b = params
    counts = r + x
    log_end, at_end = np.log(alpha + T), 1 / (alpha + T)
    value = -float(weights @ (counts * log_end))
    slope = np.array([-(weights @ log_end), -(weights @ (counts * at_end)), 0.0, 0.0])
    curvature = np.zeros((4, 4))
    curvature[0, 1] = -(weights @ at_end)
    curvature[1, 1] = weights @ (counts * at_end**2)

    may_be_gone = x + c > 0
    if not may_be_gone.all():
        x, t_x, weights, counts = (column[may_be_gone] for column in (x, t_x, weights, counts))
        log_end, at_end = log_end[may_be_gone], at_end[may_be_gone]
    at_last = 1 / (alpha + t_x)
    further = log_end + np.log(at_last)
    closer = at_end - at_last
    of_b = 1 / (b + x + c - 1)
    d = counts * further + np.log(a * of_b)
    gone = 1 / (1 + np.exp(-d))
    value += float(weights @ np.logaddexp(0, d))
    inner = np.array([further, counts * closer, np.full_like(x, 1 / a), -of_b])
    likely = weights * gone
    slope += inner @ likely
    curvature[0, 1] += likely @ closer
    curvature[1, 1] += likely @ (counts * (at_last**2 - at_end**2))
    curvature[2, 2] -= likely.sum() / a**2
    curvature[3, 3] += likely @ of_b**2
    curvature[1, 0] = curvature[0, 1]
    return value, slope, curvature + (inner * (likely * (1 - gone))) @ inner.T
