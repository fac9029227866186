"""Gamma-gamma: spend per purchase varies round each customer's own mean, and the means vary between customers.

Source: Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of
Marketing Research 42(4), 415-430, with Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value" (note 025).
A purchase is gamma(p, nu), nu ~ gamma(q, v); v (the paper's gamma) is in units of money. The model assumes that how
much a customer spends per purchase has nothing to do with how often he buys. Computed by `lifetimes`.

Two likelihoods are in print: that of the mean spend, which `lifetimes` maximises, and that of the total, which the
paper reports. They differ by the sum of ln x over customers, a constant, so that the estimates are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models import _lifetimes
from analysis.models._gamma_gamma_slopes import closed_form_objective
from analysis.models.fit import Array, ModelFit, ModelNotIdentified, Objective
from analysis.models.rows import WEIGHT, spend_rows

MODEL = "gamma-gamma"
FITTER = "GammaGammaFitter"
NAMES = ("p", "q", "v")


def fit_gamma_gamma(summary: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Fit the gamma-gamma model by maximum likelihood to the customers who bought again.

    Parameters
    ----------
    summary : DataFrame
        `frequency` (repeat purchases) and `monetary` (their mean value, any one currency), optionally `n_customers`.
        Rows of frequency 0 are left out: the result's `n_customers` counts repeat customers only.
    start : mapping
        Where to begin (p, q, v); None begins from the data's mean spend.

    Returns
    -------
    ModelFit
        p and q without unit, v in units of money. `log_likelihood` is that of the mean spend.

    Raises
    ------
    FrameMistake
        If the rows break a rule, or nobody bought again.
    ModelNotIdentified
        If the search does not converge, or the estimates leave the population's mean spend infinite (q at most 1).
    """
    rows = spend_rows(summary)
    weights = rows[WEIGHT].to_numpy(dtype=float)
    unit = float(np.average(rows["monetary"], weights=weights))  # the search is the same in cents and in millions
    columns = (rows["frequency"].to_numpy(dtype=float), (rows["monetary"] / unit).to_numpy())
    known = [start["p"], start["q"], start["v"] / unit] if start else None
    starts = [[4.0, 4.0, 0.75], [1.0, 3.0, 2.0]]  # mean spend 1 in either, spread wide and wider

    def part(rows: slice) -> Objective:
        return closed_form_objective(columns[0][rows], columns[1][rows], weights[rows])

    estimates, log_covariance, _ = _lifetimes.fit_smooth(
        MODEL, _fitter(), NAMES, columns, weights, starts, part(slice(None)), known, part
    )
    estimates[NAMES.index("v")] *= unit
    params = dict(zip(NAMES, estimates.tolist(), strict=True))
    mean_spend(params)  # raises where there is none
    return _lifetimes.as_fit(MODEL, NAMES, estimates, log_covariance, _log_likelihood(params, rows), weights)


def log_likelihood(params: Mapping[str, float], summary: pd.DataFrame) -> float:
    """Log-likelihood of `summary` at `params`, summed over repeat customers.

    It is that of the mean spend per purchase (eq. 1a of note 025, what lifetimes maximises). The JMR paper reports that of
    the total, which is smaller by the sum of ln x: total = x * mean.
    """
    return _log_likelihood(params, spend_rows(summary))


def mean_spend(params: Mapping[str, float]) -> float:
    """E[M]: expected spend per purchase of a customer of whom nothing is known, p v / (q - 1).

    Raises
    ------
    ModelNotIdentified
        If q is at most 1: the tail is so heavy that the mean does not exist.

    Examples
    --------
    >>> mean_spend({"p": 6, "q": 4, "v": 15})
    30.0
    """
    if not params["q"] > 1:
        raise ModelNotIdentified(
            f"{MODEL}: q = {params['q']:.4g} is not above 1, so the mean spend of the population is infinite. "
            "Look for outliers in `monetary`, or state spend without this model."
        )
    return params["p"] * params["v"] / (params["q"] - 1)


def expected_spend(params: Mapping[str, float], frequency: ArrayLike, monetary: ArrayLike) -> Array:
    """E[M | x, mean spend]: between the customer's own mean and the population's, nearer his own the more he bought.

    Parameters
    ----------
    params : mapping
        p, q, v.
    frequency, monetary : array-like
        Repeat purchases and their mean value; `monetary` is not looked at (may be nan) where `frequency` is 0.

    Examples
    --------
    >>> expected_spend({"p": 6, "q": 4, "v": 15}, frequency=[0, 1], monetary=[0, 60])  # (3 * 30 + 6 * 60) / 9
    array([30., 50.])
    """
    mean_spend(params)  # raises where there is none
    count = np.asarray(frequency, dtype=float)
    own_mean = np.where(count == 0, 0.0, np.asarray(monetary, dtype=float))
    return np.asarray(_at(params).conditional_expected_average_profit(count, own_mean))


def _log_likelihood(params: Mapping[str, float], rows: pd.DataFrame) -> float:
    weights = rows[WEIGHT].to_numpy(dtype=float)
    data = [rows[name].to_numpy(dtype=float) for name in ("frequency", "monetary")]
    log_params = np.log([params[name] for name in NAMES])
    with _lifetimes.settings_kept():
        mean = _fitter()._negative_log_likelihood(log_params, *data, weights, 0.0)
    return -float(mean) * float(weights.sum())


def _fitter() -> Any:
    return _lifetimes.fitter_class(FITTER)


def _at(params: Mapping[str, float]) -> Any:
    return _lifetimes.at_params(_fitter(), params)
