"""What BG/NBD and MBG/NBD share: the same parameters, data and fitter interface, and two different likelihoods."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.errors import ParameterMistake
from analysis.models import _lifetimes
from analysis.models.fit import Array, ModelFit, ModelNotIdentified
from analysis.models.rows import WEIGHT, purchase_rows

NAMES = ("r", "alpha", "a", "b")
LARGEST_N = 150
"""Beyond this, lifetimes' formula for P(X(t) = n) overflows."""


def fit(model: str, fitter: str, summary: pd.DataFrame, start: Mapping[str, float] | None) -> ModelFit:
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
    estimates, log_covariance = _lifetimes.fit_smooth(
        model,
        _lifetimes.fitter_class(fitter),
        NAMES,
        columns,
        weights,
        [_scaled(start, unit)] if start else _starts(rows, unit),
    )
    estimates[NAMES.index("alpha")] *= unit
    top = log_likelihood(fitter, dict(zip(NAMES, estimates.tolist(), strict=True)), rows)
    return _lifetimes.as_fit(model, NAMES, estimates, log_covariance, top, weights)


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
