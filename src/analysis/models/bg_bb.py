"""BG/BB: buys or does not at each of a row of opportunities, and may be gone for good after any of them.

Source: Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing
Science 29(6), 1086-1108; its letters are kept. p ~ beta(alpha, beta) buys while alive, theta ~ beta(gamma, delta)
leaves before an opportunity; x purchases, the last at opportunity t_x of n. Fitted and predicted by `lifetimes`, with
two things of our own: the discounted transactions, which it lacks, and the likelihood, because lifetimes' adds 1e-15 to
a sum of beta functions that is itself far smaller where customers are alike (large gamma and delta), and then returns
nonsense without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models import _lifetimes
from analysis.models._beta_geometric import require_repeats
from analysis.models._bg_bb_slopes import closed_form_objective
from analysis.models._special import hyp2f1_of_one
from analysis.models.fit import Array, ModelFit, Objective, require_positive
from analysis.models.limits import FAR, NONE, products_of
from analysis.models.rows import WEIGHT, opportunity_rows

MODEL = "BG/BB"
FITTER = "BetaGeoBetaBinomFitter"
NAMES = ("alpha", "beta", "gamma", "delta")
_LEAVING = {"nobody leaves": {"gamma": FAR * NONE, "delta": FAR}, "all leave with one chance": {"delta": FAR}}
LIMITS = products_of(_LEAVING, {"all buy with one chance": {"beta": FAR}})
DATA = ("frequency", "recency", "n_opportunities")


def fit_bg_bb(summary: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Fit the BG/BB by maximum likelihood on the distinct recency-frequency patterns.

    Parameters
    ----------
    summary : DataFrame
        `frequency`, `recency` (number of the last opportunity taken, 0 if none), `n_opportunities`, optionally
        `n_customers`; see `rows.opportunity_rows`.
    start : mapping
        Where to begin (alpha, beta, gamma, delta); None begins from two fixed points.

    Raises
    ------
    FrameMistake
        If the rows break a rule.
    ModelNotIdentified
        If nobody bought or the search does not converge.
    """
    rows = opportunity_rows(summary)
    require_repeats(MODEL, rows)
    weights = rows[WEIGHT].to_numpy(dtype=float)
    columns = [rows[name].to_numpy() for name in DATA]
    known = [start[name] for name in NAMES] if start else None
    starts = [[1.0, 1.0, 0.5, 3.0], [1.0, 4.0, 2.0, 10.0]]

    def part(chosen: slice) -> Objective:
        return closed_form_objective(*(column[chosen] for column in columns), weights[chosen])  # type: ignore[call-arg]

    estimates, log_covariance, limit = _lifetimes.fit_smooth(
        MODEL, _fitter(), NAMES, columns, weights, starts, part(slice(None)), known, part, LIMITS
    )
    top = _log_likelihood(dict(zip(NAMES, estimates.tolist(), strict=True)), rows)
    return _lifetimes.as_fit(MODEL, NAMES, estimates, log_covariance, top, weights, limit)


def log_likelihood(params: Mapping[str, float], summary: pd.DataFrame) -> float:
    """Log-likelihood of `summary` at `params` (eq. 5 of the source), summed over customers."""
    return _log_likelihood(params, opportunity_rows(summary))


def expected_purchases(params: Mapping[str, float], n: ArrayLike) -> Array:
    """E[X(n)]: purchases in the first n opportunities by a random new customer (eq. 8).

    Examples
    --------
    At one opportunity: the chance to be alive, 3 / (1 + 3), times the chance to buy, 1 / (1 + 1).

    >>> expected_purchases({"alpha": 1, "beta": 1, "gamma": 1, "delta": 3}, 1).round(6)
    array([0.375])
    """
    counts = np.atleast_1d(np.asarray(n, dtype=int))
    blank = np.zeros_like(counts)
    return conditional_expected_purchases(params, counts, blank, blank, blank)


def conditional_expected_purchases(
    params: Mapping[str, float],
    n_ahead: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    n_opportunities: ArrayLike,
) -> Array:
    """E[X(n, n + n*) | x, t_x, n]: purchases in the next `n_ahead` opportunities (eq. 13)."""
    history = _history(n_ahead, frequency, recency, n_opportunities)
    with _lifetimes.settings_kept():
        fitter = _at(params)
        return np.asarray(fitter.conditional_expected_number_of_purchases_up_to_time(*history))


def probability_alive(
    params: Mapping[str, float],
    frequency: ArrayLike,
    recency: ArrayLike,
    n_opportunities: ArrayLike,
    n_ahead: ArrayLike = 0,
) -> Array:
    """P(alive at opportunity n + n_ahead | x, t_x, n) (eq. A10).

    `n_ahead` = 0 is the last opportunity observed; 1 is the next one, which is what the source tabulates.
    """
    history = _history(n_ahead, frequency, recency, n_opportunities)
    with _lifetimes.settings_kept():
        return np.asarray(_at(params).conditional_probability_alive(*history))


