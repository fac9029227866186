"""z^s U(s, s, z), Tricomi's function at two like parameters: what a discount does to a gamma-mixed rate of leaving."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.models._special import unit_quadrature
from analysis.models.fit import Array

N_NODES = 64
VANISHED = 40.0
"""The integrand is not followed beyond e^-40 of its height."""


def scaled_tricomi(s: float, z: ArrayLike) -> Array:
    """Mean of z / (z + g) with g ~ gamma(s, 1), which is z^s U(s, s, z), for s > 0 and z > 0.

    1 / (z + g) is the integral of exp(-(z + g) t) over t > 0, and the mean of exp(-g t) is (1 + t)^-s; with 1 + t = e^w what is
    left is a smooth integral over w. scipy's `hyperu` is off by whole factors where s lies a rounding error beside a whole
    number, and from some shape on everywhere.

    Examples
    --------
    U(1, 1, 1) = e E1(1) = 0.596347; one rate for all, s = z = 430, gives a half:

    >>> scaled_tricomi(1.0, 1.0).round(6).tolist(), scaled_tricomi(430.0, 430.0).round(3).tolist()
    (0.596347, 0.5)
    """
    nodes, weights = unit_quadrature(N_NODES)
    z = np.asarray(z, dtype=float)
    end = np.log1p(VANISHED / z)
    if s > 1:
        end = np.minimum(end, VANISHED / (s - 1))
    w = end[..., None] * nodes
    return np.asarray(z * end * (np.exp((1 - s) * w - z[..., None] * np.expm1(w)) @ weights))
