"""Cox regression with late entry, strata and clusters: coefficients of statsmodels, robust errors in linear time and memory."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake


def cox_regression(
    entry: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
    covariates: np.ndarray,
    *,
    stratum: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (log hazard ratios) and robust standard errors, tied times by Efron's method.

    Likelihood and slopes are those of statsmodels' ``PHReg``. Its robust errors visit everybody at risk at each time
    of an event, and those of lifelines take who entered late for having been there from the start; hence `score_residuals`.
    Errors are those of Lin & Wei (1989, J. Am. Stat. Assoc. 84, 1074-1078) without a small-sample factor, as in R's
    ``survival``.

    Parameters
    ----------
    entry, stop : array of shape (rows,)
        At risk after `entry` up to and including `stop`; any one unit of time; entry < stop.
    event : array of shape (rows,)
        1 or True if the row ended by the event at `stop`.
    covariates : array of shape (rows, columns)
        Each must vary.
    stratum : array of shape (rows,)
        Each value has a baseline hazard of its own. None: one for all.
    cluster : array of shape (rows,)
        Rows of one value count as one for the errors. None: each row by itself.

    Returns
    -------
    tuple of two arrays of shape (columns,)
        Coefficients and their standard errors.

    Raises
    ------
    FrameMistake
        If covariates say the same thing, or the coefficients run off (nobody of a group has the event, say).
    """
    from statsmodels.duration.hazard_regression import PHReg

    scale = covariates.std(axis=0)
    x = (covariates - covariates.mean(axis=0)) / scale
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise FrameMistake(
            "Covariates of the hazard must not say the same thing: one is a sum of others. Leave one out."
        )
    strata = np.zeros(len(stop), dtype=int) if stratum is None else pd.factorize(stratum)[0]
    # A row is at risk after its entry: statsmodels counts it at its entry already, so that must not be a time of an event.
    model = PHReg(stop, x, status=event, strata=strata, entry=np.nextafter(entry, np.inf), ties="efron")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # told below, in plain words
        fit = model.fit()
    information = -model.hessian(fit.params)
    # Where the likelihood rises for ever, it is flat where the search ends.
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information).min() < FLAT:
        raise FrameMistake(
            "The coefficients of the hazard run off: at some value of a covariate nobody, or everybody, has the event. "
            "Leave that covariate out, or join its groups."
        )
    residuals = np.zeros_like(x)
    for rows in pd.Series(np.arange(len(strata))).groupby(strata).indices.values():
        residuals[rows] = score_residuals(entry[rows], stop[rows], event[rows], x[rows], fit.params)
    if cluster is not None:
        residuals = pd.DataFrame(residuals).groupby(pd.factorize(cluster)[0]).sum().to_numpy()
    influence = np.linalg.solve(information, residuals.T)
    return fit.params / scale, np.sqrt((influence**2).sum(axis=1)) / scale


FLAT = 1e-4
"""Least information on a covariate in standard deviations: a standard error of 100 on the logarithm of a hazard ratio."""


def score_residuals(
    entry: np.ndarray, stop: np.ndarray, event: np.ndarray, x: np.ndarray, coefficients: np.ndarray
) -> np.ndarray:
    """What each row of one stratum adds to the slope of the partial likelihood (Efron's method), by cumulated sums.

    Therneau & Grambsch (2000), Modeling Survival Data, section 4.2: (x less the mean of those at risk) against the row's
    martingale residual. At d tied events the k-th (from 0) sees the risk of those tied counted (1 - k / d)-fold.

    Returns
    -------
    array of shape (rows, columns)
        Sums to 0 at the estimates.
    """
    happened = event.astype(bool)
    if not happened.any():
        return np.zeros_like(x)
    risk = np.exp(x @ coefficients - (x @ coefficients).max())
    weighted = np.column_stack([risk, risk[:, None] * x])
    times, tied, d = np.unique(stop[happened], return_inverse=True, return_counts=True)

    def from_each_time_on(of: np.ndarray) -> np.ndarray:
        """Sums over rows whose time is not before each time of an event."""
        order = np.argsort(of)
        summed = np.vstack([np.cumsum(weighted[order][::-1], axis=0)[::-1], np.zeros(weighted.shape[1])])
        return summed[np.searchsorted(of[order], times)]

    def by_time(values: np.ndarray) -> np.ndarray:
        return np.column_stack([np.bincount(tied, column, len(times)) for column in values.T])

    at_risk = from_each_time_on(stop) - from_each_time_on(entry)
    order = np.argsort(tied, kind="stable")
    rank = np.empty(len(tied))
    rank[order] = np.arange(len(tied)) - np.repeat(np.cumsum(d) - d, d)
    share = (rank / d[tied])[:, None]
    sums = at_risk[tied] - share * by_time(weighted[happened])[tied]
    mean, hazard = sums[:, 1:] / sums[:, :1], 1 / sums[:, :1]
    steps = np.column_stack([hazard, hazard * mean])
    cumulated = np.vstack([np.zeros(steps.shape[1]), np.cumsum(by_time(steps), axis=0)])
    seen = cumulated[np.searchsorted(times, stop, "right")] - cumulated[np.searchsorted(times, entry, "right")]
    seen[happened] -= by_time(share * steps)[tied]
    residuals = -risk[:, None] * (x * seen[:, :1] - seen[:, 1:])
    residuals[happened] += x[happened] - by_time(mean)[tied] / d[tied, None]
    return np.asarray(residuals)
