"""Shifted beta-geometric: each customer leaves with a constant chance at every renewal, and the chances differ.

Source: Fader & Hardie (2007), "How to Project Customer Retention", Journal of Interactive Marketing 21(1), 76-90;
discounted lifetimes from Fader & Hardie (2010), "Customer-Base Valuation in a Contractual Setting", Marketing Science
29(1), 85-93. theta ~ beta(alpha, beta). Observed retention rises with tenure although nobody's own chance changes:
those likely to leave have left. Neither `lifetimes` nor `lifelines` has this model, so the likelihood stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.core.errors import FrameMistake
from analysis.models import _lifetimes
from analysis.models._special import hyp2f1_of_one
from analysis.models.fit import (
    Array,
    ModelFit,
    ModelNotIdentified,
    Objective,
    climb_to_top,
    exact_objective,
    log_covariance_from,
    require_converged,
    require_positive,
)
from analysis.models.rows import WEIGHT, tenure_rows

MODEL = "shifted beta-geometric"
CONSTANT_MODEL = "geometric"
NAMES = ("alpha", "beta")


def cohort_rows(survivors: Sequence[float]) -> pd.DataFrame:
    """Turn one cohort's survivor counts into the rows that `fit_shifted_beta_geometric` takes.

    Parameters
    ----------
    survivors : sequence of float
        Customers at the start and after each period, never rising. Several cohorts are fitted together by
        concatenating their rows.

    Returns
    -------
    DataFrame
        `periods`, `lost` (1 left in that period, 0 still there at the end), `n_customers`.

    Examples
    --------
    >>> cohort_rows([10, 8, 5])
       periods  lost  n_customers
    0        1     1            2
    1        2     1            3
    2        2     0            5
    """
    counts = np.asarray(survivors, dtype=float)
    if len(counts) < 2 or (np.diff(counts) > 0).any() or (counts < 0).any():
        raise FrameMistake(f"`survivors` must hold two or more counts that never rise; got {list(survivors)!r}.")
    last = len(counts) - 1
    rows = pd.DataFrame(
        {
            "periods": [*range(1, last + 1), last],
            "lost": [1] * last + [0],
            WEIGHT: [*-np.diff(counts), counts[-1]],
        }
    )
    return rows[rows[WEIGHT] > 0].astype({WEIGHT: int}).reset_index(drop=True)


def fit_shifted_beta_geometric(endings: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Fit by maximum likelihood.

    Parameters
    ----------
    endings : DataFrame
        `periods` (whole, 1 or more), `lost` (1: left in that period; 0: still there after it), optionally
        `n_customers`. `cohort_rows` makes it from survivor counts.
    start : mapping
        Where to begin (alpha, beta); None begins at 1, 1.

    Returns
    -------
    ModelFit
        alpha and beta; the mean chance of leaving in the first period is alpha / (alpha + beta).

    Raises
    ------
    FrameMistake
        If the rows break a rule.
    ModelNotIdentified
        If nobody left, nobody stayed, only one period was seen, or the losses do not show that customers differ.
    """
    rows = tenure_rows(endings)
    _require_spread(rows)
    weights = rows[WEIGHT].to_numpy(dtype=float)
    columns = [rows[name].to_numpy(dtype=float) for name in ("periods", "lost")]
    objective = exact_objective(_negative_mean, (*columns, weights))
    log_params = _search(objective, np.log([start[name] for name in NAMES] if start else [1.0, 1.0]))
    require_converged(MODEL, NAMES, objective, log_params)
    covariance = log_covariance_from(objective.curvature(log_params), float(weights.sum()))
    top = -objective.value(log_params) * float(weights.sum())
    return _lifetimes.as_fit(MODEL, NAMES, np.exp(log_params), covariance, top, weights)


def fit_geometric(endings: pd.DataFrame) -> ModelFit:
    """Fit one constant chance of leaving, theta = losses / renewals at risk: the sBG's rival without differences.

    Examples
    --------
    >>> fit_geometric(cohort_rows([100, 90, 81])).params
    {'theta': 0.1}
    """
    rows = tenure_rows(endings)
    lost = float((rows[WEIGHT] * rows["lost"]).sum())
    at_risk = float((rows[WEIGHT] * rows["periods"]).sum())
    if not 0 < lost < at_risk:
        raise ModelNotIdentified(
            f"{CONSTANT_MODEL}: somebody must leave and somebody stay; {lost:g} of {at_risk:g} left."
        )
    theta = lost / at_risk
    top = lost * np.log(theta) + (at_risk - lost) * np.log1p(-theta)
    covariance = (((1 - theta) / (theta * at_risk),),)  # of ln theta, from the binomial variance
    return _lifetimes.as_fit(CONSTANT_MODEL, ("theta",), np.array([theta]), covariance, top, rows[WEIGHT].to_numpy())


