"""The gamma-gamma model's log-likelihood with first and second derivatives in closed form, for many customers.

Eq. 1a of Fader & Hardie (2013, note 025), with z = px + q: lnGamma(z) - lnGamma(px) - lnGamma(q) + q ln v
+ (px - 1) ln m + px ln x - z ln(xm + v). Everything but ln(xm + v) is a sum over numbers of purchases. `lifetimes`
differentiates the same function by autograd; a test holds the two together.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, polygamma, psi

from analysis.models.fit import Array, Objective, in_log_params, remembered


def closed_form_objective(frequency: Array, monetary: Array, weights: Array) -> Objective:
    """Negative mean log-likelihood of the log-parameters (p, q, v), as lifetimes' fitter minimises it.

    Parameters
    ----------
    frequency, monetary, weights : array
        Repeat purchases, their mean value, and the customers that each row stands for.
    """
    x, place = np.unique(np.asarray(frequency, dtype=float), return_inverse=True)
    total = np.asarray(frequency, dtype=float) * monetary
    n = float(weights.sum())

    def by_number(column: Array) -> Array:
        return np.bincount(place, weights=weights * column, minlength=len(x)).astype(float)

    customers = by_number(np.ones_like(total))
    log_mean = by_number(np.log(monetary))

    def likelihood(log_params: Array) -> tuple[float, Array, Array]:
        params = np.exp(log_params)
        p, q, v = params
        reach = total + v
        log_reach, over, over_squared = by_number(np.log(reach)), by_number(1 / reach), by_number(1 / reach**2)
        z = p * x + q
        known = gammaln(z) - gammaln(p * x) - gammaln(q) + q * np.log(v) + p * x * np.log(x)
        value = customers @ known + (p * x - 1) @ log_mean - z @ log_reach
        slope = np.array(
            [
                (customers * (psi(z) - psi(p * x) + np.log(x)) + log_mean - log_reach) @ x,
                customers @ (psi(z) - psi(q) + np.log(v)) - log_reach.sum(),
                customers.sum() * q / v - z @ over,
            ]
        )
        trigamma = polygamma(1, z)
        pp = (customers * (trigamma - polygamma(1, p * x))) @ x**2
        pq, pv = (customers * trigamma) @ x, -(x @ over)
        qq = customers @ (trigamma - polygamma(1, q))
        qv = customers.sum() / v - over.sum()
        vv = -customers.sum() * q / v**2 + z @ over_squared
        curvature = np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]])
        return in_log_params(params, -float(value) / n, -slope / n, -curvature / n)

    return remembered(likelihood)
