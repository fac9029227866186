"""Pareto/NBD: Poisson purchases at a gamma-mixed rate over an exponential lifetime with a gamma-mixed rate of leaving.

Source: Schmittlein, Morrison & Colombo (1987), Management Science 33(1), 1-24, in the form of Fader & Hardie (2005),
"A Note on Deriving the Pareto/NBD Model". lambda ~ gamma(r, alpha), mu ~ gamma(s, beta). Discounted transactions from
Fader, Hardie & Lee (2005), "RFM and CLV", Journal of Marketing Research 42(4), 415-430.

Fitted and predicted by `lifetimes`, with three things of our own: the covariance, since its summary is broken for this
model; the discounted purchases, which it lacks; and the likelihood's integral over the time of leaving, which it takes
as a difference of two hypergeometric functions that cancels to nan for customers who bought often or on the last day.
Every function takes and returns time in the unit of the fitted rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.core.errors import ParameterMistake
from analysis.models import _lifetimes
from analysis.models._beta_geometric import purchase_rate, require_repeats
from analysis.models._pareto_slopes import closed_form_objective, log_of_leaving
from analysis.models._tricomi import scaled_tricomi
from analysis.models.fit import (
    Array,
    ModelFit,
    Objective,
    climb_to_top,
    is_top,
    require_positive,
    search_downhill,
)
from analysis.models.limits import FAR, NONE, products_of, runs_off
from analysis.models.rows import WEIGHT, purchase_rows

MODEL = "Pareto/NBD"
FITTER = "ParetoNBDFitter"
NAMES = ("r", "alpha", "s", "beta")
_LEAVING = {"nobody leaves": {"s": 1.0, "beta": 1 / NONE}, "all leave at one rate": {"s": FAR}}
LIMITS = products_of(_LEAVING, {"all buy at one rate": {"r": FAR}})
DATA = ("frequency", "recency", "T")
TIME_SCALES = ("alpha", "beta")
SIMPLEX_TOLERANCES = (1e-5, 1e-10)  # Newton steps finish what the simplex begins; if they fail, a finer simplex


def fit_pareto_nbd(summary: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Fit the Pareto/NBD by maximum likelihood on the distinct rows of a customer summary.

    Parameters
    ----------
    summary : DataFrame
        `frequency`, `recency`, `T`, optionally `n_customers`; see `rows.purchase_rows`.
    start : mapping
        Where to begin (r, alpha, s, beta), for refits near a known answer; None begins from the data's purchase rate.

    Returns
    -------
    ModelFit
        r and alpha of the purchase rate, s and beta of the rate of leaving; alpha and beta in units of time.

    Raises
    ------
    FrameMistake
        If the rows break a rule.
    ModelNotIdentified
        If nobody bought again or the search does not converge.
    """
    rows = purchase_rows(summary)
    require_repeats(MODEL, rows)
    unit = float(rows["T"].max())
    scaled = rows.assign(recency=rows["recency"] / unit, T=rows["T"] / unit)
    weights = rows[WEIGHT].to_numpy(dtype=float)
    starts = [[start[name] / _unit_of(name, unit) for name in NAMES]] if start else _starts(scaled)
    objective = _objective(scaled, weights, slice(None))
    with _lifetimes.settings_kept():
        found, covariance, limit = _settled(objective, scaled, weights, starts, known=start is not None)
    estimates = found * [_unit_of(name, unit) for name in NAMES]
    return _lifetimes.as_fit(MODEL, NAMES, estimates, covariance, _log_likelihood(estimates, rows), weights, limit)


def log_likelihood(params: Mapping[str, float], summary: pd.DataFrame) -> float:
    """Log-likelihood of `summary` at `params`, without constants, summed over customers."""
    return _log_likelihood(_ordered(params), purchase_rows(summary))


def expected_purchases(params: Mapping[str, float], t: ArrayLike) -> Array:
    """E[X(t)]: repeat purchases in (0, t] of a random new customer.

    Examples
    --------
    With s = 2: r / alpha * beta * t / (beta + t).

    >>> float(expected_purchases({"r": 1, "alpha": 2, "s": 2, "beta": 3}, 3))
    0.75
    """
    return np.asarray(_at(params).expected_number_of_purchases_up_to_time(np.asarray(t, dtype=float)))