def log_likelihood(params: Mapping[str, float], endings: pd.DataFrame) -> float:
    """Log-likelihood of `endings` at `params`, summed over customers."""
    rows = tenure_rows(endings)
    columns = [rows[name].to_numpy(dtype=float) for name in ("periods", "lost", WEIGHT)]
    return -float(_negative_mean(np.log([params[name] for name in NAMES]), *columns)) * float(columns[2].sum())


def survivor(params: Mapping[str, float], t: ArrayLike) -> Array:
    """S(t): share still there after t renewals, B(alpha, beta + t) / B(alpha, beta).

    Examples
    --------
    >>> survivor({"alpha": 1, "beta": 1}, [0, 1, 3]).round(12)  # 1 / (1 + t) for the uniform distribution
    array([1.  , 0.5 , 0.25])
    """
    from scipy.special import betaln

    alpha, beta = params["alpha"], params["beta"]
    return np.asarray(np.exp(betaln(alpha, beta + np.asarray(t, dtype=float)) - betaln(alpha, beta)))


def retention_rate(params: Mapping[str, float], t: ArrayLike) -> Array:
    """r(t) = S(t) / S(t - 1): share of those at risk who renew at renewal t = 1, 2, ...; rises with t.

    Examples
    --------
    >>> retention_rate({"alpha": 1, "beta": 1}, [1, 2, 3]).round(3)
    array([0.5  , 0.667, 0.75 ])
    """
    alpha, beta, period = params["alpha"], params["beta"], np.asarray(t, dtype=float)
    return np.asarray((beta + period - 1) / (alpha + beta + period - 1))


def discounted_expected_lifetime(params: Mapping[str, float], discount_per_period: float) -> float:
    """DEL: expected periods paid for by a new customer, the first paid now and not discounted.

    Examples
    --------
    With 2 F 1(1, 1; 2; z) = -ln(1 - z) / z and z = 1/2:

    >>> round(discounted_expected_lifetime({"alpha": 1, "beta": 1}, 1.0), 6) == round(2 * float(np.log(2)), 6)
    True
    """
    require_positive(discount_per_period=discount_per_period)
    alpha, beta = params["alpha"], params["beta"]
    return float(hyp2f1_of_one(beta, alpha + beta, 1 / (1 + discount_per_period))[0])


def discounted_expected_residual_lifetime(
    params: Mapping[str, float], discount_per_period: float, period: ArrayLike
) -> Array:
    """DERL: discounted periods still to be paid for by a customer in his `period`-th one, just before its renewal.

    Parameters
    ----------
    period : array-like
        1, 2, ...: number of the current period, that is, one more than the renewals made.
    discount_per_period : float
        Above 0; the renewal that is due now is not discounted.
    """
    require_positive(discount_per_period=discount_per_period)
    alpha, beta, n = params["alpha"], params["beta"], np.asarray(period, dtype=float)
    tail = hyp2f1_of_one(beta + n, alpha + beta + n, 1 / (1 + discount_per_period)).reshape(n.shape)
    return np.asarray((beta + n - 1) / (alpha + beta + n - 1) * tail)


def _search(objective: Objective, log_start: Array) -> Array:
    from scipy.optimize import minimize

    with np.errstate(over="ignore", invalid="ignore"):  # the search may probe far-off parameters
        found = minimize(objective.value, log_start, jac=objective.slope, method="BFGS").x
        return climb_to_top(objective, found)


def _negative_mean(log_params: Any, periods: Array, lost: Array, weights: Array) -> Any:
    """Negative mean log-likelihood; P(lost in t) = B(alpha + 1, beta + t - 1) / B(alpha, beta)."""
    import autograd.numpy as anp
    from autograd.scipy.special import betaln

    alpha, beta = anp.exp(log_params[0]), anp.exp(log_params[1])
    each = betaln(alpha + lost, beta + periods - lost) - betaln(alpha, beta)
    return -anp.sum(weights * each) / anp.sum(weights)


def _require_spread(rows: pd.DataFrame) -> None:
    """One period, no loss or no survivor beyond the first period cannot show that retention changes with tenure."""
    lost = rows["lost"] == 1
    if not lost.any() or rows["periods"].max() < 2:
        raise ModelNotIdentified(
            f"{MODEL} needs losses over two periods or more; got "
            f"{int(rows.loc[lost, WEIGHT].sum())} losses over {int(rows['periods'].max())} period(s)."
        )
