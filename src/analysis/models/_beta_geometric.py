"""What BG/NBD and MBG/NBD share: the same parameters, data and fitter interface, and two different likelihoods."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.core.errors import ParameterMistake
from analysis.models import _lifetimes
from analysis.models._beta_geometric_slopes import closed_form_objective
from analysis.models._special import expected_before_leaving
from analysis.models.fit import Array, ModelFit, ModelNotIdentified, Objective
from analysis.models.limits import FAR, NONE, products_of
from analysis.models.rows import WEIGHT, purchase_rows

NAMES = ("r", "alpha", "a", "b")
_CHANCES = {
    "nobody leaves": {"a": FAR * NONE, "b": FAR},
    "all leave with one chance": {"b": FAR},
    "whoever leaves does so at the first chance": {"b": 1e-5},
}
_RATES = {"all buy at one rate": {"r": FAR}}
LIMITS = products_of(_CHANCES, _RATES)
LARGEST_N = 150
"""Beyond this, lifetimes' formula for P(X(t) = n) overflows."""


def fit(
    model: str, fitter: str, summary: pd.DataFrame, start: Mapping[str, float] | None, chances_at_start: int
) -> ModelFit:
    """Fit on distinct rows, time scaled to its longest T so that the search is the same in days and in years."""
    rows = purchase_rows(summary)
    require_repeats(model, rows)
    unit = float(rows["T"].max())
    weights = rows[WEIGHT].to_numpy(dtype=float)
    columns = (
        rows["frequency"].to_numpy().astype(int),
        (rows["recency"] / unit).to_numpy(),
        (rows["T"] / unit).to_numpy(),
    )

    def part(rows: slice) -> Objective:
        x, t_x, T = (column[rows] for column in columns)
        return closed_form_objective(x, t_x, T, weights[rows], chances_at_start)

    estimates, log_covariance, limit = _lifetimes.fit_smooth(
        model,
        _lifetimes.fitter_class(fitter),
        NAMES,
        columns,
        weights,
        _starts(rows, unit),
        part(slice(None)),
        _scaled(start, unit) if start else None,
        part,
        LIMITS,
    )
    estimates[NAMES.index("alpha")] *= unit
    top = log_likelihood(fitter, dict(zip(NAMES, estimates.tolist(), strict=True)), rows)
    return _lifetimes.as_fit(model, NAMES, estimates, log_covariance, top, weights, limit)


def log_likelihood(fitter: str, params: Mapping[str, float], rows: pd.DataFrame) -> float:
    """Weighted sum of lifetimes' log-likelihood at `params`; `rows` as `purchase_rows` returns them."""
    weights = rows[WEIGHT].to_numpy(dtype=float)
    data = [rows[name].to_numpy() for name in ("frequency", "recency", "T")]
    log_params = np.log([params[name] for name in NAMES])
    with _lifetimes.settings_kept():
        mean = _lifetimes.fitter_class(fitter)._negative_log_likelihood(log_params, *data, weights, 0.0)
    return -float(mean) * float(weights.sum())


def probability_of_n_purchases(fitter: str, params: Mapping[str, float], t: float, n: ArrayLike) -> Array:
    """P(X(t) = n) for each n."""
    counts = np.atleast_1d(np.asarray(n, dtype=int))
    if counts.min() < 0 or counts.max() > LARGEST_N:
        raise ParameterMistake(f"`n` must lie between 0 and {LARGEST_N}; got {counts.min()} to {counts.max()}.")
    model = _lifetimes.at_params(_lifetimes.fitter_class(fitter), params)
    return np.array([float(model.probability_of_n_purchases_up_to_time(t, int(count))) for count in counts])


def conditional_expected_purchases(
    fitter: str, params: Mapping[str, float], history: list[Array], alive: Array, chances_at_start: int
) -> Array:
    """E[Y(t) | x, t_x, T] by lifetimes' closed form, and by integration where that gives no number.

    It gives none for nobody's purchase (x = 0) if a + b < 1 in the BG/NBD, a logarithm of a negative term, and where a
    or b or x is so large that scipy's hypergeometric function overflows.

    Parameters
    ----------
    history : list of array
        t, x, t_x, T, of one shape.
    alive : array
        P(alive | x, t_x, T), of the same shape.
    chances_at_start : int
        Chances to leave before the first repeat purchase: 0 in the BG/NBD, 1 in the MBG/NBD.
    """
    with _lifetimes.settings_kept():
        closed = _lifetimes.at_params(_lifetimes.fitter_class(fitter), params)
        found = np.array(closed.conditional_expected_number_of_purchases_up_to_time(*history), dtype=float)
    lost = ~np.isfinite(found)
    if lost.any():
        t, x, _, age = (column[lost] for column in history)
        if_alive = expected_before_leaving(
            t, params["r"] + x, params["alpha"] + age, params["a"], params["b"] + x + chances_at_start
        )
        found[lost] = alive[lost] * if_alive
    return found


def expected_purchases(fitter: str, params: Mapping[str, float], t: ArrayLike, chances_at_start: int) -> Array:
    """E[X(t)] by lifetimes' closed form, and by integration where that gives no number."""
    times = np.asarray(t, dtype=float)
    with _lifetimes.settings_kept():
        closed = _lifetimes.at_params(_lifetimes.fitter_class(fitter), params)
        found = np.array(closed.expected_number_of_purchases_up_to_time(times), dtype=float)
    lost = ~np.isfinite(found)
    if lost.any():
        ones = np.ones_like(times[lost])
        stays = (params["b"] / (params["a"] + params["b"])) ** chances_at_start
        if_alive = expected_before_leaving(
            times[lost],
            params["r"] * ones,
            params["alpha"] * ones,
            params["a"],
            (params["b"] + chances_at_start) * ones,
        )
        found[lost] = stays * if_alive
    return found


def require_repeats(model: str, rows: pd.DataFrame) -> None:
    """Raise ModelNotIdentified if nobody bought again: any rate near zero would fit, whatever the dropout."""
    if not (rows["frequency"] > 0).any():
        raise ModelNotIdentified(
            f"{model} needs customers who bought again; `frequency` is 0 in all {int(rows[WEIGHT].sum())} customers."
        )


def purchase_rate(rows: pd.DataFrame) -> float:
    """Repeat purchases per customer and unit of time."""
    return float((rows[WEIGHT] * rows["frequency"]).sum() / (rows[WEIGHT] * rows["T"]).sum())


def _starts(rows: pd.DataFrame, unit: float) -> list[list[float]]:
    """Two starts that reproduce the observed purchase rate: a mixed population, and a uniform one with rare dropout."""
    rate = purchase_rate(rows) * unit
    return [[0.5, 0.5 / rate, 1.0, 2.5], [2.0, 2.0 / rate, 0.5, 5.0]]


def _scaled(start: Mapping[str, float], unit: float) -> list[float]:
    return [start[name] / unit if name == "alpha" else start[name] for name in NAMES]