def probability_of_n_purchases(params: Mapping[str, float], n_opportunities: int, n: ArrayLike) -> Array:
    """P(X(n_opportunities) = n) for a random new customer (eq. 7).

    Examples
    --------
    >>> probability_of_n_purchases({"alpha": 1, "beta": 1, "gamma": 1, "delta": 3}, 1, [0, 1]).round(6)
    array([0.625, 0.375])
    """
    counts = np.atleast_1d(np.asarray(n, dtype=int))
    fitter = _at(params)
    # The fitter predicts for the frequencies in its data and multiplies by their number: one customer, every frequency.
    frequencies = np.arange(n_opportunities + 1)
    fitter.data = pd.DataFrame({"frequency": frequencies, "weights": 1 / len(frequencies)})
    chances = fitter.expected_number_of_transactions_in_first_n_periods(n_opportunities)["model"].to_numpy()
    return np.where(counts <= n_opportunities, chances[np.minimum(counts, n_opportunities)], 0.0)


def discounted_expected_residual_purchases(
    params: Mapping[str, float],
    discount_per_opportunity: float,
    frequency: ArrayLike,
    recency: ArrayLike,
    n_opportunities: ArrayLike,
) -> Array:
    """DERT: all future purchases of a customer with that history, the next one discounted once (eq. 14).

    Parameters
    ----------
    discount_per_opportunity : float
        Rate per opportunity, .1 for 10 % a year with yearly opportunities.

    Raises
    ------
    ParameterMistake
        If the rate is not positive.
    """
    from scipy.special import betaln

    require_positive(discount_per_opportunity=discount_per_opportunity)
    alpha, beta, gamma, delta = (params[name] for name in NAMES)
    x, t_x, n = (np.atleast_1d(np.asarray(item, dtype=int)) for item in (frequency, recency, n_opportunities))
    with _lifetimes.settings_kept():
        likelihood = _log_likelihood_of_rows([alpha, beta, gamma, delta], x, t_x, n)
    logs = (
        betaln(alpha + x + 1, beta + n - x)
        - betaln(alpha, beta)
        + betaln(gamma, delta + n + 1)
        - betaln(gamma, delta)
        - np.log1p(discount_per_opportunity)
        - likelihood
    )
    tail = hyp2f1_of_one(delta + n + 1, gamma + delta + n + 1, 1 / (1 + discount_per_opportunity))
    return np.asarray(np.exp(logs) * tail)


def _history(*parts: ArrayLike) -> list[Array]:
    """Broadcast to arrays of whole numbers: lifetimes' likelihood loops over opportunities by index."""
    return [np.atleast_1d(part).astype(int) for part in np.broadcast_arrays(*(np.asarray(item) for item in parts))]


def _log_likelihood(params: Mapping[str, float], rows: pd.DataFrame) -> float:
    weights = rows[WEIGHT].to_numpy(dtype=float)
    with _lifetimes.settings_kept():
        each = _log_likelihood_of_rows([params[name] for name in NAMES], *(rows[name].to_numpy() for name in DATA))
    return float((weights * each).sum())


def _log_likelihood_of_rows(params: Any, x: Any, t_x: Any, n: Any) -> Any:
    """Eq. 5 of the source, row by row, summed on the logarithm; autograd can differentiate it."""
    import autograd.numpy as anp
    from autograd.scipy.special import betaln

    alpha, beta, gamma, delta = params
    x, t_x, n = np.atleast_1d(x), np.atleast_1d(t_x), np.atleast_1d(n)
    alive = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n)
    gap = np.arange(max(int((n - t_x).max()), 1))[:, None]  # opportunities after the last purchase before leaving
    left = betaln(alpha + x, beta + t_x - x + gap) + betaln(gamma + 1, delta + t_x + gap)
    terms = anp.concatenate([anp.reshape(alive, (1, -1)), anp.where(gap < n - t_x, left, -1e30)])
    top = anp.max(terms, axis=0)
    return top + anp.log(anp.sum(anp.exp(terms - top), axis=0)) - betaln(alpha, beta) - betaln(gamma, delta)


@cache
def _fitter() -> Any:
    """lifetimes' fitter with the likelihood above in place of its own."""
    import autograd.numpy as anp

    class StableFitter(_lifetimes.fitter_class(FITTER)):  # type: ignore[misc]
        @staticmethod
        def _loglikelihood(params: Any, x: Any, t_x: Any, n: Any) -> Any:
            return _log_likelihood_of_rows(params, x, t_x, n)

        @staticmethod
        def _negative_log_likelihood(log_params: Any, x: Any, t_x: Any, n: Any, weights: Any, _penalty: Any = 0) -> Any:
            each = _log_likelihood_of_rows(anp.exp(log_params), x, t_x, n)
            return -anp.sum(weights * each) / anp.sum(weights)

    return StableFitter


def _at(params: Mapping[str, float]) -> Any:
    return _lifetimes.at_params(_fitter(), params)
