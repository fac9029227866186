"""The Pareto/NBD's log-likelihood with first and second derivatives, row by row, for many customers.

A customer is alive at T or left at some time u between t_x and T (eq. 18 of Fader & Hardie 2005): with
A = (alpha + T)^-(r + x) (beta + T)^-s and D = s times the integral of (alpha + u)^-(r + x) (beta + u)^-(s + 1) over u, the
likelihood is Gamma(r + x) / Gamma(r) alpha^r beta^s (A + D). The derivatives of ln D are means of those of the integrand's
logarithm, weighted by the integrand: first derivatives their mean, second ones the mean of theirs plus the covariance
of the first. So they come out of the same Gauss-Legendre sum as the integral. A test holds them against differences.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.models._special import unit_quadrature
from analysis.models.fit import Array, Objective, in_log_params, remembered

QUADRATURE_NODES = 24  # twelve digits of an exponential that falls by e^-45
VANISHED = -45.0
BISECTIONS = 12
BLOCK = 1 << 9
"""Rows at a time: with 24 nodes each an array has 100 kilobytes, and a dozen of them stay in the processor's cache."""

PAIRS = tuple((i, j) for i in range(4) for j in range(i, 4))


def log_of_leaving(params: list[float], x: Array, t_x: Array, T: Array) -> Array:
    """ln of the integral of (alpha + u)^-(r + x) (beta + u)^-(s + 1) over u from t_x to T; -inf where T = t_x.

    By Gauss-Legendre in v = ln((m + u) / (m + t_x)), m the smaller of alpha and beta, up to where the integrand has
    fallen by e^-45: its logarithm is concave in v, so that nothing comes after.
    """
    return _leaving(params, x, t_x, T)[0]


def closed_form_objective(x: Array, t_x: Array, T: Array, weights: Array) -> Objective:
    """Negative mean log-likelihood of the log-parameters (r, alpha, s, beta)."""
    x = np.asarray(x, dtype=float)
    n = float(weights.sum())
    numbers, place = np.unique(x, return_inverse=True)
    customers = np.bincount(place, weights=weights).astype(float)

    def likelihood(log_params: Array) -> tuple[float, Array, Array]:
        params = np.exp(log_params)
        value, slope, curvature = _of_numbers(params, numbers, customers)
        for first in range(0, len(x), BLOCK):
            rows = slice(first, first + BLOCK)
            part = _of_rows(params, x[rows], t_x[rows], T[rows], weights[rows])
            value, slope, curvature = value + part[0], slope + part[1], curvature + part[2]
        return in_log_params(params, -value / n, -slope / n, -curvature / n)

    return remembered(likelihood)


def _of_numbers(params: Array, x: Array, weights: Array) -> tuple[float, Array, Array]:
    """Sum of ln Gamma(r + x) - ln Gamma(r) + r ln alpha + s ln beta, with its derivatives."""
    from scipy.special import gammaln, polygamma, psi

    r, alpha, s, beta = params
    n = float(weights.sum())
    value = weights @ (gammaln(r + x) - gammaln(r)) + n * (r * np.log(alpha) + s * np.log(beta))
    slope = np.array(
        [weights @ (psi(r + x) - psi(r)) + n * np.log(alpha), n * r / alpha, n * np.log(beta), n * s / beta]
    )
    curvature = np.zeros((4, 4))
    curvature[0, 0] = weights @ (polygamma(1, r + x) - polygamma(1, r))
    curvature[0, 1] = curvature[1, 0] = n / alpha
    curvature[1, 1] = -n * r / alpha**2
    curvature[2, 3] = curvature[3, 2] = n / beta
    curvature[3, 3] = -n * s / beta**2
    return float(value), slope, curvature


def _of_rows(params: Array, x: Array, t_x: Array, T: Array, weights: Array) -> tuple[float, Array, Array]:
    """Sum of ln(A + D), with its derivatives."""
    r, alpha, s, beta = params
    n_up, zero = r + x, np.zeros_like(x)
    at_end = (np.log(alpha + T), 1 / (alpha + T), np.log(beta + T), 1 / (beta + T))
    log_alive = -n_up * at_end[0] - s * at_end[2]
    alive_first = np.array([-at_end[0], -n_up * at_end[1], -at_end[2], -s * at_end[3]])
    alive_second = _second(n_up, at_end[1], s, at_end[3], zero)
    log_inside, gone_first, gone_second = _gone(params, x, t_x, T)
    log_gone = np.log(s) + log_inside
    top = np.maximum(log_alive, log_gone)
    alive, gone = np.exp(log_alive - top), np.exp(log_gone - top)
    share = gone / (alive + gone)
    value = float(weights @ (top + np.log(alive + gone)))
    first = (1 - share) * alive_first + share * gone_first
    apart = gone_first - alive_first
    curvature = np.zeros((4, 4))
    for k, (i, j) in enumerate(PAIRS):
        mixed = (1 - share) * alive_second[k] + share * gone_second[k] + share * (1 - share) * apart[i] * apart[j]
        curvature[i, j] = curvature[j, i] = weights @ mixed
    return value, first @ weights, curvature