def conditional_expected_purchases(
    params: Mapping[str, float], t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> Array:
    """E[Y(t) | x, t_x, T]: purchases in (T, T + t] of a customer with that history (eq. 41 of the note).

    P(alive), which is the costly part and does not depend on t, times what a live customer is expected to buy.
    """
    r, alpha, s, beta = _ordered(params)
    gap = _lifetimes.off_the_pole("s", s) - 1
    x, age = np.asarray(frequency, dtype=float), np.asarray(T, dtype=float)
    if_alive = (r + x) * (beta + age) / (alpha + age) * -np.expm1(-gap * np.log1p(np.asarray(t) / (beta + age))) / gap
    shape = np.broadcast_shapes(np.shape(frequency), np.shape(recency), np.shape(T))
    return np.asarray(probability_alive(params, frequency, recency, T).reshape(shape) * if_alive)


def probability_alive(params: Mapping[str, float], frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Array:
    """P(still a customer at T | x, t_x, T).

    Examples
    --------
    With no purchases of its own to speak of (r tiny), a customer is alive with (beta / (beta + T))^s.

    >>> probability_alive({"r": 1e-9, "alpha": 1, "s": 1, "beta": 10}, frequency=0, recency=0, T=10).round(6)
    array([0.5])
    """
    history = [np.atleast_1d(np.asarray(item, dtype=float)) for item in (frequency, recency, T)]
    with _lifetimes.settings_kept():
        return np.asarray(_at(params).conditional_probability_alive(*history))


def probability_of_n_purchases(params: Mapping[str, float], t: float, n: ArrayLike) -> Array:
    """P(X(t) = n) for a random new customer: the conditional probability given an empty history.

    Raises
    ------
    ParameterMistake
        If n is negative.
    """
    counts = np.atleast_1d(np.asarray(n, dtype=int))
    if counts.min() < 0:
        raise ParameterMistake(f"`n` must not be negative; got {counts.min()}.")
    with _lifetimes.settings_kept():
        fitter = _at(params)
        chances = [fitter.conditional_probability_of_n_purchases_up_to_time(int(c), t, 0, 0, 0) for c in counts]
    return np.array([float(np.squeeze(chance)) for chance in chances])


def discounted_expected_residual_purchases(
    params: Mapping[str, float], discount_per_unit: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> Array:
    """DERT: all future purchases of a customer with that history, discounted continuously from T on.

    Parameters
    ----------
    discount_per_unit : float
        Continuous rate per unit of time; for d a year and u units a year it is ``log(1 + d) / u``.

    Raises
    ------
    ParameterMistake
        If the rate is not positive.
    """
    from scipy.special import gammaln

    require_positive(discount_per_unit=discount_per_unit)
    r, alpha, s, beta = _ordered(params)
    x, t_x, age = (np.atleast_1d(np.asarray(item, dtype=float)) for item in (frequency, recency, T))
    with _lifetimes.settings_kept():
        likelihood = _log_likelihood_of_rows([r, alpha, s, beta], x, t_x, age)
    age_of_leaving = beta + age
    logs = (
        r * np.log(alpha)
        + s * np.log(beta / age_of_leaving)
        + gammaln(r + x + 1)
        - gammaln(r)
        - (r + x + 1) * np.log(alpha + age)
        - likelihood
    )
    return np.asarray(np.exp(logs) * scaled_tricomi(s, discount_per_unit * age_of_leaving) / discount_per_unit)


def _settled(
    objective: Objective, scaled: pd.DataFrame, weights: Array, starts: list[list[float]], *, known: bool
) -> _lifetimes.Settled:
    """The maximum: Newton steps from a known answer, or from where a search on a part of the rows ends.

    The search goes by trust regions; lifetimes' simplex is what is left where that neither arrives nor runs off to a limit.
    """
    n_customers = float(weights.sum())
    point = np.log(starts[0])
    if not (known and is_top(objective, point := climb_to_top(objective, point))):
        few = _objective(scaled, weights, _lifetimes.every_kth(len(weights)))
        for start in starts:
            found = search_downhill(few, np.log(start))
            if found is not None and is_top(objective, point := climb_to_top(objective, found)):
                break
        else:
            if runs_off(point):
                at_edge = _lifetimes.at_limit(NAMES, objective, point, LIMITS, n_customers)
                if at_edge is not None:
                    return at_edge
            point = _by_simplex(objective, scaled, weights, starts)
    return _lifetimes.settled(MODEL, NAMES, objective, point, LIMITS, n_customers)


def _by_simplex(objective: Objective, scaled: pd.DataFrame, weights: Array, starts: list[list[float]]) -> Array:
    """Log-parameters where lifetimes' own search ends."""
    part = _lifetimes.every_kth(len(weights), _lifetimes.LAST_RESORT_ROWS)
    columns = [scaled[name].to_numpy()[part] for name in DATA]
    for tol, start in product(SIMPLEX_TOLERANCES, starts):
        fitted = _fitter()().fit(*columns, weights=weights[part], initial_params=np.asarray(start), tol=tol)
        point = climb_to_top(objective, np.log(fitted.params_.to_numpy(dtype=float)))
        if is_top(objective, point):
            break
    return point


def _objective(scaled: pd.DataFrame, weights: Array, part: slice) -> Objective:
    x, t_x, T = (scaled[name].to_numpy()[part] for name in DATA)
    return closed_form_objective(x, t_x, T, weights[part])


def _log_likelihood(params: Array | list[float], rows: pd.DataFrame) -> float:
    data = [rows[name].to_numpy(dtype=float) for name in DATA]
    return float((rows[WEIGHT].to_numpy() * _log_likelihood_of_rows(list(params), *data)).sum())


def _log_likelihood_of_rows(params: list[float], x: Array, t_x: Array, T: Array) -> Array:
    """Alive at T, or gone at some time u in between: eq. 18 of the note, row by row."""
    from scipy.special import gammaln

    r, alpha, s, beta = params
    x, t_x, T = np.broadcast_arrays(*(np.asarray(item, dtype=float) for item in (x, t_x, T)))
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    gone = np.log(s) + log_of_leaving(params, x, t_x, T)
    together = np.logaddexp(alive + s * np.log(beta), gone + s * np.log(beta))
    return np.asarray(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + together)


def _starts(scaled: pd.DataFrame) -> list[list[float]]:
    """Two starts that reproduce the observed purchase rate, with early and with late leavers."""
    rate = purchase_rate(scaled)
    return [[0.5, 0.5 / rate, 0.5, 0.5], [2.0, 2.0 / rate, 1.5, 3.0]]


def _ordered(params: Mapping[str, float]) -> list[float]:
    return [params[name] for name in NAMES]


def _unit_of(name: str, unit: float) -> float:
    return unit if name in TIME_SCALES else 1.0


@cache
def _fitter() -> Any:
    """lifetimes' fitter with the integral above in place of its hypergeometric functions."""

    class StableFitter(_lifetimes.fitter_class(FITTER)):  # type: ignore[misc]
        @staticmethod
        def _log_A_0(params: Any, x: Any, t_x: Any, T: Any) -> Any:
            r, _, s, _ = params
            x, t_x, T = np.broadcast_arrays(*(np.asarray(item, dtype=float) for item in (x, t_x, T)))
            return np.log(r + s + x) + log_of_leaving(list(params), x, t_x, T)

        @staticmethod
        def _conditional_log_likelihood(params: Any, x: Any, t_x: Any, T: Any) -> Any:
            return _log_likelihood_of_rows(list(params), x, t_x, T)

        @staticmethod
        def _negative_log_likelihood(params: Any, x: Any, t_x: Any, T: Any, weights: Any, _penalty: Any = 0) -> Any:
            if (np.asarray(params) <= 0).any():
                return np.inf
            return -(weights * _log_likelihood_of_rows(list(params), x, t_x, T)).sum() / weights.sum()

    return StableFitter


def _at(params: Mapping[str, float]) -> Any:
    return _lifetimes.at_params(_fitter(), params)
