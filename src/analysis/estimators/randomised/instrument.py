"""One treatment, one instrument: two-stage least squares with an interval that holds however weak the instrument is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import INTERVAL_LEVEL

WEAK_F = 10.0
"""Staiger & Stock's (1997) rule of thumb: below it a point estimate leans towards the naive one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentFit:
    """An instrumental-variable estimate with its diagnostics.

    Attributes
    ----------
    value : float
        Two-stage least squares coefficient: reduced form over first stage.
    error : float
        Its robust (clustered) standard error, which trusts the instrument to be strong.
    low, high : float
        Anderson-Rubin interval, which does not; None if it has no end (the first stage may be none).
    first_stage, f : float
        Effect of the instrument on the treatment, and its robust (clustered) F.
    """

    value: float
    error: float
    low: float | None
    high: float | None
    first_stage: float
    f: float


def fit_instrument(
    outcome: np.ndarray,
    treatment: np.ndarray,
    instrument: np.ndarray,
    *,
    controls: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    level: float = INTERVAL_LEVEL,
) -> InstrumentFit:
    """Fit y = a + b d + c'x + e with z for d.

    The interval holds every b0 at which z does not explain y - b0 d beyond chance (Anderson & Rubin 1949, Annals of
    Mathematical Statistics 20, 46-63, with a robust or clustered variance). With one instrument that is a quadratic in
    b0, solved in closed form; it always holds the two-stage estimate.

    Parameters
    ----------
    outcome, treatment, instrument : numpy.ndarray
        One value a unit.
    controls : numpy.ndarray
        (n, k) exogenous columns; None for none. Columns that depend on others do no harm.
    clusters : numpy.ndarray
        Codes of the units within which errors may hang together; None for independent units.
    level : float
        Level of the interval, in (0, 1).

    Raises
    ------
    FrameMistake
        If the instrument does not vary, or moves nothing at all.
    """
    from scipy.stats import f as f_distribution

    y, d, z = (_partial_out(column, controls) for column in (outcome, treatment, instrument))
    energy = float(z @ z)
    if energy < 1e-12 * max(1.0, float(np.asarray(instrument, float) @ np.asarray(instrument, float))):
        raise FrameMistake(
            "The instrument must vary beyond the controls; it does not. Leave a control out or the source."
        )
    reduced, first = float(z @ y) / energy, float(z @ d) / energy
    if first == 0:
        raise FrameMistake("The instrument must move the treatment; its first stage is exactly 0. It cannot be used.")
    scores = np.column_stack((z * (y - reduced * z), z * (d - first * z))) / energy
    v, df = _covariance(scores, clusters, n_regressors=1 + _rank(controls))
    critical = float(f_distribution.ppf(level, 1, df))
    low, high = _anderson_rubin(reduced, first, v, critical)
    value = reduced / first
    gradient = np.array([1.0, -value]) / first
    return InstrumentFit(
        value=value,
        error=math.sqrt(float(gradient @ v @ gradient)),
        low=low,
        high=high,
        first_stage=first,
        f=first**2 / float(v[1, 1]) if v[1, 1] > 0 else math.inf,
    )


def _partial_out(column: np.ndarray, controls: np.ndarray | None) -> np.ndarray:
    """What is left of a column after the constant and the controls (Frisch & Waugh 1933)."""
    values = np.asarray(column, dtype=float)
    design = _design(len(values), controls)
    residual: np.ndarray = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return residual


def _design(n: int, controls: np.ndarray | None) -> np.ndarray:
    constant = np.ones((n, 1))
    return constant if controls is None else np.column_stack((constant, np.asarray(controls, dtype=float)))


def _rank(controls: np.ndarray | None) -> int:
    return 1 if controls is None else int(np.linalg.matrix_rank(_design(len(controls), controls)))


def _covariance(scores: np.ndarray, clusters: np.ndarray | None, n_regressors: int) -> tuple[np.ndarray, float]:
    """Sandwich of the two coefficients with the usual small-sample factor (HC1, or CR1 with clusters)."""
    n = len(scores)
    if clusters is None:
        return scores.T @ scores * n / (n - n_regressors), float(n - n_regressors)
    codes = np.unique(clusters, return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1
    if n_clusters < 2:
        raise FrameMistake(f"Column `cluster` must hold at least 2 clusters; got {n_clusters}.")
    sums = np.zeros((n_clusters, scores.shape[1]))
    np.add.at(sums, codes, scores)
    factor = n_clusters / (n_clusters - 1) * (n - 1) / (n - n_regressors)
    return sums.T @ sums * factor, float(n_clusters - 1)


def _anderson_rubin(reduced: float, first: float, v: np.ndarray, critical: float) -> tuple[float | None, float | None]:
    """Solve (reduced - b first)² ≤ critical · var(reduced - b first) for b."""
    a = first**2 - critical * float(v[1, 1])
    b = -2 * (reduced * first - critical * float(v[0, 1]))
    c = reduced**2 - critical * float(v[0, 0])
    if a <= 0:
        return None, None
    root = math.sqrt(max(0.0, b**2 - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
