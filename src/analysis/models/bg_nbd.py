"""BG/NBD: Poisson purchases at a gamma-mixed rate, and a beta-mixed chance of leaving after each repeat purchase.

Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284; its
letters are kept. lambda ~ gamma(r, alpha), p ~ beta(a, b); x repeat purchases, the last at t_x, observed until T.
Computed by `lifetimes`. Every function takes and returns time in the unit of the fitted rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models import _beta_geometric, _lifetimes
from analysis.models.fit import Array, ModelFit
from analysis.models.rows import purchase_rows

MODEL = "BG/NBD"
FITTER = "BetaGeoFitter"
CHANCES_AT_START = 0  # chances to leave before the first repeat purchase


def fit_bg_nbd(summary: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Fit the BG/NBD by maximum likelihood on the distinct rows of a customer summary.

    Parameters
    ----------
    summary : DataFrame
        `frequency`, `recency`, `T`, optionally `n_customers`; see `rows.purchase_rows`.
    start : mapping
        Where to begin (r, alpha, a, b), for refits near a known answer; None begins from the data's purchase rate.

    Returns
    -------
    ModelFit
        r and alpha of the purchase rate (alpha in units of time), a and b of the chance of leaving.

    Raises
    ------
    FrameMistake
        If the rows break a rule.
    ModelNotIdentified
        If nobody bought again or the search does not converge.
    """
    return _beta_geometric.fit(MODEL, FITTER, summary, start, CHANCES_AT_START)


def log_likelihood(params: Mapping[str, float], summary: pd.DataFrame) -> float:
    """Log-likelihood of `summary` at `params` (eq. 6 of the source, without constants), summed over customers."""
    return _beta_geometric.log_likelihood(FITTER, params, purchase_rows(summary))


def expected_purchases(params: Mapping[str, float], t: ArrayLike) -> Array:
    """E[X(t)]: repeat purchases in (0, t] of a random new customer (eq. 9).

    Examples
    --------
    >>> float(expected_purchases({"r": 0.5, "alpha": 5, "a": 2, "b": 3}, 0))
    0.0
    """
    return _beta_geometric.expected_purchases(FITTER, params, t, CHANCES_AT_START)


def conditional_expected_purchases(
    params: Mapping[str, float], t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> Array:
    """E[Y(t) | x, t_x, T]: purchases in (T, T + t] of a customer with that history (eq. 10)."""
    shaped = np.broadcast_arrays(*(np.asarray(item, dtype=float) for item in (t, frequency, recency, T)))
    alive = probability_alive(params, *shaped[1:]).reshape(shaped[0].shape)
    return _beta_geometric.conditional_expected_purchases(FITTER, params, list(shaped), alive, CHANCES_AT_START)


def probability_alive(params: Mapping[str, float], frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Array:
    """P(still a customer at T | x, t_x, T). By the model's assumption it is 1 for whoever never bought again.

    Examples
    --------
    >>> probability_alive({"r": 0.5, "alpha": 5, "a": 2, "b": 3}, frequency=0, recency=0, T=10)
    array([1.])
    """
    history = [np.asarray(item, dtype=float) for item in (frequency, recency, T)]
    with _lifetimes.settings_kept():
        return np.asarray(_at(params).conditional_probability_alive(*history))


def probability_of_n_purchases(params: Mapping[str, float], t: float, n: ArrayLike) -> Array:
    """P(X(t) = n) for a random new customer (eq. 8).

    Raises
    ------
    ParameterMistake
        If n is negative or above 150.

    Examples
    --------
    >>> probability_of_n_purchases({"r": 1, "alpha": 5, "a": 2, "b": 3}, t=5, n=0)  # (alpha / (alpha + t))^r
    array([0.5])
    """
    return _beta_geometric.probability_of_n_purchases(FITTER, params, t, n)


def _at(params: Mapping[str, float]) -> Any:
    return _lifetimes.at_params(_lifetimes.fitter_class(FITTER), params)