def _second(n_up: Array, over_alpha: Array, power: float, over_beta: Array, zero: Array) -> list[Array]:
    """Second derivatives of -n ln(alpha + u) - power ln(beta + u), in the order of PAIRS."""
    return [zero, -over_alpha, zero, zero, n_up * over_alpha**2, zero, zero, zero, -over_beta, power * over_beta**2]


def _gone(params: Array, x: Array, t_x: Array, T: Array) -> tuple[Array, Array, list[Array]]:
    """ln D less ln s, and the derivatives of ln D."""
    r, alpha, s, beta = params
    log_inside, ahead, rises, share = _leaving(params, x, t_x, T)
    # The integrand's logarithm has the derivatives -ln(alpha + u), -(r + x) / (alpha + u), and so on with beta.
    of_node = [rises[0], 1 / ((alpha + t_x)[:, None] + ahead), rises[1], 1 / ((beta + t_x)[:, None] + ahead)]
    times = [np.ones_like(x), r + x, np.ones_like(x), np.full_like(x, s + 1)]
    mean_of = [_weighted(share, part) for part in of_node]
    centred = [part - m[:, None] for part, m in zip(of_node, mean_of, strict=True)]
    weighted = [share * part for part in centred]
    spread = {(i, j): _weighted(weighted[i], centred[j]) for i, j in PAIRS}
    mean_of[0] += np.log(alpha + t_x)
    mean_of[2] += np.log(beta + t_x)
    squares = {k: spread[k, k] + mean_of[k] ** 2 for k in (1, 3)}
    mean = -np.array([c * m for c, m in zip(times, mean_of, strict=True)])
    mean[2] += 1 / s  # of the ln s in front of the integral
    zero = np.zeros_like(x)
    own = [
        zero,
        -mean_of[1],
        zero,
        zero,
        times[1] * squares[1],
        zero,
        zero,
        -1 / s**2,
        -mean_of[3],
        times[3] * squares[3],
    ]
    return (
        log_inside,
        mean,
        [part + times[i] * times[j] * spread[i, j] for part, (i, j) in zip(own, PAIRS, strict=True)],
    )


def _weighted(share: Array, part: Array) -> Array:
    """Sum over nodes, row by row."""
    return np.asarray(np.einsum("rk,rk->r", share, part))


def _leaving(
    params: Array | list[float], x: Array, t_x: Array, T: Array
) -> tuple[Array, Array, tuple[Array, Array], Array]:
    """ln of the integral; of its nodes the time since t_x, what ln(alpha + u) and ln(beta + u) rose in it, and their share."""
    r, alpha, s, beta = params
    start = min(alpha, beta) + t_x

    def ahead_of(v: Array) -> tuple[Array, tuple[Array, Array], Array]:
        """Time since t_x, rises, and the log of the integrand relative to its value there; v has one axis more than rows."""
        ahead = start[..., None] * np.expm1(v)
        rises = np.log1p(ahead / (alpha + t_x)[..., None]), np.log1p(ahead / (beta + t_x)[..., None])
        return ahead, rises, v - (r + x)[..., None] * rises[0] - (s + 1) * rises[1]

    nodes, weights = unit_quadrature(QUADRATURE_NODES)
    end = _where_it_vanishes(lambda v: ahead_of(v)[-1], np.log1p((T - t_x) / start))
    ahead, rises, log_integrand = ahead_of(end[..., None] * nodes)
    parts = np.exp(log_integrand) * weights
    inside = parts.sum(axis=-1)
    with np.errstate(divide="ignore"):  # ln 0 where T = t_x
        log_inside = np.log(start * end * inside) - (r + x) * np.log(alpha + t_x) - (s + 1) * np.log(beta + t_x)
    return np.asarray(log_inside), ahead, rises, parts / inside[..., None]


def _where_it_vanishes(log_integrand: Callable[[Array], Array], width: Array) -> Array:
    """The point in (0, `width`] by which the integrand has fallen by VANISHED, or `width`, by bisection."""
    high = np.array(width, copy=True)
    falls = log_integrand(width[..., None])[..., 0] < VANISHED
    if not falls.any():
        return high
    low = np.zeros_like(width)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        fallen = log_integrand(middle[..., None])[..., 0] < VANISHED
        low, high = np.where(fallen, low, middle), np.where(fallen, middle, high)
    return np.where(falls, high, width)
