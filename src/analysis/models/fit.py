"""What every fitted model returns, and how its parameters' uncertainty is got from the likelihood's curvature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.core.vocabulary import INTERVAL_LEVEL

Array = NDArray[np.float64]

PURCHASE_MODELS = {"BG/NBD": "bg_nbd", "MBG/NBD": "mbg_nbd", "Pareto/NBD": "pareto_nbd"}
"""Continuous-time purchase models -> module of this folder; their prediction functions are interchangeable."""

GRADIENT_LIMIT = 1e-6
"""Largest slope of the mean log-likelihood, per log-parameter, at which a fit counts as converged."""

WAY_LIMIT = 1e-3
"""Longest step, in a log-parameter, that may be left to the maximum."""

LEVEL = 1e-11
"""Slope below which a further Newton step would only follow rounding."""


class ModelNotIdentified(FrameMistake):
    """The table cannot carry the model: the likelihood has no maximum, or is flat around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit:
    """A model fitted by maximum likelihood.

    Attributes
    ----------
    model : str
        Name of the model, as in the literature ("BG/NBD").
    names : tuple of str
        The parameters' names, in the letters of the source.
    estimates : tuple of float
        Maximum-likelihood estimates, all positive, in the order of `names`. Scale parameters are in the unit of the
        input's time or money.
    log_covariance : tuple of tuple of float
        Covariance of the logarithms of the estimates: the inverse of the negative Hessian of the log-likelihood.
        NaN throughout where that Hessian is not positive definite, that is, where the data do not pin every parameter.
    log_likelihood : float
        At the estimates, summed over customers, time and money in the unit of the input.
    n_customers : int
        Customers behind the fit.
    n_rows : int
        Distinct rows, which is what the fit's time grows with.
    limit : str
        The nested model at which the fit arrived, in words ("nobody leaves"); "" for a maximum inside.
    """

    model: str
    names: tuple[str, ...]
    estimates: tuple[float, ...]
    log_covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float
    n_customers: int
    n_rows: int
    limit: str = ""

    @property
    def params(self) -> dict[str, float]:
        """Name -> estimate: what the models' prediction functions take."""
        return dict(zip(self.names, self.estimates, strict=True))

    @property
    def identified(self) -> bool:
        """True if the likelihood is curved in every direction, so that intervals exist."""
        return bool(np.isfinite(np.asarray(self.log_covariance)).all())

    @property
    def covariance(self) -> Array:
        """Covariance of the estimates on their natural scale, by the delta method; shape (k, k)."""
        size = np.asarray(self.estimates)
        return np.asarray(self.log_covariance) * np.outer(size, size)

    @property
    def standard_errors(self) -> dict[str, float]:
        """Name -> standard error on the natural scale (delta method)."""
        return dict(zip(self.names, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def interval(self, name: str, level: float = INTERVAL_LEVEL) -> tuple[float, float]:
        """Wald interval of one parameter, taken on the logarithm so that it stays positive.

        Raises
        ------
        ParameterMistake
            If the model has no such parameter.
        ModelNotIdentified
            If the likelihood is flat at its maximum.
        """
        from scipy.stats import norm

        require_one_of("name", name, self.names)
        self.require_identified()
        place = self.names.index(name)
        reach = norm.ppf(0.5 + level / 2) * np.sqrt(self.log_covariance[place][place])
        return float(self.estimates[place] * np.exp(-reach)), float(self.estimates[place] * np.exp(reach))

    def draws(self, n: int, seed: int) -> list[dict[str, float]]:
        """Draw `n` parameter sets from the asymptotic normal distribution of the log-parameters.

        Raises
        ------
        ModelNotIdentified
            If the likelihood is flat at its maximum.
        """
        self.require_identified()
        generator = np.random.default_rng(seed)
        # By Cholesky: a singular value decomposition may turn a direction's sign from one machine to the next.
        drawn = generator.multivariate_normal(
            np.log(self.estimates), np.asarray(self.log_covariance), size=n, method="cholesky"
        )
        return [dict(zip(self.names, row, strict=True)) for row in np.exp(drawn).tolist()]

    def require_identified(self) -> None:
        """Raise ModelNotIdentified unless intervals exist."""
        if not self.identified:
            raise ModelNotIdentified(
                f"{self.model} on {self.n_customers} customers: the likelihood is flat at its maximum "
                f"({self._estimates_in_words()}), so the parameters have no interval. Use a simpler model or more data."
            )

    def table(self, level: float = INTERVAL_LEVEL) -> pd.DataFrame:
        """One row a parameter: parameter, estimate, standard_error, low, high."""
        bounds = [self.interval(name, level) for name in self.names]
        return pd.DataFrame(
            {
                "parameter": self.names,
                "estimate": self.estimates,
                "standard_error": list(self.standard_errors.values()),
                "low": [low for low, _ in bounds],
                "high": [high for _, high in bounds],
            }
        )

    def _estimates_in_words(self) -> str:
        return ", ".join(f"{name} = {value:.4g}" for name, value in self.params.items())


def purchase_module(model: str) -> ModuleType:
    """Return the module of the purchase model named `model`.

    Raises
    ------
    ParameterMistake
        If it is not one of PURCHASE_MODELS.
    """
    require_one_of("model", model, tuple(PURCHASE_MODELS))
    return import_module(f"analysis.models.{PURCHASE_MODELS[model]}")


@dataclass(frozen=True, slots=True)
class Objective:
    """A negative mean log-likelihood of log-parameters, with its derivatives.

    Attributes
    ----------
    value, slope, curvature : callable
        Of an array of log-parameters: the number, its gradient (k,) and its Hessian (k, k).
    """

    value: Callable[[Array], float]
    slope: Callable[[Array], Array]
    curvature: Callable[[Array], Array]


def exact_objective(likelihood: Callable[..., Any], args: tuple[Any, ...]) -> Objective:
    """Differentiate `likelihood`, which is written with ``autograd.numpy``; `args` follow the log-parameters."""
    from autograd import grad, hessian

    slope, curvature = grad(likelihood), hessian(likelihood)
    return Objective(
        lambda point: float(likelihood(point, *args)),
        lambda point: np.asarray(slope(point, *args)),
        lambda point: np.asarray(curvature(point, *args)),
    )


def remembered(likelihood: Callable[[Array], tuple[float, Array, Array]]) -> Objective:
    """An Objective out of one function that gives value, gradient and Hessian together; the last point is kept."""
    last: dict[bytes, tuple[float, Array, Array]] = {}

    def at(point: Array) -> tuple[float, Array, Array]:
        key = np.asarray(point, dtype=float).tobytes()
        if key not in last:
            last.clear()
            last[key] = likelihood(np.asarray(point, dtype=float))
        return last[key]

    return Objective(lambda point: at(point)[0], lambda point: at(point)[1], lambda point: at(point)[2])


def in_log_params(params: Array, value: float, slope: Array, curvature: Array) -> tuple[float, Array, Array]:
    """Derivatives with respect to the logarithms of positive parameters, from those with respect to the parameters.

    Examples
    --------
    Of theta^2, that is e^(2 l): 2 theta^2 and 4 theta^2.

    >>> in_log_params(np.array([3.0]), 9.0, np.array([6.0]), np.array([[2.0]]))
    (9.0, array([18.]), array([[36.]]))
    """
    by_log = params * slope
    return value, by_log, curvature * np.outer(params, params) + np.diag(by_log)


def search_downhill(objective: Objective, log_start: Sequence[float] | Array) -> Array | None:
    """Search the minimum of `objective` from afar by trust regions on exact derivatives; None if the search breaks down."""
    from scipy.optimize import minimize

    options = {"initial_trust_radius": 0.5, "max_trust_radius": 2.0, "gtol": 1e-6, "maxiter": 100}
    try:
        found = minimize(
            objective.value,
            np.asarray(log_start, dtype=float),
            jac=objective.slope,
            hess=objective.curvature,
            method="trust-exact",
            options=options,
        )
    except (ValueError, np.linalg.LinAlgError):  # nan far off
        return None
    return np.asarray(found.x) if np.isfinite(found.x).all() else None


def climb_to_top(objective: Objective, log_start: Sequence[float] | Array) -> Array:
    """Newton steps to the minimum of `objective` from a point near it; at most twenty.

    A quasi-Newton or simplex search stops where little changes, which leaves the fourth or fifth digit of a flat
    parameter to chance; a few Newton steps settle it, so that weighted and repeated rows give the same digits.
    """
    point = np.asarray(log_start, dtype=float)
    value, gradient = objective.value(point), objective.slope(point)
    for _ in range(20):
        if np.abs(gradient).max() < LEVEL:
            break
        try:
            step = np.linalg.solve(objective.curvature(point), gradient)
        except np.linalg.LinAlgError:
            break  # flat in some direction: the covariance will say so
        proposal = point - step
        new_value, new_gradient = objective.value(proposal), objective.slope(proposal)
        # "not (a < b)" also stops at nan
        if not (np.abs(new_gradient).max() < np.abs(gradient).max() and new_value <= value + 1e-9):
            break
        point, value, gradient = proposal, new_value, new_gradient
    return point


def is_top(objective: Objective, point: Array) -> bool:
    """True at a maximum: no slope, curved downwards in every direction, and no way left to go."""
    level = bool(np.abs(objective.slope(point)).max() <= GRADIENT_LIMIT)
    curved = level and bool(np.isfinite(log_covariance_from(objective.curvature(point), 1.0)).all())
    return curved and _way_left(objective, point) <= WAY_LIMIT


def _way_left(objective: Objective, point: Array) -> float:
    """Longest step, in a log-parameter, that Newton would still take; 0 where the curvature gives no step.

    Where parameters run off, the likelihood is so flat that hardly any slope is left long before the end.
    """
    if not np.isfinite(log_covariance_from(objective.curvature(point), 1.0)).all():
        return 0.0
    return float(np.abs(np.linalg.solve(objective.curvature(point), objective.slope(point))).max())


def require_converged(model: str, names: Sequence[str], objective: Objective, point: Array) -> None:
    """Raise ModelNotIdentified if the likelihood still slopes where the search ended."""
    steepest = float(np.abs(objective.slope(point)).max())
    if not (steepest <= GRADIENT_LIMIT and _way_left(objective, point) <= WAY_LIMIT):  # nan fails too
        reached = ", ".join(f"{name} = {value:.3g}" for name, value in zip(names, np.exp(point), strict=True))
        raise ModelNotIdentified(
            f"{model}: the search for the maximum of the likelihood did not converge (slope {steepest:.2g} per "
            f"log-parameter, at most {GRADIENT_LIMIT:g} allowed, with a step of at most {WAY_LIMIT:g} still to go) and "
            f"stopped at {reached}, time and money in units of the data's own size. "
            "Parameters that run off mean too few or too uniform customers for the model."
        )


def log_covariance_from(hessian_of_mean: Array, n_customers: float) -> tuple[tuple[float, ...], ...]:
    """Invert the Hessian of the negative mean log-likelihood; all NaN if it is not positive definite.

    Examples
    --------
    >>> log_covariance_from(np.array([[0.5]]), n_customers=100)
    ((0.02,),)
    >>> log_covariance_from(np.array([[0.0]]), n_customers=100)
    ((nan,),)
    """
    size = len(hessian_of_mean)
    symmetric = (hessian_of_mean + hessian_of_mean.T) / 2
    try:
        np.linalg.cholesky(symmetric)  # exists for positive definite matrices only
        inverse = np.linalg.inv(symmetric) / n_customers
    except np.linalg.LinAlgError:
        inverse = np.full((size, size), np.nan)
    return tuple(tuple(row) for row in inverse.tolist())


def require_positive(**numbers: float) -> None:
    """Raise ParameterMistake unless every named number is finite and above zero.

    Examples
    --------
    >>> require_positive(margin=0.3)
    >>> require_positive(margin=-1)
    Traceback (most recent call last):
        ...
    analysis.core.errors.ParameterMistake: `margin` must be a positive number; got -1.
    """
    for name, number in numbers.items():
        if not (np.isfinite(number) and number > 0):
            raise ParameterMistake(f"`{name}` must be a positive number; got {number!r}.")


def require_share(**numbers: float) -> None:
    """Raise ParameterMistake unless every named number lies strictly between 0 and 1.

    Examples
    --------
    >>> require_share(retention_rate=95)
    Traceback (most recent call last):
        ...
    analysis.core.errors.ParameterMistake: `retention_rate` must lie between 0 and 1, both excluded; got 95.
    """
    for name, number in numbers.items():
        if not 0 < number < 1:
            raise ParameterMistake(f"`{name}` must lie between 0 and 1, both excluded; got {number!r}.")
