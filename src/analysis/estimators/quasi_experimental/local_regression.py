"""The two limits of an outcome at a threshold, by local regression with robust bias correction."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from dataclasses import dataclass

import numpy as np

from analysis.core.errors import FrameMistake
from analysis.estimators.common.interval import Interval, around
from analysis.estimators.common.percent import in_percent

FEWEST_EACH_SIDE = 30
"""Fewer units (or clusters) than this on a side, whole or within the bandwidth, carry no limit."""

FEWEST_VALUES = 10
"""Distinct values of the running variable on a side, rdrobust's own least within a bandwidth."""
MASS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Limits of the mean outcome from below and from above a threshold.

    Attributes
    ----------
    below, above : float
        Bias-corrected limits.
    error_below, error_above : float
        Their robust standard errors, which count the error of the bias correction; the sides are independent.
    bandwidth : float
        Distance from the threshold within which units count.
    n_below, n_above : int
        Units within the bandwidth.
    """

    below: float
    above: float
    error_below: float
    error_above: float
    bandwidth: float
    n_below: int
    n_above: int

    def difference(self) -> Interval:
        """Above less below with its interval."""
        return around(self.above - self.below, math.hypot(self.error_below, self.error_above))

    def log_ratio(self) -> tuple[float, float]:
        """ln(above / below) and its standard error (delta method); both limits must be above 0."""
        error = math.hypot(self.error_below / self.below, self.error_above / self.above)
        return math.log(self.above / self.below), error

    def percent(self) -> Interval:
        """Above over below, less one, in per cent, with its interval on the logarithm."""
        return in_percent(around(*self.log_ratio()))


def jump_at(
    running: np.ndarray, outcome: np.ndarray, *, cutoff: float = 0.0, clusters: np.ndarray | None = None, where: str
) -> Jump:
    """Estimate both limits by local linear regression, triangular kernel, one bandwidth of least mean squared error.

    Calonico, Cattaneo & Titiunik (2014), Econometrica 82, 2295-2326, through the package rdrobust. The values are the
    bias-corrected ones, on which the robust interval is centred.

    Parameters
    ----------
    running, outcome : numpy.ndarray
        One value a unit; at `cutoff` and above the unit is treated.
    clusters : numpy.ndarray
        Codes of the independent units; None if all are.
    where : str
        What the data are, for messages.

    Raises
    ------
    FrameMistake
        If fewer than 30 units (or clusters) lie on a side, whole or within the bandwidth, or the outcome does not vary.
    """
    from rdrobust import rdrobust

    for side, chosen in (("below", running < cutoff), ("at or above", running >= cutoff)):
        _require_enough(where, side, chosen, clusters)
        if outcome[chosen].min() == outcome[chosen].max():
            raise FrameMistake(
                f"{where}: column `outcome` must vary among units {side} the threshold; it is {float(outcome[chosen][0])!r} in all."
            )
    _require_values(where, running, cutoff)
    options: dict[str, object] = {"vce": "hc1"} if _has_mass_points(running) else {"vce": "nn"}
    if clusters is not None:
        options = {"cluster": clusters, "vce": "cr1"}
    # It prints a remark where the running variable has mass points, and then adjusts for them by itself.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = rdrobust(outcome, running, c=cutoff, **options)
        except Exception as fault:  # the package raises bare exceptions where a side is too thin for the polynomial
            raise FrameMistake(
                f"{where}: no limit can be estimated at the threshold ({fault}). Give more members near it."
            ) from fault
    bandwidth = float(fit.bws.loc["h"].iloc[0])
    near = abs(running - cutoff) <= bandwidth
    for side, chosen in (("below", running < cutoff), ("at or above", running >= cutoff)):
        _require_enough(where, f"close by (within {bandwidth:.2g}) {side}", near & chosen, clusters)
    below, above = (float(x) for x in fit.tau_bc)
    return Jump(
        below=below,
        above=above,
        error_below=math.sqrt(float(fit.V_rb_l[0, 0])),
        error_above=math.sqrt(float(fit.V_rb_r[0, 0])),
        bandwidth=bandwidth,
        n_below=int(fit.N_h[0]),
        n_above=int(fit.N_h[1]),
    )


def _has_mass_points(running: np.ndarray) -> bool:
    """Whether a fifth of the units share their value with another, rdrobust's own line. Nearest neighbours are then
    many at no distance, and a plain robust variance is as good and far quicker."""
    return len(np.unique(running)) < (1 - MASS) * len(running)


def _require_values(where: str, running: np.ndarray, cutoff: float) -> None:
    for side, chosen in (("below", running < cutoff), ("at or above", running >= cutoff)):
        n = len(np.unique(running[chosen]))
        if n < FEWEST_VALUES:
            raise FrameMistake(
                f"{where}: column `running` must hold at least {FEWEST_VALUES} distinct values {side} the threshold to draw a "
                f"line to it; got {n}. A programme that counts in few large steps cannot be judged at its threshold."
            )


def _require_enough(where: str, side: str, chosen: np.ndarray, clusters: np.ndarray | None) -> None:
    n = int(chosen.sum()) if clusters is None else len(np.unique(clusters[chosen]))
    if n < FEWEST_EACH_SIDE:
        raise FrameMistake(
            f"{where}: at least {FEWEST_EACH_SIDE} members must lie {side} the threshold; got {n}. Give a longer history."
        )
